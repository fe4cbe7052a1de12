//! The first stage: from "this repository changed" to its files in object storage, before and after.

mod decide;
mod gather;

use blobs::Blobs;
use contracts::Envelope;
use contracts::messages::{ChangeReported, SnapshotTaken};
use git::Git;
use stage::{Fault, Outcome, ProgressHandle, Stage};
use store::Store;

pub use decide::decide;
pub use gather::{Found, gather};

/// Fetches what changed and takes the snapshots.
pub struct Initialize;

/// What this stage may ask.
#[derive(Debug, Clone)]
pub struct Deps {
    /// Fetches the repository.
    pub git: Git,
    /// Keeps packs and manifests; they are written while the stage works, by content.
    pub blobs: Blobs,
    /// Knows the repository's newest snapshot, whose contents are not read again.
    pub store: Store,
    /// Hears how far the fetch is.
    pub progress: ProgressHandle,
}

stage::says! {
    /// What this stage says.
    pub enum Out { SnapshotTaken }
}

impl Stage for Initialize {
    const NAME: &'static str = "initialization";
    type In = ChangeReported;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<ChangeReported>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        let found = gather(msg, deps).await?;
        Ok(decide(&msg.body, &found))
    }
}
