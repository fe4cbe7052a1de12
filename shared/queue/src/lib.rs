//! Messages between stages. Only `runtime` and the program depend on this crate: a stage cannot compile a send.
//!
//! What every adapter owes:
//!
//! - One queue a stage, by the stage's name.
//! - At least once: a received message is hidden for the lease, and comes back unless it is completed, retried or
//!   buried within it. `attempts` counts the times it was received.
//! - `complete` sends the children and then removes the message; a crash in between repeats the children. Completing
//!   what came back meanwhile, or twice, harms nothing.
//! - `bury` moves a message to the dead letters with its reason; nothing is thrown away.
//! - What somebody else put into a queue is received as it is: a message that is none of ours is told by whoever reads it.
//! - Nothing is sent where a message of the call is too long ([`Queue::fits`]); a call that fails otherwise may have sent
//!   some, and is repeated as a whole.
//! - An error says whether the next try may work ([`Error::may_pass`]), within some seconds.
//!
//! What no adapter promises: an order, or that a message comes once. A repeat is recognised by the store, for ids follow from
//! causes.
//!
//! Where they differ:
//!
//! | | `sqlite:` | `sqs:` | `pubsub:` |
//! |---|---|---|---|
//! | repeats | one that is still queued is not queued twice | are two messages | are two messages |
//! | forgets | its last moments with the process; the runtime sends them again from the store | nothing for as long as the queue keeps messages | the same |
//! | an ended process | its messages come back at once and are counted in `crashes` | they come back when the lease ends, counted in `attempts` | the same |
//! | `attempts` | exact | approximate | 1 where the subscription has no dead-letter policy |
//! | a lease | to the millisecond | whole seconds, at most 12 h | 10 s or more, ends up to a minute late |
//! | dead letters | the newest reason of each message | each burial; kept as long as the queue keeps messages | the same |
//! | `lengths` | exact | approximate | not told |
//!
//! A host whose platform delivers and acknowledges by itself (Lambda, a push subscription) hands in an empty receipt: then
//! `complete` and `bury` send what they have to and leave the message to the platform.

mod counts;
mod error;
mod line;
#[cfg(feature = "gcp")]
mod pubsub;
mod sqlite_queue;
#[cfg(feature = "aws")]
mod sqs;
#[cfg(any(feature = "aws", feature = "gcp"))]
mod travel;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contracts::MessageId;

use crate::counts::Counters;
pub use crate::counts::Counts;
pub use crate::error::Error;
#[cfg(feature = "gcp")]
use crate::pubsub::PubSub;
use crate::sqlite_queue::SqliteQueue;
#[cfg(feature = "aws")]
use crate::sqs::Sqs;

/// Milliseconds since the Unix epoch. Time arrives as a value.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

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
    /// What the queue knows this receipt by; empty where it needs no more than the parcel, and where the platform
    /// acknowledges by itself.
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
    adapter: Adapter,
    counters: Arc<Counters>,
}

#[derive(Clone)]
enum Adapter {
    Sqlite(SqliteQueue),
    #[cfg(feature = "aws")]
    Sqs(Sqs),
    #[cfg(feature = "gcp")]
    PubSub(PubSub),
}

/// The same call for whichever adapter it is.
macro_rules! adapter {
    ($queue:ident, $adapter:ident => $call:expr) => {
        match &$queue.adapter {
            Adapter::Sqlite($adapter) => $call,
            #[cfg(feature = "aws")]
            Adapter::Sqs($adapter) => $call,
            #[cfg(feature = "gcp")]
            Adapter::PubSub($adapter) => $call,
        }
    };
}

