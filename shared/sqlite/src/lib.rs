//! One SQLite file, the way every door writes to it: a single writer that commits for everybody who waits.
//!
//! SQLite allows one writer at a time and a durable commit costs one `fdatasync`. So writes go through a
//! channel to one task, which takes all that are waiting, applies them in one transaction and answers them
//! after its commit: under load, one sync serves hundreds of callers ("group commit"). Reads go to a pool
//! and never wait for the writer (write-ahead log).
//!
//! With [`Survives::PowerCut`] (`synchronous=FULL`) a write that was answered is on the disk
//! (<https://www.sqlite.org/pragma.html#pragma_synchronous>).

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};

/// At most this many writes share a commit, so that none waits for an endless batch.
const MOST_IN_A_COMMIT: usize = 1024;

/// Why a file could not be opened, read or written. Shared by all writes of one commit.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// SQLite or the disk says no.
    #[error("{0}")]
    Database(Arc<sqlx::Error>),
    /// The writer's task is gone: the program is stopping.
    #[error("the database is closed")]
    Closed,
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

/// Applies a batch in one transaction of its own and answers each operation, in order.
///
/// The transaction is best one text, `begin immediate; …; commit`, with all its values bound: SQLite executes it
/// statement by statement, and it costs one round trip to the database's thread instead of one a statement. A failed
/// one is rolled back by the caller.
pub type Apply<Op, Out> =
    Box<dyn for<'c> FnMut(&'c mut SqliteConnection, Vec<Op>) -> BoxFuture<'c, Result<Vec<Out>, sqlx::Error>> + Send>;

/// What an answered write survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survives {
    /// The end of the power: each commit is synced to the disk.
    PowerCut,
    /// The end of the process, however it comes. After a power cut the file is whole, and may lack its last commits: for
    /// what can be made again from elsewhere.
    Kill,
}

/// An open file. Cloning shares it.
#[derive(Debug)]
pub struct File<Op, Out> {
    writes: mpsc::Sender<Waiting<Op, Out>>,
    readers: SqlitePool,
    asked: Arc<[AtomicU64; 2]>,
}

impl<Op, Out> Clone for File<Op, Out> {
    fn clone(&self) -> Self {
        Self { writes: self.writes.clone(), readers: self.readers.clone(), asked: self.asked.clone() }
    }
}

#[derive(Debug)]
struct Waiting<Op, Out> {
    op: Op,
    answer: oneshot::Sender<Result<Out, Error>>,
}

impl<Op: Send + 'static, Out: Send + 'static> File<Op, Out> {
    /// Opens `path` (made if absent), brings its schema up to date, and starts the writer.
    pub async fn open(
        path: &Path,
        schema: &'static str,
        survives: Survives,
        apply: Apply<Op, Out>,
    ) -> Result<Self, Error> {
        let options = options(path, survives)?;
        let mut writer = options.connect().await?;
        sqlx::raw_sql(schema).execute(&mut writer).await?;
        let readers = SqlitePoolOptions::new().max_connections(4).connect_with(options.read_only(true)).await?;
        let (writes, waiting) = mpsc::channel(MOST_IN_A_COMMIT * 4);
        #[expect(
            clippy::disallowed_methods,
            reason = "the writer lives as long as the file, and ends with its last handle"
        )]
        tokio::spawn(write_for_all(writer, waiting, apply));
        Ok(Self { writes, readers, asked: Arc::default() })
    }

    /// Applies `op` and answers after the commit that holds it. Dropping the future does not undo the write.
    pub async fn write(&self, op: Op) -> Result<Out, Error> {
        self.asked[1].fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.writes.send(Waiting { op, answer }).await.map_err(|_| Error::Closed)?;
        answered.await.map_err(|_| Error::Closed)?
    }

    /// Connections that see everything committed so far.
    pub fn readers(&self) -> &SqlitePool {
        self.asked[0].fetch_add(1, Ordering::Relaxed);
        &self.readers
    }

    /// How often somebody asked for a connection to read by, and how often somebody wrote, since it was opened.
    pub fn asked(&self) -> (u64, u64) {
        (self.asked[0].load(Ordering::Relaxed), self.asked[1].load(Ordering::Relaxed))
    }
}

