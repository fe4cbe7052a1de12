//! Names that a program has for things outside of it: objects of Kubernetes, topics, queues, labels.
//!
//! Only a constant that says by its own name what it names, and whose text is another one now.

use std::collections::{BTreeMap, BTreeSet};

use contracts::fact::{Element, Fact, Impact};
use outline::code;

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const RENAMED: Rule = Rule {
    id: "resource.renamed",
    sees: "an object, a topic, a queue or a label that a program looks for or writes has another name",
    impact: Impact::Risky,
    triggers: &["api_contract", "deployment", "configuration"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&RENAMED];

/// What a constant names, by the letters of its own name; the first that fits.
const KINDS: &[(&str, &str)] = &[
    ("daemonset", "DaemonSet"),
    ("statefulset", "StatefulSet"),
    ("deploymentname", "Deployment"),
    ("configmap", "ConfigMap"),
    ("serviceaccount", "ServiceAccount"),
    ("secretname", "Secret"),
    ("topic", "topic"),
    ("queue", "queue"),
    ("exchangename", "exchange"),
    ("labelkey", "label"),
    ("labelname", "label"),
    ("annotationkey", "annotation"),
];

/// Longer lines are data.
const MAX_LINE: usize = 500;

/// Old names that unchanged files may still have.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    changed(c).into_iter().map(|change| format!("\"{}\"", change.old)).collect()
}

/// Facts about names.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let (mut out, changed) = (Vec::new(), changed(c));
    if changed.is_empty() {
        return out;
    }
    let standing = c.standing().flat_map(|side| named(side).into_values());
    let standing: BTreeSet<(&str, String)> = standing.map(|named| (named.kind, named.value)).collect();
    for Change { before, after, kind, old, new, lines } in changed {
        if standing.contains(&(kind, old.clone())) {
            continue;
        }
        let element = Element::ConfigKey { file: before.path.clone(), key: format!("{kind}/{old}") };
        let summary = format!("the {kind} `{old}` is called `{new}` now");
        let spans = (c.before_span(before, lines.0, lines.0), c.after_span(after, lines.1, lines.1));
        out.push(RENAMED.fact(element, summary, spans.0, spans.1));
    }
    out
}

struct Change<'a> {
    before: &'a Side,
    after: &'a Side,
    kind: &'static str,
    old: String,
    new: String,
    lines: (u32, u32),
}

fn changed(c: &Comparison) -> Vec<Change<'_>> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        let now = named(after);
        for (constant, was) in named(before) {
            let Some(now) = now.get(&constant).filter(|now| now.value != was.value) else { continue };
            let (old, new, lines) = (was.value, now.value.clone(), (was.line, now.line));
            out.push(Change { before, after, kind: was.kind, old, new, lines });
        }
    }
    out
}

struct Named {
    kind: &'static str,
    value: String,
    line: u32,
}

/// Constants of a file that name something outside, by their own names. One that is given two texts is none.
fn named(side: &Side) -> BTreeMap<String, Named> {
    let mut out: BTreeMap<String, Named> = BTreeMap::new();
    let is_code = side.analysis.as_ref().is_some_and(|tree| {
        ["python", "go", "javascript", "typescript", "rust", "java", "kotlin", "csharp"]
            .contains(&tree.language.as_str())
    });
    let mut twice = BTreeSet::new();
    for (at, line) in side.text().lines().enumerate().filter(|(_, line)| is_code && line.len() <= MAX_LINE) {
        let Some((constant, value)) = given(line) else { continue };
        let letters: String = constant.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect();
        let Some((_, kind)) = KINDS.iter().find(|(word, _)| letters.contains(word)) else { continue };
        if !is_telling(kind, value) {
            continue;
        }
        let found = Named { kind, value: value.to_owned(), line: u32::try_from(at + 1).unwrap_or(u32::MAX) };
        if out.insert(constant.to_owned(), found).is_some() {
            twice.insert(constant.to_owned());
        }
    }
    out.retain(|constant, _| !twice.contains(constant.as_str()));
    out
}

/// `NAME = "value"` with nothing but words before it and nothing after it.
fn given(line: &str) -> Option<(&str, &str)> {
    let (head, rest) = line.split_once('=')?;
    let head = head.trim_end_matches([':', ' ', '\t']);
    // A type may stand between the name and its value.
    let head = head.split(':').next().unwrap_or(head).trim();
    let words: Vec<&str> = head.split_whitespace().collect();
    let plain = !words.is_empty() && words.iter().all(|word| word.chars().all(code::is_name));
    let typed = words.len() > 1 && matches!(words.last(), Some(&"string"));
    let name = if typed { words.get(words.len() - 2) } else { words.last() }?;
    let rest = rest.trim();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, after) = rest[1..].split_once(quote)?;
    let over = matches!(after.trim(), "" | ";" | ",") || after.trim_start().starts_with(['#', '/']);
    (plain && over && is_value(value)).then_some((*name, value))
}

/// An object of Kubernetes is told by its kind, too; a word alone is the name of many topics.
fn is_telling(kind: &str, value: &str) -> bool {
    let object = kind.starts_with(|c: char| c.is_ascii_uppercase());
    object || value.contains(['-', '_', '.', '/']) || value.len() >= 10
}

fn is_value(text: &str) -> bool {
    text.len() >= 3
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_with_their_texts() {
        for (line, expected) in [
            ("\tdaemonSet = \"old-agent\"", Some(("daemonSet", "old-agent"))),
            ("const ORDERS_TOPIC: &str = \"orders.done\";", Some(("ORDERS_TOPIC", "orders.done"))),
            ("ORDERS_TOPIC = 'orders'  # x", Some(("ORDERS_TOPIC", "orders"))),
            ("export const topic = 'orders';", Some(("topic", "orders"))),
            ("var queueName string = \"jobs\"", Some(("queueName", "jobs"))),
            ("private static final String QUEUE = \"jobs\";", Some(("QUEUE", "jobs"))),
            ("topic = \"orders\" + suffix", None),
            ("if topic == \"orders\":", None),
            ("topic = f(\"orders\")", None),
            ("topics[x] = \"orders\"", None),
            ("topic = \"Two words\"", None),
            ("= \"ä", None),
            ("", None),
        ] {
            assert_eq!(given(line), expected, "{line}");
        }
    }
}