impl Queue {
    /// Opens by URL; a service is not asked before it is needed.
    ///
    /// - `sqlite:<path>`: a queue of one process, so whatever a former process had received and not finished is visible
    ///   again at once.
    /// - `sqs:https://sqs.<region>.amazonaws.com/<account>/<prefix>`: the queues `<prefix><stage>` with `-` for `_`, and
    ///   `<prefix><stage>-dead`. `AWS_ENDPOINT_URL` leads elsewhere. With `http://127.0.0.1:<port>/…` it is a server for
    ///   trials, which gets nobody's credentials.
    /// - `pubsub:projects/<project>/<prefix>`: topics and subscriptions of those names. `PUBSUB_EMULATOR_HOST`, or
    ///   `pubsub:http://127.0.0.1:<port>/projects/…`, is a server for trials.
    pub async fn open(url: &str, clock: Clock) -> Result<Self, Error> {
        let fail = |why: String| Error::Open { url: url.to_owned(), why };
        let adapter = match url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => {
                let queue = SqliteQueue::open(path.as_ref(), clock).await.map_err(|e| fail(e.to_string()))?;
                Adapter::Sqlite(queue)
            }
            #[cfg(feature = "aws")]
            Some(("sqs", address)) => Adapter::Sqs(Sqs::open(address).await.map_err(fail)?),
            #[cfg(not(feature = "aws"))]
            Some(("sqs", _)) => return Err(fail("this build has no Amazon SQS: build with --features aws".to_owned())),
            #[cfg(feature = "gcp")]
            Some(("pubsub", address)) => Adapter::PubSub(PubSub::open(address).map_err(fail)?),
            #[cfg(not(feature = "gcp"))]
            Some(("pubsub", _)) => {
                return Err(fail("this build has no Google Pub/Sub: build with --features gcp".to_owned()));
            }
            _ => {
                return Err(fail("expected sqlite:<path>, sqs:<url> or pubsub:projects/<project>/<prefix>".to_owned()));
            }
        };
        Ok(Self { adapter, counters: Arc::default() })
    }

    /// The longest envelope that fits into a message, in bytes as it travels; none where there is no such limit.
    pub fn most_bytes(&self) -> Option<usize> {
        adapter!(self, adapter => adapter.most_bytes())
    }

    /// Whether an envelope fits into a message. What it has in bytes when it travels may be more than it has here, for some
    /// characters are written out.
    pub fn fits(&self, envelope: &str) -> bool {
        self.most_bytes().is_none_or(|most| adapter!(self, adapter => adapter.bytes(envelope)) <= most)
    }

    /// Queues messages.
    pub async fn send(&self, parcels: Vec<Parcel>) -> Result<(), Error> {
        self.counters.sent(&parcels);
        adapter!(self, adapter => adapter.send(parcels).await)
    }

    /// Queues messages that a former process may have been handling when it ended. Their receipts are on the disk before
    /// they are handled where the queue is a file, so that one which ends every process is found out.
    pub async fn send_again(&self, parcels: Vec<Parcel>) -> Result<(), Error> {
        match &self.adapter {
            Adapter::Sqlite(adapter) => adapter.send_again(parcels).await,
            #[cfg(any(feature = "aws", feature = "gcp"))]
            _ => self.send(parcels).await,
        }
    }

    /// Up to `most` messages for `stage`, waiting until there is at least one. Each is hidden for `lease`.
    pub async fn receive(&self, stage: &str, most: usize, lease: Duration) -> Result<Vec<Received>, Error> {
        let received = adapter!(self, adapter => adapter.receive(stage, most, lease).await)?;
        self.counters.received(&received);
        Ok(received)
    }

    /// Sends `children`, then removes the message.
    pub async fn complete(&self, received: &Received, children: Vec<Parcel>) -> Result<(), Error> {
        self.counters.sent(&children);
        self.counters.deleted();
        adapter!(self, adapter => adapter.complete(received, children).await)
    }

    /// Gives the message back, to be received again after `after`.
    pub async fn retry(&self, received: &Received, after: Duration) -> Result<(), Error> {
        adapter!(self, adapter => adapter.retry(received, after).await)
    }

    /// Moves the message to the dead letters.
    pub async fn bury(&self, received: &Received, why: &str) -> Result<(), Error> {
        adapter!(self, adapter => adapter.bury(received, why).await)
    }

    /// Messages that were given up, newest first, at most `limit`. They stay.
    pub async fn dead_letters(&self, limit: u32) -> Result<Vec<DeadLetter>, Error> {
        adapter!(self, adapter => adapter.dead_letters(limit).await)
    }

    /// Messages that are queued or being handled, in all.
    pub async fn length(&self) -> Result<u64, Error> {
        Ok(self.lengths().await?.values().sum())
    }

    /// The same by stage; a stage without any is absent.
    pub async fn lengths(&self) -> Result<BTreeMap<String, u64>, Error> {
        adapter!(self, adapter => adapter.lengths().await)
    }

    /// Writes down, or tells the service, what is only in memory: for a process that ends in good order.
    pub async fn settle(&self) -> Result<(), Error> {
        adapter!(self, adapter => adapter.settle().await)
    }
}
