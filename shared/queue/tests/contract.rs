//! What every adapter owes, asked of each of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use contracts::MessageId;
use queue::{Parcel, Queue, Received};

/// A clock that the test moves.
#[derive(Clone, Default)]
struct Time(Arc<AtomicI64>);

impl Time {
    fn clock(&self) -> queue::Clock {
        let time = self.0.clone();
        Arc::new(move || time.load(Ordering::SeqCst))
    }

    fn pass(&self, duration: Duration) {
        self.0.fetch_add(duration.as_millis() as i64, Ordering::SeqCst);
    }
}

const LEASE: Duration = Duration::from_secs(30);

fn parcel(stage: &str, name: &str) -> Parcel {
    Parcel { stage: stage.to_owned(), id: MessageId::derive(&[name]), envelope: format!("{{\"n\":\"{name}\"}}") }
}

/// A receipt for it, however it was received: this queue needs no more than the parcel.
fn receipt(stage: &str, name: &str) -> Received {
    Received { parcel: parcel(stage, name), attempts: 1, crashes: 0, receipt: String::new() }
}

async fn is_empty(queue: &Queue, stage: &str) -> bool {
    let wait = queue.receive(stage, 1, LEASE);
    tokio::time::timeout(Duration::from_millis(50), wait).await.is_err()
}

#[tokio::test]
async fn sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let time = Time::default();
    let url = format!("sqlite:{}", folder.path().join("queue.db").display());
    let queue = Queue::open(&url, time.clock()).await.expect("opens");
    a_message_is_received_once_and_completed(&queue).await;
    a_repeat_is_not_queued_twice(&queue).await;
    a_lease_ends(&queue, &time).await;
    a_retry_waits(&queue, &time).await;
    a_burial_keeps_the_reason(&queue).await;
    a_waiting_receiver_is_woken(&queue).await;
    many_receivers_share_without_overlap(&queue).await;
    a_new_process_finds_what_the_old_one_left(&queue, &url, &time).await;
}

async fn a_message_is_received_once_and_completed(queue: &Queue) {
    queue.send(vec![parcel("a", "1"), parcel("b", "1")]).await.expect("sends");
    let received = queue.receive("a", 10, LEASE).await.expect("receives");
    assert_eq!(received.len(), 1);
    assert_eq!((received[0].attempts, &received[0].parcel), (1, &parcel("a", "1")));
    assert!(is_empty(queue, "a").await);
    queue.complete(&receipt("a", "1"), vec![parcel("b", "2")]).await.expect("completes");
    let children = queue.receive("b", 10, LEASE).await.expect("receives");
    assert_eq!(children.len(), 2);
    for child in children {
        queue.complete(&child, Vec::new()).await.expect("completes");
    }
    assert_eq!(queue.length().await.expect("counts"), 0);
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

async fn a_lease_ends(queue: &Queue, time: &Time) {
    queue.send(vec![parcel("a", "lease")]).await.expect("sends");
    queue.receive("a", 1, LEASE).await.expect("receives");
    time.pass(LEASE);
    let again = queue.receive("a", 1, LEASE).await.expect("receives again");
    assert_eq!(again[0].attempts, 2);
    queue.complete(&again[0], Vec::new()).await.expect("completes");
}

async fn a_retry_waits(queue: &Queue, time: &Time) {
    queue.send(vec![parcel("a", "retry")]).await.expect("sends");
    queue.receive("a", 1, LEASE).await.expect("receives");
    queue.retry(&receipt("a", "retry"), Duration::from_secs(7)).await.expect("gives back");
    assert!(is_empty(queue, "a").await);
    time.pass(Duration::from_secs(7));
    let again = queue.receive("a", 1, LEASE).await.expect("receives again");
    assert_eq!(again[0].attempts, 2);
    queue.complete(&again[0], Vec::new()).await.expect("completes");
}

async fn a_burial_keeps_the_reason(queue: &Queue) {
    queue.send(vec![parcel("a", "bad")]).await.expect("sends");
    queue.receive("a", 1, LEASE).await.expect("receives");
    queue.bury(&receipt("a", "bad"), "it cannot be read").await.expect("buries");
    assert_eq!(queue.length().await.expect("counts"), 0);
    let dead = queue.dead_letters(10).await.expect("lists");
    assert_eq!((dead.len(), dead[0].why.as_str(), &dead[0].parcel), (1, "it cannot be read", &parcel("a", "bad")));
}

async fn a_waiting_receiver_is_woken(queue: &Queue) {
    let (received, sent) = tokio::join!(queue.receive("late", 1, LEASE), async {
        tokio::task::yield_now().await;
        queue.send(vec![parcel("late", "1")]).await
    });
    sent.expect("sends");
    assert_eq!(received.expect("receives").len(), 1);
    queue.complete(&receipt("late", "1"), Vec::new()).await.expect("completes");
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

async fn a_new_process_finds_what_the_old_one_left(queue: &Queue, url: &str, time: &Time) {
    queue.send(vec![parcel("a", "left")]).await.expect("sends");
    queue.receive("a", 1, LEASE).await.expect("receives");
    queue.settle().await.expect("writes it down");
    let next = Queue::open(url, time.clock()).await.expect("opens again");
    let found = next.receive("a", 1, LEASE).await.expect("finds it without waiting for the lease");
    assert_eq!((found[0].attempts, found[0].crashes), (1, 1));
    // It may be what ended the old one, so the receipt was on the disk before it was handed out.
    let third = Queue::open(url, time.clock()).await.expect("opens again");
    let found = third.receive("a", 1, LEASE).await.expect("finds it");
    assert_eq!((found[0].attempts, found[0].crashes), (1, 2));
    third.complete(&found[0], Vec::new()).await.expect("completes");
    third.send_again(vec![parcel("a", "suspect")]).await.expect("sends");
    third.receive("a", 1, LEASE).await.expect("receives");
    let fourth = Queue::open(url, time.clock()).await.expect("opens again");
    assert_eq!(fourth.receive("a", 9, LEASE).await.expect("finds it").len(), 1, "and not what was completed");
    assert_eq!(fourth.lengths().await.expect("counts"), [("a".to_owned(), 1)].into());
}
