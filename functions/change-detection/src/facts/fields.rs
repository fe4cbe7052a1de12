//! Fields of requests, answers and messages as code declares, reads and writes them.
//!
//! Only what is seen to go over the wire counts: a type that a handler of a route takes or gives, that is published or
//! (de)serialised, and keys of bodies that are read or written by name. Types that stay inside say nothing.

mod aliases;
mod bodies;
mod keys;
mod region;
pub mod strict;
mod types;
mod usage;

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::ParseStatus;
use contracts::fact::{Element, Fact, Impact};

use self::types::{Data, Field};
use self::usage::Usage;
use crate::comparison::Comparison;
use crate::facts::Rule;

const TRIGGERS: &[&str] = &["api_contract"];

/// Operations that a fact names; more say nothing more.
const MAX_CARRIERS: usize = 20;

const REMOVED: Rule = Rule {
    id: "fields.removed",
    sees: "an answer or a message no longer holds a field",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const RENAMED: Rule = Rule {
    id: "fields.renamed",
    sees: "a field of what goes over the wire gave way to exactly one other of the same type",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const REQUIRED: Rule = Rule {
    id: "fields.required",
    sees: "a request must hold a field that it need not hold before, or a new route requires it",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const UNREAD: Rule = Rule {
    id: "fields.unread",
    sees: "a field that a request or a message could hold is read no more",
    impact: Impact::Risky,
    triggers: TRIGGERS,
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED, &RENAMED, &REQUIRED, &UNREAD, &aliases::REMOVED];

/// Types whose users in unchanged files tell whether they go over the wire.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    let changed: Vec<String> =
        changes(c).into_iter().filter(Change::is_of_itself).map(|change| change.now.name).collect();
    let names: BTreeSet<&str> = changed.iter().map(String::as_str).collect();
    let holders = usage::holders(c.afters(), &names);
    holders.into_iter().map(|(holder, _)| holder).chain(changed.iter().cloned()).collect()
}

/// Facts about fields.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let changes = changes(c);
    let mut out = Vec::new();
    if !changes.is_empty() {
        let names: BTreeSet<&str> = changes.iter().map(|change| change.now.name.as_str()).collect();
        let usage = usage::of(c, &names);
        for change in &changes {
            if let Some(usage) = usage.get(change.now.name.as_str()) {
                out.extend(told(c, change, usage));
            }
        }
    }
    out.extend(bodies::facts(c));
    out
}

/// A type of a changed file, before and now.
#[derive(Debug)]
struct Change<'a> {
    /// None where it was not there.
    was: Option<Data<'a>>,
    now: Data<'a>,
}

impl Change<'_> {
    /// Its own fields are not what they were.
    fn is_of_itself(&self) -> bool {
        self.was.as_ref().is_none_or(|was| was.fields != self.now.fields)
    }
}

/// Types by name, before and now, wherever they stand: a type that only moved is the same.
fn changes(c: &Comparison) -> Vec<Change<'_>> {
    let mut before: BTreeMap<String, Vec<Data<'_>>> = BTreeMap::new();
    for data in c.befores().flat_map(types::of) {
        before.entry(data.name.clone()).or_default().push(data);
    }
    let mut out = Vec::new();
    for now in c.afters().flat_map(types::of) {
        let same = before.get(&now.name).map(Vec::as_slice).unwrap_or_default();
        let was = same.iter().find(|was| was.side.path == now.side.path).or(same.first()).cloned();
        let broken = |of: &Data<'_>| of.side.analysis.as_ref().is_some_and(|tree| tree.status != ParseStatus::Parsed);
        // What the grammar lost is not gone.
        if !was.as_ref().is_some_and(|was| broken(&now) && !broken(was)) {
            out.push(Change { was, now });
        }
    }
    out
}

fn told(c: &Comparison, change: &Change<'_>, usage: &Usage) -> Vec<Fact> {
    let mut out = Vec::new();
    if let Some(was) = change.was.as_ref().filter(|_| change.is_of_itself()) {
        lost(c, was, &change.now, usage, &mut out);
        out.extend(aliases::lost(c, was, &change.now, usage));
    }
    required(c, change, usage, &mut out);
    out
}

fn element(of: &Data<'_>, name: &str, renamed_to: Option<String>, carried_by: &BTreeSet<String>) -> Element {
    let carried_by = carried_by.iter().take(MAX_CARRIERS).cloned().collect();
    Element::Field { owner: of.name.clone(), name: name.to_owned(), renamed_to, carried_by }
}

/// Fields that the type no longer has.
fn lost(c: &Comparison, was: &Data<'_>, now: &Data<'_>, usage: &Usage, out: &mut Vec<Fact>) {
    let heir = heir(was, now);
    for (name, field) in was.fields.iter().filter(|(name, _)| !now.fields.contains_key(*name)) {
        let span = c.before_span(was.side, field.line, field.line);
        let whole = format!("`{name}` of `{}`", was.name);
        let of = |to| element(was, name, to, &usage.operations);
        out.push(match heir {
            Some((new, field)) => {
                let place = c.after_span(now.side, field.line, field.line);
                RENAMED.fact(of(Some(new.to_owned())), format!("{whole} is called `{new}` now"), span, place)
            }
            None if usage.response => REMOVED.fact(of(None), format!("{whole} was removed"), span, None),
            None => UNREAD.fact(of(None), format!("{whole} is read no more"), span, None),
        });
    }
}

/// Fields that a request must hold now, or that a new route requires.
fn required(c: &Comparison, change: &Change<'_>, usage: &Usage, out: &mut Vec<Fact>) {
    let Change { was, now } = change;
    let heir = was.as_ref().and_then(|was| heir(was, now)).map(|(name, _)| name);
    for (name, field) in now.fields.iter().filter(|(name, field)| field.required && heir != Some(name.as_str())) {
        let old = was.as_ref().and_then(|was| was.fields.get(name).map(|old| (was, old)));
        let newly = was.is_some() && usage.request && old.is_none_or(|(_, old)| !old.required);
        let carried_by = match newly {
            true => &usage.operations,
            false if !usage.new_requests.is_empty() => &usage.new_requests,
            false => continue,
        };
        let before = old.filter(|_| newly).and_then(|(was, old)| c.before_span(was.side, old.line, old.line));
        let span = c.after_span(now.side, field.line, field.line);
        let summary = format!("`{name}` of `{}` must be given", now.name);
        out.push(REQUIRED.fact(element(now, name, None, carried_by), summary, before, span));
    }
}

/// The one new field that is of the type of the one that is gone.
fn heir<'a>(was: &Data<'_>, now: &'a Data<'_>) -> Option<(&'a str, &'a Field)> {
    let mut lost = was.fields.iter().filter(|(name, _)| !now.fields.contains_key(*name));
    let mut new = now.fields.iter().filter(|(name, _)| !was.fields.contains_key(*name));
    let ((_, old), (name, field)) = (lost.next()?, new.next()?);
    (lost.next().is_none() && new.next().is_none() && old.of == field.of).then_some((name.as_str(), field))
}
