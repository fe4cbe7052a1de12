//! What a repository says about itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::manifest::GitFacts;

/// README, dependencies, configuration, license, owners and git facts of one commit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metadata {
    /// The README nearest to the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readme: Option<Readme>,
    /// From every manifest and lock file, sorted by file, then name.
    pub dependencies: Vec<Dependency>,
    /// Files that configure something, sorted by path.
    pub config_files: Vec<ConfigFile>,
    /// License, where a file or a manifest names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<License>,
    /// Lines of CODEOWNERS, in file order (the last match wins).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<OwnerRule>,
    /// What git says.
    pub git: GitFacts,
    /// Files that should have been understood and were not: `path: what is wrong`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}

/// A README and its sections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Readme {
    /// Path of the file.
    pub path: String,
    /// Title: the first heading, else the first line with text.
    pub title: String,
    /// Headings with their text.
    pub sections: Vec<Section>,
    /// Size in bytes.
    pub size: u64,
}

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Section {
    /// Heading without its marks.
    pub heading: String,
    /// 1 to 6.
    pub level: u8,
    /// Line of the heading.
    pub line: u32,
    /// Text under it up to the next heading, at most 2,000 characters.
    pub text: String,
}

/// One thing that the repository depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Dependency {
    /// The file that says so.
    pub file: String,
    /// Name in its ecosystem.
    pub name: String,
    /// `cargo`, `npm`, `pypi`, `go`, `maven`, `gem`, `composer`, `docker`, `github_actions`, `terraform`.
    pub ecosystem: String,
    /// The requirement or the locked version, as written; empty where none is given.
    pub version: String,
    /// `runtime`, `dev`, `build`, `optional`, `locked`.
    pub scope: String,
    /// Line of the declaration, 0 where the format does not tell.
    pub line: u32,
}

/// A file that configures something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigFile {
    /// Path.
    pub path: String,
    /// `env`, `docker`, `compose`, `ci`, `terraform`, `kubernetes`, `editor`, `build`, `lint`, `app`.
    pub kind: String,
}

/// A license and how it was recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct License {
    /// An SPDX expression.
    pub spdx: String,
    /// The file it was read from.
    pub path: String,
}

/// One line of CODEOWNERS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnerRule {
    /// The pattern, as written.
    pub pattern: String,
    /// Users, teams and addresses, as written.
    pub owners: Vec<String>,
}
