//! State: what was accepted, decided, found and told, and the search index.
//!
//! What every adapter owes:
//!
//! - An answered write is durable: it survives the process and the power.
//! - [`Store::decide`] is atomic and first-wins: the decision, its records, its children's flights and its event
//!   are all there or none, and a second decision about the same message is refused, not merged.
//! - [`Store::accept`] recognises a repeat by the run (what was signed) and by the delivery's id.
//! - An older record (smaller `seq`) never replaces a newer one.
//! - Reads see every answered write, and who reads on after a row misses none.
//! - [`Store::turn`] is one holder's at a time.
//!
//! With Postgres all of it holds for many processes, with SQLite for one.

mod apply;
mod counts;
mod db;
mod error;
mod memo;
mod model_call;
#[cfg(feature = "postgres")]
mod postgres;
mod read;
mod search;
mod sweep;
mod turn;
mod undecided;

use std::path::Path;
use std::sync::Arc;

use contracts::analysis::FileAnalysis;
use contracts::index::IndexedFile;
use contracts::record::Record;
use contracts::{MessageId, RepoName, RunId};
use serde::{Deserialize, Serialize};

use crate::apply::{Op, Out};
pub use crate::counts::Counts;
use crate::db::Db;
pub use crate::error::Error;
pub use crate::model_call::{Answered, Reserve, Settle};
pub use crate::read::{StageRun, StoredEvent};
use crate::search::Vectors;
pub use crate::search::{Indexed, Query};
pub use crate::sweep::Pruned;
pub use crate::turn::Turn;
use crate::turn::Turns;
use crate::undecided::Undecided;

/// An open store. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    vectors: Arc<Vectors>,
    undecided: Undecided,
    turns: Turns,
}

/// A report on its way in.
#[derive(Debug, Clone)]
pub struct Accept {
    /// Follows from what was signed.
    pub run: RunId,
    /// The sender's name for this delivery, where it has one.
    pub delivery: Option<String>,
    /// The repository it is about.
    pub repo: RepoName,
    /// Milliseconds since the Unix epoch.
    pub reported_at: i64,
    /// The first message's topic.
    pub topic: String,
    /// The first message, as JSON, kept until a stage has decided about it.
    pub envelope: String,
}

/// What became of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// New; its run begins.
    New,
    /// Already known under this run.
    Duplicate(RunId),
}

/// What a stage decided about a message, ready to be kept.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The message.
    pub message: MessageId,
    /// The stage that heard it.
    pub stage: String,
    /// The run it belongs to.
    pub run: RunId,
    /// What is to be performed, or why nothing is.
    pub verdict: Decided,
    /// Messages to come and the stages that hear them.
    pub children: Vec<(MessageId, String)>,
    /// Records saved with the decision.
    pub save: Vec<Record>,
    /// When the stage began, milliseconds since the Unix epoch.
    pub started_at: i64,
    /// When it had decided.
    pub ended_at: i64,
    /// How many times the message had been tried, this time included.
    pub attempts: u32,
}

/// The part of a decision that a redelivery performs again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// Say these.
    Emit(Vec<Emitted>),
    /// Nothing to say: the message was rejected, for this reason.
    Rejected(String),
    /// The message was rejected as well, and others are told so.
    GivenUp {
        /// Why.
        why: String,
        /// Say these.
        say: Vec<Emitted>,
    },
}

/// One message to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Emitted {
    /// Its topic.
    pub topic: String,
    /// Its id.
    pub id: MessageId,
    /// Its envelope as JSON.
    pub envelope: String,
}

