//! What a repository says about itself: README, dependencies, configuration, license, owners and git facts.
//!
//! Reads the few files that matter by name and nothing else. A file that cannot be understood is a line in
//! `problems`, never an error.

use blobs::Blobs;
use contracts::Envelope;
use contracts::manifest::Entry;
use contracts::messages::{MetadataExtracted, SnapshotTaken};
use snapshot::Snapshot;
use stage::{Fault, Outcome, ProgressHandle, Stage};

mod config;
mod decide;
mod dependencies;
mod format;
mod found;
mod license;
mod owners;
mod pick;
mod read;
mod readme;

pub use decide::decide;
pub use pick::{Picked, pick};

/// The stage.
#[derive(Debug)]
pub struct Metadata;

/// What the stage may ask.
#[derive(Debug)]
pub struct Deps {
    /// Snapshots are read from here.
    pub blobs: Blobs,
    /// How far the reading is.
    pub progress: ProgressHandle,
}

stage::says! {
    /// What the stage may say.
    pub enum Out { MetadataExtracted }
}

impl Stage for Metadata {
    const NAME: &'static str = "metadata";
    type In = SnapshotTaken;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<SnapshotTaken>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        // Hunks of a reporter's diff are not a repository: there is nothing to index.
        if msg.body.change.partial || msg.body.change.dry_run {
            return Ok(Outcome::default());
        }
        let gathered = gather(msg, deps).await?;
        let document = blobs::document("metadata", &decide(gathered.snapshot.manifest(), &gathered.files));
        let said = MetadataExtracted {
            change: msg.body.change.clone(),
            snapshot: msg.body.after.clone(),
            metadata: document.key.clone(),
        };
        Ok(Outcome { put: vec![document], ..Outcome::say(said.into()) })
    }
}

/// Everything that [`decide()`] looks at.
struct Gathered {
    snapshot: Snapshot,
    files: Vec<(String, Vec<u8>)>,
}

async fn gather(msg: &Envelope<SnapshotTaken>, deps: &Deps) -> Result<Gathered, Fault> {
    let snapshot = Snapshot::open(&deps.blobs, &msg.body.after).await?;
    let picked = pick(snapshot.manifest()).read;
    let progress = deps.progress.of(&msg.body.change.repo, &msg.run, Metadata::NAME);
    let total = picked.len() as u64;
    progress.report(0, Some(total), "reading manifests and documents");
    let contents = snapshot.read_many(&picked).await?;
    progress.report(total, Some(total), "understanding them");
    let path_of = |entry: &&Entry| entry.path.clone();
    let files = picked.iter().map(path_of).zip(contents).filter_map(|(path, bytes)| Some((path, bytes?))).collect();
    Ok(Gathered { snapshot, files })
}
