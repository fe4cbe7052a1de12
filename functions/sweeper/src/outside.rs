//! Repositories, by git; GitHub tells what git does not.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use contracts::RepoName;
use futures::FutureExt;
use git::{Git, Rev};
use github::Github;
use github::deliveries::{Asked, Delivery as Attempt};
use stage::Fault;

use crate::asks::Answer;
use crate::{Delivery, Forge, Head};

/// Deliveries that are looked through for each hook.
const MOST_DELIVERIES: usize = 1_000;

/// Everything outside that a sweep looks at.
pub struct Outside {
    /// Repositories.
    git: Git,
    /// GitHub, or the outbox.
    github: Github,
    /// Where a name is fetched from.
    where_is: Arc<dyn Fn(&RepoName) -> String + Send + Sync>,
    /// Whose hooks are looked at, with a token; an App has one of its own.
    repositories: Vec<RepoName>,
    /// Where hooks deliver to us; none where nobody can reach us, and then nobody is asked.
    hook_url: Option<String>,
    /// What was found the last time, by its number: asking for it again needs more than that.
    found: Mutex<HashMap<String, Attempt>>,
}

impl Outside {
    /// Over these doors; `service_url` is where this installation can be reached, if it can.
    pub fn new(
        git: Git,
        github: Github,
        where_is: Arc<dyn Fn(&RepoName) -> String + Send + Sync>,
        repositories: Vec<RepoName>,
        service_url: Option<&str>,
    ) -> Self {
        let hook_url = service_url.map(|url| format!("{}/webhooks/github", url.trim_end_matches('/')));
        Self { git, github, where_is, repositories, hook_url, found: Mutex::default() }
    }
}

impl Forge for Outside {
    fn head<'a>(&'a self, repo: &'a RepoName) -> Answer<'a, Head> {
        async move {
            let resolved = self.git.resolve(&self.url(repo), &Rev::Head).await?;
            let branch = resolved.default_branch.ok_or_else(|| Fault::reject("its HEAD names no branch"))?;
            Ok(Head { branch, commit: resolved.commit })
        }
        .boxed()
    }

    fn pushed_at<'a>(&'a self, repo: &'a RepoName) -> Answer<'a, Option<i64>> {
        async move { Ok(self.github.pushed_at(repo).await?) }.boxed()
    }

    fn deliveries(&self, since: i64) -> Answer<'_, Option<Vec<Delivery>>> {
        async move {
            // Who does not know his own address cannot tell his hook from others': what those missed is not his matter.
            let Some(hook_url) = self.hook_url.as_deref().filter(|_| self.github.outbox().is_none()) else {
                return Ok(None);
            };
            let (repositories, hook_url) = (self.repositories.as_slice(), Some(hook_url));
            let asked = Asked { repositories, hook_url, since_ms: since, at_most: MOST_DELIVERIES };
            let told = self.github.deliveries_since(&asked).await?;
            for (repo, why) in &told.unread {
                tracing::warn!(%repo, "its hooks cannot be read, so nobody knows what they missed: {why}");
            }
            let attempt = |d: &Attempt| Delivery {
                id: d.id.to_string(),
                guid: d.guid.clone(),
                event: d.event.clone(),
                at: d.at_ms,
                status: d.status_code,
            };
            let attempts = told.found.iter().map(attempt).collect();
            let by_id = told.found.into_iter().map(|d| (d.id.to_string(), d)).collect();
            *self.found.lock().unwrap_or_else(PoisonError::into_inner) = by_id;
            Ok(Some(attempts))
        }
        .boxed()
    }

    fn redeliver<'a>(&'a self, delivery: &'a Delivery) -> Answer<'a, ()> {
        async move {
            let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).get(&delivery.id).cloned();
            let unknown = || Fault::reject(format!("delivery {} is not among those that were found", delivery.id));
            Ok(self.github.redeliver(&found.ok_or_else(unknown)?).await?)
        }
        .boxed()
    }

    fn url(&self, repo: &RepoName) -> String {
        (self.where_is)(repo)
    }
}
