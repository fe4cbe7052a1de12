//! One schema: its references followed, its parts put together, what it allows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::document::step;
use super::Flow;

/// References that lead to references.
const MAX_HOPS: usize = 32;

/// Parts that `allOf` may put together.
const MAX_PARTS: usize = 64;

/// A place after its references were followed.
#[derive(Debug)]
pub(in super::super) struct Found<'d> {
    pub pointer: String,
    pub value: &'d Value,
    /// The last name that a reference called it by.
    pub named: Option<String>,
}

/// Follows references inside of the document; none where one leads out of it, nowhere or in a circle.
pub(in super::super) fn resolve<'d>(root: &'d Value, pointer: &str) -> Option<Found<'d>> {
    let (mut pointer, mut named) = (pointer.to_owned(), None);
    for _ in 0..MAX_HOPS {
        let value = root.pointer(&pointer)?;
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return Some(Found { pointer, value, named });
        };
        pointer = reference.strip_prefix('#')?.to_owned();
        named = pointer.rsplit('/').next().map(|name| name.replace("~1", "/").replace("~0", "~"));
    }
    None
}

/// What an object holds, `allOf` put together.
#[derive(Debug, Default)]
pub(super) struct Object<'d> {
    /// With the place of each.
    pub properties: BTreeMap<String, (String, &'d Value)>,
    pub required: BTreeSet<String>,
    /// It may have other shapes, too.
    pub open: bool,
}

impl<'d> Object<'d> {
    pub(super) fn read(root: &'d Value, pointer: &str) -> Self {
        let (mut out, mut parts, mut at) = (Self::default(), vec![pointer.to_owned()], 0);
        while let Some(part) = parts.get(at).cloned().filter(|_| at < MAX_PARTS) {
            at += 1;
            let Some(found) = resolve(root, &part) else {
                // A shape that lies elsewhere may hold anything.
                out.open = true;
                continue;
            };
            out.take(&found);
            let more = found.value.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
            parts.extend((0..more.min(MAX_PARTS)).map(|i| step(&step(&found.pointer, "allOf"), &i.to_string())));
        }
        out
    }

    fn take(&mut self, part: &Found<'d>) {
        for (name, schema) in part.value.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let place = step(&step(&part.pointer, "properties"), name);
            self.properties.entry(name.clone()).or_insert((place, schema));
        }
        let required = part.value.get("required").and_then(Value::as_array).into_iter().flatten();
        self.required.extend(required.filter_map(|name| name.as_str().map(str::to_owned)));
        self.open |= ["oneOf", "anyOf"].iter().any(|key| part.value.get(*key).is_some());
    }
}

/// The types that a value may have, without null.
pub(super) fn types(value: &Value) -> BTreeSet<&str> {
    let types: Vec<&str> = match value.get("type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    types.into_iter().filter(|name| *name != "null").collect()
}

/// Whether whoever relied on the old types still can.
pub(super) fn fits(was: &BTreeSet<&str>, now: &BTreeSet<&str>, flow: Flow) -> bool {
    let within = |a: &BTreeSet<&str>, b: &BTreeSet<&str>| {
        a.iter().all(|name| b.contains(name) || (*name == "integer" && b.contains("number")))
    };
    match flow {
        Flow::Request => within(was, now),
        Flow::Response => within(now, was),
        Flow::Both => within(was, now) && within(now, was),
    }
}

/// Values that a list of allowed ones no longer has.
pub(super) fn lost_values(old: &Value, new: &Value) -> Vec<String> {
    let list = |value: &Value| value.get("enum").and_then(Value::as_array).cloned();
    let (Some(was), Some(now)) = (list(old), list(new)) else { return Vec::new() };
    let lost = was.iter().filter(|value| !now.contains(value) && !value.is_null());
    lost.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect()
}
