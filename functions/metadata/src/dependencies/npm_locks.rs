//! The lock files of npm (v1 to v3), pnpm (v5 to v9) and yarn (classic and berry).

use serde_json::{Map, Value};

use crate::dependencies::Around;
use crate::dependencies::npm::split_at_version;
use crate::found::{Found, Scope};
use crate::read::json::Json;
use crate::read::lines::numbered;
use crate::read::yaml;

pub(super) fn read_npm(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let json = Json::parse(text)?;
    match json.object("packages") {
        Some(packages) => read_packages(found, &json, packages),
        None => read_nested(found, &json),
    }
    Ok(())
}

/// Version 2 and 3: a flat table by the path that a package is installed at.
fn read_packages(found: &mut Found<'_>, json: &Json, packages: &Map<String, Value>) {
    for (path, package) in packages {
        let Some((_, installed)) = path.rsplit_once("node_modules/") else { continue };
        if package.get("link").is_some() {
            continue;
        }
        let name = package.get("name").and_then(Value::as_str).unwrap_or(installed);
        let version = package.get("version").and_then(Value::as_str).unwrap_or_default();
        found.add(name, version, Scope::Locked, json.line(&["packages", path]));
    }
}

/// Version 1: packages within packages.
fn read_nested(found: &mut Found<'_>, json: &Json) {
    let mut open: Vec<(Vec<&str>, &Map<String, Value>)> = Vec::new();
    open.extend(json.object("dependencies").map(|packages| (vec!["dependencies"], packages)));
    while let Some((path, packages)) = open.pop() {
        for (name, package) in packages {
            let here = [path.as_slice(), &[name]].concat();
            let version = package.get("version").and_then(Value::as_str).unwrap_or_default();
            found.add(name, version, Scope::Locked, json.line(&here));
            if let Some(inner) = package.get("dependencies").and_then(Value::as_object) {
                open.push(([here.as_slice(), &["dependencies"]].concat(), inner));
            }
        }
    }
}

pub(super) fn read_pnpm(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let root = yaml::parse(text)?;
    let format = root.get("lockfileVersion").and_then(yaml::Node::text).unwrap_or_default();
    let split = if format.starts_with('5') { pnpm_v5_package } else { pnpm_package };
    for (key, package) in root.get("packages").map(yaml::Node::entries).unwrap_or_default() {
        let said = |key| package.get(key).and_then(yaml::Node::text);
        let (name, version) = split(key).unwrap_or((key, ""));
        // A tarball's key is its address; its name stands inside.
        found.add(said("name").unwrap_or(name), said("version").unwrap_or(version), Scope::Locked, package.key_line);
    }
    Ok(())
}

/// `/a/1.0.0_peer`; scopes start with `@`.
fn pnpm_v5_package(key: &str) -> Option<(&str, &str)> {
    let rooted = key.strip_prefix('/')?;
    let scope = if rooted.starts_with('@') { rooted.find('/')? + 1 } else { 0 };
    let end = scope + rooted[scope..].find('/')?;
    let version = &rooted[end + 1..];
    Some((&rooted[..end], version.split('_').next().unwrap_or(version)))
}

/// `/a@1.0.0(peer)` (v6), `a@1.0.0` (v9).
fn pnpm_package(key: &str) -> Option<(&str, &str)> {
    let key = key.split('(').next().unwrap_or(key);
    split_at_version(key.strip_prefix('/').unwrap_or(key))
}

pub(super) fn read_yarn(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let mut open: Option<(&str, u32)> = None;
    for (number, line) in numbered(text) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if !line.starts_with(' ') {
            let key =
                line.strip_suffix(':').ok_or_else(|| format!("line {number}: expected a key that ends with ':'"))?;
            open = yarn_name(key).map(|name| (name, number));
        } else if let (Some((name, start)), Some(version)) = (open, yarn_version(line)) {
            found.add(name, version, Scope::Locked, start);
            open = None;
        }
    }
    Ok(())
}

/// The package of `"a@^1", a@^2`; none for members of the workspace and for `__metadata`.
fn yarn_name(key: &str) -> Option<&str> {
    let first = key.split(", ").next().unwrap_or(key).trim_matches('"');
    let (name, requirement) = split_at_version(first)?;
    let own = ["workspace:", "link:", "portal:"].iter().any(|own| requirement.starts_with(own));
    // `alias@npm:real@^1` is berry's way to rename.
    let real = requirement.strip_prefix("npm:").and_then(split_at_version).map_or(name, |(real, _)| real);
    (!own).then_some(real)
}

fn yarn_version(line: &str) -> Option<&str> {
    let version = line.strip_prefix("  version")?.strip_prefix([' ', ':'])?;
    Some(version.trim().trim_matches('"'))
}
