use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::messages::Change;
use crate::{BlobKey, Message};

/// The repository can be searched; the last word of indexing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RepositoryReady {
    /// The change this is about.
    pub change: Change,
    /// The manifest of the repository's files.
    pub snapshot: BlobKey,
    /// The [`Metadata`](crate::metadata::Metadata) document.
    pub metadata: BlobKey,
    /// The [`Structure`](crate::structure::Structure) document.
    pub structure: BlobKey,
    /// The [`CodeSummary`](crate::code::CodeSummary) document.
    pub code: BlobKey,
    /// Digest of the whole index: equal for equal trees, however they were reached.
    pub index_digest: String,
}

impl Message for RepositoryReady {
    const TOPIC: &'static str = "repository-ready.v1";
}
