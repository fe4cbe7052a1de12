//! The play on Lambda: batches of SQS through Lambda's own interface, as its event source mapping does it.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use counterparts::{Server, lambda_api, lambda_runtime_address, localstack, sqs_queues};
use queue::Received;
use runtime::World;
use serde_json::{Value, json};

use crate::driver::{Poller, open, send_all};
use crate::function::Function;
use crate::world::{is_over, left};

const STAGES: [&str; 4] = ["metadata", "change_detection", "code_analysis", "structure"];

pub async fn play() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let (api, sqs) = (lambda_api("play"), localstack());
    let endpoint = sqs.url();
    // The second stage's queue is not there yet: what the first decides is kept and cannot be sent.
    let url = sqs_queues(&sqs, "play-", &STAGES[..3]);
    let world = open(folder.path(), &url).await;
    send_all(&world).await;
    let runtime_api = lambda_runtime_address(&api, "play");
    let start = || start(folder.path(), &url, &endpoint, &runtime_api);
    let mut function = start();
    let mut pollers = ["metadata", "structure"].map(|stage| Poller::start(&world, stage));
    let mut rounds = 0;
    while !is_over(&world.store, &world.queue).await {
        for poller in &mut pollers {
            let received = poller.batch().await;
            invoke(&world, &api, &received, &mut function).await;
            if function.is_gone() {
                function = start();
            }
        }
        rounds += 1;
        if rounds == 2 {
            sqs_queues(&sqs, "play-", &STAGES[3..]);
        }
        assert!(rounds < 60, "{}", std::fs::read_to_string(folder.path().join("log")).unwrap_or_default());
    }
    left(&world.store, &world.queue).await
}

fn start(folder: &Path, queue: &str, endpoint: &str, runtime_api: &str) -> Function {
    Function::start(
        folder,
        &[
            ("AWS_LAMBDA_RUNTIME_API", runtime_api),
            ("AWS_LAMBDA_FUNCTION_NAME", "play"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("ORCHESTRATOR_QUEUE_URL", queue),
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ],
    )
}

/// One batch: what is not named among its failures is deleted, and all of it comes back if the function ends.
async fn invoke(world: &World, api: &Server, received: &[Received], function: &mut Function) {
    if received.is_empty() {
        return;
    }
    let records: Vec<Value> = received.iter().enumerate().map(|(n, received)| record(n, received)).collect();
    let answer = reqwest::Client::new()
        .post(format!("{}/2015-03-31/functions/play/invocations", api.url()))
        .body(json!({ "Records": records }).to_string())
        .timeout(Duration::from_secs(10))
        .send();
    let answer = tokio::select! {
        answer = answer => answer.expect("answers"),
        () = ends(function) => return,
    };
    let (status, body) = (answer.status(), answer.text().await.expect("a body"));
    assert!(status.is_success() || status.is_server_error(), "{status}: {body}");
    let answer: Value = serde_json::from_str(&body).unwrap_or_default();
    let Some(failures) = answer["batchItemFailures"].as_array() else { return };
    let failed: HashSet<&str> = failures.iter().filter_map(|failure| failure["itemIdentifier"].as_str()).collect();
    for (n, received) in received.iter().enumerate() {
        if !failed.contains(n.to_string().as_str()) {
            world.queue.complete(received, Vec::new()).await.expect("deletes");
        }
    }
}

async fn ends(function: &mut Function) {
    while !function.is_gone() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn record(n: usize, received: &Received) -> Value {
    json!({
        "messageId": n.to_string(),
        "receiptHandle": received.receipt,
        "body": received.parcel.envelope,
        "attributes": { "ApproximateReceiveCount": received.attempts.to_string() },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:us-east-1:000000000000:play-{}", received.parcel.stage.replace('_', "-")),
        "awsRegion": "us-east-1",
    })
}
