//! What changed between two schemas, property by property. One walk over a list of what is still to be compared: never
//! recursive, and every pair of places is looked at once, so a cycle of references ends.

mod object;

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

pub(super) use self::object::resolve;
use self::object::{Found, Object, fits, lost_values, types};
use super::document::step;

/// Pairs of places that one document may have; nobody writes more by hand.
const MAX_PAIRS: usize = 200_000;

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Flow {
    /// To the provider.
    Request,
    /// From the provider.
    Response,
    /// Either way.
    Both,
}

/// What happened to a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// It is gone.
    Removed,
    /// It has this name now.
    Renamed(String),
    /// It must be given.
    Required,
    /// It was of the first type and is of the second.
    Type(String, String),
    /// It may no longer have this value.
    EnumValue(String),
}

/// One change of one property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub what: What,
    pub flow: Flow,
    /// The named schema or operation around the property.
    pub owner: String,
    /// Its name, dotted below the owner; empty for the owner's whole value.
    pub name: String,
    /// Pointer to it before.
    pub before: Option<String>,
    /// Pointer to it after.
    pub after: Option<String>,
}

/// Two places to compare.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub owner: String,
    pub name: String,
    pub old: String,
    pub new: String,
    pub flow: Flow,
}

/// Compares schemas of two documents.
#[derive(Debug)]
pub(super) struct Walk<'d> {
    old: &'d Value,
    new: &'d Value,
    open: Vec<Task>,
    seen: HashSet<(String, String, Flow)>,
    out: Vec<Difference>,
}

impl<'d> Walk<'d> {
    pub(super) fn new(old: &'d Value, new: &'d Value) -> Self {
        Self { old, new, open: Vec::new(), seen: HashSet::new(), out: Vec::new() }
    }

    /// Asks for a comparison.
    pub(super) fn add(&mut self, task: Task) {
        self.open.push(task);
    }

    /// Everything that changed.
    pub(super) fn run(mut self) -> Vec<Difference> {
        while let Some(task) = self.open.pop() {
            let (Some(old), Some(new)) = (resolve(self.old, &task.old), resolve(self.new, &task.new)) else { continue };
            let key = (old.pointer.clone(), new.pointer.clone(), task.flow);
            if self.seen.len() < MAX_PAIRS && self.seen.insert(key) {
                self.types(&task, &old, &new);
                let (owner, name) = match &old.named {
                    Some(named) => (named.clone(), String::new()),
                    None => (task.owner.clone(), task.name.clone()),
                };
                self.values(&Task { owner, name, old: old.pointer, new: new.pointer, flow: task.flow });
            }
        }
        self.out
    }

    fn note(&mut self, what: What, of: &Task, name: String, before: Option<String>, after: Option<String>) {
        self.out.push(Difference { what, flow: of.flow, owner: of.owner.clone(), name, before, after });
    }

    fn types(&mut self, task: &Task, old: &Found<'d>, new: &Found<'d>) {
        let (was, now) = (types(old.value), types(new.value));
        let format = |value: &'d Value| value.get("format").and_then(Value::as_str);
        let told = |types: &BTreeSet<&str>| types.iter().copied().collect::<Vec<_>>().join(" or ");
        let changed = !was.is_empty() && !now.is_empty() && !fits(&was, &now, task.flow);
        let what = match (format(old.value), format(new.value)) {
            _ if changed => What::Type(told(&was), told(&now)),
            (Some(a), Some(b)) if a != b && was == now && was.contains("string") => {
                What::Type(a.to_owned(), b.to_owned())
            }
            _ => return,
        };
        self.note(what, task, task.name.clone(), Some(old.pointer.clone()), Some(new.pointer.clone()));
    }

