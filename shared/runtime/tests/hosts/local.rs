//! The play in one process. It is not ended by a message there, for a test cannot survive that (kill.rs of the program can):
//! the crash is told beforehand.

use std::sync::Arc;
use std::time::Duration;

use blobs::Blobs;
use queue::{Parcel, Queue};
use runtime::intake::Intake;
use runtime::local::Local;
use runtime::{Observers, Wiring, World, clock};
use store::Store;

use crate::scenario::{Pass, Take, first, unreadable};
use crate::world::{is_over, left, urls};

pub async fn play() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("crash"), "").expect("tells the crash beforehand");
    let (store, blobs) = urls(folder.path());
    let clock = clock::system();
    let queue = format!("sqlite:{}", folder.path().join("queue.db").display());
    let world = World {
        queue: Queue::open(&queue, clock.clone()).await.expect("opens"),
        store: Store::open(&store).await.expect("opens"),
        blobs: Blobs::open(&blobs).await.expect("opens"),
        wiring: Arc::new(Wiring::installed().expect("is understood")),
        pipeline: Arc::new(crate::function::pipeline()),
        clock,
        observers: Observers::default(),
    };
    let mut host = Local::new(world.clone());
    host.run::<Take>(folder.path().to_owned());
    host.run::<Pass>(folder.path().to_owned());
    let intake = Intake::open(world.clone()).await.expect("opens");
    for (id, taken) in first() {
        let repo = taken.change.repo.clone();
        intake.accept_message(id, None, repo, taken).await.expect("is accepted");
    }
    let garbage = |envelope| Parcel::arrived("metadata", None, envelope);
    world.queue.send(unreadable().into_iter().map(garbage).collect()).await.expect("sends");
    while !is_over(&world.store, &world.queue).await {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    host.drain().await;
    left(&world.store, &world.queue).await
}
