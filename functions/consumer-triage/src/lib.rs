//! What a provider's change means for one consumer: facts × uses → a verdict.
//!
//! `gather` takes the consumer's snapshot and reads what could be a use, `decide` holds the facts
//! against it ([`decide`]), and [`records`] says what is remembered.

mod advice;
mod bulk;
mod consult;
mod contact;
mod decide;
mod decision;
mod dependent;
mod finding;
mod gather;
mod given_up;
mod open;
mod patch;
mod preview;
mod records;
mod relevance;
mod unread;
pub mod uses;

use std::sync::Arc;

use blobs::Blobs;
use contracts::Envelope;
use contracts::messages::{PreviewAdvanced, TriageConsumer, VerdictReached};
use git::Git;
use relationships::Relationships;
use stage::{Fault, Outcome, ProgressHandle, Stage, says};
use store::Store;
use syntax::Parsers;

pub use advice::Advice;
pub use consult::Adviser;
pub use contact::is_named;
pub use decide::{decide, decide_advised};
pub use decision::{recorded, replay};
pub use dependent::{Dependent, File, Place};
pub use gather::{Case, Reading, read_dependent};
pub use unread::Unread;

/// The stage.
#[derive(Debug)]
pub struct ConsumerTriage;

says! {
    /// One verdict, whatever it is; for a pull request also that there is one more.
    pub enum Out { VerdictReached, PreviewAdvanced }
}

/// What the stage may ask.
#[derive(Clone)]
pub struct Deps {
    /// Fact sheets and snapshots.
    pub blobs: Blobs,
    /// Analyses that were made before, and findings that are open or muted.
    pub store: Store,
    /// The consumer's repository.
    pub git: Git,
    /// Parses files that nobody has parsed yet.
    pub parsers: Parsers,
    /// How the consumer declares itself.
    pub relationships: Arc<Relationships>,
    /// Whom to ask about what rules leave open; none leaves it to rules alone.
    pub adviser: Option<Adviser>,
    /// Tells how far reading is.
    pub progress: ProgressHandle,
}

impl std::fmt::Debug for Deps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("consumer_triage::Deps")
    }
}

impl Stage for ConsumerTriage {
    const NAME: &'static str = "consumer_triage";
    type In = TriageConsumer;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<TriageConsumer>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        let (case, reading, known) = gather::gather(msg, deps).await?;
        let (verdict, advice) = consult::decide(&case, &reading, deps).await?;
        let mut outcome = records::outcome(msg, &case, verdict, &known);
        decision::keep(msg, (&case, &reading, &advice), &mut outcome);
        preview::tell(&msg.body.change, &mut outcome);
        Ok(outcome)
    }

    fn given_up(msg: &Envelope<TriageConsumer>, deps: &Deps, why: &str) -> Outcome<Out> {
        given_up::outcome(msg, deps, why)
    }
}
