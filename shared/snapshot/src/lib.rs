//! The files of a repository at one commit, content-addressed.
//!
//! Why this crate exists: doors do not know each other, yet taking a snapshot needs git and object storage, and analysing
//! one needs object storage, the store and the parsers. Five functions need the same two sentences, so they are said here
//! once: [`take`] ("the files of this commit are in object storage") and [`analyses`] ("this is what their syntax says").
//!
//! A snapshot is a [`Manifest`] (kind `snapshot`: every path with its git object id) and the packs it names (kind `pack`:
//! zstd frames, one a file, back to back). A later commit's manifest names the same packs for what did not change, so a
//! push reads and stores only what it brought. Both are written by content, so writing one twice is harmless.

mod analyses;
mod error;
mod hunks;
mod later;
mod pack;
mod read;
mod take;

use std::sync::Arc;

use blobs::Blobs;
use contracts::BlobKey;
use contracts::manifest::Manifest;

pub use crate::analyses::{FileAnalysisOf, analyses, analyses_with, analysis_key};
pub use crate::error::Error;
pub use crate::hunks::from_hunks;
pub use crate::later::later;
pub use crate::read::object_id;
pub use crate::take::{Take, fetching, of_commit, take};
pub use git::Rev;

/// An opened snapshot. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    blobs: Blobs,
    key: BlobKey,
    manifest: Arc<Manifest>,
}

impl Snapshot {
    /// Opens the manifest under `key`.
    ///
    /// # Errors
    ///
    /// [`Error::Blobs`] if it is not there or is no manifest.
    pub async fn open(blobs: &Blobs, key: &BlobKey) -> Result<Self, Error> {
        let manifest = blobs.document(key).await?;
        Ok(Self { blobs: blobs.clone(), key: key.clone(), manifest })
    }

    /// Stores a manifest and answers it opened.
    pub(crate) async fn store(blobs: &Blobs, manifest: Manifest) -> Result<Self, Error> {
        let key = blobs.put_json("snapshot", &manifest).await?;
        Ok(Self { blobs: blobs.clone(), key, manifest: Arc::new(manifest) })
    }

    /// What is where.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The manifest's key.
    pub fn key(&self) -> &BlobKey {
        &self.key
    }
}
