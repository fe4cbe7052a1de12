use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::messages::Change;
use crate::{BlobKey, Message};

/// Every file that can be parsed has been, and the sums are known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CodeAnalyzed {
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
}

impl Message for CodeAnalyzed {
    const TOPIC: &'static str = "code-analyzed.v1";
}
