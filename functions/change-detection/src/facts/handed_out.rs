//! Names that a package handed out and hands out no more, and names that were private and are imported all the same.

use std::collections::HashSet;

use contracts::analysis::{Import, SymbolKind};
use contracts::fact::{Element, Fact, Impact};
use outline::code;

use crate::comparison::{Changed, Comparison, Side};
use crate::facts::{Rule, default_export};

const EXPORT: Rule = Rule {
    id: "symbol.export.removed",
    sees: "the entry of a package hands out a name no more that it took from its inside",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

const PRIVATE: Rule = Rule {
    id: "symbol.private.removed",
    sees: "a name of a private module, or a private name, is gone; it breaks who imports it by exactly this path",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&EXPORT, &PRIVATE];

/// A change that drops more private names than this is a rewrite: nobody imports them all.
const MAX_PRIVATE: usize = 300;

/// Facts about what is handed out.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out: Vec<Fact> = c.looked_at().flat_map(|file| exports(c, file)).collect();
    out.extend(c.looked_at().flat_map(|file| private(c, file)).take(MAX_PRIVATE));
    out
}

fn exports(c: &Comparison, file: &Changed) -> Vec<Fact> {
    let (Some(before), Some(after)) = (&file.before, &file.after) else { return Vec::new() };
    let Some(analysis) = before.analysis.as_ref().filter(|_| before.path == after.path) else { return Vec::new() };
    let is_entry = match analysis.language.as_str() {
        "python" => before.path.ends_with("/__init__.py") && !before.path.split('/').any(is_private_part),
        "javascript" | "typescript" | "tsx" | "jsx" => default_export::is_entry_of_a_package(c, before),
        _ => return Vec::new(),
    };
    if !is_entry || takes_everything(after) {
        return Vec::new();
    }
    let module = c.packages.module_of(&before.path, &analysis.language);
    let own = analysis.imports.iter().filter(|import| is_own(import, &module, before));
    let mut names: Vec<&str> = own.flat_map(|import| &import.names).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let mut out = Vec::new();
    for name in names.into_iter().filter(|name| is_handed_out(name, before)) {
        if code::words(after.text(), name).next().is_some() {
            continue;
        }
        let line = line_of(before, name);
        let element = Element::Symbol { module: module.clone(), name: name.to_owned(), renamed_to: None };
        let summary = format!("`{module}` no longer hands out `{name}`");
        out.push(EXPORT.fact(element, summary, c.before_span(before, line, line), None));
    }
    out
}

/// Of the package itself, and passed on: in JavaScript by `export … from`.
fn is_own(import: &Import, module: &str, side: &Side) -> bool {
    let inside = import.module.starts_with('.') || import.module.split('.').next() == module.split('.').next();
    let line = side.text().lines().nth(import.line.saturating_sub(1) as usize).unwrap_or("");
    inside && (side.path.ends_with(".py") || (line.starts_with("export ") && import.module.starts_with('.')))
}

/// Not under another name, not private, not left out of `__all__`.
fn is_handed_out(name: &str, side: &Side) -> bool {
    let text = side.text();
    let renamed = code::words(text, name).any(|at| text[at + name.len()..].trim_start().starts_with("as "));
    let listed = || {
        let quoted = [format!("\"{name}\""), format!("'{name}'")];
        !text.contains("__all__") || quoted.iter().any(|quoted| text.contains(quoted))
    };
    !name.starts_with('_') && !matches!(name, "*" | "default") && !renamed && listed()
}

/// What it takes from elsewhere, or makes when it is asked, is not to be seen.
fn takes_everything(side: &Side) -> bool {
    let mut imports = side.analysis.iter().flat_map(|analysis| &analysis.imports);
    imports.any(|import| import.names.iter().any(|name| name == "*")) || side.text().contains("def __getattr__")
}

fn line_of(side: &Side, name: &str) -> u32 {
    let line = side.text().lines().position(|line| code::words(line, name).next().is_some());
    line.map_or(1, |at| u32::try_from(at + 1).unwrap_or(1))
}

/// Names of Python modules that only their path makes private.
fn private(c: &Comparison, file: &Changed) -> Vec<Fact> {
    let (Some(before), Some(after)) = (&file.before, &file.after) else { return Vec::new() };
    let Some(analysis) = before.analysis.as_ref().filter(|a| a.language == "python" && before.path == after.path)
    else {
        return Vec::new();
    };
    if aside(&before.path) || takes_everything(after) {
        return Vec::new();
    }
    let module = c.packages.module_of(&before.path, "python");
    let hidden = before.path.split(['/', '.']).any(is_private_part);
    let standing: HashSet<&str> = code_words(after.text()).collect();
    let lost = analysis.symbols.iter().filter(|symbol| {
        let named = !symbol.name.starts_with("__") && (hidden || symbol.name.starts_with('_'));
        symbol.container.is_none() && symbol.kind != SymbolKind::Section && named
    });
    let lost = lost.filter(|symbol| !standing.contains(symbol.name.as_str()));
    let fact = |symbol: &contracts::analysis::Symbol| {
        let name = symbol.name.clone();
        let summary = format!("the private `{name}` was removed from `{module}`");
        let element = Element::Symbol { module: module.clone(), name, renamed_to: None };
        PRIVATE.fact(element, summary, c.before_span(before, symbol.start, symbol.start), None)
    };
    lost.map(fact).collect()
}

fn is_private_part(part: &str) -> bool {
    part.starts_with('_') && !part.starts_with("__")
}

/// Code of the repository's own use.
fn aside(path: &str) -> bool {
    let own = ["scripts", "examples", "example", "docs", "benchmarks", "migrations", "setup", "noxfile", "tools"];
    path.split(['/', '.']).any(|part| own.contains(&part)) || path.starts_with('.')
}

fn code_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !code::is_name(c)).filter(|word| !word.is_empty())
}
