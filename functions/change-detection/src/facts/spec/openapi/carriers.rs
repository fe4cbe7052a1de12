//! Which operations carry a named schema, directly or inside of others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::operation::Operation;

/// Operations that a fact names; more say nothing more.
const MAX_CARRIERS: usize = 20;

/// Who mentions whom, by the last part of a reference.
#[derive(Debug)]
pub(super) struct Carriers<'d> {
    /// The operations that mention a name, by name.
    operations: BTreeMap<&'d str, BTreeSet<String>>,
    /// The named parts that mention a name, by name.
    holders: BTreeMap<&'d str, BTreeSet<&'d str>>,
}

impl<'d> Carriers<'d> {
    pub(super) fn new<'o>(root: &'d Value, all: impl Iterator<Item = &'o Operation<'d>>) -> Self
    where
        'd: 'o,
    {
        let mut out = Self { operations: BTreeMap::new(), holders: BTreeMap::new() };
        for operation in all {
            for name in root.pointer(&operation.pointer).map(references).unwrap_or_default() {
                out.operations.entry(name).or_default().insert(operation.name());
            }
        }
        let groups = ["definitions", "parameters", "responses"].iter().filter_map(|key| root.get(*key));
        let groups =
            groups.chain(root.get("components").and_then(Value::as_object).into_iter().flat_map(|map| map.values()));
        for (holder, value) in groups.filter_map(Value::as_object).flatten() {
            for name in references(value) {
                out.holders.entry(name).or_default().insert(holder);
            }
        }
        out
    }

    /// The operations that carry the schema of this name; none for an operation's own name.
    pub(super) fn of(&self, name: &str) -> Vec<String> {
        let (mut open, mut seen, mut out) = (vec![name], BTreeSet::from([name]), BTreeSet::new());
        while let Some(next) = open.pop() {
            out.extend(self.operations.get(next).into_iter().flatten().cloned());
            for holder in self.holders.get(next).into_iter().flatten() {
                if seen.insert(*holder) {
                    open.push(*holder);
                }
            }
        }
        out.into_iter().take(MAX_CARRIERS).collect()
    }
}

/// The last parts of all references inside of a value.
fn references(value: &Value) -> Vec<&str> {
    let (mut open, mut out) = (vec![value], Vec::new());
    while let Some(next) = open.pop() {
        match next {
            Value::Object(map) => {
                let reference = map.get("$ref").and_then(Value::as_str);
                out.extend(reference.and_then(|text| text.rsplit('/').next()));
                open.extend(map.values());
            }
            Value::Array(list) => open.extend(list),
            _ => {}
        }
    }
    out
}
