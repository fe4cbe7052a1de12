//! The sweeper in this process: over the folder's doors, every half minute.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use blobs::Blobs;
use contracts::manifest::Manifest;
use contracts::{BlobKey, MessageId};
use environment::Environment;
use futures::FutureExt;
use futures::future::BoxFuture;
use git::Git;
use github::Github;
use relationships::Relationships;
use runtime::World;
use runtime::intake::Intake;
use stage::Fault;
use store::Accepted;
use sweeper::{Attic, Deps, Expired, Outlet, Outside, Report, Said, Settings, Whom};

use crate::river::{River, WhereIs};

/// How often somebody looks after what was left behind. Other people's servers are asked more rarely.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Problems of one sweep that are logged.
const MOST_LINES: usize = 3;

/// Sweeps until the program ends.
pub async fn for_ever(river: &River) -> Infallible {
    let mail = Mail { intake: Some(river.intake.clone()) };
    let (git, github, where_is) = (river.git.clone(), river.github.clone(), river.where_is.clone());
    let outside = outside(git, github, where_is, &river.relationships);
    let deps = deps(&river.world, river.relationships.clone(), mail, outside);
    let mut tick = tokio::time::interval(LOOK_AGAIN);
    loop {
        tick.tick().await;
        log(&sweeper::sweep(&deps, (river.world.clock)()).await);
    }
}

fn log(report: &Report) {
    // Without a network each repository is a problem.
    for problem in report.problems.iter().take(MOST_LINES) {
        tracing::warn!("sweeping: {problem}");
    }
    if report.problems.len() > MOST_LINES {
        tracing::warn!("sweeping: {} more; downstream sweep tells all", report.problems.len() - MOST_LINES);
    }
    for lost in &report.given_up.examples {
        tracing::error!("{lost} is undecided for a day: downstream sweep tells more");
    }
    tracing::debug!(metrics = ?report.metrics(), "swept");
}

/// What is looked at outside.
pub fn outside(git: Git, github: Github, where_is: WhereIs, relationships: &Relationships) -> Outside {
    let environment = Environment::of_process();
    let repositories = relationships.repositories().cloned().collect();
    Outside::new(git, github, where_is, repositories, environment.optional("ORCHESTRATOR_URL"))
}

/// What a sweep asks, with the usual limits.
pub fn deps(world: &World, relationships: Arc<Relationships>, mail: Mail, outside: Outside) -> Deps {
    let schedule = &relationships.notification_settings().digest_schedule;
    Deps {
        ledger: Arc::new(world.store.clone()),
        outlet: Arc::new(mail),
        forge: Arc::new(outside),
        attic: Some(Arc::new(Objects(world.blobs.clone()))),
        settings: Settings::new(schedule, world.pipeline.orchestrator.retention.days),
        relationships,
    }
}

/// Messages enter by the intake; without one nothing is said.
pub struct Mail {
    /// The way in.
    pub intake: Option<Arc<Intake>>,
}

impl Mail {
    fn intake(&self) -> Result<&Intake, Fault> {
        self.intake.as_deref().ok_or_else(|| Fault::reject("nothing is said in a dry run"))
    }
}

impl Outlet for Mail {
    fn say(&self, id: MessageId, said: Said) -> BoxFuture<'_, Result<bool, Fault>> {
        async move {
            let intake = self.intake()?;
            let accepted = match said {
                Said::Change(change) => intake.accept(id, None, *change).await,
                Said::Digest(digest) => intake.accept_message(id, None, digest.repo.clone(), digest).await,
                Said::Touched(touched) => intake.accept_message(id, None, touched.repo.clone(), *touched).await,
            };
            Ok(accepted.map_err(Fault::retry)? == Accepted::New)
        }
        .boxed()
    }

    fn again(&self, whom: Whom, id: MessageId, envelope: String) -> BoxFuture<'_, Result<(), Fault>> {
        async move {
            let world = self.intake()?.world();
            match whom {
                Whom::Stage(stage) => world.again(&stage, id, &envelope).await.map_err(Fault::retry),
                Whom::Topic(topic) => world.again_to_all(&topic, id, &envelope).await.map_err(Fault::retry),
            }
        }
        .boxed()
    }
}

/// Documents of the folder.
struct Objects(Blobs);

impl Attic for Objects {
    fn refers_to<'a>(&'a self, key: &'a BlobKey) -> BoxFuture<'a, Result<Vec<BlobKey>, Fault>> {
        async move {
            if !key.as_str().starts_with("snapshot/") {
                return Ok(Vec::new());
            }
            match self.0.get_json::<Manifest>(key).await {
                Ok(manifest) => Ok(manifest.packs),
                Err(blobs::Error::Missing(_) | blobs::Error::Malformed { .. }) => Ok(Vec::new()),
                Err(error) => Err(error.into()),
            }
        }
        .boxed()
    }

    fn expire<'a>(&'a self, before: i64, keep: &'a BTreeSet<BlobKey>) -> BoxFuture<'a, Result<Expired, Fault>> {
        async move {
            let blobs::Expired { objects, bytes } = self.0.expire(before, keep).await?.unwrap_or_default();
            Ok(Expired { documents: objects, bytes })
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests;
