//! What this process asked of the queue: providers charge for each message, by its size.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Parcel, Queue, Received};

/// Messages since the queue was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages sent.
    pub sent: u64,
    /// Bytes of their envelopes.
    pub sent_bytes: u64,
    /// Messages received, those that came again included.
    pub received: u64,
    /// Bytes of their envelopes.
    pub received_bytes: u64,
    /// Messages that were completed.
    pub deleted: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    sent: AtomicU64,
    sent_bytes: AtomicU64,
    received: AtomicU64,
    received_bytes: AtomicU64,
    deleted: AtomicU64,
}

impl Counters {
    pub(crate) fn sent(&self, parcels: &[Parcel]) {
        self.sent.fetch_add(parcels.len() as u64, Ordering::Relaxed);
        self.sent_bytes.fetch_add(parcels.iter().map(|p| p.envelope.len() as u64).sum(), Ordering::Relaxed);
    }

    pub(crate) fn received(&self, received: &[Received]) {
        self.received.fetch_add(received.len() as u64, Ordering::Relaxed);
        let bytes = received.iter().map(|r| r.parcel.envelope.len() as u64).sum();
        self.received_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn deleted(&self) {
        self.deleted.fetch_add(1, Ordering::Relaxed);
    }
}

impl Queue {
    /// What was asked since it was opened, by all that share it.
    pub fn counts(&self) -> Counts {
        let Counters { sent, sent_bytes, received, received_bytes, deleted } = &*self.counters;
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            sent: of(sent),
            sent_bytes: of(sent_bytes),
            received: of(received),
            received_bytes: of(received_bytes),
            deleted: of(deleted),
        }
    }
}
