//! Values of an environment variable that a program took before and refuses now.
//!
//! Only where a branch over the variable ends in giving up is the list of its values complete.

mod branches;

use std::collections::BTreeSet;

use contracts::fact::{Element, Fact, Impact};

use self::branches::{Branch, branches};
use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const REMOVED: Rule = Rule {
    id: "env.value.removed",
    sees: "a value of an environment variable is refused that was taken before",
    impact: Impact::Breaking,
    triggers: &["configuration", "deployment"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED];

/// A change that drops more values than this rewrites the program.
const MAX_LOST: usize = 50;

/// Variables whose values became fewer, as code names them.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    let lost = lost(c);
    let names: BTreeSet<&str> = lost.iter().map(|(_, branch, _, _)| branch.variable.as_str()).collect();
    names.into_iter().flat_map(|name| [format!("${{{name}"), format!("${name}"), format!("\"{name}\"")]).collect()
}

/// Facts about values.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let (mut out, lost) = (Vec::new(), lost(c));
    if lost.is_empty() || lost.len() > MAX_LOST {
        return out;
    }
    let standing: Vec<&Side> = c.standing().filter(|side| reads_variables(side)).collect();
    let known: Vec<Branch> = standing.iter().flat_map(|side| branches(side.text())).collect();
    for (side, branch, value, line) in lost {
        let name = branch.variable.as_str();
        let takes = |now: &Branch| now.variable == name && now.values.iter().any(|(other, _)| *other == value);
        if known.iter().any(takes) || standing.iter().any(|side| compares(side.text(), name, &value)) {
            continue;
        }
        let refuses =
            |side: &Side| branches(side.text()).into_iter().find(|now| now.variable == name && now.refuses_others);
        let Some((now, at)) = c.afters().find_map(|side| Some((side, refuses(side)?.line))) else { continue };
        let element = Element::Env { name: format!("{name}={value}"), renamed_to: None };
        let summary = format!("`{value}` is no value of `{name}` any more");
        out.push(REMOVED.fact(element, summary, c.before_span(side, line, line), c.after_span(now, at, at)));
    }
    out
}

/// Values that the branches of a changed file no longer have, with their lines before.
fn lost(c: &Comparison) -> Vec<(&Side, Branch, String, u32)> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        if !reads_variables(before) || before.text() == after.text() {
            continue;
        }
        let now = branches(after.text());
        for old in branches(before.text()) {
            let same = || now.iter().filter(|branch| branch.variable == old.variable);
            if same().next().is_none() {
                continue;
            }
            for (value, line) in &old.values {
                if !same().any(|branch| branch.values.iter().any(|(other, _)| other == value)) {
                    out.push((before, old.clone(), value.clone(), *line));
                }
            }
        }
    }
    out
}

/// Files that a shell or a program reads variables in; those of data only set them.
fn reads_variables(side: &Side) -> bool {
    const READ: &[&str] = &["bash", "javascript", "typescript", "tsx", "go", "java", "kotlin", "php", "python"];
    side.analysis.as_ref().is_some_and(|tree| READ.contains(&tree.language.as_str()))
}

/// The variable and the value stand on one line: compared, or given.
fn compares(text: &str, name: &str, value: &str) -> bool {
    let has = |line: &str, word: &str| {
        line.match_indices(word).any(|(at, _)| {
            let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
            !line[..at].ends_with(part) && !line[at + word.len()..].starts_with(part)
        })
    };
    text.lines().any(|line| line.len() <= 2_000 && has(line, name) && has(line, value))
}
