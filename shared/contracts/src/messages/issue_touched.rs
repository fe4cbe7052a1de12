use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Fingerprint, Message, RepoName};

/// Somebody did or said something on an issue that carries our marker, or the time came to look at it again.
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
}

impl Message for IssueTouched {
    const TOPIC: &'static str = "issue-touched.v1";
}
