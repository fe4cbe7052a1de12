//! The sum of all file analyses of one commit.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ObjectId;

/// Sums and the list of analysed files; each file's own analysis is kept by its key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CodeSummary {
    /// Version of the grammars and rules that made it.
    pub grammars: String,
    /// Sorted by path.
    pub files: Vec<CodeFile>,
    /// Over all files.
    pub totals: CodeTotals,
    /// Files that could not be parsed: `path: why`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
}

/// One analysed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeFile {
    /// Path.
    pub path: String,
    /// Content.
    pub oid: ObjectId,
    /// Language id.
    pub language: String,
    /// The file's own sums.
    pub totals: CodeTotals,
}

/// Counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeTotals {
    /// Files.
    pub files: u32,
    /// Lines.
    pub lines: u64,
    /// Functions and methods.
    pub functions: u32,
    /// Classes, structs, objects.
    pub classes: u32,
    /// Other types.
    pub types: u32,
    /// Imports.
    pub imports: u32,
    /// Calls.
    pub calls: u32,
    /// HTTP routes.
    pub routes: u32,
    /// Environment reads.
    pub env_reads: u32,
    /// Files with syntax errors.
    pub with_errors: u32,
}
