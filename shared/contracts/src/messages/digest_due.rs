use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Message, RepoName};

/// It is time for a dependent's digest. One message a dependent and period, for ever: its id is made of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DigestDue {
    /// The dependent.
    pub repo: RepoName,
    /// The day on which the period began, in UTC: `2026-11-16`.
    pub period: String,
}

impl Message for DigestDue {
    const TOPIC: &'static str = "digest-due.v1";
}
