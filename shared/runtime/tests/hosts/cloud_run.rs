//! The play on Cloud Run: pushes with signed tokens, as a subscription makes them.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use counterparts::pstest;
use futures::future::join_all;
use issuer_stand_in::Issuer;
use queue::Received;
use serde_json::json;

use crate::driver::{Poller, open, send_all};
use crate::function::Function;
use crate::world::{is_over, left};

const STAGES: [&str; 4] = ["metadata", "change_detection", "code_analysis", "structure"];
const QUEUE: &str = "pubsub:projects/test/play-";
const AUDIENCE: &str = "https://play.example.com";
const ACCOUNT: &str = "pusher@test.iam.gserviceaccount.com";

pub async fn play() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let (issuer, pubsub) = (Issuer::start().await.expect("starts"), pstest("test", "play-", &STAGES));
    let emulator = pubsub.address().to_string();
    let world = open(folder.path(), &format!("pubsub:http://{emulator}/projects/test/play-")).await;
    send_all(&world).await;
    let port = free_port();
    // Nobody listens there: what the first stage decides is kept and cannot be sent.
    let mut function = start(folder.path(), port, "127.0.0.1:9", issuer.url());
    let mut attempts = HashMap::new();
    let mut pollers = ["metadata", "structure"].map(|stage| Poller::start(&world, stage));
    let mut rounds = 0;
    while !is_over(&world.store, &world.queue).await {
        for poller in &mut pollers {
            let received = poller.batch().await;
            let pushes = received.iter().map(|received| {
                let attempt = attempts.entry(received.parcel.clone().id).and_modify(|n| *n += 1).or_insert(1_u32);
                push(port, token(&issuer), received, *attempt)
            });
            let pushes: Vec<_> = pushes.collect();
            for (received, is_done) in received.iter().zip(join_all(pushes).await) {
                let ended = match is_done {
                    true => world.queue.complete(received, Vec::new()).await,
                    false => world.queue.retry(received, Duration::ZERO).await,
                };
                ended.expect("acknowledges");
            }
        }
        rounds += 1;
        if rounds == 1 || function.is_gone() {
            drop(function);
            function = start(folder.path(), port, &emulator, issuer.url());
        }
        assert!(rounds < 60, "{}", std::fs::read_to_string(folder.path().join("log")).unwrap_or_default());
    }
    left(&world.store, &world.queue).await
}

fn start(folder: &Path, port: u16, emulator: &str, issuer: &str) -> Function {
    Function::start(
        folder,
        &[
            ("K_SERVICE", "play"),
            ("PORT", &port.to_string()),
            ("PUBSUB_EMULATOR_HOST", emulator),
            ("ORCHESTRATOR_QUEUE_URL", QUEUE),
            ("ORCHESTRATOR_PUSH_AUDIENCE", AUDIENCE),
            ("ORCHESTRATOR_PUSH_SERVICE_ACCOUNT", ACCOUNT),
            ("ORCHESTRATOR_PUSH_ISSUER", issuer),
        ],
    )
}

/// Whether the push was acknowledged.
async fn push(port: u16, token: String, received: &Received, attempt: u32) -> bool {
    let data = BASE64_STANDARD.encode(&received.parcel.envelope);
    let message = json!({ "data": data, "messageId": "1", "publishTime": "2026-01-01T00:00:00Z" });
    let subscription = format!("projects/test/subscriptions/play-{}", received.parcel.stage.replace('_', "-"));
    let answer = reqwest::Client::new()
        .post(format!("http://127.0.0.1:{port}/"))
        .bearer_auth(token)
        .json(&json!({ "message": message, "subscription": subscription, "deliveryAttempt": attempt }))
        .timeout(Duration::from_secs(10))
        .send()
        .await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

fn token(issuer: &Issuer) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "a token is good for a time, and the function has the machine's clock"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    issuer.token(&json!({
        "iss": issuer.url(), "aud": AUDIENCE, "sub": "1", "email": ACCOUNT, "email_verified": true,
        "iat": now, "exp": now + 3600,
    }))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}
