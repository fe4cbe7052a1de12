//! package.json.

use serde_json::Value;

use crate::dependencies::Around;
use crate::found::{Found, Scope};
use crate::read::json::Json;

const TABLES: [(&str, Scope); 4] = [
    ("dependencies", Scope::Runtime),
    ("devDependencies", Scope::Dev),
    ("optionalDependencies", Scope::Optional),
    ("peerDependencies", Scope::Runtime),
];

pub(super) fn read(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let json = Json::parse(text)?;
    for (table, scope) in TABLES {
        for (name, version) in json.object(table).into_iter().flatten() {
            let is_optional = table == "peerDependencies" && is_optional_peer(&json, name);
            let scope = if is_optional { Scope::Optional } else { scope };
            let (name_of, version) = without_alias(name, version.as_str().unwrap_or_default());
            found.add(name_of, version, scope, json.line(&[table, name]));
        }
    }
    Ok(())
}

fn is_optional_peer(json: &Json, name: &str) -> bool {
    let meta = json.object("peerDependenciesMeta").and_then(|meta| meta.get(name));
    meta.and_then(|meta| meta.get("optional")).and_then(Value::as_bool) == Some(true)
}

/// `"x": "npm:real@^1"` installs `real`.
fn without_alias<'a>(name: &'a str, version: &'a str) -> (&'a str, &'a str) {
    let Some(real) = version.strip_prefix("npm:") else { return (name, version) };
    split_at_version(real).unwrap_or((real, ""))
}

/// `name@version`, where the name itself may start with `@`.
pub(super) fn split_at_version(text: &str) -> Option<(&str, &str)> {
    let (at, _) = text.char_indices().skip(1).find(|(_, c)| *c == '@')?;
    Some((&text[..at], &text[at + 1..]))
}