fn options(path: &Path, survives: Survives) -> Result<SqliteConnectOptions, Error> {
    let synchronous = match survives {
        Survives::PowerCut => SqliteSynchronous::Full,
        Survives::Kill => SqliteSynchronous::Normal,
    };
    let options = SqliteConnectOptions::from_str("sqlite:")?
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .busy_timeout(Duration::from_secs(5))
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-16384")
        .pragma("wal_autocheckpoint", "4000")
        .statement_cache_capacity(200)
        .disable_statement_logging();
    Ok(options)
}

async fn write_for_all<Op, Out>(
    mut connection: SqliteConnection,
    mut waiting: mpsc::Receiver<Waiting<Op, Out>>,
    mut apply: Apply<Op, Out>,
) {
    let mut batch = Vec::new();
    while waiting.recv_many(&mut batch, MOST_IN_A_COMMIT).await > 0 {
        // Whoever is about to write does so now, and shares this commit instead of waiting for it.
        tokio::task::yield_now().await;
        while batch.len() < MOST_IN_A_COMMIT
            && let Ok(next) = waiting.try_recv()
        {
            batch.push(next);
        }
        let (ops, answers): (Vec<_>, Vec<_>) = batch.drain(..).map(|w| (w.op, w.answer)).unzip();
        match commit(&mut connection, ops, &mut apply).await {
            Ok(outs) => answers.into_iter().zip(outs).for_each(|(answer, out)| drop(answer.send(Ok(out)))),
            Err(error) => answers.into_iter().for_each(|answer| drop(answer.send(Err(error.clone())))),
        }
    }
    // The last handle is gone; closing folds the log into the file. There is nobody left to tell of a failure.
    drop(connection.close().await);
}

async fn commit<Op, Out>(
    connection: &mut SqliteConnection,
    ops: Vec<Op>,
    apply: &mut Apply<Op, Out>,
) -> Result<Vec<Out>, Error> {
    let done = apply(connection, ops).await;
    if done.is_err() {
        // A full disk may have rolled back already; then this answers "no transaction", which is what we want.
        drop(sqlx::query("rollback").execute(&mut *connection).await);
    }
    Ok(done?)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn counter(path: &Path) -> File<i64, i64> {
        let apply: Apply<i64, i64> = Box::new(|connection, ops| {
            Box::pin(async move {
                let values = format!("{ops:?}");
                let sums: Vec<(i64,)> = sqlx::query_as(
                    "begin immediate;
                     insert into n select value from json_each($1);
                     select sum(v) from n where $2 = $2;
                     commit",
                )
                .bind(values)
                .bind(7)
                .fetch_all(connection)
                .await?;
                Ok(ops.iter().map(|_| sums[0].0).collect())
            })
        });
        File::open(path, "create table if not exists n (v integer not null check (v >= 0))", Survives::PowerCut, apply)
            .await
            .expect("opens")
    }

    #[tokio::test]
    async fn every_writer_is_answered_and_a_reopened_file_has_it_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("n.db");
        let file = counter(&path).await;
        let writers = (1..=500).map(|n| file.write(n));
        let sums = futures::future::try_join_all(writers).await.expect("all are written");
        assert_eq!(sums.iter().max(), Some(&(500 * 501 / 2)));
        drop(file);
        let again = counter(&path).await;
        assert_eq!(again.write(0).await.expect("writes"), 500 * 501 / 2);
    }

    #[tokio::test]
    async fn a_failed_commit_fails_all_its_writes_and_none_of_the_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = counter(&folder.path().join("n.db")).await;
        let (good, bad) = tokio::join!(file.write(5), file.write(-1));
        assert!(bad.is_err());
        let base = good.unwrap_or(0);
        assert_eq!(file.write(7).await.expect("the writer goes on"), base + 7);
    }
}
