use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::messages::Change;
use crate::{CommitId, Message, MessageId, RepoName};

/// Somebody says that a repository changed: a webhook, a workflow, or a person at the command line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeReported {
    /// The repository that changed.
    pub repo: RepoName,
    /// Where to fetch it: `https://…`, `http://…`, `file://…`.
    pub url: String,
    /// The full ref that moved (`refs/heads/main`).
    pub git_ref: String,
    /// The commit before; none for a new branch or where the reporter did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<CommitId>,
    /// The commit now; none means "the head of the ref, whatever it is".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CommitId>,
    /// First line of the newest commit message, untrusted, at most 500 characters.
    #[serde(default)]
    pub summary: String,
    /// The reporter's own diff, used only where the repository itself cannot be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ReportedFile>,
    /// When it was accepted, in milliseconds since the Unix epoch.
    pub reported_at: i64,
    /// Order of acceptance: a later change of the same repository has the larger number.
    pub seq: i64,
    /// Nothing is indexed or sent, but to the pull request that it is about; verdicts are kept under the run.
    #[serde(default)]
    pub dry_run: bool,
    /// Triage these dependents instead of those in `relationships.json`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<RepoName>,
    /// Look at these dependents at this commit instead of their heads.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pinned: BTreeMap<RepoName, CommitId>,
}

/// One file of a reporter's own diff (seed 004's `changed_files`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedFile {
    /// Path from the root of the repository.
    pub path: String,
    /// `A`, `M`, `D` or `R`.
    pub change_type: String,
    /// Unified diff hunks; may be empty, or cut, which [`ReportedFile::CUT`] as its last line says.
    #[serde(default)]
    pub diff: String,
}

impl ReportedFile {
    /// The line that ends a diff of which not everything rides along. No line of a diff looks like it.
    pub const CUT: &'static str = "\\ The rest of this diff was cut";
}

impl ChangeReported {
    /// A report of `after` on the branch `main`, with nothing to hold it against; time and order are set where it enters.
    pub fn of(repo: RepoName, url: String, after: Option<CommitId>) -> Self {
        Self {
            repo,
            url,
            git_ref: "refs/heads/main".to_owned(),
            before: None,
            after,
            summary: String::new(),
            files: Vec::new(),
            reported_at: 0,
            seq: 0,
            dry_run: false,
            only: Vec::new(),
            pinned: BTreeMap::new(),
        }
    }

    /// The id of a push by its content: whoever hears of the same push, and however, gives it the same. `before` and `after`
    /// are 40 digits each (zeros for a new branch), `pushed_at` is the time of the push in seconds since the Unix epoch.
    pub fn id_of_push(repo: &RepoName, git_ref: &str, before: &str, after: &str, pushed_at: &str) -> MessageId {
        MessageId::derive(&["push", repo.as_str(), git_ref, before, after, pushed_at])
    }

    /// The change that it reports, before anybody looked for its commits.
    pub fn change(&self) -> Change {
        Change {
            repo: self.repo.clone(),
            url: self.url.clone(),
            git_ref: self.git_ref.clone(),
            before: None,
            after: None,
            summary: self.summary.clone(),
            reported_at: self.reported_at,
            seq: self.seq,
            dry_run: self.dry_run,
            only: self.only.clone(),
            pinned: self.pinned.clone(),
            partial: false,
        }
    }
}

impl Message for ChangeReported {
    const TOPIC: &'static str = "change-reported.v1";
}
