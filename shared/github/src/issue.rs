use serde::{Deserialize, Serialize};

/// An issue to be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Plain text.
    pub title: String,
    /// Markdown, with the hidden marker.
    pub body: String,
    /// Names of labels; those that do not exist are made by github if the token may, and dropped if not.
    pub labels: Vec<String>,
}

/// An issue as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Counts from 1 within its repository.
    pub number: u64,
    /// Where people read it: an address, or a file of the outbox.
    pub url: String,
    /// Open or closed.
    pub state: IssueState,
    /// Why it is in that state, where it was said.
    pub state_reason: Option<StateReason>,
    /// Title.
    pub title: String,
    /// Markdown; empty where there is none.
    pub body: String,
    /// Names of labels.
    pub labels: Vec<String>,
}

/// Open or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueState {
    /// Open.
    Open,
    /// Closed.
    Closed,
}

/// Why an issue is open or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateReason {
    /// Done.
    Completed,
    /// Will not be done.
    NotPlanned,
    /// The same as another one.
    Duplicate,
    /// Was closed before.
    Reopened,
    /// A reason that came after this was written.
    #[serde(other)]
    Other,
}

/// Why the door closes an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// Done.
    Completed,
    /// Will not be done.
    NotPlanned,
}

impl CloseReason {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::NotPlanned => "not_planned",
        }
    }
}

/// How a comment is acknowledged without another comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// 👀: heard.
    Eyes,
    /// 🚀: done.
    Rocket,
    /// 😕: could not be done.
    Confused,
}

impl Reaction {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eyes => "eyes",
            Self::Rocket => "rocket",
            Self::Confused => "confused",
        }
    }
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The issue as it stands now.
    pub issue: Issue,
    /// Labels that were asked for and are not there (the token may not set them).
    pub dropped_labels: Vec<String>,
}

impl Written {
    pub(crate) fn compare(issue: Issue, asked: &[String]) -> Self {
        let there = |label: &String| issue.labels.iter().any(|l| l.eq_ignore_ascii_case(label));
        let dropped_labels = asked.iter().filter(|label| !there(label)).cloned().collect();
        Self { issue, dropped_labels }
    }
}

/// What a token may do with one repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permissions {
    /// May set labels, and edit issues that others opened.
    pub triage: bool,
    /// May push.
    pub push: bool,
    /// Issues are switched on.
    pub has_issues: bool,
    /// The repository is read-only.
    pub archived: bool,
}

impl Permissions {
    pub(crate) fn all() -> Self {
        Self { triage: true, push: true, has_issues: true, archived: false }
    }
}
