//! What a pull request event says, and whether it is worth listening to. No I/O.

use std::borrow::Cow;

use contracts::{CommitId, MessageId, RepoName};
use serde::Deserialize;

use super::push::{Stamp, Text, parsed};
use crate::problem::Problem;
use crate::reported::first_line;

/// The few fields that matter; everything else of a payload is skipped without being kept. The head's repository is not
/// among them: a fork may be gone, and its commits lie in `refs/pull/<number>/head` of the base all the same.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    action: Cow<'a, str>,
    number: u64,
    #[serde(borrow)]
    pull_request: PullRequest<'a>,
    #[serde(borrow)]
    repository: Repository<'a>,
}

#[derive(Deserialize)]
struct PullRequest<'a> {
    #[serde(borrow)]
    base: Tip<'a>,
    #[serde(borrow)]
    head: Tip<'a>,
    #[serde(borrow, default)]
    title: Option<Text<'a>>,
    #[serde(borrow, default)]
    state: Option<Text<'a>>,
    #[serde(borrow, default)]
    updated_at: Stamp<'a>,
    #[serde(default)]
    merged: Option<bool>,
    #[serde(borrow, default)]
    merge_commit_sha: Option<Text<'a>>,
}

/// One end of a pull request.
#[derive(Deserialize)]
struct Tip<'a> {
    #[serde(borrow)]
    sha: Cow<'a, str>,
    #[serde(borrow, rename = "ref", default)]
    branch: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Repository<'a> {
    #[serde(borrow)]
    full_name: Cow<'a, str>,
    #[serde(borrow, default)]
    default_branch: Option<Text<'a>>,
}

/// What an event comes to.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// Nothing to do, and why.
    Ignored(&'static str),
    /// A pull request into the default branch has a head to look at.
    Proposed(Proposed),
    /// One was merged into the default branch.
    Merged(Merged),
}

/// A pull request that was merged.
#[derive(Debug, PartialEq)]
pub(super) struct Merged {
    pub(super) repo: RepoName,
    pub(super) number: u64,
    /// Its own newest commit, and the one that the merge made.
    pub(super) commits: Vec<CommitId>,
    pub(super) content: MessageId,
}

/// A change that is not merged yet.
#[derive(Debug, PartialEq)]
pub(super) struct Proposed {
    pub(super) repo: RepoName,
    pub(super) number: u64,
    /// Where the base branch stood; where the head branched off is looked for from here.
    pub(super) base: CommitId,
    pub(super) head: CommitId,
    /// Its title.
    pub(super) summary: String,
    /// From the signed content alone: a delivery that is sent again has the same, a later event about the same head has
    /// another `updated_at`.
    pub(super) content: MessageId,
}

/// Reads a `pull_request` event.
pub(super) fn heard(json: &[u8]) -> Result<Heard, Problem> {
    let event: Event<'_> = serde_json::from_slice(json)?;
    let repo: RepoName = parsed(&event.repository.full_name, "/repository/full_name")?;
    if let Some(reason) = uninteresting(&event) {
        return Ok(Heard::Ignored(reason));
    }
    let Event { action, number, pull_request, .. } = event;
    if number == 0 {
        return Err(Problem::invalid("/number", "pull requests count from 1"));
    }
    if action == "closed" {
        return merged(repo, number, &pull_request);
    }
    let PullRequest { base, head, title, updated_at, .. } = pull_request;
    let (base, head): (CommitId, CommitId) =
        (parsed(&base.sha, "/pull_request/base/sha")?, parsed(&head.sha, "/pull_request/head/sha")?);
    let (shown, at) = (number.to_string(), &updated_at.0);
    let parts = ["pull request", repo.as_str(), &shown, &action, base.as_str(), head.as_str(), at];
    let content = MessageId::derive(&parts);
    let summary = title.map(|text| first_line(&text.0)).unwrap_or_default();
    Ok(Heard::Proposed(Proposed { repo, number, base, head, summary, content }))
}

fn merged(repo: RepoName, number: u64, pull_request: &PullRequest<'_>) -> Result<Heard, Problem> {
    let mut commits = vec![parsed(&pull_request.head.sha, "/pull_request/head/sha")?];
    if let Some(sha) = &pull_request.merge_commit_sha {
        commits.push(parsed(&sha.0, "/pull_request/merge_commit_sha")?);
    }
    let shown = number.to_string();
    let mut parts = vec!["pull request merged", repo.as_str(), &shown];
    parts.extend(commits.iter().map(CommitId::as_str));
    let content = MessageId::derive(&parts);
    Ok(Heard::Merged(Merged { repo, number, commits, content }))
}

fn uninteresting(event: &Event<'_>) -> Option<&'static str> {
    // A draft is opened like any other: early is when it helps most.
    let PullRequest { base, head, state, merged, .. } = &event.pull_request;
    let is_merged = event.action == "closed" && *merged == Some(true);
    if !is_merged && !["opened", "synchronize", "reopened"].contains(&&*event.action) {
        return Some("nothing of the pull request that is looked at has changed");
    }
    if !is_merged && state.as_ref().is_some_and(|state| state.0 != "open") {
        return Some("the pull request is closed");
    }
    let into = base.branch.as_ref().map(|branch| &branch.0);
    let default = event.repository.default_branch.as_ref().map(|branch| &branch.0);
    if into.zip(default).is_some_and(|(into, default)| into != default) {
        return Some("not into the default branch: what is merged there later is looked at then");
    }
    (!is_merged && base.sha == head.sha).then_some("nothing changes: base and head are the same commit")
}
