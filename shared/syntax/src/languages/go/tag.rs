//! Environment variables that the tag of a struct's field names.

use contracts::analysis::EnvRead;

use crate::env::is_variable;
use crate::site::string;
use crate::tree::Node;

/// Keys of tags that name a variable: caarlos0/env, cleanenv, sethvargo/go-envconfig and kong; kelseyhightower/envconfig.
const NAMES: &[&str] = &["env", "envconfig"];

/// Keys that give its default.
const DEFAULTS: &[&str] = &["envDefault", "env-default", "default"];

/// Keys that make it a must.
const REQUIRED: &[&str] = &["required", "env-required"];

/// `Port int `env:"PORT,required" envDefault:"80"``. Nothing where the file puts prefixes before such names.
pub(super) fn variable(field: Node<'_>) -> Option<EnvRead> {
    let tag = field.child("tag").and_then(string)?;
    let (name, options) = NAMES.iter().find_map(|key| value(&tag, key)).map(|value| match value.split_once(',') {
        Some((name, options)) => (name.to_owned(), options.to_owned()),
        None => (value, String::new()),
    })?;
    let shouted = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let text = field.tree().text;
    if !shouted || !is_variable(&name) || text.contains("envPrefix:") || text.contains("prefix=") {
        return None;
    }
    let mut options = options.split(',').map(str::trim);
    let given = DEFAULTS.iter().find_map(|key| value(&tag, key));
    let default =
        given.or_else(|| options.clone().find_map(|option| option.strip_prefix("default=").map(str::to_owned)));
    let insists = options.any(|option| option == "required" || option == "notEmpty")
        || REQUIRED.iter().any(|key| value(&tag, key).is_some_and(|value| value == "true"));
    let required = insists && default.is_none();
    Some(EnvRead { name, default: default.filter(|text| !text.is_empty()), required, line: field.line() })
}

/// The value of `key:"value"`.
fn value(tag: &str, key: &str) -> Option<String> {
    let (at, _) = tag
        .match_indices(key)
        .find(|(at, _)| (*at == 0 || tag[..*at].ends_with(' ')) && tag[at + key.len()..].starts_with(":\""))?;
    let rest = tag.get(at + key.len() + 2..)?;
    rest.split_once('"').map(|(value, _)| value.chars().take(120).collect())
}

#[cfg(test)]
mod tests {
    use crate::analyze;

    /// Tag, then name, default and whether it is a must.
    type Case<'a> = (&'a str, Option<(&'a str, Option<&'a str>, bool)>);

    #[test]
    fn tags_name_variables() {
        let cases: [Case<'_>; 9] = [
            ("env:\"PORT\"", Some(("PORT", None, false))),
            ("json:\"port\" env:\"PORT,required\"", Some(("PORT", None, true))),
            ("env:\"PORT\" envDefault:\"80\"", Some(("PORT", Some("80"), false))),
            ("env:\"PORT, default=80, required\"", Some(("PORT", Some("80"), false))),
            ("env:\"PORT\" env-required:\"true\"", Some(("PORT", None, true))),
            ("envconfig:\"PORT\" default:\"80\"", Some(("PORT", Some("80"), false))),
            ("envconfig:\"port\"", None),
            ("env:\"\" envPrefix:\"DB_\"", None),
            ("json:\"env\"", None),
        ];
        for (tag, expected) in cases {
            let code = format!("package a\ntype Config struct {{\n\tPort int `{tag}`\n}}\n");
            let found = analyze("go", code.as_bytes()).env;
            let found: Vec<_> = found.iter().map(|r| (r.name.as_str(), r.default.as_deref(), r.required)).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{tag}");
        }
    }
}
