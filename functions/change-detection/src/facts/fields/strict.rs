//! Sections of a configuration in which a key that nobody knows is refused now, and was passed over before.
//!
//! The element's key lists what is known there: `server.{host,port}`, or `{server,log}` for the whole file. Only types that
//! the file names as those of one configuration file are looked at, and what they hold by name.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{Symbol, SymbolKind};
use contracts::fact::{Element, Fact, Impact};

use super::types::{self, Data};
use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const REFUSED: Rule = Rule {
    id: "config.unknown.refused",
    sees: "a key of a configuration file that the program does not know is an error now",
    impact: Impact::Breaking,
    triggers: &["configuration"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REFUSED];

/// Sections of sections that are followed.
const MAX_ROUNDS: usize = 4;

/// Known keys that a fact names; a section with more says nothing.
const MAX_KEYS: usize = 60;

/// Types of one file; more are written by a program.
const MAX_TYPES: usize = 300;

/// Files that a text of code names for other reasons than that it reads them.
const OTHERS: &[&str] = &["Cargo.toml", "pyproject.toml", "package.json", "tsconfig.json", "pnpm-workspace.yaml"];

/// What the type of a whole file is called.
const ROOTS: &[&str] = &["Config", "Configuration", "Settings", "Options", "Conf", "Manifest"];

/// Facts about sections that became strict.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for side in c.afters() {
        let strict = strict(side);
        if strict.is_empty() {
            continue;
        }
        let loose = |name: &str| {
            let mut before = c.befores().filter(|old| declares(old, name)).peekable();
            before.peek().is_some() && !before.any(|old| self::strict(old).contains(name))
        };
        let files = files(side.text());
        let sections = sections(side);
        for (section, data) in sections.iter().filter(|(_, data)| strict.contains(&data.name) && loose(&data.name)) {
            let mut known: BTreeSet<&str> = data.fields.keys().map(String::as_str).collect();
            known.extend(data.fields.values().flat_map(|field| &field.aliases).map(String::as_str));
            if known.len() > MAX_KEYS {
                continue;
            }
            let line = place(side, &data.name);
            for file in &files {
                let list = known.iter().copied().collect::<Vec<_>>().join(",");
                let key = if section.is_empty() { format!("{{{list}}}") } else { format!("{section}.{{{list}}}") };
                let whole = if section.is_empty() { file.clone() } else { format!("[{section}] of {file}") };
                let element = Element::ConfigKey { file: file.clone(), key };
                let summary = format!("`{whole}` takes no other keys than those it knows");
                out.push(REFUSED.fact(element, summary, None, c.after_span(side, line, line.saturating_add(2))));
            }
        }
    }
    out
}

/// Types of a file that refuse what they do not know. A field that takes all the rest makes them open again.
fn strict(side: &Side) -> BTreeSet<String> {
    let Some(analysis) = &side.analysis else { return BTreeSet::new() };
    if !side.text().contains("forbid") && !side.text().contains("deny_unknown_fields") {
        return BTreeSet::new();
    }
    let of = |symbol: &&Symbol| matches!(symbol.kind, SymbolKind::Class | SymbolKind::Type);
    let is_strict = |symbol: &&Symbol| match analysis.language.as_str() {
        "rust" => {
            let flat = || lines(side, symbol).any(|line| line.contains("serde(flatten"));
            symbol.decorators.iter().any(|d| d.contains("deny_unknown_fields")) && !flat()
        }
        "python" => {
            let forbids = |line: &str| {
                let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
                ["extra=\"forbid\"", "extra='forbid'", "extra=Extra.forbid"].iter().any(|word| line.contains(word))
            };
            lines(side, symbol).any(forbids)
        }
        _ => false,
    };
    analysis.symbols.iter().filter(of).take(MAX_TYPES).filter(is_strict).map(|symbol| symbol.name.clone()).collect()
}

fn lines<'a>(side: &'a Side, symbol: &Symbol) -> impl Iterator<Item = &'a str> + use<'a> {
    let count = symbol.end.saturating_sub(symbol.start).saturating_add(1) as usize;
    side.text().lines().skip(symbol.start.saturating_sub(1) as usize).take(count)
}

fn declares(side: &Side, name: &str) -> bool {
    let all = side.analysis.iter().flat_map(|analysis| &analysis.symbols);
    all.into_iter().any(|s| s.name == name && matches!(s.kind, SymbolKind::Class | SymbolKind::Type))
}

fn place(side: &Side, name: &str) -> u32 {
    let all = side.analysis.iter().flat_map(|analysis| &analysis.symbols);
    all.into_iter().find(|s| s.name == name).map_or(1, |symbol| symbol.start)
}

/// Configuration files that a text names: one, for of several nobody can tell which is meant.
fn files(text: &str) -> Vec<String> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))) {
        let word = word.trim_matches('.');
        let stem = [".toml", ".yaml", ".yml", ".json"].iter().find_map(|end| word.strip_suffix(end));
        let named = |stem: &str| stem.len() >= 3 && stem.starts_with(|c: char| c.is_ascii_alphabetic());
        if stem.is_some_and(named) && !OTHERS.contains(&word) {
            found.insert(word);
        }
    }
    if found.len() == 1 { found.into_iter().map(str::to_owned).collect() } else { Vec::new() }
}

/// Types of the file by their section: those that no other one holds are the whole file, and from there by their fields.
fn sections(side: &Side) -> BTreeMap<String, Data<'_>> {
    let all = types::of(side);
    if all.len() > MAX_TYPES {
        return BTreeMap::new();
    }
    let is_of = |of: &str, name: &str| of == name || of == format!("Option<{name}>") || of == format!("{name} | None");
    let held = |data: &&Data<'_>| all.iter().any(|by| by.fields.values().any(|field| mentions(&field.of, &data.name)));
    let roots: Vec<&Data<'_>> = all.iter().filter(|data| !held(data)).filter(|data| holds(data, &all)).collect();
    // Of several types that nobody holds the one that is called so is the file.
    let named = || roots.iter().filter(|data| ROOTS.contains(&data.name.as_str()));
    let root = if roots.len() == 1 { roots.first() } else { named().next().filter(|_| named().count() == 1) };
    let Some(root) = root else { return BTreeMap::new() };
    let mut out = BTreeMap::from([(String::new(), (*root).clone())]);
    for _ in 0..MAX_ROUNDS {
        let mut more = Vec::new();
        for (section, data) in &out {
            for (key, field) in &data.fields {
                let Some(of) = all.iter().find(|other| is_of(&field.of, &other.name)) else { continue };
                more.push((if section.is_empty() { key.clone() } else { format!("{section}.{key}") }, of.clone()));
            }
        }
        let before = out.len();
        for (section, data) in more {
            out.entry(section).or_insert(data);
        }
        if out.len() == before || out.len() > 200 {
            break;
        }
    }
    out
}

fn mentions(of: &str, name: &str) -> bool {
    outline::code::words(of, name).next().is_some()
}

fn holds(data: &Data<'_>, all: &[Data<'_>]) -> bool {
    data.fields.values().any(|field| all.iter().any(|other| mentions(&field.of, &other.name)))
}
