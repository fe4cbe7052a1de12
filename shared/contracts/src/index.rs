//! What a repository is searched by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ObjectId;

/// A piece of a file that makes sense alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Chunk {
    /// First line, from 1.
    pub start: u32,
    /// Last line, included.
    pub end: u32,
    /// The definition or heading it belongs to, dotted; empty for the rest of a file.
    pub title: String,
    /// The terms it is found by, separated by spaces: words and parts of identifiers, lower case.
    pub terms: String,
    /// A unit vector, each component scaled to -127..=127.
    pub vector: Vec<i8>,
}

/// The chunks of one file, made once per content and path.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexedFile {
    /// Path.
    pub path: String,
    /// Content.
    pub oid: ObjectId,
    /// In file order.
    pub chunks: Vec<Chunk>,
}

/// One answer of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hit {
    /// Path.
    pub path: String,
    /// Content.
    pub oid: ObjectId,
    /// First line.
    pub start: u32,
    /// Last line.
    pub end: u32,
    /// The definition or heading.
    pub title: String,
    /// Reciprocal rank fusion of both lists; larger is better, comparable within one answer only.
    pub score: f64,
    /// Found by its words.
    pub lexical: bool,
    /// Found by likeness.
    pub semantic: bool,
}
