//! Differences of documents as facts: their elements, their words, their lines.

use contracts::fact::{Element, Fact};

use super::document::{Document, Lines};
use super::renamed;
use super::shape::{Difference, What};
use crate::comparison::Comparison;
use crate::facts::Rule;

/// A fact before its lines are cut.
#[derive(Debug)]
pub(super) struct Draft {
    pub rule: &'static Rule,
    pub element: Element,
    pub summary: String,
    /// Pointer into the document before.
    pub before: Option<String>,
    /// Pointer into the document after.
    pub after: Option<String>,
}

impl Draft {
    /// A difference of two schemas, in words.
    pub(super) fn of(rule: &'static Rule, found: &Difference) -> Self {
        let name = if found.name.is_empty() { "*" } else { &found.name };
        let whole =
            if found.name.is_empty() { format!("`{}`", found.owner) } else { format!("`{name}` of `{}`", found.owner) };
        let element = |to: Option<String>| renamed(&found.owner, name, to);
        let (element, summary) = match &found.what {
            What::Removed => (element(None), format!("{whole} was removed")),
            What::Renamed(new) => (element(Some(new.clone())), format!("{whole} is called `{new}` now")),
            What::Required => (element(None), format!("{whole} must be given")),
            What::Type(was, now) => (element(None), format!("{whole} is {now} now, before {was}")),
            What::EnumValue(value) => {
                let owner =
                    if found.name.is_empty() { found.owner.clone() } else { format!("{}.{}", found.owner, found.name) };
                (renamed(&owner, value, None), format!("{whole} may no longer be `{value}`"))
            }
        };
        Self { rule, element, summary, before: found.before.clone(), after: found.after.clone() }
    }
}

/// The facts, with the lines that the pointers lead to.
pub(super) fn facts(c: &Comparison, old: &Document<'_>, new: &Document<'_>, drafts: Vec<Draft>) -> Vec<Fact> {
    if drafts.is_empty() {
        return Vec::new();
    }
    let (was, now) = (Lines::of(old.side), Lines::of(new.side));
    let fact = |draft: Draft| {
        let before = draft.before.and_then(|pointer| {
            let line = was.line(&pointer);
            c.before_span(old.side, line, line)
        });
        let after = draft.after.and_then(|pointer| {
            let line = now.line(&pointer);
            c.after_span(new.side, line, line)
        });
        draft.rule.fact(draft.element, draft.summary, before, after)
    };
    drafts.into_iter().map(fact).collect()
}
