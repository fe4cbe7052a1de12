//! Environment variables: reads that appear, vanish, change their default or become a must.

mod declared;
mod macros;
mod refused;

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::EnvRead;
use contracts::fact::{Element, Fact, Impact};

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const REMOVED: Rule = Rule {
    id: "env.removed",
    sees: "an environment variable is read and named nowhere in the repository any more",
    impact: Impact::Risky,
    triggers: &["configuration", "deployment"],
};

const RENAMED: Rule = Rule {
    id: "env.renamed",
    sees: "an environment variable gave way to exactly one other on the same line",
    impact: Impact::Breaking,
    triggers: &["configuration", "deployment"],
};

const REQUIRED: Rule = Rule {
    id: "env.required",
    sees: "the program does not start without an environment variable that it did not need before",
    impact: Impact::Breaking,
    triggers: &["configuration", "deployment"],
};

const REFUSED: Rule = Rule {
    id: "env.required_for_requests",
    sees: "requests are refused unless a new environment variable lists who may ask",
    impact: Impact::Breaking,
    triggers: &["configuration", "deployment"],
};

const DEFAULT: Rule = Rule {
    id: "env.default_changed",
    sees: "the default of an environment variable is another one",
    impact: Impact::Risky,
    triggers: &["configuration", "deployment"],
};

const ADDED: Rule = Rule {
    id: "env.added",
    sees: "an environment variable that may be set and need not be",
    impact: Impact::Additive,
    triggers: &["configuration"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED, &RENAMED, &REQUIRED, &REFUSED, &DEFAULT, &ADDED];

/// Names that are no longer in the changed files.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    let after: BTreeSet<String> = c.afters().flat_map(mentions).map(|(name, _)| name).collect();
    c.befores().flat_map(mentions).map(|(name, _)| name).filter(|name| !after.contains(name)).collect()
}

/// Facts about the environment.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let standing: BTreeSet<String> = c.standing().flat_map(mentions).map(|(name, _)| name).collect();
    let mut out = removed(c, &standing);
    let renamed: BTreeSet<String> = out.iter().filter_map(heir).collect();
    let old_reads = reads(c.befores());
    let kept_names: BTreeSet<String> = c.kept.iter().flat_map(mentions).map(|(name, _)| name).collect();
    for (name, (side, read)) in reads(c.afters()) {
        let old = old_reads.get(&name);
        let kept = kept_names.contains(&name);
        let before = old.and_then(|(side, read)| c.before_span(side, read.line, read.line));
        let after = c.after_span(side, read.line, read.line);
        let element = Element::Env { name: name.clone(), renamed_to: None };
        let required = read.required && read.default.is_none() || refused::to_start(side, read);
        let refuses = || refused::requests(side, read) && !old.is_some_and(|(side, was)| refused::requests(side, was));
        match old {
            None if kept || renamed.contains(&name) => {}
            _ if !kept && refuses() => {
                let summary = format!("requests are refused unless `{name}` lists who may ask");
                out.push(REFUSED.fact(element, summary, before, after));
            }
            None if required => out.push(REQUIRED.fact(element, format!("`{name}` must be set now"), before, after)),
            None => out.push(ADDED.fact(element, format!("`{name}` may be set now"), before, after)),
            Some((before_side, was)) if required && !was.required && !refused::to_start(before_side, was) => {
                out.push(REQUIRED.fact(element, format!("`{name}` must be set now"), before, after));
            }
            Some((_, was)) if was.default != read.default && was.default.is_some() => {
                out.push(DEFAULT.fact(element, default_changed(&name, was, read), before, after));
            }
            Some(_) => {}
        }
    }
    let more = declared::facts(c, &out);
    out.extend(more);
    out
}

fn default_changed(name: &str, was: &EnvRead, read: &EnvRead) -> String {
    let told = |read: &EnvRead| read.default.clone().map_or("none".to_owned(), |d| format!("`{d}`"));
    format!("the default of `{name}` was {}, now {}", told(was), told(read))
}

fn heir(fact: &Fact) -> Option<String> {
    match &fact.element {
        Element::Env { renamed_to, .. } => renamed_to.clone(),
        _ => None,
    }
}

