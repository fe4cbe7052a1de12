//! Keys of bodies and messages that a handler reads or writes by name.

mod access;

use std::collections::BTreeMap;

use contracts::fact::{Element, Fact, Span};

use self::access::{Access, reads, writes};
use super::keys::Lines;
use super::region::{Region, handlers, regions};
use super::{MAX_CARRIERS, REMOVED, RENAMED, UNREAD};
use crate::comparison::{Comparison, Side};

/// Facts about keys.
pub(super) fn facts(c: &Comparison) -> Vec<Fact> {
    let (were, are) = (handlers(c.befores().chain(&c.kept)), handlers(c.afters().chain(&c.kept)));
    let was_read = readers(c.befores().flat_map(|side| regions(side, &were)));
    let is_read = readers(c.afters().flat_map(|side| regions(side, &are)));
    // As many handlers read it as before: it moved from one to another.
    let moved = |name: &str| is_read.get(name) >= was_read.get(name);
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        let now = regions(after, &are);
        for old in regions(before, &were) {
            let same = |new: &&Region<'_>| match old.symbol {
                Some(symbol) => new.name == old.name && new.symbol.is_some_and(|s| s.container == symbol.container),
                None => new.symbol.is_none() && new.operations == old.operations,
            };
            // A handler that stands twice, or nowhere, cannot be held against itself.
            let mut heirs = now.iter().filter(same);
            if let (Some(new), None) = (heirs.next(), heirs.next())
                && old.text != new.text
            {
                Handler { c, old: &old, new, sides: (before, after), moved: &moved }.compare(&mut out);
            }
        }
    }
    out
}

/// How many handlers read a key, by its name.
fn readers<'a>(regions: impl Iterator<Item = Region<'a>>) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    for name in regions.flat_map(|region| reads(&region).keys.into_keys()) {
        *out.entry(name).or_default() += 1;
    }
    out
}

struct Handler<'a> {
    c: &'a Comparison,
    old: &'a Region<'a>,
    new: &'a Region<'a>,
    sides: (&'a Side, &'a Side),
    moved: &'a dyn Fn(&str) -> bool,
}

impl Handler<'_> {
    fn compare(&self, out: &mut Vec<Fact>) {
        self.reads(out);
        self.writes(out);
    }

    /// Keys that were read. Where nothing else of the body is read any more, it is read somewhere else.
    fn reads(&self, out: &mut Vec<Fact>) {
        let (was, now) = (reads(self.old), reads(self.new));
        let kept = was.keys.iter().any(|(name, _)| now.keys.contains_key(name));
        if !kept || now.handed_on > was.handed_on {
            return;
        }
        let lost = differing(&was, &now);
        let new = differing(&now, &was);
        for (name, at) in lost.iter().filter(|(name, _)| !(self.moved)(name)) {
            let owner = self.old.owner();
            let span = self.before(*at);
            let whole = format!("`{name}` of `{owner}`");
            out.push(match (lost.len(), new.iter().next(), new.len()) {
                (1, Some((heir, place)), 1) => {
                    let element = self.element(&owner, name, Some((*heir).clone()));
                    RENAMED.fact(element, format!("{whole} is called `{heir}` now"), span, self.after(*place))
                }
                _ => UNREAD.fact(self.element(&owner, name, None), format!("{whole} is read no more"), span, None),
            });
        }
    }

    /// Keys that were written, answer by answer and topic by topic.
    fn writes(&self, out: &mut Vec<Fact>) {
        let (was, now) = (writes(self.old), writes(self.new));
        for (topic, old) in &was {
            let Some(new) = now.get(topic).filter(|new| !new.open && !old.open) else { continue };
            if !old.keys.keys().any(|name| new.keys.contains_key(name)) {
                continue;
            }
            let owner = if topic.is_empty() { self.old.owner() } else { topic.clone() };
            let (lost, gained) = (differing(old, new), differing(new, old));
            for (name, at) in &lost {
                let whole = format!("`{name}` of `{owner}`");
                let span = self.before(*at);
                out.push(match (lost.len(), gained.iter().next(), gained.len()) {
                    (1, Some((heir, place)), 1) if old.values.get(*name) == new.values.get(*heir) => {
                        let element = self.element(&owner, name, Some((*heir).clone()));
                        RENAMED.fact(element, format!("{whole} is called `{heir}` now"), span, self.after(*place))
                    }
                    _ => REMOVED.fact(self.element(&owner, name, None), format!("{whole} was removed"), span, None),
                });
            }
        }
    }

    fn element(&self, owner: &str, name: &str, renamed_to: Option<String>) -> Element {
        let others = self.old.operations.iter().filter(|operation| *operation != owner);
        let carried_by = others.take(MAX_CARRIERS).cloned().collect();
        Element::Field { owner: owner.to_owned(), name: name.to_owned(), renamed_to, carried_by }
    }

    fn before(&self, at: usize) -> Option<Span> {
        let line = Lines::of(self.sides.0.text()).line(self.old.start + at);
        self.c.before_span(self.sides.0, line, line)
    }

    fn after(&self, at: usize) -> Option<Span> {
        let line = Lines::of(self.sides.1.text()).line(self.new.start + at);
        self.c.after_span(self.sides.1, line, line)
    }
}

/// Keys of the one that the other lacks, with where they stand.
fn differing<'a>(one: &'a Access, other: &Access) -> BTreeMap<&'a String, usize> {
    one.keys.iter().filter(|(name, _)| !other.keys.contains_key(*name)).map(|(name, at)| (name, *at)).collect()
}
