//! Amazon SQS, against two servers that speak like it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use counterparts::{Server, localstack, moto, sqs_queues};
use queue::{Error, Parcel, Queue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::adapter::{Adapter, LONG, STAGES, Time, parcel};
use crate::{cloud, owed};

async fn open(server: &Server, is_exact: bool) -> Adapter {
    let url = sqs_queues(server, "test-", &STAGES);
    let queue = Queue::open(&url, Arc::new(|| 0)).await.expect("opens");
    Adapter { queue, time: Time::Real, lease: Duration::from_secs(2), counts: true, is_exact }
}

/// The server as it is, without the door.
async fn bare(server: &Server) -> Client {
    let settings = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(server.url())
        .credentials_provider(Credentials::new("test", "test", None, None, "test"));
    Client::new(&settings.load().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn sqs_on_localstack() {
    let server = localstack();
    let adapter = open(&server, true).await;
    owed::all(&adapter).await;
    cloud::all(&adapter).await;
    what_others_sent_is_received_as_it_is(&adapter, &bare(&server).await, &server).await;
    lengths_are_told(&adapter).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqs_on_moto() {
    let server = moto();
    // It takes no lock between finding a message and hiding it.
    let adapter = open(&server, false).await;
    owed::all(&adapter).await;
    cloud::all(&adapter).await;
    what_others_sent_is_received_as_it_is(&adapter, &bare(&server).await, &server).await;
    lengths_are_told(&adapter).await;
}

/// A poll ends after 20 s with nothing, and another begins.
#[tokio::test(flavor = "multi_thread")]
async fn sqs_waits_longer_than_one_poll() {
    let server = moto();
    let adapter = open(&server, false).await;
    let (received, ()) = tokio::join!(adapter.receive_all("late", 1), async {
        tokio::time::sleep(Duration::from_secs(22)).await;
        adapter.send(vec![parcel("late", "1")]).await;
    });
    assert_eq!((received[0].attempts, &received[0].parcel), (1, &parcel("late", "1")));
}

#[tokio::test]
async fn sqs_out_of_reach() {
    cloud::a_server_that_is_gone_is_told_within_seconds(|address| format!("sqs:http://{address}/1/test-")).await;
}

async fn what_others_sent_is_received_as_it_is(adapter: &Adapter, bare: &Client, server: &Server) {
    let url = |name: &str| format!("{}/000000000000/test-{name}", server.url());
    for body in [r#"{"id":"0123"#, " ", "\t"] {
        bare.send_message().queue_url(url("garbage")).message_body(body).send().await.expect("sends");
        let received = adapter.receive_all("garbage", 1).await.remove(0);
        assert_eq!(received.parcel, Parcel::arrived("garbage", None, body.to_owned()));
        adapter.queue.bury(&received, "it cannot be read").await.expect("buries");
    }
    // What a queue gives up by itself has no reason beside it.
    bare.send_message().queue_url(url("kept-dead")).message_body("{}").send().await.expect("sends");
    let letters = adapter.queue.dead_letters(100).await.expect("lists");
    assert_eq!(letters.iter().filter(|l| l.parcel.stage == "garbage" && l.why == "it cannot be read").count(), 3);
    let given_up = letters.iter().find(|letter| letter.parcel.stage == "kept").expect("is listed");
    assert!(given_up.why.contains("received too often"), "{}", given_up.why);
}

async fn lengths_are_told(adapter: &Adapter) {
    adapter.send((0..3).map(|n| parcel("counted", &n.to_string())).collect()).await;
    let received = adapter.queue.receive("counted", 1, LONG).await.expect("receives");
    assert_eq!(received.len(), 1);
    let lengths = adapter.queue.lengths().await.expect("counts");
    assert_eq!(lengths.get("counted"), Some(&3), "{lengths:?}");
    assert!(lengths.keys().all(|stage| STAGES.contains(&stage.as_str())), "{lengths:?}");
}

/// Answers to `SendMessageBatch`, one after the other; the last for ever.
#[expect(clippy::disallowed_methods, reason = "a server for a test, gone with the test's runtime")]
async fn scripted(answers: &'static [&'static str]) -> (Queue, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let url = format!("sqs:http://{}/1/test-", listener.local_addr().expect("has an address"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let count = count.clone();
            tokio::spawn(async move {
                let mut request = Vec::new();
                while let Ok(read @ 1..) = stream.read_buf(&mut request).await {
                    let text = String::from_utf8_lossy(&request).to_lowercase();
                    let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
                    let head = text.find("\r\n\r\n").map(|at| at + 4);
                    let whole = length.and_then(|n| n.parse::<usize>().ok()).zip(head).map(|(n, head)| head + n);
                    if read == 0 || whole.is_none_or(|whole| request.len() < whole) {
                        continue;
                    }
                    request.clear();
                    let body = answers[count.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1)];
                    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                    stream.write_all(head.as_bytes()).await.expect("answers");
                }
            });
        }
    });
    (Queue::open(&url, Arc::new(|| 0)).await.expect("opens"), asked)
}

const ALL: &str = r#"{"Successful":[],"Failed":[]}"#;
const TWO_LEFT: &str = r#"{"Successful":[],"Failed":[{"Id":"1","SenderFault":false,"Code":"InternalError"},
    {"Id":"3","SenderFault":false,"Code":"InternalError"}]}"#;
const ONE_LEFT: &str = r#"{"Successful":[],"Failed":[{"Id":"3","SenderFault":false,"Code":"InternalError"}]}"#;
const OURS: &str = r#"{"Successful":[],"Failed":[{"Id":"2","SenderFault":true,"Code":"InvalidMessageContents"}]}"#;

#[tokio::test]
async fn what_a_batch_leaves_out_is_sent_again() {
    let cases: [(&str, &'static [&'static str], usize, Option<&str>); 5] = [
        ("all are taken", &[ALL], 1, None),
        ("some are left out twice", &[TWO_LEFT, ONE_LEFT, ALL], 3, None),
        ("some are left out for ever", &[TWO_LEFT, ONE_LEFT], 4, Some("1 of 1 messages were left out: InternalError")),
        ("one can never be taken", &[OURS], 1, Some("InvalidMessageContents")),
        ("one can never be taken, later", &[TWO_LEFT, OURS], 2, Some("InvalidMessageContents")),
    ];
    for (name, answers, asked, says) in cases {
        let (queue, count) = scripted(answers).await;
        let sent = queue.send((0..4).map(|n| parcel("a", &n.to_string())).collect()).await;
        assert_eq!(count.load(Ordering::SeqCst), asked, "{name}");
        match says {
            None => sent.expect(name),
            Some(says) => {
                let error = sent.expect_err(name);
                assert!(error.to_string().contains(says), "{name}: {error}");
                assert_eq!(error.may_pass(), matches!(error, Error::Unavailable { .. }));
                assert_eq!(error.may_pass(), answers[1..].first() == Some(&ONE_LEFT), "{name}: {error}");
            }
        }
    }
}
