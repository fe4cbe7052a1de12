//! Protocol buffers: messages, fields, calls and values of enums, by name and by number.

use std::collections::BTreeMap;

use contracts::analysis::Symbol;
use contracts::fact::{Fact, Impact};

use super::declared::{Pair, Type, pairs};
use super::{field, renamed};
use crate::comparison::Comparison;
use crate::facts::Rule;

const TRIGGERS: &[&str] = &["api_contract"];

const MESSAGE_REMOVED: Rule = Rule {
    id: "spec.proto.message_removed",
    sees: "a message, an enum or a service is gone from every changed file",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const FIELD_REMOVED: Rule = Rule {
    id: "spec.proto.field_removed",
    sees: "a field of a message is gone",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const FIELD_RENAMED: Rule = Rule {
    id: "spec.proto.field_renamed",
    sees: "a number of a message has another name; code and JSON break, the wire does not",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const FIELD_RENUMBERED: Rule = Rule {
    id: "spec.proto.field_renumbered",
    sees: "a field of a message or a value of an enum has another number",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const FIELD_TYPE: Rule = Rule {
    id: "spec.proto.field_type_changed",
    sees: "a field of a message has another type",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const CALL_REMOVED: Rule = Rule {
    id: "spec.proto.rpc_removed",
    sees: "a service no longer has a call",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const CALL_TYPE: Rule = Rule {
    id: "spec.proto.rpc_type_changed",
    sees: "a call takes or gives other messages",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const VALUE_REMOVED: Rule = Rule {
    id: "spec.proto.enum_value_removed",
    sees: "a value of an enum is gone",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[
    &MESSAGE_REMOVED,
    &FIELD_REMOVED,
    &FIELD_RENAMED,
    &FIELD_RENUMBERED,
    &FIELD_TYPE,
    &CALL_REMOVED,
    &CALL_TYPE,
    &VALUE_REMOVED,
];

/// Facts about messages and services.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let pairs = pairs(c, "protobuf");
    let is_gone = |name: &str| pairs.iter().any(|pair| pair.before.name == name && pair.after.is_none());
    let mut out = Vec::new();
    for Pair { before, after } in &pairs {
        match after {
            Some(after) => out.extend(compare(c, before, after)),
            // One fact about what is around it is enough.
            None if before.name.rsplit_once('.').is_some_and(|(around, _)| is_gone(around)) => {}
            None => {
                let summary = format!("`{}` was removed", before.name);
                out.push(MESSAGE_REMOVED.fact(field(&before.name, "*"), summary, before.span_before(c), None));
            }
        }
    }
    out
}

/// `repeated int32 ages = 2 [deprecated = true]` is of type `repeated int32` and has number 2.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    of: String,
    number: Option<i64>,
}

fn shape(symbol: &Symbol) -> Shape {
    // Options may hold a `=`, too.
    let declared = symbol.signature.split('[').next().unwrap_or("");
    let (head, tail) = declared.rsplit_once('=').unwrap_or((declared, ""));
    let of =
        head.trim().strip_suffix(symbol.name.as_str()).unwrap_or(head).split_whitespace().collect::<Vec<_>>().join(" ");
    let digits = tail.trim().trim_end_matches(';');
    // What a field may lack changes nothing on the wire.
    let of = of.strip_prefix("optional ").map_or(of.clone(), str::to_owned);
    Shape { of, number: digits.parse().ok() }
}

fn compare(c: &Comparison, before: &Type<'_>, after: &Type<'_>) -> Vec<Fact> {
    let numbers: BTreeMap<i64, &str> = after
        .members
        .iter()
        .filter(|(name, _)| !before.members.contains_key(*name))
        .filter_map(|(name, symbol)| Some((shape(symbol).number?, *name)))
        .collect();
    let mut out = Vec::new();
    for (name, old) in &before.members {
        let span = c.before_span(before.side, old.start, old.start);
        let whole = format!("`{name}` of `{}`", before.name);
        let Some(new) = after.members.get(name) else {
            let heir = shape(old).number.and_then(|number| numbers.get(&number));
            out.push(match (before.keyword(), heir) {
                ("service", _) => {
                    CALL_REMOVED.fact(field(&before.name, name), format!("{whole} was removed"), span, None)
                }
                ("enum", None) => {
                    VALUE_REMOVED.fact(field(&before.name, name), format!("{whole} was removed"), span, None)
                }
                (_, Some(heir)) => {
                    let element = renamed(&before.name, name, Some((*heir).to_owned()));
                    let line = after.members.get(heir).map_or(1, |symbol| symbol.start);
                    FIELD_RENAMED.fact(
                        element,
                        format!("{whole} is called `{heir}` now"),
                        span,
                        c.after_span(after.side, line, line),
                    )
                }
                (_, None) => FIELD_REMOVED.fact(field(&before.name, name), format!("{whole} was removed"), span, None),
            });
            continue;
        };
        if let Some((rule, summary)) = changed(before, old, new, &whole) {
            out.push(rule.fact(
                field(&before.name, name),
                summary,
                span,
                c.after_span(after.side, new.start, new.start),
            ));
        }
    }
    out
}

fn changed(of: &Type<'_>, old: &Symbol, new: &Symbol, whole: &str) -> Option<(&'static Rule, String)> {
    if of.keyword() == "service" {
        let plain = |symbol: &Symbol| {
            symbol.signature.split_whitespace().collect::<String>().trim_end_matches(['{', ';']).to_owned()
        };
        return (plain(old) != plain(new)).then(|| (&CALL_TYPE, format!("{whole} takes or gives other messages")));
    }
    let (was, now) = (shape(old), shape(new));
    match (was.number, now.number) {
        (Some(a), Some(b)) if a != b => Some((&FIELD_RENUMBERED, format!("{whole} has number {b} now, before {a}"))),
        _ if was.of != now.of => Some((&FIELD_TYPE, format!("{whole} is `{}` now, before `{}`", now.of, was.of))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::analysis::SymbolKind;

    #[test]
    fn types_and_numbers() {
        let cases = [
            ("ages", "repeated int32 ages = 2 [deprecated=true]", "repeated int32", Some(2)),
            ("m", "map<string, Bar> m = 5", "map<string, Bar>", Some(5)),
            ("A", "A = -1", "", Some(-1)),
            ("x", "optional string x = 6;", "string", Some(6)),
            ("x", "string x", "string", None),
            ("x", "ä = = [", "ä =", None),
            ("", "", "", None),
        ];
        for (name, signature, of, number) in cases {
            let symbol = Symbol {
                kind: SymbolKind::Constant,
                name: name.to_owned(),
                container: None,
                exported: true,
                signature: signature.to_owned(),
                decorators: vec![],
                start: 1,
                end: 1,
            };
            assert_eq!(shape(&symbol), Shape { of: of.to_owned(), number }, "{signature}");
        }
    }
}
