//! What a template's change means for one derivative: hunk by hunk against the derivative's own files.
//!
//! `gather` reads the template's changed files and the derivative's counterparts, [`decide()`] holds every hunk against
//! them, `records` says what is remembered.

mod concern;
mod decide;
mod decision;
mod finding;
mod fit;
mod gather;
mod given_up;
mod hunk;
mod meanwhile;
mod noise;
mod patch;
mod place;
mod preview;
mod records;
mod related;
mod render;
mod rules;
mod standing;
mod twin;

use std::sync::Arc;

use blobs::Blobs;
use contracts::Envelope;
use contracts::messages::{PreviewAdvanced, TriageTemplate, VerdictReached};
use git::Git;
use relationships::Relationships;
use stage::{Fault, Outcome, ProgressHandle, Stage, says};
use store::Store;

pub use decide::decide;
pub use decision::{recorded, replay};
pub use gather::{Case, Changed, Concerns, ReadFrom, Reading, Twin};
pub use meanwhile::{Began, Now};
pub use patch::{apply, between};
pub use rules::{explain, rules};
pub use twin::candidates;

says! {
    /// One verdict, whatever it is; for a pull request also that there is one more.
    pub enum Out { VerdictReached, PreviewAdvanced }
}

/// The stage.
#[derive(Debug)]
pub struct TemplateTriage;

/// What the stage may ask.
#[derive(Debug, Clone)]
pub struct Deps {
    /// Fact sheets and snapshots.
    pub blobs: Blobs,
    /// Findings that are open or muted, and the derivative's last snapshot.
    pub store: Store,
    /// The derivative's repository.
    pub git: Git,
    /// Which concerns the two share.
    pub relationships: Arc<Relationships>,
    /// Tells how far reading is.
    pub progress: ProgressHandle,
}

impl Stage for TemplateTriage {
    const NAME: &'static str = "template_triage";
    type In = TriageTemplate;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<TriageTemplate>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        let (case, reading, read_from) = gather::gather(msg, deps).await?;
        let (verdict, carried_on) = decide::with_beginnings(&case, &reading);
        let mut outcome = records::outcome(msg, &case, verdict, &carried_on);
        decision::keep(msg, &case, (&reading, &read_from), &mut outcome);
        preview::tell(&msg.body.change, &mut outcome);
        Ok(outcome)
    }

    fn given_up(msg: &Envelope<TriageTemplate>, deps: &Deps, why: &str) -> Outcome<Out> {
        given_up::outcome(msg, deps, why)
    }
}
