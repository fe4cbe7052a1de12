//! What this process asked of object storage: providers charge for each request.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::Blobs;

/// Requests since the storage was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Objects put, repeats included.
    pub puts: u64,
    /// Their bytes.
    pub put_bytes: u64,
    /// Objects and ranges read, missing ones included.
    pub gets: u64,
    /// Their bytes.
    pub get_bytes: u64,
    /// Questions whether an object is there.
    pub heads: u64,
    /// Documents that were not read because this process had just understood them; another process would read them.
    pub remembered: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    puts: AtomicU64,
    put_bytes: AtomicU64,
    gets: AtomicU64,
    get_bytes: AtomicU64,
    heads: AtomicU64,
    remembered: AtomicU64,
}

impl Counters {
    pub(crate) fn put(&self, bytes: usize) {
        self.puts.fetch_add(1, Ordering::Relaxed);
        self.put_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn got(&self, bytes: usize) {
        self.gets.fetch_add(1, Ordering::Relaxed);
        self.get_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn remembered(&self) {
        self.remembered.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn asked(&self) {
        self.heads.fetch_add(1, Ordering::Relaxed);
    }
}

impl Blobs {
    /// What was asked since it was opened, by all that share it.
    pub fn counts(&self) -> Counts {
        let Counters { puts, put_bytes, gets, get_bytes, heads, remembered } = &*self.counters;
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            puts: of(puts),
            put_bytes: of(put_bytes),
            gets: of(gets),
            get_bytes: of(get_bytes),
            heads: of(heads),
            remembered: of(remembered),
        }
    }
}
