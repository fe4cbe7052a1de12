//! Changes of a definition that keeps its name and breaks its users all the same: another number of results, one more
//! field to give, an attribute that is gone.

mod attributes;
mod objects;
mod record;
mod results;

use std::collections::HashSet;

use contracts::analysis::Symbol;
use contracts::fact::{Element, Fact, Impact};

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const TRIGGERS: &[&str] = &["api_contract"];

const RESULT: Rule = Rule {
    id: "symbol.result.changed",
    sees: "an exported function of Go returns another number of values",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const FIELD_ADDED: Rule = Rule {
    id: "symbol.field.added",
    sees: "a public structure of Rust, whose fields were all public, has one more, and nothing says that it may grow",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const ATTRIBUTE: Rule = Rule {
    id: "symbol.attribute.removed",
    sees: "objects of a class that stays no longer have an attribute",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const MEMBER: Rule = Rule {
    id: "symbol.member.removed",
    sees: "an object that code makes no longer has a function",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&RESULT, &FIELD_ADDED, &ATTRIBUTE, &MEMBER];

/// Facts of this family.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = results::facts(c);
    out.extend(record::facts(c));
    out.extend(attributes::facts(c));
    out.extend(objects::facts(c));
    out
}

/// What a class declares in its body is told as a symbol already.
pub(crate) fn drop_repeated(facts: &mut Vec<Fact>) {
    let symbols =
        facts.iter().filter(|fact| ["symbol.removed", "symbol.renamed", "symbol.moved"].contains(&fact.rule.as_str()));
    let told: HashSet<String> = symbols.map(|fact| fact.element.key()).collect();
    facts.retain(|fact| fact.rule != ATTRIBUTE.id || !told.contains(&fact.element.key()));
}

/// Functions of objects that unchanged files may still make.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    objects::gone(c)
}

/// Pairs of one file's sides in a language.
fn sides<'a>(c: &'a Comparison, language: &'a [&str]) -> impl Iterator<Item = (&'a Side, &'a Side)> {
    let both = c.looked_at().filter_map(|file| Some((file.before.as_ref()?, file.after.as_ref()?)));
    both.filter(|(before, _)| is_in(before, language))
}

fn is_in(side: &Side, languages: &[&str]) -> bool {
    side.analysis.as_ref().is_some_and(|analysis| languages.contains(&analysis.language.as_str()))
}

fn symbols(side: &Side) -> impl Iterator<Item = &Symbol> {
    side.analysis.iter().flat_map(|analysis| &analysis.symbols)
}

fn full_name(symbol: &Symbol) -> String {
    symbol.container.as_ref().map_or_else(|| symbol.name.clone(), |around| format!("{around}.{}", symbol.name))
}

fn element(c: &Comparison, side: &Side, name: String) -> Element {
    let language = side.analysis.as_ref().map_or("", |analysis| &analysis.language);
    Element::Symbol { module: c.packages.module_of(&side.path, language), name, renamed_to: None }
}
