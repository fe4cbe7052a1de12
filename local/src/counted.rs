//! What the doors were asked, added up over all processes that used a folder: what `downstream cost` reads.

use runtime::World;
use serde::{Deserialize, Serialize};
use store::Store;

/// The name that the totals are kept under.
const MEMO: &str = "counted";

/// Requests to object storage and the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// Requests to object storage.
    pub objects: blobs::Counts,
    /// Requests to the store.
    pub store: store::Counts,
    /// Messages sent, for comparison with what the store says.
    pub sent: u64,
    /// Bytes of their envelopes.
    pub sent_bytes: u64,
}

impl Totals {
    /// Since this process opened its doors.
    pub fn of(world: &World) -> Self {
        let queue = world.queue.counts();
        Self {
            objects: world.blobs.counts(),
            store: world.store.counts(),
            sent: queue.sent,
            sent_bytes: queue.sent_bytes,
        }
    }

    /// What was added since `before`.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        self.with(before, u64::saturating_sub)
    }

    /// The mean of `times`.
    #[must_use]
    pub fn divided(self, times: u64) -> Self {
        self.with(self, |own, _| own / times.max(1))
    }

    fn with(self, other: Self, of: impl Fn(u64, u64) -> u64) -> Self {
        let (a, b) = (self.objects, other.objects);
        let objects = blobs::Counts {
            puts: of(a.puts, b.puts),
            put_bytes: of(a.put_bytes, b.put_bytes),
            gets: of(a.gets, b.gets),
            get_bytes: of(a.get_bytes, b.get_bytes),
            heads: of(a.heads, b.heads),
            remembered: of(a.remembered, b.remembered),
        };
        let (a, b) = (self.store, other.store);
        let store = store::Counts { reads: of(a.reads, b.reads), writes: of(a.writes, b.writes) };
        Self { objects, store, sent: of(self.sent, other.sent), sent_bytes: of(self.sent_bytes, other.sent_bytes) }
    }
}

/// What former processes counted.
///
/// # Errors
///
/// The store's.
pub async fn recorded(store: &Store) -> Result<Totals, store::Error> {
    // What cannot be read is as good as not counted.
    Ok(store.memo(MEMO).await?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// Adds what this process counted; called once, by a process that ends in good order.
///
/// # Errors
///
/// The store's.
pub async fn keep(world: &World) -> Result<(), store::Error> {
    let sum = recorded(&world.store).await?.with(Totals::of(world), u64::saturating_add);
    world.store.keep_memo(MEMO, &serde_json::to_string(&sum).unwrap_or_default()).await
}
