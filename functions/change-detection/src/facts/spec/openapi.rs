//! OpenAPI 2 and 3: operations, parameters, bodies and answers. The rules are those that the field checks by the same names.

mod carriers;
mod operation;

use contracts::fact::{Element, Fact, Impact};

use self::carriers::Carriers;
use self::operation::{Operation, operations};
use super::document::{self, Document, Kind};
use super::shape::{Difference, Flow, Walk, What};
use super::told::{self, Draft};
use super::{field, files};
use crate::comparison::Comparison;
use crate::facts::{Rule, http};

const ROUTES: &[&str] = &["api_contract", "endpoints"];
const FIELDS: &[&str] = &["api_contract"];

const PATH_REMOVED: Rule = Rule {
    id: "spec.path.removed",
    sees: "an OpenAPI description no longer has a path, and no code of the repository serves it",
    impact: Impact::Breaking,
    triggers: ROUTES,
};

const OPERATION_REMOVED: Rule = Rule {
    id: "spec.operation.removed",
    sees: "a path of an OpenAPI description no longer has a method, and no code of the repository serves it",
    impact: Impact::Breaking,
    triggers: ROUTES,
};

const PARAMETER_REQUIRED: Rule = Rule {
    id: "spec.parameter.required",
    sees: "an operation has a parameter that must be given and need not be before",
    impact: Impact::Breaking,
    triggers: FIELDS,
};

const PARAMETER_REMOVED: Rule = Rule {
    id: "spec.parameter.removed",
    sees: "an operation no longer has a parameter",
    impact: Impact::Risky,
    triggers: FIELDS,
};

const REQUEST_REQUIRED: Rule = Rule {
    id: "spec.request.property_required",
    sees: "a request must have a property that it need not have before",
    impact: Impact::Breaking,
    triggers: FIELDS,
};

const REQUEST_REMOVED: Rule = Rule {
    id: "spec.request.property_removed",
    sees: "a property of a request is gone or has another name",
    impact: Impact::Risky,
    triggers: FIELDS,
};

const RESPONSE_REMOVED: Rule = Rule {
    id: "spec.response.property_removed",
    sees: "a property of an answer is gone or has another name",
    impact: Impact::Breaking,
    triggers: FIELDS,
};

const STATUS_REMOVED: Rule = Rule {
    id: "spec.response.status_removed",
    sees: "an operation no longer answers with a status of success that it had",
    impact: Impact::Risky,
    triggers: FIELDS,
};

const TYPE: Rule = Rule {
    id: "spec.property.type_changed",
    sees: "a property of a request or an answer has a type or format that does not fit the old one",
    impact: Impact::Breaking,
    triggers: FIELDS,
};

const ENUM: Rule = Rule {
    id: "spec.enum.value_removed",
    sees: "a value that a request could have is allowed no more",
    impact: Impact::Breaking,
    triggers: FIELDS,
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[
    &PATH_REMOVED,
    &OPERATION_REMOVED,
    &PARAMETER_REQUIRED,
    &PARAMETER_REMOVED,
    &REQUEST_REQUIRED,
    &REQUEST_REMOVED,
    &RESPONSE_REMOVED,
    &STATUS_REMOVED,
    &TYPE,
    &ENUM,
];

/// Quoted paths that the descriptions no longer have: code that is unchanged may serve them still.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    let mut out = Vec::new();
    for (old, new) in pairs(c) {
        let now = operations(&new.root);
        for (key, lost) in operations(&old.root) {
            let tail = lost.path.rsplit('/').find(|part| !part.is_empty() && !part.starts_with('{'));
            out.extend(tail.filter(|_| !now.contains_key(&key)).map(str::to_owned));
        }
    }
    out
}

/// Facts about described operations.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    pairs(c).iter().flat_map(|(old, new)| told::facts(c, old, new, compare(c, old, new))).collect()
}

fn pairs(c: &Comparison) -> Vec<(Document<'_>, Document<'_>)> {
    let read = |side| document::read(side, Kind::OpenApi);
    files(c).filter_map(|file| Some((read(file.before.as_ref()?)?, read(file.after.as_ref()?)?))).collect()
}

