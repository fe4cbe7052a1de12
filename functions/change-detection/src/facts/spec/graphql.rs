//! GraphQL schemas: types, fields, arguments and values of enums.

mod field;

use std::collections::BTreeSet;

use contracts::fact::{Element, Fact, Impact, Span};

use self::field::{Field, is_builtin, named_type};
use super::declared::{Pair, Type, pairs};
use super::field as element;
use crate::comparison::Comparison;
use crate::facts::Rule;

const TRIGGERS: &[&str] = &["api_contract"];

const TYPE_REMOVED: Rule = Rule {
    id: "spec.graphql.type_removed",
    sees: "a type, input, interface, union, enum or scalar is gone from every changed file",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const FIELD_REMOVED: Rule = Rule {
    id: "spec.graphql.field_removed",
    sees: "a field of a type or an input is gone",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const FIELD_TYPE: Rule = Rule {
    id: "spec.graphql.field_type_changed",
    sees: "a field gives or takes a type that does not fit the old one",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const SCALAR: Rule = Rule {
    id: "spec.graphql.scalar_changed",
    sees: "a field is another scalar than before, so the same text or number means something else",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const NULLABLE: Rule = Rule {
    id: "spec.graphql.field_nullable",
    sees: "a field that always had a value may be null",
    impact: Impact::Risky,
    triggers: TRIGGERS,
};

const ARGUMENT_REMOVED: Rule = Rule {
    id: "spec.graphql.argument_removed",
    sees: "a field no longer takes an argument",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const REQUIRED: Rule = Rule {
    id: "spec.graphql.argument_required",
    sees: "an argument or a field of an input must be given and need not be before",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const VALUE_REMOVED: Rule = Rule {
    id: "spec.graphql.enum_value_removed",
    sees: "a value of an enum is gone",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

/// Rules of this family.
pub const RULES: &[&Rule] =
    &[&TYPE_REMOVED, &FIELD_REMOVED, &FIELD_TYPE, &SCALAR, &NULLABLE, &ARGUMENT_REMOVED, &REQUIRED, &VALUE_REMOVED];

/// Facts about a schema.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    let pairs = pairs(c, "graphql");
    let scalars = pairs.iter().flat_map(|pair| [Some(&pair.before), pair.after.as_ref()]).flatten();
    let scalars: BTreeSet<&str> = scalars.filter(|of| of.keyword() == "scalar").map(|of| of.name.as_str()).collect();
    for Pair { before, after } in &pairs {
        match after {
            Some(after) => Schema { c, before, after, scalars: &scalars }.compare(&mut out),
            None if is_executable(before) => {}
            None => {
                let summary = format!("`{}` was removed", before.name);
                out.push(TYPE_REMOVED.fact(element(&before.name, "*"), summary, before.span_before(c), None));
            }
        }
    }
    out
}

/// Queries that somebody sends, or pieces of a type whose declaration is elsewhere.
fn is_executable(of: &Type<'_>) -> bool {
    !["type", "input", "interface", "union", "enum", "scalar"].contains(&of.keyword())
}

struct Schema<'a> {
    c: &'a Comparison,
    before: &'a Type<'a>,
    after: &'a Type<'a>,
    scalars: &'a BTreeSet<&'a str>,
}

impl Schema<'_> {
    fn compare(&self, out: &mut Vec<Fact>) {
        let (before, after) = (self.before, self.after);
        for (name, old) in &before.members {
            let span = self.c.before_span(before.side, old.start, old.end);
            let whole = format!("`{name}` of `{}`", before.name);
            let of = element(&before.name, name);
            let Some(new) = after.members.get(name) else {
                let rule = if before.keyword() == "enum" { &VALUE_REMOVED } else { &FIELD_REMOVED };
                out.push(rule.fact(of, format!("{whole} was removed"), span, None));
                continue;
            };
            let now = self.c.after_span(after.side, new.start, new.end);
            let (Some(was), Some(is)) = (Field::read(&old.signature), Field::read(&new.signature)) else { continue };
            if let Some((rule, summary)) = self.types(&was, &is, &whole) {
                out.push(rule.fact(of, summary, span.clone(), now.clone()));
            }
            self.arguments(name, (&was, &is), (span, now), out);
        }
        if before.keyword() == "input" {
            self.new_fields(out);
        }
    }

    /// Fields of an input that were not there and must be given.
    fn new_fields(&self, out: &mut Vec<Fact>) {
        for (name, symbol) in self.after.members.iter().filter(|(name, _)| !self.before.members.contains_key(*name)) {
            if Field::read(&symbol.signature).is_some_and(|field| field.is_required()) {
                let summary = format!("`{name}` of `{}` must be given", self.before.name);
                let span = self.c.after_span(self.after.side, symbol.start, symbol.end);
                out.push(REQUIRED.fact(element(&self.before.name, name), summary, None, span));
            }
        }
    }

    fn types(&self, was: &Field<'_>, is: &Field<'_>, whole: &str) -> Option<(&'static Rule, String)> {
        if was.of == is.of {
            return None;
        }
        let input = self.before.keyword() == "input";
        let words = format!("{whole} is `{}` now, before `{}`", is.of, was.of);
        let (old, new) = (named_type(was.of), named_type(is.of));
        let is_scalar = |name: &str| is_builtin(name) || self.scalars.contains(name);
        if old != new {
            // A new scalar is declared somewhere; one of the two is enough to know the kind.
            let scalar = is_scalar(old) && (is_scalar(new) || !self.scalars.is_empty() || is_builtin(old));
            return Some((if scalar { &SCALAR } else { &FIELD_TYPE }, words));
        }
        let shape = |of: &str| of.replace('!', "");
        match (shape(was.of) == shape(is.of), input) {
            (false, _) => Some((&FIELD_TYPE, words)),
            (true, true) if is.is_required() && !was.is_required() => {
                Some((&REQUIRED, format!("{whole} must be given")))
            }
            (true, false) if was.of.matches('!').count() > is.of.matches('!').count() => Some((&NULLABLE, words)),
            _ => None,
        }
    }

    fn arguments(
        &self,
        name: &str,
        (was, is): (&Field<'_>, &Field<'_>),
        (before, after): (Option<Span>, Option<Span>),
        out: &mut Vec<Fact>,
    ) {
        let owner = format!("{}.{name}", self.before.name);
        let of = |argument: &str| -> Element { element(&owner, argument) };
        for old in &was.arguments {
            match is.arguments.iter().find(|new| new.name == old.name) {
                None => {
                    let summary = format!("`{owner}` no longer takes `{}`", old.name);
                    out.push(ARGUMENT_REMOVED.fact(of(old.name), summary, before.clone(), after.clone()));
                }
                Some(new) if named_type(new.of) != named_type(old.of) => {
                    let summary = format!("`{}` of `{owner}` is `{}` now, before `{}`", old.name, new.of, old.of);
                    out.push(FIELD_TYPE.fact(of(old.name), summary, before.clone(), after.clone()));
                }
                Some(_) => {}
            }
        }
        for new in is.arguments.iter().filter(|new| new.is_required()) {
            if !was.arguments.iter().any(|old| old.name == new.name && old.is_required()) {
                let summary = format!("`{owner}` must be given `{}`", new.name);
                out.push(REQUIRED.fact(of(new.name), summary, before.clone(), after.clone()));
            }
        }
    }
}
