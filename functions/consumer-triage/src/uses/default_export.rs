//! A JavaScript package taken as a whole: called, made anew, imported by default, required.

use contracts::fact::Fact;
use outline::code;

use crate::dependent::{File, Place};
use crate::uses::symbol::alias;
use crate::uses::{Asked, Certainty, Found, Use, text};

/// Uses that one file shows; the rest are the same story.
const MAX_A_FILE: usize = 10;

const CALLED: Certainty = Certainty::Certain("the package is called here as a function, and is none any more");
const IMPORTED: Certainty = Certainty::Likely("the default export is gone and imported here");
/// <https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require>
const REQUIRED: Certainty =
    Certainty::Likely("the package is required here and can only be imported, unless Node.js is 22.12 or newer");

/// Whether this fact is about a package as a whole.
pub(crate) fn is_about(fact: &Fact) -> bool {
    matches!(fact.rule.as_str(), "symbol.default.removed" | "package.require.removed")
}

/// Places that take the package as what it is no more.
pub(crate) fn find(fact: &Fact, module: &str, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let scripts = asked.dependent.files.iter();
    for file in scripts.filter(|file| matches!(file.language(), "javascript" | "typescript" | "tsx" | "jsx")) {
        let mut uses =
            if fact.rule == "symbol.default.removed" { by_default(file, module) } else { required(file, module) };
        uses.sort_by_key(|place| place.start);
        uses.dedup_by_key(|place| place.start);
        uses.truncate(MAX_A_FILE);
        let of_test = |place: Use| {
            if file.place == Place::Test { place.but(Certainty::Likely("a test uses it")) } else { place }
        };
        found.uses.extend(uses.into_iter().map(of_test));
    }
    found
}

/// `import x from "package"`, and `require("package")` that is called.
fn by_default(file: &File, module: &str) -> Vec<Use> {
    let mut out = Vec::new();
    for import in file.analysis.iter().flat_map(|analysis| &analysis.imports).filter(|i| i.module == module) {
        if import.names.iter().any(|name| name == "default") {
            out.push(Use::at(&file.path, import.line).but(IMPORTED));
        } else if import.names.is_empty()
            && let Some(name) = alias::of(file, import)
        {
            let calls: Vec<Use> = called(file, &name).map(|line| Use::at(&file.path, line).but(CALLED)).collect();
            if !calls.is_empty() {
                out.push(Use::at(&file.path, import.line).but(CALLED));
                out.extend(calls);
            }
        }
    }
    for (line, after) in requires(file, module) {
        if after.starts_with('(') || after.starts_with(".default") {
            out.push(Use::at(&file.path, line).but(CALLED));
        }
    }
    out
}

/// Every `require("package")`, also of a part of it.
fn required(file: &File, module: &str) -> Vec<Use> {
    requires(file, module).map(|(line, _)| Use::at(&file.path, line).but(REQUIRED)).collect()
}

/// Lines that require the package, with what stands behind it.
fn requires<'f>(file: &'f File, module: &'f str) -> impl Iterator<Item = (u32, &'f str)> {
    file.lines_with("require(").filter(|(_, line)| !text::is_comment(file, line)).filter_map(move |(number, line)| {
        let mut calls = line.match_indices("require(").map(|(at, _)| (at, &line[at + "require(".len()..]));
        calls.find_map(|(at, rest)| {
            let of_another = line[..at].ends_with(|c: char| code::is_name(c) || c == '.');
            let rest = rest.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`') && !of_another)?;
            let (path, after) = rest[1..].split_once(quote)?;
            (path == module).then(|| (number, after.trim_start().strip_prefix(')').unwrap_or("")))
        })
    })
}

/// Lines that call `name`, make one of it, or pass it on as a function.
fn called<'f>(file: &'f File, name: &'f str) -> impl Iterator<Item = u32> {
    let is_call = move |line: &str| {
        code::words(line, name).any(|at| {
            let (before, after) = (line[..at].trim_end(), line[at + name.len()..].trim_start());
            let of_another = line[..at].ends_with('.');
            let made = before.ends_with("new") && !after.starts_with('.');
            let passed = before.ends_with("promisify(") && after.starts_with(')');
            !of_another && !before.ends_with("function") && (after.starts_with('(') || made || passed)
        })
    };
    file.lines_with(name).filter(move |(_, line)| !text::is_comment(file, line) && is_call(line)).map(|(at, _)| at)
}
