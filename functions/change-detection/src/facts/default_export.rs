//! What a JavaScript package is when it is taken as a whole: `import x from "package"`, `require("package")(…)`.

use contracts::analysis::SymbolKind;
use contracts::fact::{Element, Fact, Impact};
use outline::code;

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;
use crate::modules::{Package, entries};

const REMOVED: Rule = Rule {
    id: "symbol.default.removed",
    sees: "a package no longer is a function or class by itself: no default export, no `module.exports =` of one",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

const REQUIRE: Rule = Rule {
    id: "package.require.removed",
    sees: "a package can only be imported, no longer required",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED, &REQUIRE];

/// Folders between a package and its entry: `src`, `lib/cjs`.
const MAX_DEPTH: usize = 3;

/// Facts about packages as a whole.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    c.packages.of("package.json").flat_map(|package| [default(c, package), require(c, package)]).flatten().collect()
}

/// Whether a file hands out one thing as all of the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    /// A function, a class, a default export, on this line.
    Callable(u32),
    /// Something that another file says more about.
    Unseen,
    /// Only names.
    Names,
}

fn default(c: &Comparison, package: &Package) -> Option<Fact> {
    let manifest = manifest(c, package);
    let after_entries = manifest.map_or_else(|| package.entries.clone(), |(_, after)| entries(after.text()));
    let is_entry = |side: &&Side, entries: &[String]| {
        let language = side.analysis.as_ref().map_or("", |analysis| analysis.language.as_str());
        is_script(language) && c.packages.is_nearest(package, &side.path) && is_entry(package, &side.path, entries)
    };
    let (side, line) =
        c.befores().filter(|side| is_entry(side, &package.entries)).find_map(|side| match whole(side) {
            Whole::Callable(line) => Some((side, line)),
            _ => None,
        })?;
    let now: Vec<(&Side, Whole)> =
        c.afters().filter(|side| is_entry(side, &after_entries)).map(|s| (s, whole(s))).collect();
    // Where no entry is among the changed files, nobody saw what the package is now.
    let (after, _) = now.first()?;
    if now.iter().any(|(_, whole)| *whole != Whole::Names) {
        return None;
    }
    let element = Element::Symbol { module: package.name.clone(), name: "default".to_owned(), renamed_to: None };
    let summary = format!("`{}` has no default export any more, only names", package.name);
    Some(REMOVED.fact(element, summary, c.before_span(side, line, line), c.after_span(after, 1, 1)))
}

fn require(c: &Comparison, package: &Package) -> Option<Fact> {
    let (before, after) = manifest(c, package)?;
    if !is_required(before.text())? || is_required(after.text())? {
        return None;
    }
    let line = |side: &Side| {
        let mark = |line: &str| line.contains("\"type\"") || line.contains("\"require\"") || line.contains("\"main\"");
        side.text().lines().position(mark).map_or(1, |at| u32::try_from(at + 1).unwrap_or(1))
    };
    let element = Element::Symbol { module: package.name.clone(), name: "require".to_owned(), renamed_to: None };
    let summary = format!("`{}` can only be imported now, not required", package.name);
    let (old, new) = (line(before), line(after));
    Some(REQUIRE.fact(element, summary, c.before_span(before, old, old), c.after_span(after, new, new)))
}

/// Both sides of the package's manifest, if it changed.
fn manifest<'c>(c: &'c Comparison, package: &Package) -> Option<(&'c Side, &'c Side)> {
    let path =
        if package.folder.is_empty() { "package.json".to_owned() } else { format!("{}/package.json", package.folder) };
    c.looked_at().find_map(|file| match (&file.before, &file.after) {
        (Some(before), Some(after)) if before.path == path && after.path == path => Some((before, after)),
        _ => None,
    })
}

/// Whether `require` finds something, by <https://nodejs.org/api/packages.html#determining-module-system>; none where the
/// manifest does not say.
fn is_required(text: &str) -> Option<bool> {
    let keys = outline::keys(outline::Format::Json, text);
    let value = |path: &[&str]| keys.iter().find(|key| key.is(path)).map(|key| key.value.as_str());
    value(&["name"])?;
    let is_module = value(&["type"]) == Some("module");
    let by_name = |target: &str| !target.ends_with(".mjs") && (target.ends_with(".cjs") || !is_module);
    let of_root = keys.iter().filter(|key| {
        key.path.first().is_some_and(|first| first == "exports")
            && key.path.get(1).is_none_or(|part| part == "." || !part.starts_with('.'))
            && !key.path.iter().any(|part| part == "types")
    });
    let mut targets = of_root.filter(|key| key.value.starts_with('.')).peekable();
    if targets.peek().is_some() {
        return Some(targets.any(|key| {
            let condition = |name: &str| key.path.iter().any(|part| part == name);
            condition("require") || (!condition("import") && !condition("module") && by_name(&key.value))
        }));
    }
    Some(by_name(value(&["main"]).unwrap_or("index.js")))
}

