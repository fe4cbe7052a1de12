//! The local queue: its time is moved, and what only it owes is asked too.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use queue::{Queue, Received};

use crate::adapter::{Adapter, Time, parcel};
use crate::owed;

const LEASE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let time = Arc::new(AtomicI64::new(1_767_323_045_000));
    let clock = |time: &Arc<AtomicI64>| -> queue::Clock {
        let time = time.clone();
        // A little passes by itself, too.
        Arc::new(move || time.fetch_add(1, Ordering::SeqCst))
    };
    let url = format!("sqlite:{}", folder.path().join("queue.db").display());
    let queue = Queue::open(&url, clock(&time)).await.expect("opens");
    let adapter =
        Adapter { queue: queue.clone(), time: Time::Moved(time.clone()), lease: LEASE, counts: true, is_exact: true };
    owed::all(&adapter).await;
    a_repeat_is_not_queued_twice(&queue).await;
    many_receivers_share_without_overlap(&queue).await;
    a_new_process_finds_what_the_old_one_left(&queue, &url, &clock(&time)).await;
}

#[tokio::test]
async fn other_urls_say_what_is_expected() {
    for bad in ["", "sqlite", "sqlite:", "postgres://x", "sqs", "sqs:", "pubsub:", "sqs:x", "pubsub:x/y"] {
        let error = Queue::open(bad, Arc::new(|| 0)).await.err().expect(bad);
        assert!(!error.may_pass() && error.to_string().contains(&format!("at {bad}: ")), "{error}");
    }
    #[cfg(not(feature = "aws"))]
    {
        let error = Queue::open("sqs:https://sqs.eu-west-1.amazonaws.com/1/x-", Arc::new(|| 0)).await.err();
        assert!(error.expect("fails").to_string().ends_with("this build has no Amazon SQS: build with --features aws"));
    }
    #[cfg(not(feature = "gcp"))]
    {
        let error = Queue::open("pubsub:projects/p/x-", Arc::new(|| 0)).await.err();
        assert!(error.expect("fails").to_string().ends_with("no Google Pub/Sub: build with --features gcp"));
    }
}

/// A receipt for it, however it was received: this queue needs no more than the parcel.
fn receipt(stage: &str, name: &str) -> Received {
    Received { parcel: parcel(stage, name), attempts: 1, crashes: 0, receipt: String::new() }
}

async fn a_repeat_is_not_queued_twice(queue: &Queue) {
    queue.send(vec![parcel("a", "1"), parcel("a", "1")]).await.expect("sends");
    queue.send(vec![parcel("a", "1")]).await.expect("sends");
    assert_eq!(queue.receive("a", 10, LEASE).await.expect("receives").len(), 1);
    queue.complete(&receipt("a", "1"), Vec::new()).await.expect("completes");
    assert_eq!(queue.length().await.expect("counts"), 0);
    // What was queued, completed and queued again between two looks of the file is there as it is now.
    queue.settle().await.expect("writes it down");
    queue.send(vec![parcel("a", "1")]).await.expect("sends");
    queue.settle().await.expect("writes it down");
    queue.complete(&receipt("a", "1"), Vec::new()).await.expect("completes");
    queue.send(vec![parcel("a", "1")]).await.expect("sends");
    queue.complete(&receipt("a", "1"), Vec::new()).await.expect("completes");
    queue.settle().await.expect("writes it down");
}

async fn many_receivers_share_without_overlap(queue: &Queue) {
    queue.send((0..100).map(|n| parcel("many", &n.to_string())).collect()).await.expect("sends");
    let receivers = (0..10).map(|_| queue.receive("many", 10, LEASE));
    let mut ids = Vec::new();
    for received in futures::future::try_join_all(receivers).await.expect("receives") {
        ids.extend(received.into_iter().map(|r| r.parcel.id));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 100);
    for n in 0..100 {
        queue.complete(&receipt("many", &n.to_string()), Vec::new()).await.expect("completes");
    }
}

async fn a_new_process_finds_what_the_old_one_left(queue: &Queue, url: &str, clock: &queue::Clock) {
    queue.send(vec![parcel("a", "left")]).await.expect("sends");
    queue.receive("a", 1, LEASE).await.expect("receives");
    queue.settle().await.expect("writes it down");
    let next = Queue::open(url, clock.clone()).await.expect("opens again");
    let found = next.receive("a", 1, LEASE).await.expect("finds it without waiting for the lease");
    assert_eq!((found[0].attempts, found[0].crashes), (1, 1));
    // It may be what ended the old one, so the receipt was on the disk before it was handed out.
    let third = Queue::open(url, clock.clone()).await.expect("opens again");
    let found = third.receive("a", 1, LEASE).await.expect("finds it");
    assert_eq!((found[0].attempts, found[0].crashes), (1, 2));
    third.complete(&found[0], Vec::new()).await.expect("completes");
    third.send_again(vec![parcel("a", "suspect")]).await.expect("sends");
    third.receive("a", 1, LEASE).await.expect("receives");
    let fourth = Queue::open(url, clock.clone()).await.expect("opens again");
    assert_eq!(fourth.receive("a", 9, LEASE).await.expect("finds it").len(), 1, "and not what was completed");
    assert_eq!(fourth.lengths().await.expect("counts"), [("a".to_owned(), 1)].into());
}
