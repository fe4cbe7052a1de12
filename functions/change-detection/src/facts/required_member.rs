//! Types that others implement and that demand more of them now: a trait or an interface with a new method without a body.

use std::collections::HashSet;

use contracts::analysis::{FileAnalysis, Symbol, SymbolKind};
use contracts::fact::{Element, Fact, Impact};

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const REQUIRED: Rule = Rule {
    id: "symbol.member.required",
    sees: "a trait, an interface or an abstract class demands one more method of whoever implements it",
    impact: Impact::Breaking,
    triggers: &["api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REQUIRED];

/// Facts about types that others implement.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        let (Some(old), Some(new)) = (&before.analysis, &after.analysis) else { continue };
        if before.path.split('/').any(|part| matches!(part, "internal" | "examples" | "example" | "benches")) {
            continue;
        }
        let known: HashSet<(Option<&str>, &str)> =
            old.symbols.iter().map(|symbol| (symbol.container.as_deref(), symbol.name.as_str())).collect();
        for (of, member) in demands(after, new) {
            let stood =
                old.symbols.iter().find(|was| was.name == of.name && was.container == of.container && was.exported);
            let Some(was) = stood.filter(|_| !known.contains(&(member.container.as_deref(), &member.name))) else {
                continue;
            };
            let module = c.packages.module_of(&before.path, &new.language);
            let name = format!("{}.{}", of.name, member.name);
            let summary = format!("whoever implements `{}` must have `{}` now", of.name, member.name);
            let element = Element::Symbol { module, name, renamed_to: None };
            let (there, here) =
                (c.before_span(before, was.start, was.start), c.after_span(after, member.start, member.start));
            out.push(REQUIRED.fact(element, summary, there, here));
        }
    }
    out
}

/// Members without a body, each with the exported type that demands them.
fn demands<'a>(side: &Side, analysis: &'a FileAnalysis) -> Vec<(&'a Symbol, &'a Symbol)> {
    let types: Vec<&Symbol> = analysis
        .symbols
        .iter()
        .filter(|s| s.exported && s.container.is_none() && is_implemented(s, &analysis.language))
        .filter(|of| !is_sealed(of, analysis))
        .collect();
    let members = analysis.symbols.iter().filter(|s| matches!(s.kind, SymbolKind::Function | SymbolKind::Method));
    let mut out = Vec::new();
    for member in members {
        let of = types.iter().find(|of| member.container.as_deref() == Some(of.name.as_str()));
        if let Some(of) = of.filter(|of| is_bare(side, of, member, &analysis.language)) {
            out.push((*of, member));
        }
    }
    out
}

/// A type that is there to be implemented.
fn is_implemented(symbol: &Symbol, language: &str) -> bool {
    let has = |word: &str| symbol.signature.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
    match language {
        "rust" => has("trait"),
        "go" => has("interface"),
        "java" | "kotlin" | "csharp" | "typescript" | "tsx" => has("interface") || has("abstract"),
        "python" => symbol.kind == SymbolKind::Class,
        _ => false,
    }
}

/// Nobody outside can implement it: a supertrait nobody sees, a method in small letters.
fn is_sealed(of: &Symbol, analysis: &FileAnalysis) -> bool {
    let inner = |s: &&Symbol| s.container.as_deref() == Some(of.name.as_str());
    match analysis.language.as_str() {
        "rust" => of.signature.to_ascii_lowercase().contains("sealed"),
        "go" => analysis.symbols.iter().filter(inner).any(|s| s.name.starts_with(|c: char| c.is_lowercase())),
        _ => of.signature.split(' ').any(|word| word == "sealed"),
    }
}

fn is_bare(side: &Side, of: &Symbol, member: &Symbol, language: &str) -> bool {
    let last = side.text().lines().nth(member.end.saturating_sub(1) as usize).unwrap_or("").trim_end();
    let interface = of.signature.contains("interface");
    let marked = member.signature.split(' ').any(|word| word == "abstract");
    match language {
        "rust" => last.ends_with(';'),
        "go" => interface,
        "python" => member.decorators.iter().any(|text| text.contains("abstractmethod")),
        "java" | "csharp" => marked || (interface && last.ends_with(';')),
        "kotlin" => marked || (interface && !last.ends_with('}') && !member.signature.contains('=')),
        _ => marked || (interface && !member.signature.contains("?(")),
    }
}
