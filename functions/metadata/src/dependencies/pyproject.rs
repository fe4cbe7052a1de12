//! pyproject.toml (PEP 621, PEP 735, Poetry, uv, PDM) and Pipfile with its lock.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::dependencies::Around;
use crate::dependencies::pip::requirement;
use crate::found::{Found, Scope, git_version};
use crate::read::json::Json;
use crate::read::tables::{Toml, is_true, table_in, text_in, texts_in};

pub(super) fn read(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let toml = Toml::parse(text)?;
    let mut problem = None;
    for (table, key, scope) in [
        (vec!["project"], "dependencies", Scope::Runtime),
        (vec!["build-system"], "requires", Scope::Build),
        (vec!["tool", "uv"], "dev-dependencies", Scope::Dev),
    ] {
        if let Some(table) = toml.table(&table) {
            add_list(found, &toml, &texts_in(table, key), scope, &mut problem);
        }
    }
    for (groups, scope) in [
        (vec!["project", "optional-dependencies"], Scope::Optional),
        (vec!["dependency-groups"], Scope::Dev),
        (vec!["tool", "pdm", "dev-dependencies"], Scope::Dev),
    ] {
        for group in toml.table(&groups).into_iter().flat_map(|groups| groups.values()) {
            let list: Vec<_> = group.get_ref().as_array().into_iter().flatten().collect();
            add_list(found, &toml, &list, scope, &mut problem);
        }
    }
    read_poetry(found, &toml);
    problem.map_or(Ok(()), Err)
}

fn add_list(
    found: &mut Found<'_>,
    toml: &Toml<'_>,
    list: &[&Spanned<DeValue<'_>>],
    scope: Scope,
    problem: &mut Option<String>,
) {
    for item in list {
        // `{ include-group = "…" }` repeats what stands elsewhere.
        let Some(text) = item.get_ref().as_str() else { continue };
        let line = toml.line(item);
        match requirement(text) {
            Some(requirement) => found.add(requirement.name, requirement.version, scope, line),
            None => {
                *problem = Some(format!("line {line}: not a requirement: {}", super::super::read::first_line(text)))
            }
        }
    }
}

fn read_poetry(found: &mut Found<'_>, toml: &Toml<'_>) {
    let Some(poetry) = toml.table(&["tool", "poetry"]) else { return };
    for (key, scope) in [("dependencies", Scope::Runtime), ("dev-dependencies", Scope::Dev)] {
        if let Some(table) = table_in(poetry, &[key]) {
            add_table(found, toml, table, scope);
        }
    }
    for group in table_in(poetry, &["group"]).into_iter().flat_map(|groups| groups.values()) {
        if let Some(table) = group.get_ref().as_table().and_then(|group| table_in(group, &["dependencies"])) {
            add_table(found, toml, table, Scope::Dev);
        }
    }
}

/// Poetry's and Pipfile's `name = "version"` or `name = { version = … }`.
fn add_table(found: &mut Found<'_>, toml: &Toml<'_>, table: &DeTable<'_>, scope: Scope) {
    for (name, value) in table {
        let line = toml.line(name);
        let (name, value) = (name.get_ref(), value.get_ref());
        if name == "python" {
            continue;
        }
        // Several constraints for several platforms are a list.
        let choices = value.as_array().map(|choices| choices.iter().map(Spanned::get_ref).collect());
        for choice in choices.unwrap_or_else(|| vec![value]) {
            let optional = choice.as_table().is_some_and(|details| is_true(details, "optional"));
            found.add(name, &version_of(choice), if optional { Scope::Optional } else { scope }, line);
        }
    }
}

fn version_of(value: &DeValue<'_>) -> String {
    if let Some(version) = value.as_str() {
        return version.to_owned();
    }
    let Some(details) = value.as_table() else { return String::new() };
    if let Some(url) = text_in(details, "git") {
        return git_version(url, ["rev", "tag", "branch", "ref"].iter().find_map(|point| text_in(details, point)));
    }
    let written = ["version", "url", "file"].iter().find_map(|key| text_in(details, key));
    let path = || text_in(details, "path").map(|path| format!("path:{path}"));
    written.map(str::to_owned).or_else(path).unwrap_or_default()
}

pub(super) fn read_pipfile(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let toml = Toml::parse(text)?;
    for (key, scope) in [("packages", Scope::Runtime), ("dev-packages", Scope::Dev)] {
        if let Some(table) = toml.table(&[key]) {
            add_table(found, &toml, table, scope);
        }
    }
    Ok(())
}

pub(super) fn read_pipfile_lock(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let json = Json::parse(text)?;
    for table in ["default", "develop"] {
        for (name, package) in json.object(table).into_iter().flatten() {
            let said = |key| package.get(key).and_then(Value::as_str);
            let version = said("version").map(str::to_owned);
            let version = version.or_else(|| said("git").map(|url| git_version(url, said("ref"))));
            found.add(name, &version.unwrap_or_default(), Scope::Locked, json.line(&[table, name]));
        }
    }
    Ok(())
}
