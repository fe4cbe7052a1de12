//! Functions that are still there and only fail: their first statement throws, whatever they are given.

mod body;

use contracts::analysis::{Symbol, SymbolKind};
use contracts::fact::{Element, Fact, FileStatus, Impact};

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const DISABLED: Rule = Rule {
    id: "symbol.disabled",
    sees: "an exported function is still there and does nothing but raise, throw or panic",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&DISABLED];

/// Folders that nobody imports from.
const NOT_IMPORTED: &[&str] =
    &["internal", "scripts", "examples", "example", "docs", "benches", "benchmarks", "migrations"];

/// Facts about functions that only fail now.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at().filter(|file| file.status == FileStatus::Modified) {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        let (Some(old), Some(new)) = (&before.analysis, &after.analysis) else { continue };
        if body::words(&new.language).is_empty() || after.path.split('/').any(|part| NOT_IMPORTED.contains(&part)) {
            continue;
        }
        for now in new.symbols.iter().filter(|symbol| is_callable(symbol)) {
            let same = |was: &&Symbol| was.exported && was.name == now.name && was.container == now.container;
            let Some(was) = old.symbols.iter().find(same) else { continue };
            if only_fails(after, now) && !only_fails(before, was) && !is_kept(after, now) {
                let module = c.packages.module_of(&before.path, &new.language);
                let name = full_name(now);
                let summary = format!("`{name}` of `{module}` only throws now");
                let element = Element::Symbol { module, name, renamed_to: None };
                let span = |side, symbol: &Symbol| (side, symbol.start, symbol.end.min(symbol.start + 4));
                let ((old, s1, e1), (new, s2, e2)) = (span(before, was), span(after, now));
                out.push(DISABLED.fact(element, summary, c.before_span(old, s1, e1), c.after_span(new, s2, e2)));
            }
        }
    }
    out
}

fn full_name(symbol: &Symbol) -> String {
    symbol.container.as_ref().map_or_else(|| symbol.name.clone(), |around| format!("{around}.{}", symbol.name))
}

/// What is exported and may be called: in JavaScript a value may be a function that another function made.
fn is_callable(symbol: &Symbol) -> bool {
    let function = matches!(symbol.kind, SymbolKind::Function | SymbolKind::Method | SymbolKind::Constant);
    symbol.exported && function && !symbol.decorators.iter().any(|text| text.contains("abstract"))
}

/// Another definition of the name does more: an overload, a branch by platform.
fn is_kept(side: &Side, symbol: &Symbol) -> bool {
    let all = side.analysis.iter().flat_map(|analysis| &analysis.symbols);
    let mut same = all.filter(|other| other.name == symbol.name && other.container == symbol.container);
    same.any(|other| other.start != symbol.start && !only_fails(side, other))
}

fn only_fails(side: &Side, symbol: &Symbol) -> bool {
    let Some(analysis) = &side.analysis else { return false };
    let text = body::lines(side.text(), symbol.start, symbol.end);
    let language = analysis.language.as_str();
    if symbol.kind != SymbolKind::Constant {
        // A method that every subclass must define is no function that is gone.
        let open = symbol.container.is_some() && matches!(language, "python" | "ruby");
        return body::fails(text, &symbol.name, language) && !(open && text.contains("NotImplementedError"));
    }
    let Some(maker) = body::made_by(text, language) else { return false };
    let makers = analysis.symbols.iter().filter(|s| s.name == maker && s.kind == SymbolKind::Function);
    makers.into_iter().any(|maker| {
        let text = body::lines(side.text(), maker.start, maker.end);
        body::first(text, &maker.name, language).is_some_and(|first| body::gives_what_fails(first, language))
    })
}
