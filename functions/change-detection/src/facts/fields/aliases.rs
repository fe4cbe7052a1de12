//! Other names by which a field of what comes in is taken.

use std::collections::BTreeSet;

use contracts::analysis::Symbol;
use contracts::fact::{Fact, Impact};

use super::types::Data;
use super::usage::Usage;
use super::{TRIGGERS, element};
use crate::comparison::Comparison;
use crate::facts::Rule;

pub(super) const REMOVED: Rule = Rule {
    id: "fields.alias_removed",
    sees: "a field of a request is no longer taken by another name that it had beside its own",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

/// Names beside the one on the wire, as the declaration of a field lists them.
pub(super) fn of(field: &Symbol, language: &str) -> BTreeSet<String> {
    let decorators = || field.decorators.iter().map(String::as_str);
    match language {
        "python" => lists([field.signature.as_str()].into_iter(), &["AliasChoices("]),
        "rust" => decorators().filter(|d| d.contains("serde")).flat_map(serde).collect(),
        "java" | "kotlin" => lists(decorators(), &["JsonAlias(", "JsonNames("]),
        _ => BTreeSet::new(),
    }
}

/// The texts in the brackets after one of the words.
fn lists<'a>(texts: impl Iterator<Item = &'a str>, words: &[&str]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for text in texts {
        for word in words {
            let Some((_, rest)) = text.split_once(word) else { continue };
            let list = rest.split(')').next().unwrap_or(rest);
            out.extend(list.split(['"', '\'']).skip(1).step_by(2).filter(|name| !name.is_empty()).map(str::to_owned));
        }
    }
    out
}

/// `#[serde(alias = "a", alias = "b")]`.
fn serde(attribute: &str) -> Vec<String> {
    let parts = attribute.split("alias = \"").skip(1);
    parts.filter_map(|part| part.split('"').next()).map(str::to_owned).collect()
}

/// Aliases of a request's fields that are gone, where the field itself is still there.
pub(super) fn lost(c: &Comparison, was: &Data<'_>, now: &Data<'_>, usage: &Usage) -> Vec<Fact> {
    let mut out = Vec::new();
    let taken = |name: &str| now.fields.iter().any(|(wire, field)| wire == name || field.aliases.contains(name));
    for (name, old) in was.fields.iter().filter(|_| usage.request) {
        let Some(field) = now.fields.get(name) else { continue };
        for alias in old.aliases.iter().filter(|alias| *alias != name && !taken(alias)) {
            let spans = (c.before_span(was.side, old.line, old.line), c.after_span(now.side, field.line, field.line));
            let of = element(was, alias, Some(name.clone()), &usage.operations);
            let summary = format!("`{name}` of `{}` is no longer taken as `{alias}`", was.name);
            out.push(REMOVED.fact(of, summary, spans.0, spans.1));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use contracts::analysis::SymbolKind;

    use super::*;

    #[test]
    fn names_beside_the_own() {
        let cases: &[(&str, &str, &[&str], &[&str])] = &[
            ("python", "a: str = Field( alias=AliasChoices(\"a\", 'b'), description=\"x\" )", &[], &["a", "b"]),
            ("python", "a: str = Field(validation_alias=AliasChoices(\"b\"", &[], &["b"]),
            ("python", "a: str = Field(alias=\"b\")", &[], &[]),
            ("rust", "a: u8", &["#[serde(default, alias = \"b\", alias = \"c\")]"], &["b", "c"]),
            ("rust", "a: u8", &["#[serde(rename = \"b\")]"], &[]),
            ("java", "String a", &["@JsonAlias({\"b\", \"c\"})"], &["b", "c"]),
            ("kotlin", "val a: String", &["@JsonNames(\"b\")"], &["b"]),
            ("go", "A string", &[], &[]),
            ("rust", "", &["serde(alias = \"ä"], &["ä"]),
        ];
        for (language, signature, decorators, expected) in cases {
            let field = Symbol {
                kind: SymbolKind::Constant,
                name: "a".to_owned(),
                container: None,
                exported: true,
                signature: (*signature).to_owned(),
                decorators: decorators.iter().map(|d| (*d).to_owned()).collect(),
                start: 1,
                end: 1,
            };
            assert_eq!(of(&field, language).into_iter().collect::<Vec<_>>(), *expected, "{signature}");
        }
    }
}
