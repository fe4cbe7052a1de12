//! What GitHub delivered and what it did not, and where branches stand: for whoever looks for what was missed.
//!
//! GitHub never delivers a second time on its own, and keeps deliveries for three days
//! (<https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries>).

use std::collections::HashSet;

use contracts::{CommitId, RepoName};

use crate::{Adapter, Error, Github};

/// Which deliveries are asked for.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// Whose hooks are looked at, with a token; an App has one hook for all its repositories, and this is not looked at.
    pub repositories: &'a [RepoName],
    /// Only hooks that deliver to this address; none for all hooks, whoever they deliver to.
    pub hook_url: Option<&'a str>,
    /// Nothing that was delivered before this, epoch milliseconds.
    pub since_ms: i64,
    /// At most so many a hook, the newest.
    pub at_most: usize,
}

/// The hook that a delivery came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hook {
    /// The App's own.
    App,
    /// One of a repository.
    Repository {
        /// The repository.
        repo: RepoName,
        /// The hook's number.
        id: u64,
    },
}

/// One attempt at delivering an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The attempt.
    pub id: u64,
    /// The event, the same for every attempt: what `X-GitHub-Delivery` says.
    pub guid: String,
    /// When, epoch milliseconds.
    pub at_ms: i64,
    /// Not the first attempt.
    pub redelivery: bool,
    /// What was answered; 0 where nobody did.
    pub status_code: u16,
    /// Such as `push`.
    pub event: String,
    /// Such as `opened`, where the event has one.
    pub action: Option<String>,
    /// The repository's number at GitHub, where it is told.
    pub repository_id: Option<u64>,
    /// Where it came from, and is asked for again.
    pub hook: Hook,
}

impl Delivery {
    /// Whether somebody took it.
    pub fn arrived(&self) -> bool {
        (200..300).contains(&self.status_code)
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Deliveries {
    /// Newest first, hook by hook.
    pub found: Vec<Delivery>,
    /// There were more than were wanted, or than are looked through.
    pub cut: bool,
    /// Repositories whose hooks could not be read, with the reason; the others were.
    pub unread: Vec<(RepoName, Error)>,
}

impl Deliveries {
    /// Events that no attempt of theirs brought here, by their newest attempt.
    pub fn missed(&self) -> Vec<&Delivery> {
        let arrived: HashSet<&str> = self.found.iter().filter(|d| d.arrived()).map(|d| d.guid.as_str()).collect();
        let mut seen = HashSet::new();
        let lost = self.found.iter().filter(|d| !arrived.contains(d.guid.as_str()));
        lost.filter(|d| seen.insert(d.guid.clone())).collect()
    }
}

impl Github {
    /// What was delivered since a time; nothing, in the outbox.
    ///
    /// # Errors
    /// See [`Error`]. With a token, what fails for one repository alone is in [`Deliveries::unread`].
    pub async fn deliveries_since(&self, asked: &Asked<'_>) -> Result<Deliveries, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.deliveries_since(asked).await,
            Adapter::Outbox(_) => Ok(Deliveries::default()),
        }
    }

    /// Has GitHub deliver an event once more. Nothing happens in the outbox.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Missing`] for a delivery that GitHub no longer keeps.
    pub async fn redeliver(&self, delivery: &Delivery) -> Result<(), Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.redeliver(delivery).await,
            Adapter::Outbox(_) => Ok(()),
        }
    }

    /// Where a branch stands; none where there is no such branch, and in the outbox.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn head(&self, repo: &RepoName, branch: &str) -> Result<Option<CommitId>, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.head(repo, branch).await,
            Adapter::Outbox(_) => Ok(None),
        }
    }

    /// The name of the default branch; none where GitHub does not say, and in the outbox.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn default_branch(&self, repo: &RepoName) -> Result<Option<String>, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.default_branch(repo).await,
            Adapter::Outbox(_) => Ok(None),
        }
    }
}
