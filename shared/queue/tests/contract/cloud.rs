//! What adapters of services owe besides.

use std::sync::Arc;
use std::time::{Duration, Instant};

use queue::{Error, Queue, Received};

use crate::adapter::{Adapter, parcel};

/// A webhook is answered within 10 s, whatever its queue does.
const SECONDS: Duration = Duration::from_secs(10);

pub async fn all(adapter: &Adapter) {
    a_queue_that_is_not_there_is_named(adapter).await;
    a_message_stays_until_its_children_are_sent(adapter).await;
    without_a_receipt_the_platform_acknowledges(adapter).await;
}

async fn a_queue_that_is_not_there_is_named(adapter: &Adapter) {
    let queue = &adapter.queue;
    let received = Received { parcel: parcel("no_where", "1"), attempts: 1, crashes: 0, receipt: String::new() };
    let errors = [
        queue.send(vec![parcel("no_where", "1"), parcel("beside", "1")]).await.expect_err("no queue"),
        queue.receive("no_where", 1, adapter.lease).await.expect_err("no queue"),
        queue.bury(&received, "why").await.expect_err("no queue"),
    ];
    for error in errors {
        assert!(matches!(error, Error::NoQueue { .. }) && !error.may_pass(), "{error}");
        let text = error.to_string();
        assert!(text.contains("test-no-where") && text.contains("terraform apply"), "{text}");
    }
    // Who has a queue gets the message all the same.
    let beside = adapter.receive_all("beside", 1).await;
    adapter.complete(&beside[0]).await;
}

async fn a_message_stays_until_its_children_are_sent(adapter: &Adapter) {
    adapter.send(vec![parcel("kept", "1")]).await;
    let parent = adapter.queue.receive("kept", 1, adapter.lease).await.expect("receives").remove(0);
    let sent = adapter.queue.complete(&parent, vec![parcel("no_where", "child")]).await;
    assert!(matches!(sent, Err(Error::NoQueue { .. })), "{sent:?}");
    let again = adapter.comes_after("kept", adapter.lease / 2).await;
    assert_eq!(again.parcel, parent.parcel);
    adapter.complete(&again).await;
}

async fn without_a_receipt_the_platform_acknowledges(adapter: &Adapter) {
    let pushed = Received { parcel: parcel("platform", "pushed"), attempts: 1, crashes: 0, receipt: String::new() };
    adapter.queue.complete(&pushed, vec![parcel("platform", "child")]).await.expect("completes");
    adapter.queue.retry(&pushed, Duration::from_secs(1)).await.expect("retries");
    let child = adapter.receive_all("platform", 1).await.remove(0);
    assert_eq!(child.parcel, parcel("platform", "child"));
    adapter.complete(&child).await;
    adapter.queue.bury(&pushed, "it is bad").await.expect("buries");
    let letters = adapter.queue.dead_letters(10).await.expect("lists");
    assert!(letters.iter().any(|letter| letter.parcel == pushed.parcel && letter.why == "it is bad"), "{letters:?}");
}

/// `url` leads to a port; nobody listens there, or somebody who never answers.
pub async fn a_server_that_is_gone_is_told_within_seconds(url: impl Fn(&str) -> String) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("listens");
    let silent_address = silent.local_addr().expect("has an address").to_string();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").to_string();
    for address in [gone, silent_address] {
        let started = Instant::now();
        let queue = Queue::open(&url(&address), Arc::new(|| 0)).await.expect("opens without asking anybody");
        assert!(started.elapsed() < Duration::from_secs(2), "opening took {:?}", started.elapsed());
        let started = Instant::now();
        let (sent, looked) = tokio::join!(queue.send(vec![parcel("a", "1")]), queue.dead_letters(1));
        for error in [sent.expect_err("nobody answers"), looked.expect_err("nobody answers")] {
            assert!(matches!(error, Error::Unavailable { .. }) && error.may_pass(), "{error}");
        }
        assert!(started.elapsed() < SECONDS, "{address}: it took {:?}", started.elapsed());
    }
    drop(silent);
}
