//! What can go wrong: what the doors say, and packs that do not hold what a manifest promises.

use contracts::BlobKey;
use stage::Fault;

/// Why a snapshot could not be taken, read or analysed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The repository could not be fetched or read.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// Object storage failed.
    #[error(transparent)]
    Blobs(#[from] blobs::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The parsers failed as a whole (a file that cannot be parsed is no error).
    #[error(transparent)]
    Syntax(#[from] syntax::Error),
    /// A pack does not hold what the manifest says.
    #[error("pack {pack} does not hold {what} as its manifest says: {why}; report the change again")]
    Damaged {
        /// The pack, or the manifest where it names no pack.
        pack: BlobKey,
        /// The entry.
        what: String,
        /// What is wrong.
        why: String,
    },
    /// Packing failed on this machine.
    #[error("files could not be packed: {0}")]
    Pack(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Git(e) => e.into(),
            Error::Blobs(e) => e.into(),
            Error::Store(e) => e.into(),
            Error::Syntax(e) => e.into(),
            Error::Damaged { .. } => Self::reject(error),
            Error::Pack(_) => Self::retry(error),
        }
    }
}
