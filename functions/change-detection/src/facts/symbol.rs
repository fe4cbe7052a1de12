//! Exported names: gone, renamed, moved to another module, called with other arguments.

mod exports;
mod namespaced;

use contracts::analysis::{Symbol, SymbolKind};
use contracts::fact::{Element, Fact, FileStatus, Impact};

use crate::comparison::{Changed, Comparison, Side};
use crate::facts::Rule;
use crate::facts::parameters::{Difference, difference};
use exports::{Exports, File, full_name, name};
pub(crate) use namespaced::gone;

const REMOVED: Rule = Rule {
    id: "symbol.removed",
    sees: "an exported function, type or constant is gone",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

const RENAMED: Rule = Rule {
    id: "symbol.renamed",
    sees: "an exported name gave way to exactly one other with the same signature",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

const MOVED: Rule = Rule {
    id: "symbol.moved",
    sees: "an exported name lies in another module, and the old one does not pass it on",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

const SIGNATURE: Rule = Rule {
    id: "symbol.signature.changed",
    sees: "arguments that fitted an exported function fit no more",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

const WIDENED: Rule = Rule {
    id: "symbol.signature.widened",
    sees: "an exported function takes more arguments than before, none of them a must",
    impact: Impact::Additive,
    triggers: &["api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED, &RENAMED, &MOVED, &SIGNATURE, &WIDENED];

/// Languages whose exported names other repositories import.
const LIBRARIES: &[&str] = &[
    "python",
    "go",
    "rust",
    "java",
    "kotlin",
    "scala",
    "javascript",
    "typescript",
    "tsx",
    "jsx",
    "ruby",
    "php",
    "csharp",
    "swift",
    "c",
    "cpp",
];

/// Facts about exported names.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let exports = Exports::of(c);
    let mut out = Vec::new();
    for file in &exports.files {
        let Some(before) = file.changed.before.as_ref().filter(|side| is_public_place(side)) else { continue };
        for symbol in &file.before {
            if !file.container_gone(symbol) {
                out.extend(fact_about(c, &exports, file, before, symbol));
            }
        }
    }
    namespaced::respell(c, &mut out);
    out
}

fn fact_about<'a>(
    c: &Comparison,
    exports: &Exports<'a>,
    of: &File<'a>,
    before: &Side,
    symbol: &'a Symbol,
) -> Option<Fact> {
    let file = of.changed;
    let language = before.analysis.as_ref()?.language.as_str();
    let module = c.packages.module_of(&before.path, language);
    let full = full_name(symbol);
    let span = c.before_span(before, symbol.start, symbol.start.saturating_add(head_lines(before, symbol)));
    let element = |renamed_to| Element::Symbol { module: module.clone(), name: full.clone(), renamed_to };
    let mut here: Vec<&Symbol> = Vec::new();
    if of.after_names.contains(&name(symbol)) {
        here.extend(of.after.iter().filter(|now| name(now) == name(symbol)));
    }
    if let (Some(after), false) = (&file.after, here.is_empty()) {
        let same_module = c.packages.module_of(&after.path, language) == module;
        if same_module || file.status != FileStatus::Renamed {
            return signature_fact(c, after, symbol, &here, language, element(None), span);
        }
    }
    let handed_out = passed_on(c, file, symbol);
    if let Some((place, now)) = exports.elsewhere(of, symbol) {
        let new_module = c.packages.module_of(&place.path, language);
        if new_module == module || handed_out {
            // Importers see no move; what they see is the signature.
            return signature_fact(c, place, symbol, &[now], language, element(None), span);
        }
        let after = c.after_span(place, now.start, now.start.saturating_add(head_lines(place, now)));
        return Some(MOVED.fact(
            element(None),
            format!("`{full}` moved from `{module}` to `{new_module}`"),
            span,
            after,
        ));
    }
    if handed_out {
        return None;
    }
    if let Some(heir) = heir(of, symbol) {
        let after = file
            .after
            .as_ref()
            .and_then(|side| c.after_span(side, heir.start, heir.start.saturating_add(head_lines(side, heir))));
        let summary = format!("`{full}` of `{module}` is called `{}` now", heir.name);
        return Some(RENAMED.fact(element(Some(heir.name.clone())), summary, span, after));
    }
    Some(REMOVED.fact(element(None), format!("`{full}` was removed from `{module}`"), span, None))
}

fn signature_fact(
    c: &Comparison,
    after: &Side,
    old: &Symbol,
    here: &[&Symbol],
    language: &str,
    element: Element,
    before: Option<contracts::fact::Span>,
) -> Option<Fact> {
    if !matches!(old.kind, SymbolKind::Function | SymbolKind::Method) {
        return None;
    }
    let closest =
        here.iter().min_by_key(|now| difference(&old.name, language, &old.signature, &now.signature) as u8)?;
    let rule = match difference(&old.name, language, &old.signature, &closest.signature) {
        Difference::Breaking => &SIGNATURE,
        Difference::OptionalAdded => &WIDENED,
        Difference::None | Difference::Other => return None,
    };
    let span = c.after_span(after, closest.start, closest.start.saturating_add(head_lines(after, closest)));
    let summary = format!(
        "`{}` takes other arguments: `{}`, before `{}`",
        full_name(old),
        clip(&closest.signature),
        clip(&old.signature)
    );
    Some(rule.fact(element, summary, before, span))
}

fn clip(text: &str) -> String {
    text.chars().take(160).collect()
}

/// Lines from the first (decorators included) to where the parameters close.
fn head_lines(side: &Side, symbol: &Symbol) -> u32 {
    let length = symbol.end.saturating_sub(symbol.start).min(15);
    let decorators = u32::try_from(symbol.decorators.len()).unwrap_or(0).min(length);
    if !matches!(symbol.kind, SymbolKind::Function | SymbolKind::Method) {
        return decorators;
    }
    let mut depth = 0i32;
    for (at, line) in
        side.text().lines().skip(symbol.start.saturating_sub(1) as usize).take(length as usize + 1).enumerate()
    {
        let opened = line.matches('(').count();
        depth += i32::try_from(opened).unwrap_or(0) - i32::try_from(line.matches(')').count()).unwrap_or(0);
        let at = u32::try_from(at).unwrap_or(0);
        if at >= decorators && depth <= 0 && (line.contains(&symbol.name) || line.contains(')')) {
            return at;
        }
    }
    decorators
}

/// Code that others can import: a known language, no folder or file that says "private", "internal", "script".
fn is_public_place(side: &Side) -> bool {
    let Some(analysis) = &side.analysis else { return false };
    let private = side.path.split('/').any(|part| {
        matches!(
            part,
            "internal" | "scripts" | "examples" | "example" | "docs" | "benches" | "benchmarks" | "migrations"
        ) || (part.starts_with('_') && !part.starts_with("__init__"))
            || part.starts_with('.')
    });
    LIBRARIES.contains(&analysis.language.as_str()) && !private
}

/// What is left of the old module (its file, or its `__init__`, `index`, `lib`, `mod`) still hands the name out.
fn passed_on(c: &Comparison, file: &Changed, symbol: &Symbol) -> bool {
    let old_path = file.before.as_ref().map_or("", |side| side.path.as_str());
    let stem = old_path.rsplit_once('.').map_or(old_path, |(stem, _)| stem);
    let inside = |path: &str| path.strip_prefix(stem).is_some_and(|rest| rest.starts_with('/'));
    c.afters().filter(|side| side.path == old_path || inside(&side.path)).any(|side| {
        let by_import = side.analysis.iter().flat_map(|a| &a.imports).any(|import| {
            import.names.iter().any(|name| names_it(name, &symbol.name)) || import.module.ends_with(&symbol.name)
        });
        let by_assignment =
            side.analysis.iter().flat_map(|a| &a.symbols).any(|s| s.container.is_none() && s.name == symbol.name);
        by_import || (symbol.container.is_none() && by_assignment)
    })
}

/// `x`, `x as y`, `*`.
fn names_it(imported: &str, name: &str) -> bool {
    imported == name || imported == "*" || imported.split_whitespace().next() == Some(name)
}

/// The one new name of this file and container with the same kind and, but for the name, the same signature.
fn heir<'a>(file: &File<'a>, symbol: &Symbol) -> Option<&'a Symbol> {
    let masked = |s: &Symbol| s.signature.replacen(&s.name, "\u{0}", 1);
    let wanted = masked(symbol);
    // A signature of nothing but the name (a bare class) is alike for every class; so is one that several lost names had.
    let is_lost = |old: &&&Symbol| !file.after_names.contains(&name(old)) && masked(old) == wanted;
    if wanted.len() < 12 || file.before.iter().filter(is_lost).count() != 1 {
        return None;
    }
    let mut new = file.after.iter().copied().filter(|now| {
        now.kind == symbol.kind
            && now.container == symbol.container
            && !file.before_names.contains(&name(now))
            && masked(now) == wanted
    });
    let heir = new.next()?;
    new.next().is_none().then_some(heir)
}
