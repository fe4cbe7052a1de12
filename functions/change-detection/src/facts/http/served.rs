//! Every route of both sides with its whole path.

use std::collections::{HashMap, HashSet};

use contracts::fact::Span;

use super::reach::{Reach, gives_prefix};
use super::{Served, routes};
use crate::comparison::{Comparison, Side};

/// A route with everything that stands before its path.
#[derive(Debug, Clone)]
pub(super) struct Full<'a> {
    pub served: Served<'a>,
    /// The path as its own file has it.
    pub local: String,
    /// Something before it is not known.
    pub open: bool,
    /// Where the prefix is said, the root first.
    pub mounted: Vec<(&'a Side, u32)>,
}

/// Routes before the change, after it in files that changed or depend on what changed, and all that stand.
pub(super) struct Both<'a> {
    pub before: Vec<Full<'a>>,
    pub after: Vec<Full<'a>>,
    pub standing: Vec<Full<'a>>,
}

/// Reads them.
pub(super) fn both(c: &Comparison) -> Both<'_> {
    let counts = |side: &&Side| !outline::role::is_test(&side.path);
    let read = |noise: &Option<&str>| !matches!(noise, Some("docs" | "generated"));
    let files = || c.files.iter().filter(move |file| read(&file.noise));
    let old: Vec<&Side> = files().filter_map(|file| file.before.as_ref()).chain(&c.wiring).filter(counts).collect();
    let new: Vec<&Side> = files().filter_map(|file| file.after.as_ref()).chain(&c.wiring).filter(counts).collect();
    let known: HashSet<&str> = new.iter().map(|side| side.path.as_str()).collect();
    let rest = c.standing().filter(|side| !known.contains(side.path.as_str()));
    let all: Vec<&Side> = new.iter().copied().chain(rest).collect();
    let (was, is) = (Reach::of(old.clone()), Reach::of(all.clone()));
    let moved: HashMap<&str, &str> = c
        .files
        .iter()
        .filter_map(|f| Some((f.before.as_ref()?.path.as_str(), f.after.as_ref()?.path.as_str())))
        .collect();
    let back: HashMap<&str, &str> = moved.iter().map(|(old, new)| (*new, *old)).collect();
    let mounted_later = |path: &str| is.is_mounted(moved.get(path).copied().unwrap_or(path));
    let mounted_before = |path: &str| was.is_mounted(back.get(path).copied().unwrap_or(path));
    let named = words(c);
    let mut before: Vec<Full<'_>> = old.iter().flat_map(|side| expanded(side, &was)).collect();
    before.iter_mut().for_each(|f| f.open |= f.mounted.is_empty() && mounted_later(&f.served.side.path));
    let standing: Vec<Full<'_>> = all
        .iter()
        .flat_map(|side| expanded(side, &is))
        .filter_map(|mut f| {
            let lost = f.mounted.is_empty() && !f.open && mounted_before(&f.served.side.path);
            f.open |= lost;
            // Nobody speaks of it any more: it is no longer put anywhere.
            (!lost || named.contains(subject(&f.served.side.path))).then_some(f)
        })
        .collect();
    let fresh: HashSet<&str> = new.iter().map(|side| side.path.as_str()).collect();
    let after = standing.iter().filter(|f| fresh.contains(f.served.side.path.as_str())).cloned().collect();
    Both { before, after, standing }
}

pub(super) fn expanded<'a>(side: &'a Side, reach: &Reach<'a>) -> Vec<Full<'a>> {
    let is_prefixed =
        side.analysis.iter().flat_map(|analysis| &analysis.calls).any(|call| gives_prefix(call, "Blueprint"));
    let is_replaced = |(by, line): &(&Side, u32)| is_prefixed && reach.replaces(&by.path, *line);
    let is_replaced = &is_replaced;
    let of = |served: Served<'a>| {
        let prefixes = reach.prefixes(&side.path, &served.route);
        let local = served.route.path.clone();
        prefixes.into_iter().map(move |prefix| {
            let mut served = served.clone();
            // An unknown beginning is left out, as if nobody had looked for it.
            if !prefix.unknown && !prefix.path.is_empty() && !local.starts_with('*') {
                served.route.path = syntax::join_paths(&prefix.path, &local);
            }
            let open = prefix.unknown || prefix.at.last().is_some_and(is_replaced);
            if open {
                served.route.path.clone_from(&local);
            }
            Full { served, local: local.clone(), open, mounted: prefix.at }
        })
    };
    routes(side).into_iter().flat_map(of).collect()
}

/// What a file is called by those who mount it.
fn subject(path: &str) -> &str {
    let mut parts = path.rsplit('/').map(|part| part.split('.').next().unwrap_or(part));
    let general = ["__init__", "mod", "index", "urls", "routes", "router", "views"];
    parts.find(|part| !general.contains(part)).unwrap_or(path)
}

/// Words of changed files as they are now.
fn words(c: &Comparison) -> HashSet<&str> {
    // A file that speaks of itself says nothing.
    let speaks = |side: &&Side| side.analysis.as_ref().is_some_and(|analysis| !analysis.imports.is_empty());
    c.afters().filter(speaks).flat_map(words_of).filter(|word| word.len() > 1).collect()
}

fn words_of(side: &Side) -> impl Iterator<Item = &str> {
    side.text().split(|c: char| !c.is_alphanumeric() && c != '_')
}

impl Full<'_> {
    /// The line that decides the path: of a mount that changed, else of the route.
    pub(super) fn span(&self, c: &Comparison, changed: &HashSet<&str>, before: bool) -> Option<Span> {
        let cut = |side: &Side, start, end| {
            if before { c.before_span(side, start, end) } else { c.after_span(side, start, end) }
        };
        let is_changed = |(side, _): &&(&Side, u32)| changed.contains(side.path.as_str());
        match self.mounted.iter().find(is_changed).or(self.mounted.last()) {
            Some((side, line)) => cut(side, *line, *line),
            None => cut(self.served.side, self.served.route.start, self.served.route.end),
        }
    }
}
