//! Names in prefixes: `prefix=settings.API_PREFIX`, `app.use(`${API}/users`, users)`.

use crate::comparison::Side;

/// Files that are searched for one name.
const MAX_FILES: usize = 2_000;

/// The prefix with names in braces replaced by what they stand for, and whether one is left that nobody knows.
pub(super) fn replaced(prefix: &str, here: &Side, sides: &[&Side]) -> (String, bool) {
    let (Some(open), Some(close)) = (prefix.find('{'), prefix.rfind('}')) else { return (prefix.to_owned(), false) };
    let inner = prefix.get(open + 1..close).unwrap_or("");
    let name = inner.rsplit(['.', ':', '$', '{']).next().unwrap_or(inner).trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(is_name) {
        // A parameter in the framework's own notation.
        return (prefix.to_owned(), inner.is_empty() || !inner.chars().all(is_name));
    }
    let is_parameter =
        open > 0 && prefix[..open].ends_with('/') && inner.chars().all(|c| is_name(c) && !c.is_ascii_uppercase());
    if is_parameter {
        return (prefix.to_owned(), false);
    }
    let mut values: Vec<String> = value(here, name).into_iter().collect();
    if values.is_empty() {
        values = sides.iter().take(MAX_FILES).filter_map(|side| value(side, name)).collect();
        values.sort();
        values.dedup();
    }
    match values.as_slice() {
        [value] => (format!("{}{value}{}", &prefix[..open], &prefix[close + 1..]), false),
        _ => (prefix.to_owned(), true),
    }
}

/// The path that a line gives the name: `NAME = "/x"`, `NAME: str = "/x"`, `const name: &str = "/x"`, `name: "/x"`.
fn value(side: &Side, name: &str) -> Option<String> {
    let mut found = side.text().lines().filter_map(|line| given(line, name));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

fn given(line: &str, name: &str) -> Option<String> {
    let at = line.find(name)?;
    let starts = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
    let rest = line[at + name.len()..].trim_start();
    let rest = match rest.split_once('=') {
        Some((between, rest)) if between.len() < 30 && !between.contains(['"', '\'', '(']) => rest,
        _ => rest.strip_prefix(':')?,
    };
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let text = rest[1..].split(quote).next()?;
    (starts && (text.starts_with('/') || text.is_empty()) && !text.contains([' ', '{'])).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_paths() {
        let cases = [
            ("{settings.API}", "API: str = \"/v1\"\n", "/v1", false),
            ("{API}", "const API = '/v1';\n", "/v1", false),
            ("{API}/users", "pub const API: &str = \"/v1\";\n", "/v1/users", false),
            ("{API}", "MY_API = \"/v1\"\n", "{API}", true),
            ("{API}", "API = \"/v1\"\nAPI = \"/v2\"\n", "{API}", true),
            ("{f(x)}", "", "{f(x)}", true),
            ("/users/{id}", "", "/users/{id}", false),
            ("/x", "", "/x", false),
            ("{", "", "{", false),
            ("}ä{", "", "}ä{", true),
        ];
        for (prefix, text, expected, unknown) in cases {
            let side = Side { path: "a.py".to_owned(), text: Some(text.to_owned()), analysis: None };
            assert_eq!(replaced(prefix, &side, &[&side]), (expected.to_owned(), unknown), "{prefix}");
        }
    }
}
