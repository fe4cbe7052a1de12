//! What a change means for one dependent repository.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fact::Span;
use crate::messages::Change;
use crate::{CommitId, Fingerprint, RepoName};

/// The answer for one change and one dependent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// The repository that changed.
    pub source: RepoName,
    /// The dependent repository.
    pub target: RepoName,
    /// `api_consumer`, `reusable_workflow`, `library`, `template_fork`, …, as declared.
    pub relationship: String,
    /// The provider's commit; none for a reporter's diff.
    pub source_commit: Option<CommitId>,
    /// The dependent's commit that was looked at; none where it could not be read.
    pub target_commit: Option<CommitId>,
    /// Affected, not affected, or unknown.
    pub answer: Answer,
    /// One a fingerprint; empty unless affected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Findings that were open and are no more, with the proof.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolved: Vec<Resolved>,
    /// How the answer was reached, step by step, for people.
    pub trace: Vec<Step>,
}

impl Verdict {
    /// That nothing can be told, because the question was given up. What was found before stays as it is.
    pub fn given_up(change: &Change, target: RepoName, relationship: String, why: &str) -> Self {
        let why = format!("given up: {why}");
        Self {
            source: change.repo.clone(),
            target,
            relationship,
            source_commit: change.after.clone(),
            target_commit: None,
            answer: Answer::Unknown(why.clone()),
            findings: Vec::new(),
            resolved: Vec::new(),
            trace: vec![Step { step: "look at the dependent".to_owned(), result: why }],
        }
    }
}

/// The three values. An outage is never "not affected".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "value", content = "reason")]
pub enum Answer {
    /// At least one finding.
    Affected,
    /// Looked at everything that matters; nothing.
    NotAffected(String),
    /// Could not tell, and why.
    Unknown(String),
}

/// One thing that a dependent's maintainer should know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Names it for ever.
    pub fingerprint: Fingerprint,
    /// The provider's rule (`http.route.moved`).
    pub rule: String,
    /// The element's key (`http:GET /health`).
    pub element: String,
    /// The title, at most 72 characters, from the dependent's point of view.
    pub title: String,
    /// What happened there, one sentence.
    pub change: String,
    /// What it means here, one sentence.
    pub consequence: String,
    /// From rules and `urgency_mapping`.
    pub urgency: Urgency,
    /// How sure, and why.
    pub tier: Tier,
    /// Why this tier, one clause.
    pub tier_reason: String,
    /// The provider's lines: before, after.
    pub provider: Vec<Span>,
    /// The dependent's lines, at least one; re-read before use.
    pub dependent: Vec<Span>,
    /// A unified diff against the dependent that was checked to apply; none where none is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// Triggers or concerns that matched.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<String>,
}

/// A finding that is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resolved {
    /// Which.
    pub fingerprint: Fingerprint,
    /// `fixed` (the dependent changed) or `reverted` (the provider changed back).
    pub how: String,
    /// The commit that shows it.
    pub commit: Option<CommitId>,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Depends on configuration that is not in the repositories.
    CheckFirst,
    /// One side is certain.
    Likely,
    /// Both sides are certain.
    Confirmed,
}

/// How soon somebody should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Useful to know; goes to the digest.
    Low,
    /// Worth a look.
    Medium,
    /// Breaks something on the next deploy or run.
    High,
    /// Breaks everything that calls it.
    Critical,
}

impl Urgency {
    /// The word on the wire and in labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl Tier {
    /// The word that people read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CheckFirst => "check first",
            Self::Likely => "likely",
            Self::Confirmed => "confirmed",
        }
    }
}

/// One line of a decision trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// What was asked.
    pub step: String,
    /// What came out.
    pub result: String,
}
