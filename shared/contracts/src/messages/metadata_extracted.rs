use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::messages::Change;
use crate::{BlobKey, Message};

/// README, dependencies, configuration, license and git facts are known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetadataExtracted {
    /// The change this is about.
    pub change: Change,
    /// The manifest of the repository's files.
    pub snapshot: BlobKey,
    /// The [`Metadata`](crate::metadata::Metadata) document.
    pub metadata: BlobKey,
}

impl Message for MetadataExtracted {
    const TOPIC: &'static str = "metadata-extracted.v1";
}
