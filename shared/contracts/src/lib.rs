//! The words of Downstream: messages, ids, artifacts, records and configuration types.
//!
//! Floor 0. Data and pure conversions only: no I/O, no clock, no randomness. Whatever crosses a
//! process boundary is defined here once, so that every function reads the same sentence.

pub mod analysis;
pub mod code;
pub mod decision;
pub mod envelope;
pub mod event;
pub mod fact;
pub mod ids;
pub mod index;
pub mod manifest;
pub mod messages;
pub mod metadata;
pub mod pipeline;
pub mod record;
pub mod structure;
pub mod tick;
pub mod verdict;

pub use envelope::{Envelope, Message};
pub use ids::{BlobKey, CommitId, Fingerprint, MessageId, ObjectId, RepoName, RunId};
