//! Google's clients, made when they are first needed: a function that only sends has no use for the others.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use google_cloud_auth::credentials::anonymous;
use google_cloud_gax::client_builder;
use google_cloud_gax::exponential_backoff::{ExponentialBackoff, ExponentialBackoffBuilder};
use google_cloud_gax::retry_policy::{RetryPolicyArg, RetryPolicyExt};
use google_cloud_pubsub::client::{BasePublisher, Publisher, Subscriber, SubscriptionAdmin};
use google_cloud_pubsub::retry_policy::RetryableErrors;
use tokio::sync::OnceCell;

use crate::Error;
use crate::error::with_causes;
use crate::pubsub::address::Address;

/// Tries at one call, and how long all of them may take: a webhook is answered within 10 s.
const TRIES: u32 = 4;
const OPERATION: Duration = Duration::from_secs(8);
/// One try, where the client lets it be said.
const ATTEMPT: Duration = Duration::from_secs(4);
/// How long a message waits for others that go in the same request.
const GATHER: Duration = Duration::from_millis(1);

#[derive(Default)]
pub(crate) struct Clients {
    publishing: OnceCell<BasePublisher>,
    subscriber: OnceCell<Subscriber>,
    admin: OnceCell<SubscriptionAdmin>,
    /// By topic.
    publishers: Mutex<HashMap<String, Publisher>>,
}

impl Clients {
    pub(crate) async fn publisher(&self, address: &Address, topic: &str) -> Result<Publisher, Error> {
        let make = async || {
            let mut builder = BasePublisher::builder().with_retry_policy(retries()).with_backoff_policy(backoff());
            if let Some(server) = &address.server {
                builder = builder.with_endpoint(server).with_credentials(anonymous::Builder::new().build());
            }
            builder.build().await.map_err(|e| not_made(topic, &e))
        };
        let publishing = self.publishing.get_or_try_init(make).await?;
        let mut publishers = self.publishers.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || publishing.publisher(topic).set_delay_threshold(GATHER).build();
        Ok(publishers.entry(topic.to_owned()).or_insert_with(make).clone())
    }

    pub(crate) async fn subscriber(&self, address: &Address) -> Result<&Subscriber, Error> {
        let make = async || {
            let mut builder = Subscriber::builder();
            if let Some(server) = &address.server {
                builder = builder.with_endpoint(server).with_credentials(anonymous::Builder::new().build());
            }
            builder.build().await.map_err(|e| not_made(&address.project, &e))
        };
        self.subscriber.get_or_try_init(make).await
    }

    pub(crate) async fn admin(&self, address: &Address) -> Result<&SubscriptionAdmin, Error> {
        let make = async || {
            let mut builder = SubscriptionAdmin::builder().with_retry_policy(retries()).with_backoff_policy(backoff());
            builder = builder.with_attempt_timeout(ATTEMPT);
            if let Some(server) = &address.server {
                builder = builder.with_endpoint(server).with_credentials(anonymous::Builder::new().build());
            }
            builder.build().await.map_err(|e| not_made(&address.project, &e))
        };
        self.admin.get_or_try_init(make).await
    }
}

fn retries() -> RetryPolicyArg {
    RetryableErrors.with_time_limit(OPERATION).with_attempt_limit(TRIES).into()
}

fn backoff() -> ExponentialBackoff {
    let delays = ExponentialBackoffBuilder::new().with_initial_delay(Duration::from_millis(100));
    delays.with_maximum_delay(Duration::from_secs(2)).clamp()
}

/// A client is made without asking anybody: what fails here is what it finds on this machine.
fn not_made(queue: &str, error: &client_builder::Error) -> Error {
    let why = format!("no client can be made; see GOOGLE_APPLICATION_CREDENTIALS: {}", with_causes(error));
    Error::Refused { queue: queue.to_owned(), why }
}
