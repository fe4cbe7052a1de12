//! Variables that files declare: `.env` files, compose files, images. Code that reads them is read elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use contracts::fact::{Element, Fact};
use outline::{Format, Key};

use super::{ADDED, DEFAULT, REQUIRED};
use crate::comparison::{Comparison, Side};
use crate::facts::deploy::is_dockerfile;

/// Names of what must not be shown, and whose value is nobody's default.
const SECRET: &[&str] = &["KEY", "SECRET", "TOKEN", "PASSWORD", "PASS", "CREDENTIAL", "CREDENTIALS", "DSN", "AUTH"];

/// How a file declares a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Declared {
    value: Option<String>,
    /// Nothing starts without it: `${NAME:?why}`.
    required: bool,
    line: u32,
}

/// Facts about declarations, of variables that `known` says nothing about yet.
pub(super) fn facts(c: &Comparison, known: &[Fact]) -> Vec<Fact> {
    let told: BTreeSet<String> = known.iter().flat_map(names).collect();
    let before: BTreeSet<String> = c.befores().flat_map(super::mentions).map(|(name, _)| name).collect();
    let mut out = Vec::new();
    for file in c.looked_at() {
        let Some(after) = &file.after else { continue };
        let old = file.before.as_ref().map(declared).unwrap_or_default();
        for (name, now) in declared(after).into_iter().filter(|(name, _)| !told.contains(name)) {
            let was = old.get(&name);
            let spans = (
                file.before.as_ref().zip(was).and_then(|(side, was)| c.before_span(side, was.line, was.line)),
                c.after_span(after, now.line, now.line),
            );
            let element = Element::Env { name: name.clone(), renamed_to: None };
            let (rule, summary) = match was {
                None if before.contains(&name) || file.before.is_none() => continue,
                _ if now.required && was.is_none_or(|was| !was.required) => {
                    (&REQUIRED, format!("`{name}` must be set now"))
                }
                None => (&ADDED, format!("`{name}` may be set now")),
                Some(was) => match (&was.value, &now.value) {
                    (Some(was), Some(now)) if was != now && !is_secret(&name) => {
                        (&DEFAULT, format!("the default of `{name}` was `{}`, now `{}`", clip(was), clip(now)))
                    }
                    _ => continue,
                },
            };
            out.push(rule.fact(element, summary, spans.0, spans.1));
        }
    }
    out
}

/// The variable that a fact is about, and the one that took its place.
fn names(fact: &Fact) -> Vec<String> {
    match &fact.element {
        Element::Env { name, renamed_to } => [name.clone()].into_iter().chain(renamed_to.clone()).collect(),
        _ => Vec::new(),
    }
}

fn is_secret(name: &str) -> bool {
    name.split('_').any(|word| SECRET.contains(&word))
}

fn clip(text: &str) -> String {
    text.chars().take(100).collect()
}

/// The first declaration of each variable.
fn declared(side: &Side) -> BTreeMap<String, Declared> {
    let mut out = BTreeMap::new();
    let mut note = |name: &str, value: &str, line: u32| {
        if is_name(name) {
            let required = value.starts_with("${") && value.contains(":?");
            let value = default_of(value).map(str::to_owned);
            out.entry(name.to_owned()).or_insert(Declared { value, required, line });
        }
    };
    if outline::format_of(&side.path) == Some(Format::Env) {
        for key in outline::keys(Format::Env, side.text()) {
            note(key.name(), &key.value, key.line);
        }
    } else if is_dockerfile(&side.path) {
        for found in outline::instructions(side.text()).iter().filter(|found| found.name == "ENV") {
            for pair in found.arguments.split_whitespace() {
                let Some((name, value)) = pair.split_once('=') else { continue };
                note(name, value.trim_matches(['"', '\'']), found.line);
            }
        }
    } else if side.path.rsplit('/').next().is_some_and(|name| name.contains("compose")) {
        for key in outline::keys(Format::Yaml, side.text()).iter().filter(|key| of_service(key)) {
            let (name, value) = key.value.split_once('=').filter(|_| is_item(key)).unwrap_or((key.name(), &key.value));
            note(name, value, key.line);
        }
    }
    out
}

/// A value that is written out; of `${NAME:-value}` the value.
fn default_of(value: &str) -> Option<&str> {
    let value = match value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        Some(inner) => inner.split_once(":-")?.1,
        None => value,
    };
    (!value.is_empty() && !value.contains('$')).then_some(value)
}

/// `services.x.environment.NAME`, and `- NAME=value` in a list.
fn of_service(key: &Key) -> bool {
    key.is(&["services", "*", "environment", "*"])
}

fn is_item(key: &Key) -> bool {
    key.name().bytes().all(|b| b.is_ascii_digit())
}

fn is_name(name: &str) -> bool {
    name.len() >= 3
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_of_each_file() {
        let cases = [
            (
                ".env.example",
                "PORT=80\nAPI_URL=\n# X_Y=1\n",
                vec![("API_URL", None, false), ("PORT", Some("80"), false)],
            ),
            (
                "docker-compose.yml",
                "services:\n  a:\n    environment:\n      DB: ${DB_URL:?set it}\n      MODE: ${MODE:-fast}\n      REF: $X\n",
                vec![("MODE", Some("fast"), false), ("REF", None, false)],
            ),
            (
                "compose.yaml",
                "services:\n  a:\n    environment:\n      - DB_URL=${DB_URL:?set it}\n      - MODE=slow\n",
                vec![("DB_URL", None, true), ("MODE", Some("slow"), false)],
            ),
            ("Dockerfile", "FROM a\nENV PORT=80 X=1\n", vec![("PORT", Some("80"), false)]),
            ("a.py", "PORT=80", vec![]),
            (".env", "=\nä=1\n", vec![]),
        ];
        for (path, text, expected) in cases {
            let side = Side { path: path.to_owned(), text: Some(text.to_owned()), analysis: None };
            let found = declared(&side);
            let found: Vec<_> = found.iter().map(|(n, d)| (n.as_str(), d.value.as_deref(), d.required)).collect();
            assert_eq!(found, expected, "{path}");
        }
    }
}
