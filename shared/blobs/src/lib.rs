//! Object storage: documents under keys that follow from their content.
//!
//! What every adapter owes:
//!
//! - `put` is create-once: the first write of a key wins and a repeat is a cheap success, because equal keys
//!   mean equal bytes. A reader never sees half an object, not even after a crash.
//! - `get` and `get_range` answer [`Error::Missing`] for a key that was never put, never empty bytes.
//! - What was put can be read by every process that opens the same URL.
//! - `get` never answers other bytes than were put: where the key ends in their digest, it is compared. A range cannot be
//!   compared; who reads ranges knows by other means what should be there.
//!
//! Nothing is ever changed in place, so nothing needs a lock.

#[cfg(any(feature = "aws", feature = "gcp"))]
mod arriving;
mod bucket;
mod counts;
mod directory;
mod expiry;
#[cfg(any(feature = "aws", feature = "gcp"))]
mod failure;
#[cfg(feature = "gcp")]
mod gcs;
mod recent;
#[cfg(feature = "aws")]
mod s3;

use std::path::PathBuf;
use std::sync::Arc;

use contracts::BlobKey;
use serde::Serialize;
use serde::de::DeserializeOwned;
use stage::{Fault, Put};

use crate::bucket::Bucket;
use crate::counts::Counters;
pub use crate::counts::Counts;
use crate::directory::Directory;
pub use crate::expiry::Expired;
use crate::recent::Recent;

/// Bytes of the largest object, which is more than any document of ours has: a pack is closed above 32 MiB. One upload does
/// for it on every storage, without parts.
pub const MOST_BYTES: usize = 256 << 20;

/// Why an object could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was ever put under this key, or it has expired.
    #[error("no object {0} in storage: it was never written or has expired; report the change again")]
    Missing(BlobKey),
    /// The storage itself failed, or does not let us in.
    #[error("object storage failed at {key}: {source}")]
    Io {
        /// The object.
        key: BlobKey,
        /// What the system says.
        source: std::io::Error,
    },
    /// The bytes are not the document they should be.
    #[error("object {key} cannot be understood: {why}")]
    Malformed {
        /// The object.
        key: BlobKey,
        /// What is wrong.
        why: String,
    },
    /// More bytes than an object may have.
    #[error("object {key} has {bytes} bytes or more where {most} are the most: leave something out of it")]
    TooLarge {
        /// The object.
        key: BlobKey,
        /// Its bytes, as far as they were counted.
        bytes: u64,
        /// The bytes it may have, or of the range that was asked for.
        most: u64,
    },
    /// The storage cannot be opened.
    #[error("cannot open object storage at {url}: {why}")]
    Open {
        /// What was asked for.
        url: String,
        /// Why not.
        why: String,
    },
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            // A full disk, a dropped connection or a right that is not granted yet may be over by the next try.
            Error::Io { .. } => Self::retry(error),
            Error::Missing(_) | Error::Malformed { .. } | Error::TooLarge { .. } | Error::Open { .. } => {
                Self::reject(error)
            }
        }
    }
}

/// An open object storage. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Blobs {
    adapter: Adapter,
    recent: Recent,
    counters: Arc<Counters>,
}

#[derive(Debug, Clone)]
enum Adapter {
    Directory(Directory),
    Bucket(Bucket),
}

