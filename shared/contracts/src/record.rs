//! What is remembered. A stage says which records to save; the runtime has the store keep them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fact::Element;
use crate::messages::Change;
use crate::verdict::{Answer, Finding, Verdict};
use crate::{BlobKey, CommitId, Fingerprint, RepoName, RunId};

/// One thing to remember. Saving the same record twice is the same as once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// A repository's newest snapshot. An older `seq` never replaces a newer one.
    Repository(Repository),
    /// A repository's newest index. An older `seq` never replaces a newer one.
    Index(Index),
    /// A decided verdict of a run.
    Verdict(VerdictRecord),
    /// An open, muted or closed finding.
    Finding(Box<FindingRecord>),
    /// What was told, where.
    Notice(Notice),
    /// What a person asked for about a finding. An earlier word (`at`) never replaces a later one.
    Wish(Wish),
    /// When a relationship was last looked at. An older `seq` never replaces a newer one.
    Checked(Checked),
}

/// What is known about where a repository is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Repository {
    /// Name.
    pub repo: RepoName,
    /// Where it is fetched from.
    pub url: String,
    /// Its newest snapshotted commit.
    pub head: Option<CommitId>,
    /// The manifest of that commit.
    pub snapshot: BlobKey,
    /// Order of acceptance of the change that led here.
    pub seq: i64,
}

/// A repository's documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Index {
    /// Name.
    pub repo: RepoName,
    /// Manifest.
    pub snapshot: BlobKey,
    /// Metadata document.
    pub metadata: BlobKey,
    /// Structure document.
    pub structure: BlobKey,
    /// Code document.
    pub code: BlobKey,
    /// Digest of the whole index.
    pub digest: String,
    /// Order of acceptance of the change that led here.
    pub seq: i64,
}

/// A verdict with its run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VerdictRecord {
    /// The run it was reached in.
    pub run: RunId,
    /// The verdict.
    pub verdict: Verdict,
    /// Milliseconds since the Unix epoch of the report that led to it.
    pub reported_at: i64,
    /// The [`DecisionRecord`](crate::decision::DecisionRecord) that says how it came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<BlobKey>,
}

/// A finding's life, and what is needed to look at it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingRecord {
    /// Where it stands.
    pub state: FindingState,
    /// The finding as last seen.
    pub finding: Finding,
    /// The provider.
    pub source: RepoName,
    /// The dependent.
    pub target: RepoName,
    /// The relationship, as declared.
    pub relationship: String,
    /// Everything needed to look again.
    pub recheck: Recheck,
    /// Order of acceptance of the change that last touched it; an older one never replaces it.
    pub seq: i64,
}

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    /// Affects the dependent as far as we know.
    Open,
    /// The dependent was fixed or the provider changed back.
    Resolved,
    /// A person said "not planned".
    Muted,
}

/// The provider's side of a finding, to be held against a newer dependent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recheck {
    /// Which finding.
    pub fingerprint: Fingerprint,
    /// The provider's change.
    pub change: Change,
    /// Fact sheet of that change.
    pub facts: BlobKey,
    /// The provider's manifest before it.
    pub before: BlobKey,
    /// The provider's manifest after it.
    pub after: BlobKey,
    /// The rule.
    pub rule: String,
    /// The element.
    pub element: Element,
}

/// An issue (or an outbox file) that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// The finding it is about.
    pub fingerprint: Fingerprint,
    /// The repository that was told.
    pub target: RepoName,
    /// Issue number; none for an outbox file.
    pub number: Option<u64>,
    /// Where to read it.
    pub location: String,
    /// `open` or `closed`; `digest` (waits for it) or `listing` (the digest itself); `creating` (an issue was asked for, and
    /// the answer is not recorded yet); `undelivered` (the dependent cannot be told).
    pub state: String,
    /// Digest of the evidence that the body shows; another digest means "rewrite it".
    pub evidence: String,
    /// When it was noted, in milliseconds since the Unix epoch; 0 where nobody wrote it down.
    #[serde(default)]
    pub at: i64,
}

/// The last look at a relationship, for a change that was really made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checked {
    /// The provider.
    pub source: RepoName,
    /// The dependent.
    pub target: RepoName,
    /// The relationship, as declared.
    pub relationship: String,
    /// The provider's commit that was looked at.
    pub commit: Option<CommitId>,
    /// What came out.
    pub answer: Answer,
    /// When the change was reported, in milliseconds since the Unix epoch.
    pub at: i64,
    /// Order of acceptance of the change.
    pub seq: i64,
}

/// What a person asked for about a finding, or about a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wish {
    /// What it is about.
    pub fingerprint: Fingerprint,
    /// The repository that its issue is in.
    pub target: RepoName,
    /// Its issue, where there is one.
    pub number: Option<u64>,
    /// What is wished.
    pub kind: WishKind,
    /// Who wished it; untrusted, may be empty.
    pub by: String,
    /// Why; untrusted, may be empty.
    pub reason: String,
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
}

/// Whether somebody wants to hear of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum WishKind {
    /// Yes: an earlier wish is taken back.
    Tell,
    /// Never again.
    Mute,
    /// Not before this time, in milliseconds since the Unix epoch.
    Snooze {
        /// Milliseconds since the Unix epoch.
        until: i64,
    },
}
