//! What observers are told: CloudEvents 1.0 with the seeds' type names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{RepoName, RunId};

/// Something happened. Stored as it stands; rendered as a CloudEvent where it leaves the house.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// `repository.processing.started`, `processing.stage.completed`, ….
    #[serde(rename = "type")]
    pub kind: String,
    /// The repository it is about.
    pub repo: RepoName,
    /// The run.
    pub run: RunId,
    /// Milliseconds since the Unix epoch.
    pub at: i64,
    /// The rest, by type.
    pub data: Value,
}

/// How far a stage is. Lossy by design: only the newest matters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// The repository.
    pub repo: RepoName,
    /// The run.
    pub run: RunId,
    /// The stage's name.
    pub stage: String,
    /// Units done.
    pub done: u64,
    /// Units in all, where known.
    pub total: Option<u64>,
    /// What is being done, for people.
    pub message: String,
}