fn is_script(language: &str) -> bool {
    matches!(language, "javascript" | "typescript" | "tsx" | "jsx")
}

/// Whether a file is what somebody gets who imports its package.
pub(super) fn is_entry_of_a_package(c: &Comparison, side: &Side) -> bool {
    let mut packages = c.packages.of("package.json").filter(|package| c.packages.is_nearest(package, &side.path));
    packages.any(|package| is_entry(package, &side.path, &package.entries))
}

/// A file called like one of the package's entries, near its root: `dist/cjs/index.js` is made of `src/index.ts`.
fn is_entry(package: &Package, path: &str, entries: &[String]) -> bool {
    let inside = path.strip_prefix(package.folder.as_str()).unwrap_or(path).trim_start_matches('/');
    let stem = |path: &str| path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or("").to_owned();
    let own = stem(inside);
    let named = if entries.is_empty() { own == "index" } else { entries.iter().any(|entry| stem(entry) == own) };
    let aside = ["bin", "docs", "example", "examples", "benchmark", "scripts"];
    named && inside.split('/').count() <= MAX_DEPTH && !inside.split('/').any(|part| aside.contains(&part))
}

fn whole(side: &Side) -> Whole {
    let mut out = Whole::Names;
    for (at, line) in side.text().lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let line = line.trim_start();
        let by_name = line.starts_with("export ") && line.contains(" as default");
        if line.starts_with("export default ")
            || line.starts_with("export = ")
            || by_name
            || line.starts_with("export { default")
        {
            return Whole::Callable(number);
        }
        let assigned = line.strip_prefix("module.exports").map(str::trim_start).and_then(|rest| rest.strip_prefix('='));
        let Some(value) = assigned.map(|rest| rest.trim_start().trim_start_matches("exports = ")) else { continue };
        if is_function(side, value) {
            return Whole::Callable(number);
        }
        if !value.starts_with('{') {
            out = Whole::Unseen;
        }
    }
    out
}

/// A function or a class, written out or by its name.
fn is_function(side: &Side, value: &str) -> bool {
    let word = value.split(|c: char| !code::is_name(c)).next().unwrap_or("");
    let declared = || {
        let symbols = side.analysis.iter().flat_map(|analysis| &analysis.symbols);
        let mut same = symbols.filter(|symbol| symbol.container.is_none() && symbol.name == word);
        same.any(|symbol| matches!(symbol.kind, SymbolKind::Function | SymbolKind::Class))
    };
    let alone = || matches!(value[word.len()..].trim(), "" | ";");
    matches!(word, "function" | "class" | "async") || (!word.is_empty() && alone() && declared())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_required() {
        for (text, expected) in [
            ("{\"name\": \"a\"}", Some(true)),
            ("{\"name\": \"a\", \"type\": \"module\"}", Some(false)),
            ("{\"name\": \"a\", \"type\": \"module\", \"main\": \"x.cjs\"}", Some(true)),
            ("{\"name\": \"a\", \"main\": \"x.mjs\"}", Some(false)),
            ("{\"name\": \"a\", \"exports\": {\".\": {\"import\": \"./a.mjs\", \"require\": \"./a.js\"}}}", Some(true)),
            ("{\"name\": \"a\", \"exports\": {\".\": {\"import\": \"./a.mjs\"}}}", Some(false)),
            ("{\"name\": \"a\", \"type\": \"module\", \"exports\": \"./a.js\"}", Some(false)),
            ("{\"name\": \"a\", \"exports\": {\"default\": \"./a.js\"}}", Some(true)),
            ("{", None),
        ] {
            assert_eq!(is_required(text), expected, "{text}");
        }
    }

    #[test]
    fn what_a_file_is_as_a_whole() {
        for (text, expected) in [
            ("const a = 1\nexport default a\n", Whole::Callable(2)),
            ("export { run as default, run }", Whole::Callable(1)),
            ("function run() {}\nmodule.exports = run;\n", Whole::Callable(2)),
            ("module.exports = (a) => a", Whole::Unseen),
            ("module.exports = require('./lib')", Whole::Unseen),
            ("module.exports = { a }", Whole::Names),
            ("exports.a = 1", Whole::Names),
            ("// export default x", Whole::Names),
            ("module.exports =ä", Whole::Unseen),
            ("", Whole::Names),
        ] {
            let analysis = Some(std::sync::Arc::new(syntax::analyze("javascript", text.as_bytes())));
            let side = Side { path: "index.js".into(), text: Some(text.into()), analysis };
            assert_eq!(whole(&side), expected, "{text}");
        }
    }
}
