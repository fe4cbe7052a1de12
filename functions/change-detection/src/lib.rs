//! Turns `before..after` of a repository into typed facts, and asks for a triage of each dependent.
//!
//! `gather` reads both sides of the changed files, `decide` compares them family by family
//! ([`facts`]), and the facts go into one document that every triage of this change shares.

mod comparison;
mod dependents;
pub mod facts;
mod gather;
mod given_up;
mod later;
mod modules;
mod noise;
mod pair;
mod preview;
mod recheck;
mod rules;

use std::sync::Arc;

use blobs::Blobs;
use contracts::messages::{PreviewAdvanced, SnapshotTaken, TriageConsumer, TriageTemplate, VerdictReached};
use contracts::{Envelope, RepoName};
use git::Git;
use relationships::Relationships;
use stage::{Fault, Outcome, Stage, says};
use store::Store;
use syntax::Parsers;

pub use comparison::{Changed, Comparison, Side};
pub use facts::decide;
pub use gather::compare;
pub use rules::{explain, rules};

/// The stage.
#[derive(Debug)]
pub struct ChangeDetection;

says! {
    /// One triage a dependent; for a pull request also that all were asked. Verdicts only where it is given up.
    pub enum Out { TriageConsumer, TriageTemplate, PreviewAdvanced, VerdictReached }
}

/// What the stage may ask.
#[derive(Clone)]
pub struct Deps {
    /// Snapshots and fact sheets.
    pub blobs: Blobs,
    /// Analyses that were made before, and open findings.
    pub store: Store,
    /// What became of a change meanwhile.
    pub git: Git,
    /// Parses files that nobody has parsed yet.
    pub parsers: Parsers,
    /// Who depends on whom.
    pub relationships: Arc<Relationships>,
    /// Where a dependent is fetched from.
    pub where_is: Arc<dyn Fn(&RepoName) -> String + Send + Sync>,
}

impl std::fmt::Debug for Deps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("change_detection::Deps")
    }
}

impl Stage for ChangeDetection {
    const NAME: &'static str = "change_detection";
    type In = SnapshotTaken;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<SnapshotTaken>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        let mut outcome = Outcome::default();
        if let Some(before) = &msg.body.before {
            let comparison = gather::compare(deps, &msg.body.change.repo, before, &msg.body.after).await?;
            let mut sheet = facts::decide(&comparison);
            later::hold_against(&msg.body, before, &mut sheet, deps).await?;
            dependents::ask(&msg.body, before, &sheet, deps, &mut outcome);
        }
        recheck::ask(&msg.body, deps, &mut outcome).await?;
        preview::tell(&msg.body, &mut outcome);
        Ok(outcome)
    }

    fn given_up(msg: &Envelope<SnapshotTaken>, deps: &Deps, why: &str) -> Outcome<Out> {
        given_up::outcome(msg, deps, why)
    }
}
