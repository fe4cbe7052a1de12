//! The host for AWS Lambda: batches from SQS, requests from a function URL or API Gateway, calls of a scheduler.
//!
//! A message that is done, or lies among the dead letters with its reason, is answered as done, and Lambda deletes it. One
//! that comes again is hidden for as long as it has to wait and named among the batch's failures
//! (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>).

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures::future::join_all;
use lambda_runtime::{LambdaEvent, service_fn};
use queue::{Parcel, Received};
use serde_json::Value;

use crate::function::{Error, Service, Work};
use crate::{Stages, World};

/// How long a message waits when the step itself failed (the store is not there).
const STEP_FAILED_DELAY: Duration = Duration::from_secs(10);

/// Works until Lambda ends the process.
pub(crate) async fn run(world: World, service: Service) -> Result<(), Error> {
    match service {
        Service::Stages(stages) => {
            let hear = |event: LambdaEvent<SqsEvent>| {
                let (world, stages) = (world.clone(), stages.clone());
                async move { Ok::<_, Error>(batch(&world, &stages, event.payload).await) }
            };
            lambda_runtime::run(service_fn(hear)).await
        }
        Service::Http(router) => lambda_http::run_with_streaming_response(router).await,
        Service::Scheduled(work) => lambda_runtime::run(service_fn(|event| scheduled(event, work.clone()))).await,
    }
}

async fn scheduled(_: LambdaEvent<Value>, work: Work) -> Result<(), Error> {
    work().await.map_err(Error::from)
}

/// Each message of a batch on its own: one that fails holds up no other.
async fn batch(world: &World, stages: &Stages, event: SqsEvent) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    let ended = join_all(event.records.into_iter().map(|message| one(world, stages, message))).await;
    ended.into_iter().flatten().for_each(|failed| response.add_failure(failed));
    response
}

/// The platform's id of the message if it comes again.
async fn one(world: &World, stages: &Stages, message: SqsMessage) -> Option<String> {
    let id = message.message_id.clone().unwrap_or_default();
    let Some(received) = received(stages, message) else {
        tracing::error!(
            message = id,
            "it is from a queue of no stage of this function; it goes to the dead letters after its tries"
        );
        return Some(id);
    };
    let after = stages.settle(world, &received).await.unwrap_or_else(|error| {
        let Parcel { stage, id, .. } = &received.parcel;
        tracing::error!(stage, %id, "comes back, for the step failed: {error}");
        Some(STEP_FAILED_DELAY)
    })?;
    // If even this fails, the message comes back when its visibility timeout ends.
    drop(world.queue.retry(&received, after).await);
    Some(id)
}

fn received(stages: &Stages, message: SqsMessage) -> Option<Received> {
    let queue = message.event_source_arn.as_deref().and_then(|arn| arn.rsplit(':').next())?;
    let stage = stages.of_queue(queue)?;
    let attempts = message.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1);
    let parcel = Parcel::arrived(stage, None, message.body.unwrap_or_default());
    Some(Received { parcel, attempts, crashes: 0, receipt: message.receipt_handle.unwrap_or_default() })
}
