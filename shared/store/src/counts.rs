//! What this process asked of the store.

use serde::{Deserialize, Serialize};

use crate::Store;
use crate::db::Db;

/// Requests since the store was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Reads.
    pub reads: u64,
    /// Writes: decisions, records, steps of an index.
    pub writes: u64,
}

impl Store {
    /// What was asked since it was opened, by all that share it. Counted for a file alone.
    pub fn counts(&self) -> Counts {
        match &self.db {
            Db::Sqlite(file) => {
                let (reads, writes) = file.asked();
                Counts { reads, writes }
            }
            // A database of one's own counts by itself.
            #[cfg(feature = "postgres")]
            Db::Postgres(_) => Counts::default(),
        }
    }
}
