//! Which database it is, and how both are asked with one text.
//!
//! A statement is written once, in words that both understand; where SQLite has words of its own (`json_each`, `->>` on
//! text), Postgres is given functions and operators of these names with its schema.

use crate::apply::{Op, Out};

/// A database that is open.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    /// One file, one process.
    Sqlite(sqlite::File<Op, Out>),
    /// One for many processes.
    #[cfg(feature = "postgres")]
    Postgres(crate::postgres::Postgres),
}

/// `ask!(store, fetch_one, query)`: the answer of one typed query. With Postgres it is asked in a transaction and its
/// statement is not kept, so that it works behind a pooler that lends a connection for no longer.
macro_rules! ask {
    ($store:expr, $fetch:ident, $query:expr) => {
        match &$store.db {
            Db::Sqlite(file) => $query.$fetch(file.readers()).await.map_err(crate::Error::from),
            #[cfg(feature = "postgres")]
            Db::Postgres(database) => {
                crate::postgres::in_transaction!(database, on => $query.persistent(false).$fetch(on).await)
            }
        }
    };
}
pub(crate) use ask;