    /// Everything inside of two values whose types were compared.
    fn values(&mut self, at: &Task) {
        let (Some(old), Some(new)) = (self.old.pointer(&at.old), self.new.pointer(&at.new)) else { return };
        if at.flow != Flow::Response {
            for value in lost_values(old, new) {
                self.note(What::EnumValue(value), at, at.name.clone(), Some(at.old.clone()), Some(at.new.clone()));
            }
        }
        let (was, now) = (Object::read(self.old, &at.old), Object::read(self.new, &at.new));
        self.properties(at, &was, &now);
        for key in ["items", "additionalProperties"] {
            if old.get(key).is_some_and(Value::is_object) && new.get(key).is_some_and(Value::is_object) {
                self.add(Task { old: step(&at.old, key), new: step(&at.new, key), ..at.clone() });
            }
        }
        self.alternatives(at, old, new);
    }

    fn properties(&mut self, at: &Task, was: &Object<'d>, now: &Object<'d>) {
        let path = |name: &str| if at.name.is_empty() { name.to_owned() } else { format!("{}.{name}", at.name) };
        let lost: Vec<&String> = was.properties.keys().filter(|name| !now.properties.contains_key(*name)).collect();
        let new: Vec<&String> = now.properties.keys().filter(|name| !was.properties.contains_key(*name)).collect();
        let heir = match (lost.as_slice(), new.as_slice()) {
            ([lost], [new]) if was.properties[*lost].1 == now.properties[*new].1 => Some(*new),
            _ => None,
        };
        // What takes one of several shapes may hold it in one of them.
        for name in lost.iter().filter(|_| !now.open) {
            let what = heir.map_or(What::Removed, |heir| What::Renamed(heir.clone()));
            let after = heir.map(|heir| now.properties[heir].0.clone());
            self.note(what, at, path(name), Some(was.properties[*name].0.clone()), after);
        }
        for name in
            now.required.difference(&was.required).filter(|name| at.flow != Flow::Response && heir != Some(name))
        {
            let given_by_provider = |schema: &Value| schema.get("readOnly").and_then(Value::as_bool).unwrap_or(false);
            let after = now.properties.get(name);
            if !was.open && !after.is_some_and(|(_, schema)| given_by_provider(schema)) {
                let before = was.properties.get(name).map(|(pointer, _)| pointer.clone());
                let after = after.map_or_else(|| at.new.clone(), |(pointer, _)| pointer.clone());
                self.note(What::Required, at, path(name), before, Some(after));
            }
        }
        for (name, (old, _)) in &was.properties {
            if let Some((new, _)) = now.properties.get(name) {
                self.add(Task { name: path(name), old: old.clone(), new: new.clone(), ..at.clone() });
            }
        }
    }

