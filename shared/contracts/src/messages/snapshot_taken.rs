use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{BlobKey, CommitId, Message, RepoName};

/// The files of a repository at one commit are in object storage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SnapshotTaken {
    /// What was reported, and which commits it came to.
    pub change: Change,
    /// The manifest at `change.after`.
    pub after: BlobKey,
    /// The manifest at `change.before`, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<BlobKey>,
}

/// A change whose commits are known. Travels unaltered through every later message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The repository that changed.
    pub repo: RepoName,
    /// Where it is fetched from.
    pub url: String,
    /// The full ref that moved.
    pub git_ref: String,
    /// The commit before, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<CommitId>,
    /// The commit now; none where only the reporter's own diff is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CommitId>,
    /// First line of the commit message, untrusted.
    #[serde(default)]
    pub summary: String,
    /// When it was accepted, in milliseconds since the Unix epoch.
    pub reported_at: i64,
    /// Order of acceptance within the installation.
    pub seq: i64,
    /// Nothing is sent anywhere.
    #[serde(default)]
    pub dry_run: bool,
    /// Triage these dependents instead of those in `relationships.json`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<RepoName>,
    /// Look at these dependents at this commit instead of their heads.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pinned: BTreeMap<RepoName, CommitId>,
    /// The manifests hold hunks of a reporter's diff, not files: index nothing, confirm nothing.
    #[serde(default)]
    pub partial: bool,
}

impl Message for SnapshotTaken {
    const TOPIC: &'static str = "snapshot-taken.v1";
}
