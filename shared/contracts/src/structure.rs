//! What lies where in a repository.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Directories, files, languages and the places a reader starts from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Structure {
    /// Every directory, sorted by path; the root is "".
    pub directories: Vec<Directory>,
    /// Every file, sorted by path.
    pub files: Vec<File>,
    /// Per language id: files, lines, bytes; generated and vendored files left out.
    pub languages: BTreeMap<String, LanguageTotal>,
    /// Directories with a known role, sorted by path.
    pub key_directories: Vec<KeyPlace>,
    /// Files where a program, library or service starts, sorted by path.
    pub entry_points: Vec<KeyPlace>,
}

/// A directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Directory {
    /// Path; the root is "".
    pub path: String,
    /// Files directly inside.
    pub files: u32,
    /// Directories directly inside.
    pub directories: u32,
    /// Bytes of everything below.
    pub size: u64,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct File {
    /// Path.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// Lines; none for files whose text is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u32>,
    /// Language id, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Hand-written or not.
    pub origin: Origin,
}

/// Who wrote a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// People, here.
    Source,
    /// A program (lock files, minified and generated code).
    Generated,
    /// People elsewhere, copied in.
    Vendored,
    /// Not text (binary, too large, submodule).
    Opaque,
}

/// Sums for one language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LanguageTotal {
    /// Number of files.
    pub files: u32,
    /// Number of lines.
    pub lines: u64,
    /// Number of bytes.
    pub bytes: u64,
}

/// A place with a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyPlace {
    /// Path.
    pub path: String,
    /// `source`, `tests`, `docs`, `ci`, `infrastructure`, `configuration`, `scripts`, `examples`; for files `main`, `library`, `service`, `container`, `workflow`, `cli`.
    pub role: String,
}
