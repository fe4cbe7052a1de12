//! Keys of configuration files, and what a package manifest offers to others.

use std::collections::BTreeMap;

use contracts::fact::{Element, Fact, Impact};
use outline::{Format, Key};

use crate::comparison::{Comparison, Side};
use crate::facts::{Rule, spec};

const REMOVED: Rule = Rule {
    id: "config.key.removed",
    sees: "a key of a configuration file is gone",
    impact: Impact::Risky,
    triggers: &["configuration"],
};

const RENAMED: Rule = Rule {
    id: "config.key.renamed",
    sees: "a key of a configuration file has another name and the same value",
    impact: Impact::Risky,
    triggers: &["configuration"],
};

const ENTRY_REMOVED: Rule = Rule {
    id: "package.entry.removed",
    sees: "a package no longer offers an entry point, an export or a command under this name",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

const NAME_CHANGED: Rule = Rule {
    id: "package.renamed",
    sees: "a package has another name",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED, &RENAMED, &ENTRY_REMOVED, &NAME_CHANGED];

/// More keys than this in one file are data.
const MAX_KEYS: usize = 2_000;

/// Facts about configuration.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        let Some(format) = outline::format_of(&before.path) else { continue };
        let (old, new) = (keys(format, before), keys(format, after));
        if is_manifest(&before.path) {
            manifest(c, before, after, (&old, &new), &mut out);
        } else if is_configuration(&before.path, format) && !spec::describes(before) {
            plain(c, before, after, (&old, &new), &mut out);
        }
    }
    out
}

fn keys(format: Format, side: &Side) -> BTreeMap<String, Key> {
    let keys = outline::keys(format, side.text());
    if keys.len() > MAX_KEYS {
        return BTreeMap::new();
    }
    keys.into_iter().map(|key| (key.dotted(), key)).collect()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_manifest(path: &str) -> bool {
    matches!(file_name(path), "package.json" | "pyproject.toml" | "Cargo.toml" | "composer.json")
}

/// Environment files and workflows have families of their own; editors, linters and locks concern nobody else.
fn is_configuration(path: &str, format: Format) -> bool {
    let name = file_name(path);
    let dotted = path.split('/').any(|part| part.starts_with('.'));
    let own_family = format == Format::Env
        || name.contains("compose")
        || name.starts_with("action.")
        || name.starts_with("cloudbuild");
    let tooling = [
        "tsconfig",
        "lock",
        "eslint",
        "prettier",
        "renovate",
        "mkdocs",
        "tox.",
        "setup.cfg",
        "pytest",
        "mypy",
        "lerna",
        "nx.",
    ];
    !dotted && !own_family && !tooling.iter().any(|tool| name.contains(tool))
}

type Sides<'a> = (&'a BTreeMap<String, Key>, &'a BTreeMap<String, Key>);

fn plain(c: &Comparison, before: &Side, after: &Side, (old, new): Sides<'_>, out: &mut Vec<Fact>) {
    for (dotted, key) in old.iter().filter(|(dotted, key)| !new.contains_key(*dotted) && !in_list(key)) {
        let parent_gone = key.path.len() > 1 && !new.contains_key(&key.path[..key.path.len() - 1].join("."));
        if parent_gone {
            continue;
        }
        let same_value = |(name, now): &(&String, &Key)| {
            !old.contains_key(*name)
                && now.path.len() == key.path.len()
                && now.value == key.value
                && now.path[..now.path.len() - 1] == key.path[..key.path.len() - 1]
        };
        let mut heirs = new.iter().filter(|entry| !key.value.is_empty() && same_value(entry));
        let heir = heirs.next().filter(|_| heirs.next().is_none());
        let element = Element::ConfigKey { file: before.path.clone(), key: dotted.clone() };
        let span = c.before_span(before, key.line, key.line);
        out.push(match heir {
            Some((name, now)) => {
                let summary = format!("`{dotted}` of `{}` is called `{name}` now", before.path);
                RENAMED.fact(element, summary, span, c.after_span(after, now.line, now.line))
            }
            None => REMOVED.fact(element, format!("`{dotted}` of `{}` is gone", before.path), span, None),
        });
    }
}

/// Positions of a list are no names.
fn in_list(key: &Key) -> bool {
    key.path.iter().any(|part| part.bytes().all(|b| b.is_ascii_digit()))
}

/// What a manifest offers to those who install the package.
const OFFERS: &[&[&str]] = &[
    &["exports", "*"],
    &["bin", "*"],
    &["bin"],
    &["project", "scripts", "*"],
    &["tool", "poetry", "scripts", "*"],
    &["features", "*"],
];

const NAMES: &[&[&str]] = &[&["name"], &["project", "name"], &["package", "name"], &["tool", "poetry", "name"]];

fn manifest(c: &Comparison, before: &Side, after: &Side, (old, new): Sides<'_>, out: &mut Vec<Fact>) {
    for (dotted, key) in old {
        let span = c.before_span(before, key.line, key.line);
        if NAMES.iter().any(|name| key.is(name)) {
            let Some(now) = new.get(dotted).filter(|now| now.value != key.value) else { continue };
            let summary = format!("the package `{}` is called `{}` now", key.value, now.value);
            let renamed_to = Some(now.value.clone());
            let element = Element::Symbol { module: key.value.clone(), name: "*".to_owned(), renamed_to };
            out.push(NAME_CHANGED.fact(element, summary, span, c.after_span(after, now.line, now.line)));
        } else if OFFERS.iter().any(|offer| key.is(offer)) && !new.contains_key(dotted) {
            let element = Element::ConfigKey { file: before.path.clone(), key: dotted.clone() };
            out.push(ENTRY_REMOVED.fact(element, format!("the package no longer offers `{dotted}`"), span, None));
        }
    }
}
