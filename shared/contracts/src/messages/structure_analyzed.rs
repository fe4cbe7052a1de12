use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::messages::Change;
use crate::{BlobKey, Message};

/// Directories, files, languages and key places are known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StructureAnalyzed {
    /// The change this is about.
    pub change: Change,
    /// The manifest of the repository's files.
    pub snapshot: BlobKey,
    /// The [`Metadata`](crate::metadata::Metadata) document.
    pub metadata: BlobKey,
    /// The [`Structure`](crate::structure::Structure) document.
    pub structure: BlobKey,
}

impl Message for StructureAnalyzed {
    const TOPIC: &'static str = "structure-analyzed.v1";
}
