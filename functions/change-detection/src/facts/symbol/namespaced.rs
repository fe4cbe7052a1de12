//! Ruby, PHP and C#: names as their users write them, whatever file they stand in; modules and required files of Ruby.

mod spelling;

use std::collections::{HashMap, HashSet};

use contracts::analysis::{Symbol, SymbolKind};
use contracts::fact::{Element, Fact, FileStatus};

use super::exports::full_name;
use super::{MOVED, REMOVED, RENAMED};
use crate::comparison::{Comparison, Side};
use crate::facts::module;
use spelling::{Spelt, is_namespaced, spelt};

/// Folders below `lib` that nobody requires.
const NOT_REQUIRED: &[&str] = &["tasks", "generators", "templates", "version"];

/// Definitions of types that unchanged files may still hold.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    let after: HashSet<Spelt> = c.afters().flat_map(all).map(|(name, _)| name).collect();
    let mut out = Vec::new();
    for side in c.befores() {
        for (_, symbol) in all(side).filter(|(name, symbol)| is_type(symbol) && !after.contains(name)) {
            let words: &[&str] = match language(side) {
                "ruby" => &["class", "module"],
                "php" => &["class", "interface", "trait", "enum"],
                _ => &["class", "interface", "struct", "record", "enum"],
            };
            out.extend(words.iter().map(|word| format!("{word} {}", symbol.name)));
        }
    }
    out
}

/// Spells facts of these languages as users do, leaves out what stands elsewhere under the same name, adds modules of Ruby.
pub(super) fn respell(c: &Comparison, facts: &mut Vec<Fact>) {
    let sides: HashMap<&str, &Side> =
        c.befores().filter(|side| is_namespaced(language(side))).map(|side| (side.path.as_str(), side)).collect();
    if sides.is_empty() {
        return;
    }
    let standing: HashSet<Spelt> = c.standing().flat_map(all).map(|(name, _)| name).collect();
    facts.retain_mut(|fact| keeps(c, fact, &sides, &standing));
    let mut modules: Vec<Fact> = modules(c, &standing);
    modules.retain(|module| !facts.iter().any(|fact| fact.element.key() == module.element.key()));
    let lost: Vec<String> = modules.iter().filter_map(whole_name).collect();
    facts.retain(|fact| !is_inside(fact, &lost));
    facts.extend(modules);
    facts.extend(required(c));
}

/// False for what still stands under its name; else the fact says the name as users write it.
fn keeps(c: &Comparison, fact: &mut Fact, sides: &HashMap<&str, &Side>, standing: &HashSet<Spelt>) -> bool {
    let (Element::Symbol { name, .. }, Some(span)) = (&fact.element, &fact.before) else { return true };
    let Some(side) = sides.get(span.path.as_str()) else { return true };
    let symbols = side.analysis.iter().flat_map(|analysis| &analysis.symbols);
    let mut same = symbols.filter(|symbol| symbol.start == span.start && full_name(symbol) == *name);
    let Some((old, symbol)) = same.next().and_then(|symbol| Some((spelt(side, symbol)?, symbol))) else { return true };
    let stays = fact.rule.starts_with("symbol.signature.");
    if !stays && (standing.contains(&old) || is_made_otherwise(c, side, symbol)) {
        return false;
    }
    let written = old.written();
    if fact.rule == REMOVED.id {
        fact.summary = format!("`{written}` was removed");
    } else if fact.rule == RENAMED.id {
        let Element::Symbol { renamed_to: Some(new), .. } = &fact.element else { return true };
        fact.summary = format!("`{written}` is called `{new}` now");
    } else if fact.rule == MOVED.id {
        fact.summary = match moved_to(c, fact, symbol) {
            Some(new) => format!("`{written}` is `{new}` now"),
            None => format!("`{written}` was removed"),
        };
    }
    if let Element::Symbol { module, name, .. } = &mut fact.element {
        (*module, *name) = (old.module, old.name);
    }
    true
}

/// The name that it has in the file where it went.
fn moved_to(c: &Comparison, fact: &Fact, symbol: &Symbol) -> Option<String> {
    let span = fact.after.as_ref()?;
    let side = c.afters().find(|side| side.path == span.path)?;
    all(side).find(|(_, now)| now.start == span.start && now.name == symbol.name).map(|(name, _)| name.written())
}