fn compare(c: &Comparison, old: &Document<'_>, new: &Document<'_>) -> Vec<Draft> {
    let (was, now) = (operations(&old.root), operations(&new.root));
    let served: Vec<(String, String)> =
        c.standing().flat_map(http::routes).map(|s| (s.route.method, http::normal(&s.route.path))).collect();
    let mut out = Vec::new();
    let mut walk = Walk::new(&old.root, &new.root);
    for (key, before) in &was {
        let Some(after) = now.get(key) else {
            let moved = before.id.and_then(|id| now.values().find(|other| other.id == Some(id)));
            if !is_served(&served, &key.0, &key.1) {
                let whole = !now.keys().any(|(_, path)| *path == key.1);
                out.push(lost(before, moved, if whole { &PATH_REMOVED } else { &OPERATION_REMOVED }));
            }
            continue;
        };
        out.extend(parameters(before, after));
        out.extend(statuses(before, after));
        operation::bodies(before, after).into_iter().for_each(|task| walk.add(task));
    }
    let carriers = Carriers::new(&old.root, was.values());
    out.extend(walk.run().iter().map(|found| {
        let mut draft = Draft::of(rule(found), found);
        if let Element::Field { owner, carried_by, .. } = &mut draft.element {
            *carried_by = carriers.of(owner);
        }
        draft
    }));
    out
}

fn rule(found: &Difference) -> &'static Rule {
    match (&found.what, found.flow) {
        (What::Removed | What::Renamed(_), Flow::Request) => &REQUEST_REMOVED,
        (What::Removed | What::Renamed(_), _) => &RESPONSE_REMOVED,
        (What::Required, _) => &REQUEST_REQUIRED,
        (What::Type(..), _) => &TYPE,
        (What::EnumValue(_), _) => &ENUM,
    }
}

/// Code serves the path, perhaps below a prefix that is set elsewhere.
fn is_served(served: &[(String, String)], method: &str, path: &str) -> bool {
    let same = |other: &str| {
        let other = other.trim_start_matches('*');
        other.len() > 1 && path.len() > 1 && (other.ends_with(path) || path.ends_with(other))
    };
    served.iter().any(|(verb, other)| (verb == method || verb == "ANY") && same(other))
}

fn lost(before: &Operation<'_>, moved: Option<&Operation<'_>>, rule: &'static Rule) -> Draft {
    let moved_to = moved.map(|other| other.path.to_owned()).filter(|path| path != before.path);
    let summary = match &moved_to {
        Some(path) => format!("`{}` is described as `{path}` now", before.name()),
        None => format!("`{}` was removed from the API description", before.name()),
    };
    let element = Element::Route { method: before.method.to_owned(), path: before.path.to_owned(), moved_to };
    let after = moved.map(|other| other.pointer.clone());
    Draft { rule, element, summary, before: Some(before.pointer.clone()), after }
}

fn parameters(before: &Operation<'_>, after: &Operation<'_>) -> Vec<Draft> {
    let mut out = Vec::new();
    for (key, was) in &before.parameters {
        if !after.parameters.contains_key(key) {
            let summary = format!("`{}` no longer has the parameter `{}`", before.name(), key.1);
            let element = field(&before.name(), &key.1);
            out.push(Draft {
                rule: &PARAMETER_REMOVED,
                element,
                summary,
                before: Some(was.pointer.clone()),
                after: None,
            });
        }
    }
    for (key, now) in after.parameters.iter().filter(|(_, now)| now.required) {
        let was = before.parameters.get(key);
        if was.is_none_or(|was| !was.required) {
            let summary = format!("`{}` must be given the parameter `{}`", before.name(), key.1);
            let (element, place) = (field(&before.name(), &key.1), was.map(|was| was.pointer.clone()));
            out.push(Draft {
                rule: &PARAMETER_REQUIRED,
                element,
                summary,
                before: place,
                after: Some(now.pointer.clone()),
            });
        }
    }
    out
}

fn statuses(before: &Operation<'_>, after: &Operation<'_>) -> Vec<Draft> {
    let covered = after.responses.keys().any(|status| matches!(status.as_str(), "default" | "2XX" | "2xx"));
    let lost = before.responses.iter().filter(|(status, _)| status.starts_with('2') && !covered);
    let lost = lost.filter(|(status, _)| !after.responses.contains_key(*status));
    lost.map(|(status, pointer)| Draft {
        rule: &STATUS_REMOVED,
        element: field(&before.name(), status),
        summary: format!("`{}` no longer answers with {status}", before.name()),
        before: Some(pointer.clone()),
        after: Some(after.pointer.clone()),
    })
    .collect()
}
