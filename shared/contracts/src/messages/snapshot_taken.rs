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
    /// The full ref that moved. `refs/pull/<number>/head` is a pull request: what is found goes there and nowhere else.
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
    /// Nothing is indexed, and nothing is sent anywhere but to the pull request that it is about.
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

impl Change {
    /// The pull request that is asked about, if it is one.
    pub fn pull_request(&self) -> Option<u64> {
        if self.dry_run { pull_request(&self.git_ref) } else { None }
    }
}

/// The number in `refs/pull/<number>/head`, where the head commits of pull requests lie, those of forks included.
pub fn pull_request(git_ref: &str) -> Option<u64> {
    let digits = git_ref.strip_prefix("refs/pull/")?.strip_suffix("/head")?;
    let plain = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

impl Message for SnapshotTaken {
    const TOPIC: &'static str = "snapshot-taken.v1";
}

#[cfg(test)]
mod tests {
    use super::pull_request;

    #[test]
    fn only_the_head_of_a_pull_request_is_one() {
        for (git_ref, number) in [
            ("refs/pull/12/head", Some(12)),
            ("refs/pull/12/merge", None),
            ("refs/pull/0/head", None),
            ("refs/pull/+1/head", None),
            ("refs/pull/1/2/head", None),
            ("refs/pull//head", None),
            ("refs/pull/99999999999999999999/head", None),
            ("refs/heads/pull/12/head", None),
            ("", None),
        ] {
            assert_eq!(pull_request(git_ref), number, "{git_ref}");
        }
    }
}
