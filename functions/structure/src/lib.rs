//! What lies where: directories, files, lines, languages, key places; generated and vendored files told apart.
//!
//! What is known about a file follows from its path, its content and the repository's `.gitattributes` alone. So a file
//! that is unchanged since the last index is not read again, and the document is the same as if it were.

use blobs::Blobs;
use contracts::Envelope;
use contracts::messages::{MetadataExtracted, StructureAnalyzed};
use stage::{Fault, Outcome, ProgressHandle, Stage};
use store::Store;

mod attributes;
mod decide;
mod directories;
mod entry_points;
mod facts;
mod gather;
mod generated;
mod key_directories;
mod previous;
mod vendored;

pub use attributes::{Attributes, Said};
pub use decide::decide;
pub use facts::{Facts, look};
pub use previous::Previous;

/// The kind of the document, with the number of the rules that made it. Facts are taken over only from a document of
/// the same rules: raise the number with every change to what [`look`] answers, `syntax::language_of` included.
pub const KIND: &str = "structure-1";

/// The stage.
#[derive(Debug)]
pub struct Structure;

/// What the stage may ask.
#[derive(Debug)]
pub struct Deps {
    /// Snapshots and earlier documents are read from here.
    pub blobs: Blobs,
    /// Knows the repository's last index, whose facts are taken over for unchanged files.
    pub store: Store,
    /// How far the reading is.
    pub progress: ProgressHandle,
}

stage::says! {
    /// What the stage may say.
    pub enum Out { StructureAnalyzed }
}

impl Stage for Structure {
    const NAME: &'static str = "structure";
    type In = MetadataExtracted;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<MetadataExtracted>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        let gathered = gather::gather(msg, deps).await?;
        let document = blobs::document(KIND, &decide(gathered.snapshot.manifest(), &gathered.facts));
        let said = StructureAnalyzed {
            change: msg.body.change.clone(),
            snapshot: msg.body.snapshot.clone(),
            metadata: msg.body.metadata.clone(),
            structure: document.key.clone(),
        };
        Ok(Outcome { put: vec![document], ..Outcome::say(said.into()) })
    }
}
