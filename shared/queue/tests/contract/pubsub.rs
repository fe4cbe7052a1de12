//! Google Pub/Sub, against Google's own fake of it.

use std::sync::Arc;
use std::time::Duration;

use counterparts::{Server, pstest};
use google_cloud_auth::credentials::anonymous;
use google_cloud_pubsub::client::{BasePublisher, Publisher};
use google_cloud_pubsub::model::Message;
use queue::{Error, Parcel, Queue};

use crate::adapter::{Adapter, STAGES, Time, parcel};
use crate::{cloud, owed};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

async fn open(server: &Server) -> Adapter {
    let url = format!("pubsub:{}/projects/acme/test-", server.url());
    let queue = Queue::open(&url, Arc::new(|| 0)).await.expect("opens");
    // The shortest lease that the service knows.
    Adapter { queue, time: Time::Real, lease: Duration::from_secs(10), counts: false, is_exact: true }
}

/// The server as it is, without the door.
async fn bare(server: &Server, topic: &str) -> Publisher {
    let publishing = BasePublisher::builder().with_endpoint(server.url());
    let publishing = publishing.with_credentials(anonymous::Builder::new().build()).build().await.expect("a client");
    publishing.publisher(format!("projects/acme/topics/{topic}")).build()
}

#[tokio::test(flavor = "multi_thread")]
async fn pubsub_on_pstest() {
    let server = pstest("acme", "test-", &STAGES);
    let adapter = open(&server).await;
    owed::all(&adapter).await;
    cloud::all(&adapter).await;
    what_others_published_is_received_as_it_is(&adapter, &server).await;
    a_queue_that_settles_gives_back_what_it_holds(&adapter, &server).await;
    let untold = adapter.queue.lengths().await.expect_err("is not told");
    assert!(
        matches!(untold, Error::Untold { .. }) && untold.to_string().contains("num_undelivered_messages"),
        "{untold}"
    );
}

#[tokio::test]
async fn pubsub_out_of_reach() {
    cloud::a_server_that_is_gone_is_told_within_seconds(|address| format!("pubsub:http://{address}/projects/p/t-"))
        .await;
}

async fn what_others_published_is_received_as_it_is(adapter: &Adapter, server: &Server) {
    let publisher = bare(server, "test-garbage").await;
    let message = |data: &[u8]| Message::new().set_data(data.to_vec());
    let published = [
        (message(b"{\"id\":\"0123"), "{\"id\":\"0123"),
        (message(b"").set_attributes([("id", "x")]), ""),
        (message(b"\xff\xfe{"), "\u{fffd}\u{fffd}{"),
    ];
    for (message, text) in published {
        publisher.publish(message).await.expect("publishes");
        let received = adapter.receive_all("garbage", 1).await.remove(0);
        assert_eq!(received.parcel, Parcel::arrived("garbage", None, text.to_owned()));
        adapter.queue.bury(&received, "it cannot be read").await.expect("buries");
    }
    // What a subscription gives up by itself says how often it was delivered.
    let given_up = message(b"{}").set_attributes([("CloudPubSubDeadLetterSourceDeliveryCount", "7")]);
    bare(server, "test-kept-dead").await.publish(given_up).await.expect("publishes");
    let letters = adapter.queue.dead_letters(100).await.expect("lists");
    assert_eq!(letters.iter().filter(|l| l.parcel.stage == "garbage" && l.why == "it cannot be read").count(), 3);
    let given_up = letters.iter().find(|letter| letter.parcel.stage == "kept").expect("is listed");
    assert!(given_up.why.contains("after 7 deliveries"), "{}", given_up.why);
}

/// For others, without waiting for the lease; and what was completed a moment before is not there any more.
async fn a_queue_that_settles_gives_back_what_it_holds(adapter: &Adapter, server: &Server) {
    let envelope = format!(r#"{{"id":"1","run":"1","traceparent":"{TRACE}","body":{{}}}}"#);
    adapter.send(vec![parcel("counted", "done"), Parcel { envelope, ..parcel("counted", "held") }]).await;
    for received in adapter.receive_all("counted", 2).await {
        if received.parcel.id == parcel("counted", "done").id {
            adapter.complete(&received).await;
        }
    }
    adapter.queue.settle().await.expect("settles");
    let other = open(server).await;
    let received = other.receive_all("counted", 1).await.remove(0);
    assert_eq!(received.parcel.id, parcel("counted", "held").id);
    other.complete(&received).await;
    assert!(other.is_empty("counted").await);
}
