//! Messages between stages. Only `runtime` and the program depend on this crate: a stage cannot compile a send.
//!
//! What every adapter owes:
//!
//! - One queue a stage, by the stage's name. A repeat is recognised: a message that is still queued (by stage and id) is
//!   not queued twice.
//! - A queue may forget: the end of a process may take its last moments, or all of it. The store knows every message that
//!   is in the air, and the runtime sends it again. Dead letters are never forgotten.
//! - At least once: a received message is hidden for the lease, and comes back unless it is completed, retried or
//!   buried within it. `attempts` counts the times it was received, `crashes` those that ended with the process.
//! - `complete` sends the children and then removes the message; a crash in between repeats the children.
//! - `bury` moves a message to the dead letters with its reason; nothing is thrown away.
//! - No order is promised.

mod counts;
mod line;
mod sqlite_queue;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contracts::MessageId;

use crate::counts::Counters;
pub use crate::counts::Counts;
use crate::sqlite_queue::SqliteQueue;

/// Milliseconds since the Unix epoch. Time arrives as a value.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Why a queue did not do what was asked; the next try may work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue cannot be opened.
    #[error("cannot open the queue at {url}: {why}")]
    Open {
        /// What was asked for.
        url: String,
        /// Why not.
        why: String,
    },
    /// The database or its disk failed.
    #[error("the queue failed: {0}")]
    Database(#[from] sqlite::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// A message for one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The stage that hears it.
    pub stage: String,
    /// Its id.
    pub id: MessageId,
    /// Its envelope as JSON.
    pub envelope: String,
}

/// A message that was received and is hidden from others until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// What was received.
    pub parcel: Parcel,
    /// How often it has been received, this time included; receipts that ended with their process left out.
    pub attempts: u32,
    /// How often the process ended while it was being handled; 0 where the queue cannot tell, which counts it in `attempts`.
    pub crashes: u32,
    /// What the queue knows this receipt by; empty where it needs no more than the parcel.
    pub receipt: String,
}

/// A message that will never work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The message.
    pub parcel: Parcel,
    /// Why it was given up.
    pub why: String,
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
}

/// An open queue service. Cloning shares it.
#[derive(Clone)]
pub struct Queue {
    adapter: SqliteQueue,
    counters: Arc<Counters>,
}

impl Queue {
    /// Opens by URL: `sqlite:<path>`. A local queue belongs to one process, so whatever a former process had
    /// received and not finished is visible again at once.
    pub async fn open(url: &str, clock: Clock) -> Result<Self, Error> {
        let Some(path) = url.strip_prefix("sqlite:").filter(|p| !p.is_empty()) else {
            return Err(Error::Open { url: url.to_owned(), why: "expected sqlite:<path>".to_owned() });
        };
        let adapter = SqliteQueue::open(path.as_ref(), clock).await;
        adapter
            .map(|adapter| Self { adapter, counters: Arc::default() })
            .map_err(|e| Error::Open { url: url.to_owned(), why: e.to_string() })
    }

    /// The longest envelope that fits into a message, in bytes; none where there is no such limit.
    pub fn most_bytes(&self) -> Option<usize> {
        None
    }

    /// Queues messages.
    pub async fn send(&self, parcels: Vec<Parcel>) -> Result<(), Error> {
        self.counters.sent(&parcels);
        self.adapter.send(parcels, false);
        Ok(())
    }

    /// Queues messages that a former process may have been handling when it ended. Their receipts are on the disk before
    /// they are handled, so that one which ends every process is found out.
    pub async fn send_again(&self, parcels: Vec<Parcel>) -> Result<(), Error> {
        self.adapter.send(parcels, true);
        Ok(())
    }

    /// Up to `most` messages for `stage`, waiting until there is at least one. Each is hidden for `lease`.
    pub async fn receive(&self, stage: &str, most: usize, lease: Duration) -> Result<Vec<Received>, Error> {
        let received = self.adapter.receive(stage, most, lease).await?;
        self.counters.received(&received);
        Ok(received)
    }

    /// Sends `children`, then removes the message.
    pub async fn complete(&self, received: &Received, children: Vec<Parcel>) -> Result<(), Error> {
        self.counters.sent(&children);
        self.counters.deleted();
        self.adapter.complete(&received.parcel, children);
        Ok(())
    }

    /// Gives the message back, to be received again after `after`.
    pub async fn retry(&self, received: &Received, after: Duration) -> Result<(), Error> {
        self.adapter.retry(&received.parcel, after);
        Ok(())
    }

    /// Moves the message to the dead letters.
    pub async fn bury(&self, received: &Received, why: &str) -> Result<(), Error> {
        self.adapter.bury(&received.parcel, why).await
    }

    /// Messages that were given up, newest first, at most `limit`.
    pub async fn dead_letters(&self, limit: u32) -> Result<Vec<DeadLetter>, Error> {
        self.adapter.dead_letters(limit).await
    }

    /// Messages that are queued or being handled, in all.
    pub async fn length(&self) -> Result<u64, Error> {
        Ok(self.lengths().await?.values().sum())
    }

    /// The same by stage; a stage without any is absent.
    pub async fn lengths(&self) -> Result<BTreeMap<String, u64>, Error> {
        Ok(self.adapter.lengths())
    }

    /// Writes down what is only in memory: for a process that ends in good order.
    pub async fn settle(&self) -> Result<(), Error> {
        self.adapter.settle().await
    }
}
