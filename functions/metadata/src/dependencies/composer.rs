//! composer.json and composer.lock.

use serde_json::Value;

use crate::dependencies::Around;
use crate::found::{Found, Scope};
use crate::read::json::Json;

pub(super) fn read(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let json = Json::parse(text)?;
    for (table, scope) in [("require", Scope::Runtime), ("require-dev", Scope::Dev)] {
        for (name, version) in json.object(table).into_iter().flatten() {
            // `php`, `ext-json` and the like are the platform.
            if name.contains('/') {
                // Composer's own examples escape the slash, so the key may be written in two ways.
                let line = json.line(&[table, name]).max(json.line(&[table, &name.replace('/', "\\/")]));
                found.add(name, version.as_str().unwrap_or_default(), scope, line);
            }
        }
    }
    Ok(())
}

pub(super) fn read_lock(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let json = Json::parse(text)?;
    for table in ["packages", "packages-dev"] {
        let packages = json.root().get(table).and_then(Value::as_array);
        for (at, package) in packages.into_iter().flatten().enumerate() {
            let said = |key| package.get(key).and_then(Value::as_str).unwrap_or_default();
            let line = json.line(&[table, &at.to_string(), "name"]);
            found.add(said("name"), said("version"), Scope::Locked, line);
        }
    }
    Ok(())
}
