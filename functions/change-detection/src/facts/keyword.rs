//! Keywords that callables of Python took and take no more, also where a class only inherits what takes them.

mod parameters;

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{Symbol, SymbolKind};
use contracts::fact::{Element, Fact, Impact};

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;
use parameters::Parameters;

const REMOVED: Rule = Rule {
    id: "symbol.keyword.removed",
    sees: "a function, method or constructor no longer takes an argument by this name",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED];

/// Folders and files that nobody imports.
const NOT_IMPORTED: &[&str] =
    &["scripts", "examples", "example", "docs", "benches", "benchmarks", "migrations", "setup", "noxfile", "internal"];

/// Classes that inherit from one that inherits …: nobody goes deeper.
const MAX_GENERATIONS: usize = 5;

/// Facts about keywords.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        if is_imported(before) && is_imported(after) {
            compare(c, before, after, &mut out);
        }
    }
    out
}

/// Code that others may import. A leading underscore hides nothing here: a package hands out what its private modules hold.
fn is_imported(side: &Side) -> bool {
    let folders = side.path.split(['/', '.']);
    side.analysis.as_ref().is_some_and(|analysis| analysis.language == "python")
        && !side.path.starts_with('.')
        && !folders.into_iter().any(|part| NOT_IMPORTED.contains(&part))
}

fn compare(c: &Comparison, before: &Side, after: &Side, out: &mut Vec<Fact>) {
    let (old, new) = (callables(before), callables(after));
    let bases = bases(after);
    for (callable, was) in &old {
        let Some(now) = new.get(callable).filter(|now| !now.open) else { continue };
        let lost: Vec<_> = was.named.iter().filter(|given| !now.takes(&given.name)).collect();
        for given in &lost {
            let heir = now.heir(was, given).filter(|_| lost.len() == 1);
            for name in heirs(callable, &old, &new, &bases).into_iter().filter(|name| is_public(name)) {
                let element = Element::Symbol {
                    module: c.packages.module_of(&before.path, "python"),
                    name: format!("{name}({})", given.name),
                    renamed_to: heir.map(str::to_owned),
                };
                let summary = format!("`{name}` no longer takes `{}`", given.name);
                let (there, here) =
                    (c.before_span(before, given.line, given.line), c.after_span(after, now.line, now.line));
                out.push(REMOVED.fact(element, summary, there, here));
            }
        }
    }
}

/// The callable and the classes that only inherit it.
fn heirs(
    callable: &str,
    old: &BTreeMap<String, Parameters>,
    new: &BTreeMap<String, Parameters>,
    bases: &BTreeMap<String, Vec<String>>,
) -> BTreeSet<String> {
    let mut out = BTreeSet::from([callable.to_owned()]);
    let own = |name: &str| old.contains_key(name) || new.contains_key(name);
    let method = callable.rsplit_once('.').filter(|(class, _)| bases.contains_key(*class)).map(|(_, method)| method);
    for _ in 0..MAX_GENERATIONS {
        let known = out.len();
        for (class, of) in bases {
            let whole = |class: &str| method.map_or(class.to_owned(), |method| format!("{class}.{method}"));
            if !own(&whole(class)) && of.iter().any(|base| out.contains(&whole(base))) {
                out.insert(whole(class));
            }
        }
        if out.len() == known {
            break;
        }
    }
    out
}

/// What a caller can write: `connect`, `Client` for its constructor, `Client.send`; each with all that its definitions take.
fn callables(side: &Side) -> BTreeMap<String, Parameters> {
    let Some(analysis) = &side.analysis else { return BTreeMap::new() };
    let classes: BTreeMap<String, &Symbol> =
        analysis.symbols.iter().filter(|s| s.kind == SymbolKind::Class).map(|s| (full_name(s), s)).collect();
    let served: BTreeSet<&str> = analysis.routes.iter().filter_map(|route| route.handler.as_deref()).collect();
    let lines = parameters::Lines::of(side.text());
    let mut out: BTreeMap<String, Parameters> = BTreeMap::new();
    let functions = analysis.symbols.iter().filter(|s| matches!(s.kind, SymbolKind::Function | SymbolKind::Method));
    for symbol in functions.filter(|s| !served.contains(s.name.as_str()) && !is_property(s)) {
        // A function inside of a function is nobody else's.
        let member = match &symbol.container {
            None => false,
            Some(container) if classes.contains_key(container) => true,
            Some(_) => continue,
        };
        let Some(found) = parameters::read(&lines, symbol, member) else { continue };
        out.entry(called(symbol)).or_insert_with(|| Parameters::at(symbol.start)).join(found);
    }
    for (name, class) in classes.iter().filter(|(_, class)| is_record(class)) {
        out.entry(name.clone()).or_insert_with(|| parameters::of_record(name, class, &analysis.symbols));
    }
    out
}

/// How callers write it: a class is called by its own name.
fn called(symbol: &Symbol) -> String {
    match (&symbol.container, symbol.name.as_str()) {
        (Some(class), "__init__" | "__new__") => class.clone(),
        _ => full_name(symbol),
    }
}

fn full_name(symbol: &Symbol) -> String {
    symbol.container.as_ref().map_or_else(|| symbol.name.clone(), |around| format!("{around}.{}", symbol.name))
}

fn is_public(name: &str) -> bool {
    name.split('.').all(|part| !part.starts_with('_'))
}

/// Read and written like a field, never called.
fn is_property(symbol: &Symbol) -> bool {
    symbol.decorators.iter().any(|text| text.contains("property") || text.ends_with(".setter"))
}

/// Its fields are its keywords: <https://docs.python.org/3/library/dataclasses.html>, <https://www.attrs.org>.
fn is_record(class: &Symbol) -> bool {
    let makes = |text: &String| {
        let name = text.trim_start_matches('@').split('(').next().unwrap_or("");
        let last = name.rsplit('.').next().unwrap_or(name);
        last == "dataclass" || name.starts_with("attr.") || name.starts_with("attrs.")
    };
    class.decorators.iter().any(makes) && !class.decorators.iter().any(|text| text.contains("init=False"))
}

/// What each class names as its bases, without the modules around them.
fn bases(side: &Side) -> BTreeMap<String, Vec<String>> {
    let classes = side.analysis.iter().flat_map(|analysis| &analysis.symbols).filter(|s| s.kind == SymbolKind::Class);
    let named = |class: &Symbol| -> Vec<String> {
        let list = class.signature.split_once('(').map_or("", |(_, list)| list);
        let last = |base: &str| {
            let name = base.trim().trim_end_matches([')', ':']).split('[').next().unwrap_or("");
            name.rsplit('.').next().unwrap_or(name).to_owned()
        };
        list.split(',').map(last).filter(|base| !base.is_empty() && !base.contains('=')).collect()
    };
    classes.map(|class| (full_name(class), named(class))).collect()
}
