//! What this process asked of the store.

use serde::{Deserialize, Serialize};

use crate::Store;

/// Requests since the store was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Reads.
    pub reads: u64,
    /// Writes: decisions, records, steps of an index.
    pub writes: u64,
}

impl Store {
    /// What was asked since it was opened, by all that share it.
    pub fn counts(&self) -> Counts {
        let (reads, writes) = self.file.asked();
        Counts { reads, writes }
    }
}