fn removed(c: &Comparison, standing: &BTreeSet<String>) -> Vec<Fact> {
    let (mut out, mut told) = (Vec::new(), BTreeSet::new());
    for file in c.looked_at() {
        let Some(before) = &file.before else { continue };
        for (name, line) in mentions(before) {
            if standing.contains(&name) || !told.insert(name.clone()) {
                continue;
            }
            let heir = file.after.as_ref().and_then(|after| heir_of(before, after, &name, line));
            let before_span = c.before_span(before, line, line);
            let after_span = match (&heir, &file.after) {
                (Some((_, line)), Some(after)) => c.after_span(after, *line, *line),
                _ => None,
            };
            let renamed_to = heir.map(|(name, _)| name);
            let (rule, summary) = match &renamed_to {
                Some(new) => (&RENAMED, format!("`{name}` is called `{new}` now")),
                None => (&REMOVED, format!("`{name}` is no longer read")),
            };
            out.push(rule.fact(Element::Env { name, renamed_to }, summary, before_span, after_span));
        }
    }
    out
}

/// The variable that took this one's place: the line is the same but for the name, and only one line is.
fn heir_of(before: &Side, after: &Side, name: &str, line: u32) -> Option<(String, u32)> {
    let old_line = before.text().lines().nth(line.checked_sub(1)? as usize)?;
    let (head, tail) = old_line.split_once(name)?;
    let had: BTreeSet<String> = mentions(before).into_iter().map(|(name, _)| name).collect();
    let mut heirs = mentions(after).into_iter().filter(|(new, at)| {
        let now = after.text().lines().nth(at.saturating_sub(1) as usize).unwrap_or("");
        !had.contains(new) && now.split_once(new.as_str()) == Some((head, tail))
    });
    let heir = heirs.next()?;
    heirs.next().is_none().then_some(heir)
}

/// The first read of each variable.
fn reads<'a>(sides: impl Iterator<Item = &'a Side>) -> BTreeMap<String, (&'a Side, &'a EnvRead)> {
    let mut out = BTreeMap::new();
    for side in sides {
        for read in side.analysis.iter().flat_map(|analysis| &analysis.env) {
            out.entry(read.name.clone()).or_insert((side, read));
        }
    }
    out
}

/// Every variable that a file reads, sets or names in a text, with the first line of each.
fn mentions(side: &Side) -> Vec<(String, u32)> {
    let (mut out, mut known) = (Vec::new(), BTreeSet::new());
    if let Some(analysis) = &side.analysis {
        for read in &analysis.env {
            // What is read from the environment is a variable, however it is spelt.
            if !read.name.is_empty() && known.insert(read.name.clone()) {
                out.push((read.name.clone(), read.line));
            }
        }
    }
    for (name, line) in macros::variables(side) {
        if known.insert(name.clone()) {
            out.push((name, line));
        }
    }
    let mut note = |name: &str, line: u32| {
        if is_variable(name) && known.insert(name.to_owned()) {
            out.push((name.to_owned(), line));
        }
    };
    for literal in side.analysis.iter().flat_map(|analysis| &analysis.literals) {
        note(&literal.text, literal.line);
    }
    if declares_environment(&side.path) {
        for (at, line) in side.text().lines().enumerate() {
            let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
            words(line).for_each(|word| note(word, number));
        }
    }
    out
}

/// Files in which a word in capitals with an underscore is a variable.
fn declares_environment(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let by_format = outline::format_of(path) == Some(outline::Format::Env);
    by_format
        || name.contains("compose")
        || name.contains("dockerfile")
        || name.ends_with(".sh")
        || name.ends_with(".yml")
        || name.ends_with(".yaml")
        || name.ends_with(".tpl")
        || name.ends_with(".tf")
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    let line = if line.trim_start().starts_with('#') && !line.contains('=') { "" } else { line };
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// `TWO_WORDS` in capitals: one word alone is as often a constant, a heading or a status.
fn is_variable(word: &str) -> bool {
    let parts: Vec<&str> = word.split('_').collect();
    word.len() >= 6
        && parts.len() >= 2
        && parts.iter().all(|part| !part.is_empty())
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_variable_looks_like() {
        for good in ["API_KEY", "A2_BASE_URL", "X_Y_ZZ"] {
            assert!(is_variable(good), "{good}");
        }
        for bad in ["PORT", "Api_Key", "_X_YZZZ", "X__YYY", "TODO", "9_ABCD", "A_B"] {
            assert!(!is_variable(bad), "{bad}");
        }
    }
}
