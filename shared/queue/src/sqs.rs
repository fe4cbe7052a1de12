//! Amazon SQS: standard queues, by `aws-sdk-sqs`.

mod address;
mod fault;
mod look;
mod send;
mod text;

use std::collections::BTreeMap;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName as System};
use futures::future::join_all;

use crate::sqs::address::Address;
use crate::sqs::fault::{about_a_receipt, fault};
use crate::travel::ID;
use crate::{DeadLetter, Error, Parcel, Received};

/// How long SQS waits for a message before it answers with none, in seconds; more it does not take.
const LONGEST_WAIT: i32 = 20;
/// What SQS hands out at once.
const MOST_AT_ONCE: usize = 10;
/// The longest that SQS hides a message, in seconds: 12 hours.
const LONGEST_LEASE: u64 = 43_200;
/// A webhook is answered within 10 s, so a queue that does not answer is an error before.
const CONNECT: Duration = Duration::from_secs(3);
const ATTEMPT: Duration = Duration::from_secs(4);
const OPERATION: Duration = Duration::from_secs(9);
/// The same for one that waits for a message.
const WAITING: Duration = Duration::from_secs(LONGEST_WAIT as u64 + 5);
/// Tries of the SDK's own at one call.
const TRIES: u32 = 3;

/// The queues of an installation. Cloning shares the connections.
#[derive(Clone)]
pub(crate) struct Sqs {
    client: Client,
    /// The same for calls that wait for a message.
    waiting: Client,
    address: Address,
}

impl Sqs {
    /// Reads the address and the settings of the environment; Amazon is not asked. The error says what is wrong.
    pub(crate) async fn open(address: &str) -> Result<Self, String> {
        let address = Address::read(address)?;
        let retries = RetryConfig::standard().with_max_attempts(TRIES).with_initial_backoff(Duration::from_millis(100));
        let mut settings = aws_config::defaults(BehaviorVersion::latest())
            .timeout_config(limits(ATTEMPT, OPERATION))
            .retry_config(retries);
        settings = match &address.region {
            Some(region) => settings.region(Region::new(region.clone())),
            // A server that is not Amazon's takes any region; Amazon's own metadata is not asked for one.
            None => settings
                .region(RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new()).or_else("us-east-1")),
        };
        if let Some(endpoint) = &address.endpoint {
            settings = settings.endpoint_url(endpoint);
        }
        if address.is_local {
            settings = settings.credentials_provider(Credentials::new("test", "test", None, None, "a local server"));
        }
        let settings = settings.load().await;
        let waiting = Builder::from(&settings).timeout_config(limits(WAITING, WAITING + OPERATION));
        Ok(Self { client: Client::new(&settings), waiting: Client::from_conf(waiting.build()), address })
    }

    pub(crate) fn most_bytes(&self) -> Option<usize> {
        Some(send::MOST_ENVELOPE_BYTES)
    }

    pub(crate) fn bytes(&self, envelope: &str) -> usize {
        text::json_bytes(envelope)
    }

    pub(crate) async fn send(&self, parcels: Vec<Parcel>) -> Result<(), Error> {
        let mut by_stage: BTreeMap<&str, Vec<&Parcel>> = BTreeMap::new();
        for parcel in &parcels {
            let (bytes, most) = (self.bytes(&parcel.envelope), send::MOST_ENVELOPE_BYTES);
            if bytes > most {
                let Parcel { stage, id, .. } = parcel.clone();
                return Err(Error::TooLarge { stage, id, bytes, most });
            }
            by_stage.entry(&parcel.stage).or_default().push(parcel);
        }
        let sent = by_stage.iter().map(async |(stage, parcels)| {
            let queue = self.address.queue(stage);
            send::send(&self.client, &queue, parcels).await
        });
        // Each to its end: one queue that fails does not keep messages from the others.
        join_all(sent).await.into_iter().collect()
    }

    pub(crate) async fn receive(&self, stage: &str, most: usize, lease: Duration) -> Result<Vec<Received>, Error> {
        let queue = self.address.queue(stage);
        let request = self.waiting.receive_message().queue_url(&queue).wait_time_seconds(LONGEST_WAIT);
        let request = request.max_number_of_messages(most.clamp(1, MOST_AT_ONCE) as i32);
        let request = request.visibility_timeout(seconds(lease)).message_attribute_names(ID);
        let request = request.message_system_attribute_names(System::ApproximateReceiveCount);
        loop {
            let messages = request.clone().send().await.map_err(|e| fault(&queue, e))?.messages.unwrap_or_default();
            if !messages.is_empty() {
                return Ok(messages.into_iter().map(|message| received(stage, message)).collect());
            }
        }
    }

    pub(crate) async fn complete(&self, received: &Received, children: Vec<Parcel>) -> Result<(), Error> {
        self.send(children).await?;
        self.remove(received).await
    }

    pub(crate) async fn retry(&self, received: &Received, after: Duration) -> Result<(), Error> {
        if received.receipt.is_empty() {
            return Ok(());
        }
        let queue = self.address.queue(&received.parcel.stage);
        let request = self.client.change_message_visibility().queue_url(&queue).receipt_handle(&received.receipt);
        about_a_receipt(&queue, request.visibility_timeout(seconds(after)).send().await)
    }

    pub(crate) async fn bury(&self, received: &Received, why: &str) -> Result<(), Error> {
        let dead = self.address.dead(&received.parcel.stage);
        send::send_dead(&self.client, &dead, &received.parcel, why).await?;
        self.remove(received).await
    }

    pub(crate) async fn dead_letters(&self, limit: u32) -> Result<Vec<DeadLetter>, Error> {
        look::dead_letters(&self.client, &self.address, limit).await
    }

    pub(crate) async fn lengths(&self) -> Result<BTreeMap<String, u64>, Error> {
        look::lengths(&self.client, &self.address).await
    }

    /// Everything is with Amazon already.
    pub(crate) async fn settle(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn remove(&self, received: &Received) -> Result<(), Error> {
        if received.receipt.is_empty() {
            return Ok(());
        }
        let queue = self.address.queue(&received.parcel.stage);
        let request = self.client.delete_message().queue_url(&queue).receipt_handle(&received.receipt);
        about_a_receipt(&queue, request.send().await)
    }
}

fn received(stage: &str, message: Message) -> Received {
    let attempts =
        message.attributes().and_then(|attributes| attributes.get(&System::ApproximateReceiveCount)?.parse().ok());
    let id = text_attribute(&message, ID).map(str::to_owned);
    let parcel = Parcel::arrived(stage, id.as_deref(), message.body.unwrap_or_default());
    let receipt = message.receipt_handle.unwrap_or_default();
    Received { parcel, attempts: attempts.unwrap_or(1), crashes: 0, receipt }
}

fn text_attribute<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    message.message_attributes()?.get(name)?.string_value()
}

fn limits(attempt: Duration, operation: Duration) -> TimeoutConfig {
    let limits = TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(attempt);
    limits.operation_timeout(operation).build()
}

/// Whole seconds, never less than asked for.
fn seconds(duration: Duration) -> i32 {
    duration.as_millis().div_ceil(1000).min(u128::from(LONGEST_LEASE)) as i32
}
