//! What passes by itself is tried again: a failover, a deadlock, a connection that a pooler or a frozen process lost.
//!
//! Everything that is written may be written again: it is recognised. A commit whose answer is lost is therefore answered
//! as a repeat, except money that was set aside, which is then set aside twice.

use std::time::Duration;

use sqlx::Transaction;
use sqlx::postgres::PgPool;

use crate::Error;

/// Waits between tries: a failover that takes longer is the queue's affair.
const WAITS: [Duration; 3] = [Duration::from_millis(50), Duration::from_millis(300), Duration::from_millis(1500)];

/// Classes and codes of <https://www.postgresql.org/docs/16/errcodes-appendix.html> that mean another moment or another
/// server: connections, serialization, deadlock, a standby that is not the primary yet, shutting down, starting up, full up
/// with connections.
const PASSING: [&str; 8] = ["08", "40001", "40P01", "25006", "57P01", "57P02", "57P03", "53300"];

/// How often something was tried.
#[derive(Default)]
pub(crate) struct Tries(usize);

impl Tries {
    /// Waits and answers `true` if another try makes sense.
    pub(crate) async fn again(&mut self, error: &Error) -> bool {
        let Error::Database(sqlite::Error::Database(why)) = error else { return false };
        let Some(wait) = WAITS.get(self.0).filter(|_| passes(why)) else { return false };
        self.0 += 1;
        tokio::time::sleep(*wait).await;
        true
    }
}

fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| PASSING.iter().any(|passing| code.starts_with(passing)))
        }
        _ => false,
    }
}

/// Begins on a connection that lives: those that died since they were last used are noticed here, not before each use.
pub(super) async fn begin(pool: &PgPool) -> Result<Transaction<'static, sqlx::Postgres>, sqlx::Error> {
    for _ in 0..super::MOST_CONNECTIONS {
        match pool.begin().await {
            Err(sqlx::Error::Io(_) | sqlx::Error::Protocol(_)) => {}
            done => return done,
        }
    }
    pool.begin().await
}

/// `in_transaction!(database, on => work)`: what `work` answers with the connection `on`, committed. Tried again where that
/// may help.
macro_rules! in_transaction {
    ($database:expr, $on:ident => $work:expr) => {{
        let database: &crate::postgres::Postgres = $database;
        let mut tries = crate::postgres::Tries::default();
        loop {
            let done = async {
                let mut transaction = database.begin().await?;
                let $on: &mut sqlx::PgConnection = &mut transaction;
                let done = $work?;
                transaction.commit().await?;
                Ok::<_, crate::Error>(done)
            }
            .await;
            match done {
                Err(error) if tries.again(&error).await => {}
                done => break done,
            }
        }
    }};
}
pub(crate) use in_transaction;
