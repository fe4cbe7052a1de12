use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::messages::Change;
use crate::record::Recheck;
use crate::{BlobKey, Message, RepoName};

/// Find out what a template's change means for one derivative (or upstream for its template).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TriageTemplate {
    /// The provider's change.
    pub change: Change,
    /// The [`FactSheet`](crate::fact::FactSheet) document.
    pub facts: BlobKey,
    /// The provider's manifest after the change.
    pub after: BlobKey,
    /// The provider's manifest before the change.
    pub before: BlobKey,
    /// The dependent repository.
    pub target: RepoName,
    /// Where the dependent is fetched from.
    pub target_url: String,
    /// Set when an open finding is looked at again instead of a new change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recheck: Option<Recheck>,
}

impl Message for TriageTemplate {
    const TOPIC: &'static str = "triage-template.v1";
}
