//! State in Postgres with pgvector, shared by many processes.
//!
//! Sized for functions: nothing is connected to before the first use, few connections are kept and not for long, and a
//! database that sleeps is waited for. Nothing depends on a session, so a pooler may lend a connection for a transaction
//! only: statements are not prepared for later, settings and locks end with the transaction.

mod accept;
mod index;
mod migrate;
mod posting;
mod retry;
pub(crate) mod search;
mod write;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Transaction};
use tokio::sync::OnceCell;

use crate::Error;
use crate::apply::{Op, Out};
pub(crate) use retry::{Tries, in_transaction};

/// A function handles one message or a batch of ten; a search uses two at once.
const MOST_CONNECTIONS: u32 = 4;
/// A database that scaled to nothing takes 15 s to wake ("Scaling to zero ACUs with automatic pause and resume", Amazon Aurora
/// user guide), and a failover as long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);
/// An idle connection keeps a database awake.
const IDLE: Duration = Duration::from_secs(20);
/// Whoever holds a turn and does nothing with it for so long is frozen or gone.
const LONGEST_TURN: &str = "15min";
/// Waiting longer for a turn is the queue's affair.
const LONGEST_WAIT: &str = "2min";

/// A database. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Postgres(Arc<Shared>);

struct Shared {
    /// Where it is, without a secret.
    place: String,
    work: PgPool,
    /// Turns hold a connection while they last, and must not take the last one from who works in one.
    turns: PgPool,
    ready: OnceCell<()>,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Postgres").field(&self.0.place).finish()
    }
}

impl Postgres {
    /// Does not connect.
    pub(crate) fn open(url: &str) -> Result<Self, Error> {
        let malformed =
            |e: sqlx::Error| Error::Open { url: "postgres:…".to_owned(), why: format!("not such an address: {e}") };
        let options = PgConnectOptions::from_str(url).map_err(malformed)?;
        let place = format!(
            "postgres://{}:{}/{}",
            options.get_host(),
            options.get_port(),
            options.get_database().unwrap_or(options.get_username())
        );
        // Poolers refuse what they cannot follow, such as a connection's own float format.
        let options = options
            .extra_float_digits(None)
            .statement_cache_capacity(0)
            .application_name("downstream")
            .disable_statement_logging();
        let pool = || {
            PgPoolOptions::new()
                .max_connections(MOST_CONNECTIONS)
                .acquire_timeout(PATIENCE)
                .idle_timeout(IDLE)
                .test_before_acquire(false)
                .connect_lazy_with(options.clone())
        };
        Ok(Self(Arc::new(Shared { place, work: pool(), turns: pool(), ready: OnceCell::new() })))
    }

    /// Applies an operation in a transaction of its own.
    pub(crate) async fn write(&self, op: Op) -> Result<Out, Error> {
        in_transaction!(self, on => write::apply(on, &op).await)
    }

    /// A transaction; the first in a process brings the schema up to date.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, sqlx::Postgres>, Error> {
        self.0.ready.get_or_try_init(|| migrate::bring_up_to_date(&self.0.work, &self.0.place)).await?;
        Ok(retry::begin(&self.0.work).await?)
    }

    /// A transaction that ends when it is dropped and that nobody else has under this name.
    pub(crate) async fn turn(&self, name: &str) -> Result<Transaction<'static, sqlx::Postgres>, Error> {
        let mut transaction = retry::begin(&self.0.turns).await?;
        sqlx::query(
            "select set_config('lock_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $2, true)",
        )
        .persistent(false)
        .bind(LONGEST_WAIT)
        .bind(LONGEST_TURN)
        .execute(&mut *transaction)
        .await?;
        lock(&mut transaction, "turn", name).await?;
        Ok(transaction)
    }
}

/// Waits until nobody else's transaction holds `name`; it is held until this one ends.
async fn lock(on: &mut sqlx::PgConnection, kind: &str, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
        .persistent(false)
        .bind(format!("downstream {kind} {name}"))
        .execute(on)
        .await
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_that_prints_says_a_password() {
        let url = "postgres://ann:hush%20hush@db.example:6000/river?sslmode=require";
        let database = Postgres::open(url).expect("opens without connecting");
        assert_eq!(format!("{database:?}"), "Postgres(\"postgres://db.example:6000/river\")");
        for url in ["postgres://ann:hush@db:port/river", "postgres://ann:hush@db/river?sslmode=hush", "postgres:hush"] {
            let told = Postgres::open(url).map_or_else(|e| format!("{e} {e:?}"), |db| format!("{db:?}"));
            assert!(!told.contains("ann:") && !told.contains("hush@"), "{told}");
        }
    }

    #[test]
    fn a_sleeping_database_has_the_time_to_wake() {
        assert!(PATIENCE > Duration::from_secs(15 * 2));
    }
}