impl Store {
    /// Opens by URL: `sqlite:<path>`, or `postgres://<user>:<password>@<host>/<database>?sslmode=…`, which is not connected
    /// to before the first use. Settings that cannot be right are told here, all else then.
    pub async fn open(url: &str) -> Result<Self, Error> {
        if let Some(path) = url.strip_prefix("sqlite:").filter(|p| !p.is_empty()) {
            return Self::open_file(url, path).await;
        }
        // Not the whole of it: there may be a password inside.
        let scheme = url.split(':').next().unwrap_or_default();
        #[cfg(feature = "postgres")]
        if matches!(scheme, "postgres" | "postgresql") {
            let db = Db::Postgres(postgres::Postgres::open(url)?);
            return Ok(Self { db, vectors: Arc::default(), undecided: Undecided::default(), turns: Turns::default() });
        }
        let expected = if cfg!(feature = "postgres") { "sqlite:<path> or postgres://…" } else { "sqlite:<path>" };
        Err(Error::Open { url: format!("{scheme}:…"), why: format!("expected {expected}") })
    }

    async fn open_file(url: &str, path: &str) -> Result<Self, Error> {
        let schema = include_str!("schema.sql");
        let undecided = Undecided::default();
        let writers = undecided.clone();
        let apply: sqlite::Apply<Op, Out> = Box::new(move |c, ops| Box::pin(apply::apply(c, writers.clone(), ops)));
        let fail = |why: String| Error::Open { url: url.to_owned(), why };
        let file = sqlite::File::open(Path::new(path), schema, sqlite::Survives::PowerCut, apply)
            .await
            .map_err(|e| fail(e.to_string()))?;
        undecided.load(file.readers()).await.map_err(|e| fail(e.to_string()))?;
        Ok(Self { db: Db::Sqlite(file), vectors: Arc::default(), undecided, turns: Turns::default() })
    }

    /// Keeps a report unless it is known. Durable when it returns.
    pub async fn accept(&self, accept: Accept) -> Result<Accepted, Error> {
        match self.write(Op::Accept(Box::new(accept))).await? {
            Out::Accepted(accepted) => Ok(accepted),
            _ => Err(Error::confused()),
        }
    }

    /// Keeps a decision and everything that belongs to it. `false` if the message was decided before.
    pub async fn decide(&self, decision: Decision) -> Result<bool, Error> {
        match self.write(Op::Decide(Box::new(decision))).await? {
            Out::Decided(first) => Ok(first),
            _ => Err(Error::confused()),
        }
    }

    /// Keeps records outside a decision (the program's own, such as a person muting a finding).
    pub async fn save(&self, records: Vec<Record>) -> Result<(), Error> {
        self.write(Op::Save(records)).await.map(drop)
    }

    /// Keeps file analyses. A key that is there already is left as it is: equal keys mean equal analyses.
    pub async fn put_analyses(&self, analyses: &[(String, FileAnalysis)]) -> Result<(), Error> {
        let rows = analyses.iter().map(|(key, analysis)| (key.clone(), analysis.to_bytes())).collect();
        self.write(Op::PutAnalyses(rows)).await.map(drop)
    }

    /// Brings a repository's search index from whatever it was to `current`, in one commit: files in `gone` and those
    /// that `changed` replaces leave it. An index of a later change (`seq`) is left alone and `false` is answered.
    pub async fn update_index(&self, update: IndexUpdate) -> Result<bool, Error> {
        match self.write(Op::UpdateIndex(Box::new(update))).await? {
            Out::Indexed(done) => Ok(done),
            _ => Err(Error::confused()),
        }
    }

    async fn write(&self, op: Op) -> Result<Out, Error> {
        match &self.db {
            Db::Sqlite(file) => Ok(file.write(op).await?),
            #[cfg(feature = "postgres")]
            Db::Postgres(database) => database.write(op).await,
        }
    }
}

/// A step of a repository's search index.
#[derive(Debug, Clone)]
pub struct IndexUpdate {
    /// The repository.
    pub repo: RepoName,
    /// Order of acceptance of the change that it reflects.
    pub seq: i64,
    /// The `seq` that this step starts from, as [`Store::indexed_files`] told it; none for a repository without index.
    pub from: Option<i64>,
    /// How the rows are made. Rows made another way are all removed first.
    pub version: String,
    /// Paths that are no more.
    pub gone: Vec<String>,
    /// Files that are new or different.
    pub changed: Vec<IndexedFile>,
}
