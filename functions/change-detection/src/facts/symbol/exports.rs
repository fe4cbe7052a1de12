//! What the changed files export, looked up once.

use std::collections::{HashMap, HashSet};

use contracts::analysis::{Symbol, SymbolKind};
use contracts::fact::FileStatus;

use crate::comparison::{Changed, Comparison, Side};

/// Every exported name of every changed file, looked up once: a moved folder asks for each of them.
pub(super) struct Exports<'a> {
    pub(super) files: Vec<File<'a>>,
    /// Where a name is exported now: the file's index, and the symbol.
    now: HashMap<Name<'a>, Vec<(usize, &'a Symbol)>>,
}

/// A symbol's name and what it is a member of.
pub(super) type Name<'a> = (&'a str, Option<&'a str>);

/// A changed file with what it exported and exports.
pub(super) struct File<'a> {
    at: usize,
    pub(super) changed: &'a Changed,
    pub(super) before: Vec<&'a Symbol>,
    pub(super) after: Vec<&'a Symbol>,
    pub(super) before_names: HashSet<Name<'a>>,
    pub(super) after_names: HashSet<Name<'a>>,
    /// The same, dotted, as members name what they are in.
    before_full: HashSet<String>,
    after_full: HashSet<String>,
}

impl<'a> Exports<'a> {
    pub(super) fn of(c: &'a Comparison) -> Self {
        let mut now: HashMap<Name<'a>, Vec<(usize, &'a Symbol)>> = HashMap::new();
        let files: Vec<File<'a>> = c.looked_at().enumerate().map(|(at, changed)| File::of(at, changed)).collect();
        for file in &files {
            for symbol in &file.after {
                now.entry(name(symbol)).or_default().push((file.at, symbol));
            }
        }
        Self { files, now }
    }

    /// Where else among the changed files it is exported now and was not before.
    pub(super) fn elsewhere(&self, file: &File<'a>, symbol: &'a Symbol) -> Option<(&'a Side, &'a Symbol)> {
        let places = self.now.get(&name(symbol))?;
        places.iter().find_map(|(at, now)| {
            let other = &self.files[*at];
            let renamed = other.changed.status == FileStatus::Renamed;
            let known = !renamed && (other.at == file.at || other.before_names.contains(&name(symbol)));
            if known { None } else { Some((other.changed.after.as_ref()?, *now)) }
        })
    }
}

impl<'a> File<'a> {
    fn of(at: usize, changed: &'a Changed) -> Self {
        let before: Vec<&Symbol> = changed.before.iter().flat_map(exported).collect();
        let after: Vec<&Symbol> = changed.after.iter().flat_map(exported).collect();
        let names = |symbols: &[&'a Symbol]| symbols.iter().map(|symbol| name(symbol)).collect();
        let full = |symbols: &[&Symbol]| symbols.iter().map(|symbol| full_name(symbol)).collect();
        Self {
            at,
            changed,
            before_names: names(&before),
            after_names: names(&after),
            before_full: full(&before),
            after_full: full(&after),
            before,
            after,
        }
    }

    /// The type around it is gone or moved as a whole: one fact about the type is enough.
    pub(super) fn container_gone(&self, symbol: &Symbol) -> bool {
        let Some(container) = &symbol.container else { return false };
        let holds = |symbols: &HashSet<String>| symbols.contains(container);
        holds(&self.before_full) && !holds(&self.after_full)
    }
}

pub(super) fn name(symbol: &Symbol) -> Name<'_> {
    (&symbol.name, symbol.container.as_deref())
}

fn exported(side: &Side) -> Vec<&Symbol> {
    let Some(analysis) = &side.analysis else { return Vec::new() };
    let visible = |symbol: &Symbol| symbol.exported || is_public_member(symbol, &analysis.symbols);
    let named = |symbol: &&Symbol| visible(symbol) && symbol.kind != SymbolKind::Section && !symbol.name.is_empty();
    // A handler is called by its route, not by its name.
    let serves =
        |symbol: &&Symbol| analysis.routes.iter().any(|route| route.handler.as_deref() == Some(symbol.name.as_str()));
    let found = analysis.symbols.iter().filter(named).filter(|symbol| !serves(symbol));
    found.filter(|symbol| !inside_function(symbol, &analysis.symbols)).collect()
}

/// A member that says `public` of a type that is exported further down.
fn is_public_member(symbol: &Symbol, all: &[Symbol]) -> bool {
    let container = symbol.container.as_ref();
    symbol.signature.starts_with("public ")
        && container.is_some_and(|c| all.iter().any(|s| s.exported && full_name(s) == *c))
}

/// Local definitions are nobody else's business, however they are spelt.
fn inside_function(symbol: &Symbol, all: &[Symbol]) -> bool {
    let Some(container) = &symbol.container else { return false };
    all.iter().any(|other| {
        matches!(other.kind, SymbolKind::Function | SymbolKind::Method)
            && other.start <= symbol.start
            && other.end >= symbol.end
            && container.split('.').any(|part| part == other.name)
    })
}

pub(super) fn full_name(symbol: &Symbol) -> String {
    match &symbol.container {
        Some(container) => format!("{container}.{}", symbol.name),
        None => symbol.name.clone(),
    }
}
