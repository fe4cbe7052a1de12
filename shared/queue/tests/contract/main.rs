//! What every adapter owes, asked of each of them against a real server, and what only some owe.

mod adapter;
#[cfg(any(feature = "aws", feature = "gcp"))]
mod cloud;
mod owed;
#[cfg(feature = "gcp")]
mod pubsub;
mod sqlite;
#[cfg(feature = "aws")]
mod sqs;
