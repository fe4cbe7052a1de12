use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Fingerprint, Message, RepoName};

/// A finding's issue was created, updated or closed, or its body lies in the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NoticeDelivered {
    /// The finding.
    pub fingerprint: Fingerprint,
    /// The repository that was told.
    pub target: RepoName,
    /// `created`, `updated`, `closed`, `unchanged`, `digest`, `undelivered`.
    pub action: String,
    /// Where to read it: an issue's address or an outbox file.
    pub location: String,
}

impl Message for NoticeDelivered {
    const TOPIC: &'static str = "notice-delivered.v1";
}
