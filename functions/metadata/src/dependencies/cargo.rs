//! Cargo.toml: plain, target and build dependencies, renamed packages, workspace inheritance.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::dependencies::around::{Aliases, Around, Shared};
use crate::found::{Found, Scope, git_version};
use crate::read::tables::{Toml, is_true, table_in, text_in};

/// The three tables of dependencies and what they are for.
const TABLES: [(&str, Scope); 3] =
    [("dependencies", Scope::Runtime), ("dev-dependencies", Scope::Dev), ("build-dependencies", Scope::Build)];

pub(super) fn read(found: &mut Found<'_>, text: &str, around: &Around) -> Result<(), String> {
    let toml = Toml::parse(text)?;
    read_tables(found, &toml, toml.root(), around);
    if let Some(targets) = toml.table(&["target"]) {
        for target in targets.values().filter_map(|target| target.get_ref().as_table()) {
            read_tables(found, &toml, target, around);
        }
    }
    if let Some(shared) = toml.table(&["workspace", "dependencies"]) {
        read_table(found, &toml, shared, Scope::Runtime, around);
    }
    Ok(())
}

/// What a workspace's members may refer to, by alias.
pub(super) fn shared(text: &str) -> Aliases {
    // Most manifests have no workspace; those are not parsed twice.
    if !text.contains("workspace") {
        return Aliases::new();
    }
    let Ok(toml) = Toml::parse(text) else { return Aliases::new() };
    let Some(table) = toml.table(&["workspace", "dependencies"]) else { return Aliases::new() };
    let shared = |(alias, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let alias: &toml::de::DeString<'_> = alias.get_ref();
        let name = renamed(value.get_ref()).unwrap_or(alias).to_owned();
        (alias.to_string(), Shared { name, version: version_of(value.get_ref()) })
    };
    table.iter().map(shared).collect()
}

fn read_tables(found: &mut Found<'_>, toml: &Toml<'_>, above: &DeTable<'_>, around: &Around) {
    for (key, scope) in TABLES {
        // `dev_dependencies` is the old spelling, and Cargo still reads it.
        for spelling in [key.to_owned(), key.replace('-', "_")] {
            if let Some(table) = table_in(above, &[&spelling]) {
                read_table(found, toml, table, scope, around);
            }
            if !key.contains('-') {
                break;
            }
        }
    }
}

fn read_table(found: &mut Found<'_>, toml: &Toml<'_>, table: &DeTable<'_>, scope: Scope, around: &Around) {
    for (alias, value) in table {
        let line = toml.line(alias);
        let value = value.get_ref();
        let details = value.as_table();
        let scope = if details.is_some_and(|d| is_true(d, "optional")) { Scope::Optional } else { scope };
        let inherits = details.is_some_and(|d| is_true(d, "workspace"));
        match around.cargo(found.file(), alias.get_ref()).filter(|_| inherits) {
            Some(shared) => found.add(&shared.name, &shared.version, scope, line),
            None => found.add(renamed(value).unwrap_or(alias.get_ref()), &version_of(value), scope, line),
        }
    }
}

/// The package's real name, where the key is only an alias.
fn renamed<'a>(value: &'a DeValue<'_>) -> Option<&'a str> {
    text_in(value.as_table()?, "package")
}

fn version_of(value: &DeValue<'_>) -> String {
    if let Some(version) = value.as_str() {
        return version.to_owned();
    }
    let Some(details) = value.as_table() else { return String::new() };
    if let Some(version) = text_in(details, "version") {
        return version.to_owned();
    }
    if let Some(url) = text_in(details, "git") {
        return git_version(url, ["rev", "tag", "branch"].iter().find_map(|point| text_in(details, point)));
    }
    text_in(details, "path").map(|path| format!("path:{path}")).unwrap_or_default()
}
