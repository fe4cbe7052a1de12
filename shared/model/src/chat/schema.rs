//! A JSON Schema within what providers hold their models to.

use serde_json::{Map, Value, json};

/// Bounds that providers refuse
/// (<https://platform.openai.com/docs/guides/structured-outputs#supported-schemas>,
/// <https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations>), and notes that no
/// model needs. Whoever reads the answer checks them.
const LEFT_OUT: [&str; 19] = [
    "$schema",
    "$id",
    "title",
    "default",
    "examples",
    "format",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];
/// Schemas by name.
const NAMED: [&str; 3] = ["properties", "$defs", "definitions"];
/// Deeper than any form that a person could fill in; below it a schema stays as it is.
const DEEPEST: usize = 32;

/// The same form without bounds: every object lists all of its properties as required and takes no others.
pub(super) fn strict(schema: &Value) -> Value {
    strict_at(schema, 0)
}

fn strict_at(schema: &Value, depth: usize) -> Value {
    let Value::Object(given) = schema else { return schema.clone() };
    if depth > DEEPEST {
        return schema.clone();
    }
    let below = |value: &Value| strict_at(value, depth + 1);
    let mut kept = Map::new();
    for (keyword, value) in given {
        // Where alternatives exclude each other "any" says the same, and it is what both providers know.
        let keyword = if keyword == "oneOf" { "anyOf" } else { keyword.as_str() };
        let value = match value {
            _ if LEFT_OUT.contains(&keyword) => continue,
            Value::Object(named) if NAMED.contains(&keyword) => {
                Value::Object(named.iter().map(|(name, schema)| (name.clone(), below(schema))).collect())
            }
            Value::Array(schemas) if matches!(keyword, "anyOf" | "allOf") => schemas.iter().map(below).collect(),
            _ if keyword == "items" => below(value),
            _ => value.clone(),
        };
        kept.insert(keyword.to_owned(), value);
    }
    if kept.get("type") == Some(&json!("object")) || kept.contains_key("properties") {
        let properties = kept.get("properties").and_then(Value::as_object);
        let required: Vec<Value> = properties.into_iter().flat_map(Map::keys).map(|name| json!(name)).collect();
        kept.insert("required".to_owned(), Value::Array(required));
        kept.insert("additionalProperties".to_owned(), json!(false));
    }
    Value::Object(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_stay_and_bounds_go() {
        let cases = [
            (
                json!({ "type": "string", "maxLength": 9, "description": "d" }),
                json!({ "type": "string", "description": "d" }),
            ),
            (
                json!({ "$schema": "x", "title": "T", "type": "object", "properties": {
                    // A property may be called like a keyword.
                    "title": { "type": "string", "pattern": "^a" },
                    "format": { "oneOf": [{ "const": 1 }, { "type": "null", "title": "N" }] } },
                    "required": ["title"] }),
                json!({ "type": "object", "properties": {
                    "title": { "type": "string" },
                    "format": { "anyOf": [{ "const": 1 }, { "type": "null" }] } },
                    "required": ["format", "title"], "additionalProperties": false }),
            ),
            (
                json!({ "type": "array", "minItems": 1, "items": { "type": "object", "additionalProperties": true } }),
                json!({ "type": "array", "items": { "type": "object", "required": [], "additionalProperties": false } }),
            ),
            (
                json!({ "$ref": "#/$defs/A", "$defs": { "A": { "enum": ["a"], "default": "a" } } }),
                json!({ "$ref": "#/$defs/A", "$defs": { "A": { "enum": ["a"] } } }),
            ),
            (json!(true), json!(true)),
        ];
        for (given, expected) in cases {
            assert_eq!(strict(&given), expected);
        }
    }

    #[test]
    fn depth_ends_it() {
        let nested = |depth| (0..depth).fold(json!({ "type": "string", "title": "T" }), |s, _| json!({ "items": s }));
        let text = |depth| strict(&nested(depth)).to_string();
        assert!(!text(DEEPEST).contains("title"));
        assert!(text(DEEPEST + 1).contains("title"));
    }
}
