//! Taking turns: what only one may do at a time, in whichever process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use crate::db::Db;
use crate::{Error, Store};

/// Somebody's turn: nobody else has one of this name until it is dropped.
///
/// With Postgres it ends as well when its process or its connection does: who loses the database in the middle of a turn may
/// not be alone any more, and what is done then has to be harmless twice.
#[derive(Debug)]
pub struct Turn {
    /// Given back first: who waits in this process would only wait there.
    #[cfg(feature = "postgres")]
    _everywhere: Option<sqlx::Transaction<'static, sqlx::Postgres>>,
    _here: OwnedMutexGuard<()>,
}

/// The turns of this process, by name. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turns(Arc<Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>>);

impl Turns {
    async fn take(&self, name: &str) -> OwnedMutexGuard<()> {
        let turn = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default().clone();
        turn.lock_owned().await
    }
}

impl Store {
    /// Waits until it is this caller's turn under `name`, of which there are a few: one is kept in memory as long as the
    /// store.
    pub async fn turn(&self, name: &str) -> Result<Turn, Error> {
        // First here: so a process waits with one connection, however many of its tasks wait.
        let here = self.turns.take(name).await;
        match &self.db {
            Db::Sqlite(_) => Ok(Turn {
                #[cfg(feature = "postgres")]
                _everywhere: None,
                _here: here,
            }),
            #[cfg(feature = "postgres")]
            Db::Postgres(database) => Ok(Turn { _everywhere: Some(database.turn(name).await?), _here: here }),
        }
    }
}
