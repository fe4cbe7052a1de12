//! What a cloud does between its queues and the function.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use blobs::Blobs;
use queue::{Parcel, Queue, Received};
use runtime::direct::Direct;
use runtime::{Observers, Wiring, World, clock};
use store::Store;

use crate::scenario::{first, unreadable};
use crate::world::urls;

/// How long a received message is hidden: longer than a stage may take, and short, for the play waits for it once.
pub const LEASE: Duration = Duration::from_secs(12);

/// The doors of the function, opened once more beside it.
pub async fn open(folder: &Path, queue: &str) -> World {
    let (store, blobs) = urls(folder);
    let clock = clock::system();
    World {
        queue: Queue::open(queue, clock.clone()).await.expect("opens"),
        store: Store::open(&store).await.expect("opens"),
        blobs: Blobs::open(&blobs).await.expect("opens"),
        wiring: Arc::new(Wiring::installed().expect("is understood")),
        pipeline: Arc::new(crate::function::pipeline()),
        clock,
        observers: Observers::default(),
    }
}

/// Sends all that the play begins with, the way a function does that takes reports in.
pub async fn send_all(world: &World) {
    let direct = Direct::new(world.clone());
    for (id, taken) in first() {
        direct.accept_message(id, taken).await.expect("is accepted");
    }
    let garbage = |envelope: String| {
        let id = contracts::MessageId::derive(&["whoever sent it", &envelope]);
        Parcel { stage: "metadata".to_owned(), id, envelope }
    };
    world.queue.send(unreadable().into_iter().map(garbage).collect()).await.expect("sends");
}

/// Up to ten messages of a stage; none if there are none at the moment.
pub async fn batch(world: &World, stage: &str) -> Vec<Received> {
    let received = world.queue.receive(stage, 10, LEASE);
    tokio::time::timeout(Duration::from_secs(1), received).await.map_or_else(|_| Vec::new(), |r| r.expect("receives"))
}
