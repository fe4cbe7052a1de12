//! What both dialects check alike.

use serde_json::{Map, Value, json};

use crate::Complaint;

/// Keywords that a strict form may have: what both providers list as supported.
const SUPPORTED: [&str; 14] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "anyOf",
    "allOf",
    "$ref",
    "$defs",
    "definitions",
    "description",
    "nullable",
];

/// No other fields than these.
pub(crate) fn known(fields: &Map<String, Value>, known: &[&str], complaint: &str) -> Result<(), Complaint> {
    match fields.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Complaint::invalid(format!("{complaint}: {name}"))),
        None => Ok(()),
    }
}

/// A text that is there and not empty.
pub(crate) fn text<'f>(fields: &'f Map<String, Value>, name: &str) -> Result<&'f str, Complaint> {
    let text = fields.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    text.ok_or_else(|| Complaint::invalid(format!("{name}: Field required, a text that is not empty")))
}

/// A number from 0 to `most`.
pub(crate) fn between(value: &Value, name: &str, most: f64) -> Result<(), Complaint> {
    match value.as_f64() {
        Some(number) if (0.0..=most).contains(&number) => Ok(()),
        _ => Err(Complaint::invalid(format!("{name}: Input should be a number from 0 to {most}"))),
    }
}

/// Role and text of every turn. User and assistant take turns, user first and last; the system speaks first or never.
pub(crate) fn turns(fields: &Map<String, Value>, roles: &[&str]) -> Result<Vec<(String, String)>, Complaint> {
    let Some(messages) = fields.get("messages").and_then(Value::as_array).filter(|messages| !messages.is_empty())
    else {
        return Err(Complaint::invalid("messages: Field required, at least one message"));
    };
    let mut turns: Vec<(String, String)> = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        let Value::Object(message) = message else {
            return Err(Complaint::invalid(format!("messages.{number}: Input should be a valid dictionary")));
        };
        known(message, &["role", "content"], &format!("messages.{number}: Extra inputs are not permitted"))?;
        let role = text(message, "role")?;
        let content = text(message, "content")?;
        let before = turns.last().map_or("", |(role, _)| role.as_str());
        let is_in_turn = match role {
            "system" => number == 0,
            "user" => before != "user",
            _ => before == "user",
        };
        if !roles.contains(&role) || !is_in_turn {
            return Err(Complaint::invalid(format!("messages.{number}: unexpected role {role:?}")));
        }
        turns.push((role.to_owned(), content.to_owned()));
    }
    match turns.last() {
        Some((role, _)) if role == "user" => Ok(turns),
        _ => Err(Complaint::invalid("messages: the conversation must end with a user message")),
    }
}

/// A form that a model can be held to: an object at its root; every object closed, and (`all`) with all of its
/// properties required; no keyword that is not supported.
pub(crate) fn strict(schema: &Value, all: bool) -> Result<(), Complaint> {
    if schema.get("type") != Some(&json!("object")) {
        return Err(Complaint::invalid("schema must be a JSON Schema of 'type: \"object\"'"));
    }
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        let Value::Object(fields) = schema else { continue };
        known(fields, &SUPPORTED, "schema: keyword is not supported")?;
        if fields.get("type") == Some(&json!("object")) {
            closed(fields, all)?;
        }
        for named in ["properties", "$defs", "definitions"].iter().filter_map(|name| fields.get(*name)?.as_object()) {
            open.extend(named.values());
        }
        for schemas in ["anyOf", "allOf"].iter().filter_map(|name| fields.get(*name)?.as_array()) {
            open.extend(schemas);
        }
        open.extend(fields.get("items"));
    }
    Ok(())
}

fn closed(fields: &Map<String, Value>, all: bool) -> Result<(), Complaint> {
    if fields.get("additionalProperties") != Some(&json!(false)) {
        let message = "schema: for 'object' type, 'additionalProperties' must be explicitly set to false";
        return Err(Complaint::invalid(message));
    }
    let required = fields.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut names = fields.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
    match names.find(|name| all && !required.contains(&json!(name))) {
        Some(name) => Err(Complaint::invalid(format!("schema: 'required' must include every property; lacks {name}"))),
        None => Ok(()),
    }
}
