//! What a cloud does between its queues and the function.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use blobs::Blobs;
use queue::{Parcel, Queue, Received};
use runtime::direct::Direct;
use runtime::{Observers, Wiring, World, clock};
use store::Store;
use tokio::sync::mpsc;

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

/// Somebody who asks a stage's queue all the time, as a platform does. A question that is dropped may have been answered, and
/// what was in the answer stays hidden.
pub struct Poller(mpsc::Receiver<Vec<Received>>);

impl Poller {
    pub fn start(world: &World, stage: &'static str) -> Self {
        let (found, batches) = mpsc::channel(1);
        let queue = world.queue.clone();
        #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
        tokio::spawn(async move {
            loop {
                let Ok(received) = queue.receive(stage, 10, LEASE).await else {
                    // Its queue may not be there yet.
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    continue;
                };
                if found.send(received).await.is_err() {
                    break;
                }
            }
        });
        Self(batches)
    }

    /// Up to ten messages; none if there are none at the moment.
    pub async fn batch(&mut self) -> Vec<Received> {
        let batch = tokio::time::timeout(Duration::from_secs(1), self.0.recv()).await;
        batch.ok().flatten().unwrap_or_default()
    }
}
