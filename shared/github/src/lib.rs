//! The door to issues: GitHub's REST API, or a dry-run outbox folder with the same operations.
//!
//! What the port owes:
//! - An issue is found again by the hidden marker in its body, never by title; pull requests are not issues.
//! - No request that writes is repeated by the door: where an answer is lost, the caller looks by marker and decides.
//! - Comments are said once: the same text on the same issue a second time does nothing.
//! - Writing is paced (80 a minute, 500 an hour, process-wide), and "come back later" is an error that says when.
//! - Labels that the other side dropped are reported, not lost in silence.

mod access;
mod api;
mod credentials;
pub mod deliveries;
mod error;
mod issue;
pub mod manifest;
mod outbox;
mod permission;
mod pull;
mod settings;

use std::path::Path;
use std::sync::Arc;

use contracts::RepoName;

pub use access::AppInfo;
pub use credentials::{App, Clock, Credentials, Given};
pub use error::Error;
pub use issue::{CloseReason, Draft, Issue, IssueState, Permissions, Reaction, StateReason, Written};
pub use permission::{Level, Permission, app_permissions};
pub use pull::{Annotation, Check, Checked, Comment, Conclusion, PullRequest};
pub use settings::{Settings, Token};

/// A way to read and write issues. Cheap to clone; all clones share one pace.
#[derive(Debug, Clone)]
pub struct Github {
    adapter: Arc<Adapter>,
}

#[derive(Debug)]
enum Adapter {
    Api(Box<api::Api>),
    Outbox(outbox::Outbox),
}

impl Github {
    /// Opens the real API if there is somebody to ask as, else the outbox folder. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Settings`] for an address that is no http(s) URL, or outside a runtime.
    pub fn open(settings: Settings) -> Result<Self, Error> {
        let adapter = match settings.credentials {
            Credentials::None => Adapter::Outbox(outbox::Outbox::open(settings.outbox)),
            credentials => Adapter::Api(Box::new(api::Api::open(&settings.api_url, credentials)?)),
        };
        Ok(Self { adapter: Arc::new(adapter) })
    }

    /// The outbox folder, if that is where everything goes; none means that issues are really filed.
    pub fn outbox(&self) -> Option<&Path> {
        match &*self.adapter {
            Adapter::Api(_) => None,
            Adapter::Outbox(outbox) => Some(outbox.folder()),
        }
    }

    /// Where people read repositories: `https://github.com`, or the host of a GitHub Enterprise server.
    pub fn web_url(&self) -> String {
        match &*self.adapter {
            Adapter::Api(api) => api.web_url(),
            Adapter::Outbox(_) => "https://github.com".to_owned(),
        }
    }

    /// The newest issue, open or closed, whose body contains `marker`.
    ///
    /// Looks through issues labelled `downstream` first, then through all of them, at most 1,000 of each.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn find_issue(&self, repo: &RepoName, marker: &str) -> Result<Option<Issue>, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.find_issue(repo, marker).await,
            Adapter::Outbox(outbox) => outbox.find_issue(repo, marker).await,
        }
    }

    /// The issue with this number; none where it was deleted or never was.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn issue(&self, repo: &RepoName, number: u64) -> Result<Option<Issue>, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.issue(repo, number).await,
            Adapter::Outbox(outbox) => outbox.issue(repo, number).await,
        }
    }

    /// Files an issue. Call [`Github::find_issue`] first: the door does not recognise a repeat.
    ///
    /// # Errors
    /// See [`Error`]. After [`Error::Unreachable`] the issue may exist all the same.
    pub async fn create_issue(&self, repo: &RepoName, draft: &Draft) -> Result<Written, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.create_issue(repo, draft).await,
            Adapter::Outbox(outbox) => outbox.create_issue(repo, draft).await,
        }
    }

    /// Rewrites title and body and leaves the issue open (reopens a closed one). Labels are people's from here on.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn update_issue(&self, repo: &RepoName, number: u64, title: &str, body: &str) -> Result<Written, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.update_issue(repo, number, title, body).await,
            Adapter::Outbox(outbox) => outbox.update_issue(repo, number, title, body).await,
        }
    }

    /// Says `comment` once, where there is one, then closes the issue and rewrites its body, in one request.
    ///
    /// # Errors
    /// See [`Error`]. Safe to repeat.
    pub async fn close_issue(
        &self,
        repo: &RepoName,
        number: u64,
        reason: CloseReason,
        body: &str,
        comment: Option<&str>,
    ) -> Result<Issue, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.close_issue(repo, number, reason, body, comment).await,
            Adapter::Outbox(outbox) => outbox.close_issue(repo, number, reason, body, comment).await,
        }
    }

    /// Says `text` under the issue, unless the same text stands there already.
    ///
    /// # Errors
    /// See [`Error`]. Safe to repeat.
    pub async fn comment(&self, repo: &RepoName, number: u64, text: &str) -> Result<(), Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.comment(repo, number, text).await,
            Adapter::Outbox(outbox) => outbox.comment(repo, number, text).await,
        }
    }

    /// Puts a reaction under a comment of an issue, once.
    ///
    /// # Errors
    /// See [`Error`]. Safe to repeat.
    pub async fn react(&self, repo: &RepoName, number: u64, comment: u64, reaction: Reaction) -> Result<(), Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.react(repo, comment, reaction).await,
            Adapter::Outbox(outbox) => outbox.react(repo, number, comment, reaction).await,
        }
    }

    /// Rewrites the body alone: title and state stay, and nobody is notified.
    ///
    /// # Errors
    /// See [`Error`]. Safe to repeat.
    pub async fn edit_body(&self, repo: &RepoName, number: u64, body: &str) -> Result<Issue, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.edit_body(repo, number, body).await,
            Adapter::Outbox(outbox) => outbox.edit_body(repo, number, body).await,
        }
    }

    /// Whether somebody may write, triage or administer there: whom a command is taken from. Everybody in the outbox, which
    /// has no people.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Denied`] where the token may not ask.
    pub async fn is_member(&self, repo: &RepoName, login: &str) -> Result<bool, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.is_member(repo, login).await,
            Adapter::Outbox(_) => Ok(true),
        }
    }

    /// When somebody last pushed there, to whichever branch, in seconds since the Unix epoch: what a delivery calls
    /// `repository.pushed_at`. None where nothing was pushed, and in the outbox.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn pushed_at(&self, repo: &RepoName) -> Result<Option<i64>, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.pushed_at(repo).await,
            Adapter::Outbox(_) => Ok(None),
        }
    }

    /// What the token may do there; everything, in the outbox.
    ///
    /// # Errors
    /// See [`Error`]; a repository that the token cannot see is [`Error::Missing`].
    pub async fn permissions(&self, repo: &RepoName) -> Result<Permissions, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.permissions(repo).await,
            Adapter::Outbox(_) => Ok(Permissions::all()),
        }
    }
}
