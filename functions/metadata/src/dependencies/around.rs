//! What a manifest takes from the manifests above it.

use std::collections::BTreeMap;

use crate::dependencies::{cargo, gradle, msbuild};
use crate::format::{Format, directory};

/// A name and a version that other files refer to by an alias.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shared {
    pub(crate) name: String,
    pub(crate) version: String,
}

/// Aliases of one directory.
pub(crate) type Aliases = BTreeMap<String, Shared>;

/// Everything that is declared once and used in the directories below.
#[derive(Debug, Default)]
pub(crate) struct Around {
    cargo: BTreeMap<String, Aliases>,
    gradle: BTreeMap<String, Aliases>,
    nuget: BTreeMap<String, Aliases>,
}

impl Around {
    /// Reads the files that declare for others: Cargo workspaces, version catalogs, central package versions.
    pub(crate) fn of<'f>(files: impl Iterator<Item = (&'f str, Format, &'f str)>) -> Self {
        let mut around = Self::default();
        for (path, format, text) in files {
            let here = directory(path);
            match format {
                Format::CargoManifest => insert(&mut around.cargo, here, cargo::shared(text)),
                // A catalog lies in `gradle/` of the project that uses it.
                Format::GradleCatalog => {
                    let project = here.strip_suffix("gradle").unwrap_or(here).trim_end_matches('/');
                    insert(&mut around.gradle, project, gradle::shared(text));
                }
                Format::MsBuild if path.ends_with(".props") => insert(&mut around.nuget, here, msbuild::shared(text)),
                _ => {}
            }
        }
        around
    }

    /// `alias` of the nearest Cargo workspace above `file`.
    pub(crate) fn cargo(&self, file: &str, alias: &str) -> Option<&Shared> {
        nearest(&self.cargo, file, alias)
    }

    /// `alias` of the nearest version catalog above `file`.
    pub(crate) fn gradle(&self, file: &str, alias: &str) -> Option<&Shared> {
        nearest(&self.gradle, file, alias)
    }

    /// The central version of a package for `file`.
    pub(crate) fn nuget(&self, file: &str, package: &str) -> Option<&Shared> {
        nearest(&self.nuget, file, package)
    }
}

fn insert(all: &mut BTreeMap<String, Aliases>, directory: &str, aliases: Aliases) {
    if !aliases.is_empty() {
        all.entry(directory.to_owned()).or_default().extend(aliases);
    }
}

fn nearest<'a>(all: &'a BTreeMap<String, Aliases>, file: &str, alias: &str) -> Option<&'a Shared> {
    let mut here = file;
    while !here.is_empty() {
        here = directory(here);
        if let Some(shared) = all.get(here).and_then(|aliases| aliases.get(alias)) {
            return Some(shared);
        }
    }
    None
}
