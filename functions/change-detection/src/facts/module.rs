//! Modules that others import by their path: gone, or called otherwise.

use std::collections::HashSet;

use contracts::fact::{Element, Fact, FileStatus, Impact};

use crate::comparison::{Changed, Comparison, Side};
use crate::facts::Rule;

pub(super) const REMOVED: Rule = Rule {
    id: "symbol.module.removed",
    sees: "a module that others import is gone or called otherwise, and nothing hands it out under its old name",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED];

/// Folders and files of Python that nobody imports.
const NOT_IMPORTED: &[&str] = &[
    "scripts",
    "script",
    "examples",
    "example",
    "docs",
    "doc",
    "benchmarks",
    "tools",
    "migrations",
    "setup",
    "conftest",
    "noxfile",
    "tasks",
];

/// Declarations of Rust that unchanged files may still hold.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    c.looked_at().flat_map(lost_declarations).map(|(name, _)| format!("mod {name}")).collect()
}

/// Facts about modules.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let in_python = c.afters().filter(|side| is_in(side, "python"));
    let standing: HashSet<String> = in_python.map(|side| c.packages.module_of(&side.path, "python")).collect();
    let python = c.looked_at().filter_map(|file| python(c, file, &standing));
    let rust = c.looked_at().flat_map(|file| rust(c, file));
    python.chain(rust).collect()
}

/// A file of a package that is not there any more, under its own name or as a folder.
fn python(c: &Comparison, file: &Changed, standing: &HashSet<String>) -> Option<Fact> {
    let before = file.before.as_ref().filter(|side| is_in(side, "python"))?;
    let gone = matches!(file.status, FileStatus::Removed | FileStatus::Renamed);
    let imported = !before.path.split(['/', '.']).any(|part| NOT_IMPORTED.contains(&part));
    let module = c.packages.module_of(&before.path, "python");
    if !gone || !imported || standing.contains(&module) {
        return None;
    }
    let (package, name) = module.rsplit_once('.').unwrap_or((&module, "*"));
    let now = file.after.as_ref().map(|side| c.packages.module_of(&side.path, "python"));
    let summary = match now {
        Some(now) => format!("the module `{module}` is `{now}` now"),
        None => format!("the module `{module}` was removed"),
    };
    let element = Element::Symbol { module: package.to_owned(), name: name.to_owned(), renamed_to: None };
    // The first lines say what it was.
    Some(REMOVED.fact(element, summary, c.before_span(before, 1, first_definition(before)), None))
}

fn first_definition(side: &Side) -> u32 {
    let symbols = side.analysis.iter().flat_map(|analysis| &analysis.symbols);
    symbols.map(|symbol| symbol.start).min().unwrap_or(1).min(10)
}

/// Public modules that a file of a crate declares no more.
fn rust(c: &Comparison, file: &Changed) -> Vec<Fact> {
    let Some(before) = &file.before else { return Vec::new() };
    let package = c.packages.module_of(&before.path, "rust");
    let of_package = |side: &&Side| c.packages.module_of(&side.path, "rust") == package;
    let stands = |name: &str| c.standing().filter(of_package).any(|side| hands_out(side, name));
    let fact = |(name, line): (String, u32)| {
        let element = Element::Symbol { module: package.clone(), name: name.clone(), renamed_to: None };
        let summary = format!("the module `{name}` of `{package}` was removed or is called otherwise");
        REMOVED.fact(element, summary, c.before_span(before, line, line), None)
    };
    lost_declarations(file).filter(|(name, _)| !stands(name)).map(fact).collect()
}

fn lost_declarations(file: &Changed) -> impl Iterator<Item = (String, u32)> {
    let before = file.before.iter().filter(|side| is_in(side, "rust"));
    let after = file.after.as_ref();
    before.flat_map(declarations).filter(move |(name, _)| !after.is_some_and(|side| hands_out(side, name)))
}

/// `pub mod name;` and `pub mod name {`, with their lines.
fn declarations(side: &Side) -> impl Iterator<Item = (String, u32)> {
    side.text().lines().enumerate().filter_map(|(at, line)| {
        let rest = line.trim().strip_prefix("pub mod ")?;
        let name = rest.trim_end_matches(['{', ';', '}', ' ']);
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        plain.then(|| (name.to_owned(), u32::try_from(at + 1).unwrap_or(u32::MAX)))
    })
}

/// Declares the module, or passes something on under its name.
fn hands_out(side: &Side, name: &str) -> bool {
    let by_use = |line: &str| {
        let line = line.trim().trim_end_matches(';');
        line.starts_with("pub use ")
            && (line.ends_with(&format!(" as {name}"))
                || line.ends_with(&format!("::{name}"))
                || line.ends_with(&format!("::{name}::*")))
    };
    declarations(side).any(|(declared, _)| declared == name) || side.text().lines().any(by_use)
}

fn is_in(side: &Side, language: &str) -> bool {
    side.analysis.as_ref().is_some_and(|analysis| analysis.language == language)
}
