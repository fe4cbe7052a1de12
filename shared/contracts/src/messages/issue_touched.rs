use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CommitId, Fingerprint, Message, RepoName};

/// Somebody did or said something on an issue that carries our marker or on a pull request of a provider, or the time came to
/// look at it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssueTouched {
    /// The repository that the issue is in.
    pub repo: RepoName,
    /// The issue's number.
    pub number: u64,
    /// What its marker says it is about. Anybody can write a marker: to be held against what was recorded.
    pub fingerprint: Fingerprint,
    /// Who did it; untrusted, at most 100 characters; empty where it was the time.
    pub by: String,
    /// What was done.
    pub act: IssueAct,
    /// The comment that said it, to be acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<u64>,
    /// It was said by ticking a box of the issue's body: nobody has looked yet whether `by` may, and the box is to be cleared.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ticked: bool,
    /// When it was accepted, in milliseconds since the Unix epoch.
    pub at: i64,
}

/// What was done on an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum IssueAct {
    /// Closed as *not planned*: never again.
    NotPlanned,
    /// Opened again by a person.
    Reopened,
    /// `/downstream recheck`.
    Recheck,
    /// `/downstream explain`.
    Explain,
    /// `/downstream ignore [reason]`.
    Ignore {
        /// Untrusted, at most 300 characters; may be empty.
        reason: String,
    },
    /// `/downstream snooze 14d`.
    Snooze {
        /// Milliseconds since the Unix epoch.
        until: i64,
    },
    /// `/downstream help`, or something that is no command.
    Help,
    /// The end of a snooze came.
    Woken,
    /// A derivative goes its own way in a file of its template.
    Diverge {
        /// The file; untrusted.
        path: String,
    },
    /// On a dashboard: a finding that has no issue of its own gets one.
    File {
        /// Which; untrusted.
        finding: Fingerprint,
    },
    /// On a dashboard: a finding that was put away is heard of again.
    Revive {
        /// Which; untrusted.
        finding: Fingerprint,
    },
    /// `/downstream hold` on a pull request: nothing is filed for it after the merge.
    Hold,
    /// `/downstream unhold` on a pull request.
    Unhold,
    /// A pull request was merged.
    Merged {
        /// The commits that it ends in: its own newest one, and the one that the merge made.
        commits: Vec<CommitId>,
    },
}

impl Message for IssueTouched {
    const TOPIC: &'static str = "issue-touched.v1";
}