impl Blobs {
    /// Opens by URL. `dir:<path>` keeps objects as files below a folder, which is created if absent;
    /// `s3:<bucket>[/<prefix>]` (feature `aws`) and `gs:<bucket>[/<prefix>]` (feature `gcp`) in a bucket that is there, and is
    /// not asked for before the first object is.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let fail = |why: String| Error::Open { url: url.to_owned(), why };
        match url.split_once(':') {
            Some(("dir", path)) if !path.is_empty() => {
                let directory = Directory::open(PathBuf::from(path)).await.map_err(|e| fail(e.to_string()))?;
                Ok(Self { adapter: Adapter::Directory(directory), recent: Recent::default(), counters: Arc::default() })
            }
            Some((scheme @ ("s3" | "gs"), place)) => {
                let bucket = Bucket::open(scheme, place).map_err(fail)?;
                Ok(Self { adapter: Adapter::Bucket(bucket), recent: Recent::default(), counters: Arc::default() })
            }
            _ => Err(fail("expected dir:<path>, s3:<bucket>[/<prefix>] or gs:<bucket>[/<prefix>]".to_owned())),
        }
    }

    /// Stores `bytes`, at most [`MOST_BYTES`], under `key` unless something is there already.
    pub async fn put(&self, key: &BlobKey, bytes: Vec<u8>) -> Result<(), Error> {
        if bytes.len() > MOST_BYTES {
            return Err(Error::TooLarge { key: key.clone(), bytes: bytes.len() as u64, most: MOST_BYTES as u64 });
        }
        self.counters.put(bytes.len());
        match &self.adapter {
            Adapter::Directory(directory) => directory.put(key, bytes).await,
            Adapter::Bucket(bucket) => bucket.put(key, bytes).await,
        }
    }

    /// The whole object; [`Error::Malformed`] if its key ends in a digest which is not that of its bytes.
    pub async fn get(&self, key: &BlobKey) -> Result<Vec<u8>, Error> {
        let got = match &self.adapter {
            Adapter::Directory(directory) => directory.get(key).await,
            Adapter::Bucket(bucket) => bucket.get(key).await,
        };
        self.counters.got(got.as_ref().map_or(0, Vec::len));
        let bytes = got?;
        if is_of(key, &bytes) {
            return Ok(bytes);
        }
        let why = format!("it was altered: its {} bytes are not those that were put", bytes.len());
        Err(Error::Malformed { key: key.clone(), why })
    }

    /// `length` bytes from `offset`; a range beyond the end is [`Error::Malformed`], for somebody's index is wrong.
    pub async fn get_range(&self, key: &BlobKey, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
        if i64::try_from(offset.saturating_add(length.into())).is_err() {
            // Systems and clients count in signed numbers, and not all of them look first.
            return Err(too_short(key, 0, offset, length));
        }
        self.counters.got(length as usize);
        match &self.adapter {
            Adapter::Directory(directory) => directory.get_range(key, offset, length).await,
            Adapter::Bucket(bucket) => bucket.get_range(key, offset, length).await,
        }
    }

    /// Whether something is there.
    pub async fn exists(&self, key: &BlobKey) -> Result<bool, Error> {
        self.counters.asked();
        match &self.adapter {
            Adapter::Directory(directory) => directory.exists(key).await,
            Adapter::Bucket(bucket) => bucket.exists(key).await,
        }
    }

    /// A JSON document.
    pub async fn get_json<T: DeserializeOwned>(&self, key: &BlobKey) -> Result<T, Error> {
        let bytes = self.get(key).await?;
        serde_json::from_slice(&bytes).map_err(|e| Error::Malformed { key: key.clone(), why: e.to_string() })
    }

    /// A JSON document that others are likely to read, too: understood once and shared.
    pub async fn document<T>(&self, key: &BlobKey) -> Result<Arc<T>, Error>
    where
        T: DeserializeOwned + Send + Sync + 'static,
    {
        if let Some(document) = self.recent.get(key) {
            self.counters.remembered();
            return Ok(document);
        }
        let document = Arc::new(self.get_json(key).await?);
        self.recent.keep(key, &document);
        Ok(document)
    }

    /// Stores a document and answers its key.
    pub async fn put_json<T: Serialize>(&self, kind: &str, value: &T) -> Result<BlobKey, Error> {
        let Put { key, bytes } = document(kind, value);
        self.put(&key, bytes).await?;
        Ok(key)
    }
}

/// The key of `bytes` among objects of `kind`: `<kind>/<BLAKE3 in hex>`.
///
/// # Panics
///
/// If `kind` is not a lower-case word: it is written in our code, never taken from outside.
pub fn key_of(kind: &str, bytes: &[u8]) -> BlobKey {
    let text = format!("{kind}/{}", blake3::hash(bytes).to_hex());
    match text.parse() {
        Ok(key) => key,
        Err(invalid) => panic!("a kind of object must be a lower-case word: {invalid}"),
    }
}

/// Whether a key that ends in a digest is the key of `bytes`; of other keys nothing can be said.
fn is_of(key: &BlobKey, bytes: &[u8]) -> bool {
    let digest = key.as_str().rsplit('/').next().and_then(|last| blake3::Hash::from_hex(last).ok());
    digest.is_none_or(|digest| blake3::hash(bytes) == digest)
}

/// A range of which only `got` bytes are there.
fn too_short(key: &BlobKey, got: usize, offset: u64, length: u32) -> Error {
    Error::Malformed { key: key.clone(), why: format!("it ends after {got} of the {length} bytes from {offset}") }
}

/// What people who look into a bucket see it as. Packs alone are no JSON.
#[cfg(any(feature = "aws", feature = "gcp"))]
fn content_type(key: &BlobKey) -> &'static str {
    if key.as_str().starts_with("pack/") { "application/octet-stream" } else { "application/json" }
}

/// `value` as JSON with its key, ready for an outcome. Equal values give equal bytes: our types keep their
/// fields in order and use sorted maps.
///
/// # Panics
///
/// If `value` has a map whose keys are not strings, which no type of `contracts` has.
pub fn document<T: Serialize>(kind: &str, value: &T) -> Put {
    let bytes = match serde_json::to_vec(value) {
        Ok(bytes) => bytes,
        Err(e) => panic!("a {kind} document is not JSON: {e}"),
    };
    Put { key: key_of(kind, &bytes), bytes }
}
