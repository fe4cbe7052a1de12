//! Lock files that are lists of `[[package]]`: Cargo.lock, poetry.lock, uv.lock, pdm.lock.

use toml::de::DeTable;

use crate::dependencies::Around;
use crate::found::{Found, Scope};
use crate::read::tables::{Toml, table_in, text_in, value_in};

pub(super) fn read(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let toml = Toml::parse(text)?;
    let is_cargo = found.file().ends_with("Cargo.lock");
    let packages = value_in(toml.root(), "package").and_then(|packages| packages.get_ref().as_array());
    for package in packages.into_iter().flatten().filter_map(|package| package.get_ref().as_table()) {
        if is_own(package, is_cargo) {
            continue;
        }
        let Some(name) = value_in(package, "name") else { continue };
        let version = text_in(package, "version").unwrap_or_default();
        let ecosystem = if is_cargo { "cargo" } else { "pypi" };
        found.add_foreign(
            ecosystem,
            name.get_ref().as_str().unwrap_or_default(),
            version,
            Scope::Locked,
            toml.line(name),
        );
    }
    Ok(())
}

/// A member of the workspace is locked too, and is no dependency.
fn is_own(package: &DeTable<'_>, is_cargo: bool) -> bool {
    if is_cargo {
        return value_in(package, "source").is_none();
    }
    let source = table_in(package, &["source"]);
    source.is_some_and(|source| ["editable", "virtual", "directory"].iter().any(|own| source.contains_key(*own)))
}
