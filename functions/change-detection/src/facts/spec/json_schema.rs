//! JSON Schema documents: properties gone, required, of another type, values no longer allowed.

use contracts::fact::{Fact, Impact};
use serde_json::Value;

use super::document::{self, Document, Kind, step};
use super::shape::{Difference, Flow, Task, Walk, What};
use super::told::{self, Draft};
use super::{files, stem};
use crate::comparison::Comparison;
use crate::facts::Rule;

const TRIGGERS: &[&str] = &["api_contract", "configuration"];

const REMOVED: Rule = Rule {
    id: "spec.schema.property_removed",
    sees: "a property of a JSON Schema is gone or has another name",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const REQUIRED: Rule = Rule {
    id: "spec.schema.property_required",
    sees: "a value that fitted a JSON Schema fits no more, because it must have a property",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const TYPE: Rule = Rule {
    id: "spec.schema.type_changed",
    sees: "a property of a JSON Schema has another type or format",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

const ENUM: Rule = Rule {
    id: "spec.schema.enum_value_removed",
    sees: "a value that a JSON Schema allowed is allowed no more",
    impact: Impact::Breaking,
    triggers: TRIGGERS,
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED, &REQUIRED, &TYPE, &ENUM];

/// Facts about JSON Schemas.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in files(c) {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        let read = |side| document::read(side, Kind::JsonSchema);
        if let (Some(old), Some(new)) = (read(before), read(after)) {
            out.extend(compare(c, &old, &new));
        }
    }
    out
}

fn compare(c: &Comparison, old: &Document<'_>, new: &Document<'_>) -> Vec<Fact> {
    let title = old.root.get("title").and_then(Value::as_str).unwrap_or_else(|| stem(old.side));
    let mut walk = Walk::new(&old.root, &new.root);
    let task = |owner: &str, at: String| Task {
        owner: owner.to_owned(),
        name: String::new(),
        old: at.clone(),
        new: at,
        flow: Flow::Both,
    };
    for group in ["definitions", "$defs"] {
        for name in old.root.get(group).and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name) {
            walk.add(task(name, step(&step("", group), name)));
        }
    }
    // Taken from the end: the root is compared first and gives its own name to what it holds.
    walk.add(task(title, String::new()));
    let rule = |found: &Difference| match found.what {
        What::Removed | What::Renamed(_) => &REMOVED,
        What::Required => &REQUIRED,
        What::Type(..) => &TYPE,
        What::EnumValue(_) => &ENUM,
    };
    let drafts = walk.run().iter().map(|found| Draft::of(rule(found), found)).collect();
    told::facts(c, old, new, drafts)
}