    /// Of several shapes only those that are named can be told apart.
    fn alternatives(&mut self, at: &Task, old: &Value, new: &Value) {
        for key in ["oneOf", "anyOf"] {
            let list = |value: &Value| -> Vec<String> {
                let items = value.get(key).and_then(Value::as_array).into_iter().flatten();
                items.map(|item| item.get("$ref").and_then(Value::as_str).unwrap_or("").to_owned()).collect()
            };
            let (was, now) = (list(old), list(new));
            for (i, name) in was.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
                if let Some(j) = now.iter().position(|other| other == name) {
                    let place = |pointer: &str, at: usize| step(&step(pointer, key), &at.to_string());
                    self.add(Task { old: place(&at.old, i), new: place(&at.new, j), ..at.clone() });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(old: &Value, new: &Value, flow: Flow) -> Vec<String> {
        let (old, new) = (json!({ "s": old, "d": old.get("d") }), json!({ "s": new, "d": new.get("d") }));
        let mut walk = Walk::new(&old, &new);
        walk.add(Task { owner: "O".to_owned(), name: String::new(), old: "/s".to_owned(), new: "/s".to_owned(), flow });
        let mut told: Vec<String> = walk.run().iter().map(|d| format!("{}#{} {:?}", d.owner, d.name, d.what)).collect();
        told.sort();
        told
    }

    #[test]
    fn what_users_of_a_shape_notice() {
        let props = |list: Value| json!({ "type": "object", "properties": list });
        let (string, number) = (json!({ "type": "string" }), json!({ "type": "number" }));
        let cyclic =
            json!({ "$ref": "#/d/N", "d": { "N": { "properties": { "next": { "$ref": "#/d/N" }, "x": {} } } } });
        let shorter = json!({ "$ref": "#/d/N", "d": { "N": { "properties": { "next": { "$ref": "#/d/N" } } } } });
        let circle = json!({ "$ref": "#/d/A", "d": { "A": { "$ref": "#/d/A" } } });
        use Flow::{Both, Request, Response};
        let cases: Vec<(Value, Value, Flow, &[&str])> = vec![
            (props(json!({ "a": string, "b": {} })), props(json!({ "a": string })), Response, &["O#b Removed"]),
            (props(json!({ "a": string })), props(json!({ "c": string })), Response, &["O#a Renamed(\"c\")"]),
            (props(json!({ "a": string })), props(json!({ "c": number })), Response, &["O#a Removed"]),
            (props(json!({ "a": string })), props(json!({ "a": number })), Both, &["O#a Type(\"string\", \"number\")"]),
            (props(json!({ "a": { "type": "integer" } })), props(json!({ "a": number })), Request, &[]),
            (
                props(json!({ "a": { "type": "integer" } })),
                props(json!({ "a": number })),
                Response,
                &["O#a Type(\"integer\", \"number\")"],
            ),
            (props(json!({ "a": string })), props(json!({ "a": { "type": ["string", "null"] } })), Response, &[]),
            (
                json!({ "properties": { "a": {} } }),
                json!({ "properties": { "a": {} }, "required": ["a"] }),
                Request,
                &["O#a Required"],
            ),
            (
                json!({ "properties": { "a": {} } }),
                json!({ "properties": { "a": {} }, "required": ["a"] }),
                Response,
                &[],
            ),
            (props(json!({})), json!({ "properties": { "a": { "readOnly": true } }, "required": ["a"] }), Request, &[]),
            (
                json!({ "enum": ["a", "b", 1] }),
                json!({ "enum": ["a"] }),
                Request,
                &["O# EnumValue(\"1\")", "O# EnumValue(\"b\")"],
            ),
            (json!({ "enum": ["a", "b"] }), json!({ "enum": ["a"] }), Response, &[]),
            (
                json!({ "items": props(json!({ "a": {}, "b": {} })) }),
                json!({ "items": props(json!({ "a": {} })) }),
                Response,
                &["O#b Removed"],
            ),
            (
                props(json!({ "p": props(json!({ "a": {}, "b": {} })) })),
                props(json!({ "p": props(json!({ "a": {} })) })),
                Response,
                &["O#p.b Removed"],
            ),
            (
                json!({ "allOf": [props(json!({ "a": {} })), props(json!({ "b": {} }))] }),
                props(json!({ "a": {}, "b": {} })),
                Both,
                &[],
            ),
            (props(json!({ "a": {} })), json!({ "oneOf": [props(json!({ "a": {} })), {}] }), Response, &[]),
            (props(json!({ "a": {} })), json!({ "allOf": [{ "$ref": "other.yaml#/A" }] }), Response, &[]),
            (
                json!({ "type": "string", "format": "date" }),
                json!({ "type": "string", "format": "date-time" }),
                Response,
                &["O# Type(\"date\", \"date-time\")"],
            ),
            (cyclic.clone(), shorter, Response, &["N#x Removed"]),
            (cyclic.clone(), cyclic, Response, &[]),
            (circle.clone(), circle, Response, &[]),
            (json!({ "$ref": "#/nowhere" }), json!({}), Both, &[]),
            (json!(5), json!([]), Both, &[]),
            (json!({ "properties": 5, "required": "x", "allOf": {}, "enum": 1 }), json!({ "type": 7 }), Both, &[]),
        ];
        for (old, new, flow, expected) in cases {
            assert_eq!(told(&old, &new, flow), expected, "{old} -> {new}");
        }
    }
}
