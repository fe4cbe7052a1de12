//! How messages arrive and what happens to a stage's outcome: the only crate that knows queues and hosts.
//!
//! Per message: *decide, write the decision down, perform, then acknowledge* ([`step`]). A redelivery finds the
//! decision and performs it again under the same derived ids. Hosts translate arrival and acknowledgement only;
//! [`local`] is the one for a single process.

mod again;
mod claim;
pub mod clock;
#[cfg(feature = "gcp")]
mod cloud_run;
#[cfg(feature = "cloud")]
pub mod direct;
mod failure;
#[cfg(feature = "cloud")]
pub mod function;
pub mod intake;
#[cfg(feature = "aws")]
mod lambda;
pub mod local;
pub mod observe;
#[cfg(feature = "aws")]
mod parameters;
#[cfg(feature = "cloud")]
pub mod stages;
pub mod step;
mod trace;
pub mod wiring;

use std::sync::Arc;

use blobs::Blobs;
use contracts::pipeline::Pipeline;
use queue::Queue;
use stage::ProgressHandle;
use store::Store;

pub use crate::clock::Clock;
pub use crate::failure::failure_of;
pub use crate::observe::Observers;
#[cfg(feature = "cloud")]
pub use crate::stages::Stages;
pub use crate::wiring::Wiring;

/// Everything that a step touches. Cloning shares it.
#[derive(Clone)]
pub struct World {
    /// Where messages wait.
    pub queue: Queue,
    /// Where decisions and records are kept.
    pub store: Store,
    /// Where documents are kept.
    pub blobs: Blobs,
    /// Which stage hears which topic.
    pub wiring: Arc<Wiring>,
    /// Limits and retries.
    pub pipeline: Arc<Pipeline>,
    /// What time it is.
    pub clock: Clock,
    /// Who watches.
    pub observers: Observers,
}

impl World {
    /// Where stages tell how far long work is, as often as `pipeline.yaml` says.
    pub fn progress(&self) -> ProgressHandle {
        let interval = (self.pipeline.orchestrator.progress.update_interval * 1000.0) as i64;
        self.observers.progress(self.clock.clone(), interval)
    }
}
