//! Names that a service is configured by (storages, datasets, topics, flags of its command line) and that the
//! whole repository no longer knows. The weakest family: it says "gone", not what the name was for.

mod declared;
mod helpers;

use std::collections::{BTreeMap, BTreeSet};

use contracts::fact::{Element, Fact, Impact};

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const FLAG_REMOVED: Rule = Rule {
    id: "config.flag.removed",
    sees: "a flag of a command line is declared, or named at all, nowhere in the repository any more",
    impact: Impact::Breaking,
    triggers: &["configuration", "deployment"],
};

const NAME_REMOVED: Rule = Rule {
    id: "config.name.removed",
    sees: "a name that configuration or code spelt out is nowhere in the repository any more",
    impact: Impact::Risky,
    triggers: &["configuration", "deployment"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&FLAG_REMOVED, &NAME_REMOVED];

/// A change that drops more names than this drops none in particular.
const MAX_NAMES: usize = 500;

/// Names that the changed files no longer have.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    let names = lost(c).into_keys().chain(declared::lost(c).into_keys());
    names.map(|name| name.trim_start_matches("--").to_owned()).collect()
}

/// Facts about names.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let (lost, declared) = (lost(c), declared::lost(c));
    if lost.len() + declared.len() > MAX_NAMES {
        return Vec::new();
    }
    let standing: BTreeSet<&str> =
        c.kept.iter().filter(|side| !is_history(&side.path)).flat_map(|side| words(side.text())).collect();
    let stands = |name: &str| standing.contains(name) || standing.contains(name.trim_start_matches("--"));
    let mut out = Vec::new();
    let spelt = lost.iter().filter(|(name, _)| !stands(name));
    for (name, (side, line)) in declared.iter().chain(spelt) {
        let rule = if name.starts_with("--") { &FLAG_REMOVED } else { &NAME_REMOVED };
        let element = Element::ConfigKey { file: side.path.clone(), key: name.clone() };
        out.push(rule.fact(
            element,
            format!("`{name}` is gone from the repository"),
            c.before_span(side, *line, *line),
            None,
        ));
    }
    out
}

/// Distinctive names of the sides before that no side after spells as a word.
fn lost(c: &Comparison) -> BTreeMap<String, (&Side, u32)> {
    let mut out: BTreeMap<String, (&Side, u32)> = BTreeMap::new();
    for side in c.befores() {
        for (name, line) in spelt(side) {
            out.entry(name).or_insert((side, line));
        }
    }
    let after: BTreeSet<&str> = c
        .files
        .iter()
        .filter(|f| f.noise != Some("docs"))
        .filter_map(|f| f.after.as_ref())
        .flat_map(|side| words(side.text()))
        .collect();
    out.retain(|name, _| !after.contains(name.as_str()) && !after.contains(name.trim_start_matches("--")));
    out
}

/// Migrations keep every name that ever was.
fn is_history(path: &str) -> bool {
    path.split('/').any(|part| part.contains("migration"))
}

/// Names in string literals of code and in the values of data files.
fn spelt(side: &Side) -> Vec<(String, u32)> {
    let mut out = Vec::new();
    if side.path.starts_with(".github/") {
        return out;
    }
    for literal in side.analysis.iter().flat_map(|analysis| &analysis.literals) {
        // In scripts and data a flag is passed to somebody else's program.
        let own =
            !literal.text.starts_with("--") || side.analysis.as_ref().is_some_and(|a| declares_options(&a.language));
        if own && is_distinctive(&literal.text) {
            out.push((literal.text.clone(), literal.line));
        }
    }
    if side.analysis.as_ref().is_some_and(|analysis| declares_options(&analysis.language)) {
        out.extend(options(side.text()));
    }
    if let Some(format) = outline::format_of(&side.path) {
        for key in outline::keys(format, side.text()) {
            if is_distinctive(&key.value) && !key.value.starts_with("--") {
                out.push((key.value, key.line));
            }
        }
    }
    out
}

/// Languages in which command lines are declared, not written.
fn declares_options(language: &str) -> bool {
    matches!(
        language,
        "python" | "go" | "rust" | "javascript" | "typescript" | "java" | "kotlin" | "ruby" | "php" | "csharp"
    )
}

/// How code declares an option without its dashes: tags of Go fields, attributes and builders of Rust.
const DECLARED: &[&str] = &["long:\"", "long = \"", "long(\""];

/// Options that are declared by name, as `--name`.
fn options(text: &str) -> Vec<(String, u32)> {
    let mut out = Vec::new();
    for (at, line) in text.lines().enumerate() {
        for mark in DECLARED {
            let Some((_, rest)) = line.split_once(mark) else { continue };
            let name = format!("--{}", rest.split('"').next().unwrap_or(""));
            if is_distinctive(&name) {
                out.push((name, u32::try_from(at + 1).unwrap_or(u32::MAX)));
            }
        }
    }
    out
}

/// `--flag`, or at least two words joined by `_` or `-` with ten letters in all: not a word that people just use.
fn is_distinctive(text: &str) -> bool {
    if let Some(flag) = text.strip_prefix("--") {
        return flag.len() >= 4 && is_joined(flag);
    }
    let parts = text.split(['_', '-']).count();
    text.len() >= 10
        && text.len() <= 80
        && parts >= 2
        && is_joined(text)
        && text.contains(|c: char| c.is_ascii_lowercase())
}

fn is_joined(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
        && text.split(['_', '-']).all(|part| !part.is_empty())
}

/// Maximal runs of the characters that names are made of.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).filter(|word| word.len() >= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_looks_like() {
        for good in ["uptime_checks", "my-topic-name", "--dataset", "--use-x1"] {
            assert!(is_distinctive(good), "{good}");
        }
        for bad in
            ["a_b", "hello world", "Content-Type", "--x", "--", "upper_CASE_x", "__init__", "plainword", "ä_ö_ü_long"]
        {
            assert!(!is_distinctive(bad), "{bad}");
        }
    }
}
