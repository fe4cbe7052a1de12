//! What is said on a pull request: one comment that is edited in place, and a check of its head.

use contracts::{CommitId, RepoName};
use serde::Serialize;

use crate::{Adapter, Error, Github};

/// A pull request as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Where its branch stands now.
    pub head: String,
    /// Neither closed nor merged.
    pub open: bool,
    /// The commit that its merge made; none where it was not merged.
    pub merged_as: Option<String>,
}

/// A comment of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Names it for ever, within its repository.
    pub id: u64,
    /// Where people read it: an address, or a file of the outbox.
    pub url: String,
    /// Markdown.
    pub body: String,
}

/// What a check says about a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which check: the newest of a name counts.
    pub name: String,
    /// The commit.
    pub head: CommitId,
    /// Found again by this: equal means that all is said already.
    pub external_id: String,
    /// How it ends.
    pub conclusion: Conclusion,
    /// One line; the only one that a commit status has room for, which shows 140 characters.
    pub title: String,
    /// Markdown, at most 65,535 characters.
    pub summary: String,
    /// Lines of the commit, any number; sent by fifties.
    pub annotations: Vec<Annotation>,
    /// Where to read more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details_url: Option<String>,
}

/// How a check ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// Nothing to worry about.
    Success,
    /// Something to know that keeps nobody from merging.
    Neutral,
    /// Keeps people from merging where the repository requires this check.
    Failure,
}

/// A remark beside lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annotation {
    /// Path.
    pub path: String,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, included.
    pub end_line: u32,
    /// `notice`, `warning` or `failure`.
    pub annotation_level: &'static str,
    /// At most 255 characters.
    pub title: String,
    /// Plain text, at most 64 KB.
    pub message: String,
}

/// What became of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// A check run stands at the commit, readable here.
    Run(String),
    /// The token may not write check runs: a commit status stands there instead.
    Status,
}

impl Github {
    /// The pull request with this number; none where it cannot be asked about (the outbox) or never was.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn pull_request(&self, repo: &RepoName, number: u64) -> Result<Option<PullRequest>, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.pull_request(repo, number).await,
            Adapter::Outbox(_) => Ok(None),
        }
    }

    /// Our comment on a pull request that contains `marker`: the one called `known` if it still does, else the oldest. A
    /// comment by somebody else is none of ours, whatever it contains.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn sticky_comment(
        &self,
        repo: &RepoName,
        number: u64,
        known: Option<u64>,
        marker: &str,
    ) -> Result<Option<Comment>, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.sticky_comment(repo, number, known, marker).await,
            Adapter::Outbox(outbox) => outbox.sticky_comment(repo, number, marker).await,
        }
    }

    /// Comments on a pull request. Call [`Github::sticky_comment`] first: the door does not recognise a repeat.
    ///
    /// # Errors
    /// See [`Error`]. After [`Error::Unreachable`] the comment may exist all the same.
    pub async fn create_sticky(&self, repo: &RepoName, number: u64, body: &str) -> Result<Comment, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.create_sticky(repo, number, body).await,
            Adapter::Outbox(outbox) => outbox.write_sticky(repo, number, body).await,
        }
    }

    /// Rewrites a comment of a pull request; nobody is notified of that. None where it was deleted.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn edit_sticky(
        &self,
        repo: &RepoName,
        number: u64,
        id: u64,
        body: &str,
    ) -> Result<Option<Comment>, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.edit_sticky(repo, id, body).await,
            Adapter::Outbox(outbox) => outbox.write_sticky(repo, number, body).await.map(Some),
        }
    }

    /// Says a check about a commit. Safe to repeat: what a lost answer left half-said is completed.
    ///
    /// # Errors
    /// See [`Error`]. [`Error::Denied`] where the token may write neither check runs nor commit statuses.
    pub async fn check(&self, repo: &RepoName, check: &Check) -> Result<Checked, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.check(repo, check).await,
            Adapter::Outbox(outbox) => outbox.check(repo, check).await,
        }
    }
}