/// Another word of the language still makes it: an alias of a class, an accessor, a delegated method.
fn is_made_otherwise(c: &Comparison, side: &Side, symbol: &Symbol) -> bool {
    let name = symbol.name.as_str();
    match language(side) {
        "php" => c.standing().any(|now| {
            let text = now.text();
            text.contains("class_alias") && outline::code::words(text, name).next().is_some()
        }),
        "ruby" => {
            let quoted = format!(":{name}");
            let now = c.standing().find(|now| now.path == side.path);
            now.is_some_and(|now| {
                outline::code::words(now.text(), name).any(|at| {
                    let start = at.saturating_sub(1);
                    now.text().get(start..).is_some_and(|rest| rest.starts_with(&quoted))
                })
            })
        }
        _ => false,
    }
}

/// Modules and classes of Ruby that no file opens any more, the outermost of each. A file opens every module around what
/// it defines, so that a file which is gone says nothing of those.
fn modules(c: &Comparison, standing: &HashSet<Spelt>) -> Vec<Fact> {
    let mut out: Vec<Fact> = Vec::new();
    for side in c.befores().filter(|side| language(side) == "ruby") {
        for (name, symbol) in all(side).filter(|(name, symbol)| is_type(symbol) && !standing.contains(name)) {
            let summary = format!("`{}` was removed", name.written());
            let element = Element::Symbol { module: name.module, name: name.name, renamed_to: None };
            let span = c.before_span(side, symbol.start, symbol.start);
            out.push(REMOVED.fact(element, summary, span, None));
        }
    }
    let names: Vec<String> = out.iter().filter_map(whole_name).collect();
    out.retain(|fact| !is_inside(fact, &names));
    out
}

fn whole_name(fact: &Fact) -> Option<String> {
    let Element::Symbol { module, name, .. } = &fact.element else { return None };
    Some(if module == spelling::TOP { name.clone() } else { format!("{module}::{name}") })
}

fn is_inside(fact: &Fact, modules: &[String]) -> bool {
    let Element::Symbol { module, name, .. } = &fact.element else { return false };
    let inside = |around: &String| module == around || module.strip_prefix(around).is_some_and(|r| r.starts_with("::"));
    // Methods of a module are written behind its own name.
    let of = whole_name(fact).unwrap_or_default();
    modules.iter().any(|around| {
        inside(around) || (name.contains('.') && of.strip_prefix(around).is_some_and(|r| r.starts_with('.')))
    })
}

/// Files of Ruby that others require by their path below `lib`.
fn required(c: &Comparison) -> Vec<Fact> {
    let standing: HashSet<&str> = c.afters().filter_map(|side| required_as(&side.path)).collect();
    let gone = c.looked_at().filter(|file| matches!(file.status, FileStatus::Removed | FileStatus::Renamed));
    let befores = gone.filter_map(|file| file.before.as_ref()).filter(|side| language(side) == "ruby");
    let lost = befores.filter_map(|side| Some((side, required_as(&side.path)?)));
    let fact = |(side, path): (&Side, &str)| {
        let element = Element::Symbol { module: path.to_owned(), name: "*".to_owned(), renamed_to: None };
        let summary = format!("the file that `require '{path}'` loads was removed");
        module::REMOVED.fact(element, summary, c.before_span(side, 1, 1), None)
    };
    lost.filter(|(_, path)| !standing.contains(path)).map(fact).collect()
}

fn required_as(path: &str) -> Option<&str> {
    let inside = match path.rfind("/lib/") {
        Some(at) => &path[at + "/lib/".len()..],
        None => path.strip_prefix("lib/")?,
    };
    let stem = inside.strip_suffix(".rb")?;
    let plain = !stem.split('/').any(|part| NOT_REQUIRED.contains(&part));
    plain.then_some(stem)
}

/// Every definition of a file that has a name in its language.
fn all(side: &Side) -> impl Iterator<Item = (Spelt, &Symbol)> {
    let symbols = side.analysis.iter().filter(|a| is_namespaced(&a.language)).flat_map(|a| &a.symbols);
    symbols.filter_map(|symbol| Some((spelt(side, symbol)?, symbol)))
}

fn is_type(symbol: &Symbol) -> bool {
    matches!(symbol.kind, SymbolKind::Class | SymbolKind::Type | SymbolKind::Section)
}

fn language(side: &Side) -> &str {
    side.analysis.as_ref().map_or("", |analysis| &analysis.language)
}
