//! Google Pub/Sub, by `google-cloud-pubsub`.
//!
//! Workers on Cloud Run are pushed to: they send here and acknowledge by their answers. Receiving is for a process that runs
//! stages against a project or a server for trials, and the crate's streams do it: they hold leases and give messages back.
//!
//! Messages have no ordering key. No stage needs an order, a key would bind all messages of a repository to 1 MB/s and to
//! the slowest of them, and after a failure its sender has to be told to go on.

mod address;
mod clients;
mod fault;
mod line;
mod look;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use google_cloud_pubsub::model::Message;

use crate::pubsub::address::Address;
use crate::pubsub::clients::Clients;
use crate::pubsub::fault::{fault, unpublished};
use crate::pubsub::line::Line;
use crate::travel::{ID, WHY, short};
use crate::{DeadLetter, Error, Parcel, Received};

/// The longest envelope: a request holds 10 MB with everything in it (<https://cloud.google.com/pubsub/quotas>).
const MOST_BYTES: usize = 10_000_000 - 16 * 1024;
/// How long a publication may take, however it fails: a webhook is answered within 10 s.
const PUBLISHED: Duration = Duration::from_secs(9);

/// The topics and subscriptions of an installation. Cloning shares the connections.
#[derive(Clone)]
pub(crate) struct PubSub(Arc<Shared>);

struct Shared {
    address: Address,
    clients: Clients,
    /// Open subscriptions by stage.
    lines: Mutex<HashMap<String, Arc<Line>>>,
}

impl PubSub {
    /// Reads the address; Google is not asked. The error says what is wrong.
    pub(crate) fn open(address: &str) -> Result<Self, String> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the variable by which Google's own tools say where their emulator is"
        )]
        let emulator = std::env::var("PUBSUB_EMULATOR_HOST").ok();
        let address = Address::read(address, emulator.as_deref())?;
        Ok(Self(Arc::new(Shared { address, clients: Clients::default(), lines: Mutex::default() })))
    }

    pub(crate) fn most_bytes(&self) -> Option<usize> {
        Some(MOST_BYTES)
    }

    pub(crate) fn bytes(&self, envelope: &str) -> usize {
        envelope.len()
    }

    pub(crate) async fn send(&self, parcels: Vec<Parcel>) -> Result<(), Error> {
        for Parcel { stage, id, envelope } in &parcels {
            let bytes = envelope.len();
            if bytes > MOST_BYTES {
                return Err(Error::TooLarge { stage: stage.clone(), id: id.clone(), bytes, most: MOST_BYTES });
            }
        }
        let sent = parcels.into_iter().map(async |parcel| {
            let attributes = parcel.attributes();
            self.publish(&self.0.address.topic(&parcel.stage), parcel.envelope, attributes).await
        });
        join_all(sent).await.into_iter().collect()
    }

    pub(crate) async fn receive(&self, stage: &str, most: usize, lease: Duration) -> Result<Vec<Received>, Error> {
        let line = self.line(stage, most, lease).await?;
        let received = line.receive(most).await;
        if received.is_err() {
            // A stream that has failed stays so; the next to receive opens another.
            self.lines(|lines| lines.remove(stage));
        }
        let received = received?.into_iter().map(|(message, receipt, deliveries)| Received {
            parcel: parcel(stage, message),
            attempts: deliveries.and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            crashes: 0,
            receipt,
        });
        Ok(received.collect())
    }

    pub(crate) async fn complete(&self, received: &Received, children: Vec<Parcel>) -> Result<(), Error> {
        self.send(children).await?;
        self.with_line(received, |line| line.done(&received.receipt));
        Ok(())
    }

    pub(crate) async fn retry(&self, received: &Received, after: Duration) -> Result<(), Error> {
        self.with_line(received, |line| line.give_back(&received.receipt, after));
        Ok(())
    }

    pub(crate) async fn bury(&self, received: &Received, why: &str) -> Result<(), Error> {
        let Parcel { stage, envelope, .. } = &received.parcel;
        let mut attributes = received.parcel.attributes();
        attributes.push((WHY, short(why)));
        self.publish(&self.0.address.dead_topic(stage), envelope.clone(), attributes).await?;
        self.with_line(received, |line| line.done(&received.receipt));
        Ok(())
    }

    pub(crate) async fn dead_letters(&self, limit: u32) -> Result<Vec<DeadLetter>, Error> {
        look::dead_letters(&self.0.clients, &self.0.address, limit).await
    }

    /// Only Google's monitoring counts.
    pub(crate) async fn lengths(&self) -> Result<BTreeMap<String, u64>, Error> {
        let instead = "see subscription/num_undelivered_messages in Cloud Monitoring";
        Err(Error::Untold { service: "Pub/Sub", what: "how many messages wait", instead })
    }

    /// Tells Google what is done with, and gives back what is not.
    pub(crate) async fn settle(&self) -> Result<(), Error> {
        let lines = self.lines(std::mem::take);
        join_all(lines.values().map(|line| line.close())).await;
        Ok(())
    }

    async fn publish(
        &self,
        topic: &str,
        envelope: String,
        attributes: Vec<(&'static str, String)>,
    ) -> Result<(), Error> {
        let Shared { address, clients, .. } = &*self.0;
        let message = Message::new().set_data(envelope).set_attributes(attributes);
        let publish = async {
            clients.publisher(address, topic).await?.publish(message).await.map_err(|e| unpublished(topic, e))
        };
        let late = |_| {
            let why = format!("no answer within {} s", PUBLISHED.as_secs());
            Error::Unavailable { queue: topic.to_owned(), why }
        };
        tokio::time::timeout(PUBLISHED, publish).await.map_err(late)?.map(drop)
    }

    /// The open subscription of a stage. Whether there is one is asked before it is opened: a stream to a server that is
    /// gone would wait for ever.
    async fn line(&self, stage: &str, most: usize, lease: Duration) -> Result<Arc<Line>, Error> {
        if let Some(line) = self.lines(|lines| lines.get(stage).cloned()) {
            return Ok(line);
        }
        let Shared { address, clients, .. } = &*self.0;
        let name = address.subscription(stage);
        let asked = clients.admin(address).await?.get_subscription().set_subscription(&name).send().await;
        asked.map_err(|e| fault(&name, &e))?;
        let subscriber = clients.subscriber(address).await?;
        let open = || Arc::new(Line::open(subscriber, name, most, lease));
        Ok(self.lines(|lines| lines.entry(stage.to_owned()).or_insert_with(open).clone()))
    }

    /// Without a receipt, or without the line that gave it, there is nothing to be told.
    fn with_line(&self, received: &Received, tell: impl FnOnce(&Line)) {
        if let Some(line) = self.lines(|lines| lines.get(&received.parcel.stage).cloned()) {
            tell(&line);
        }
    }

    fn lines<T>(&self, look: impl FnOnce(&mut HashMap<String, Arc<Line>>) -> T) -> T {
        look(&mut self.0.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A message as it came; what is no text has its bytes replaced, which nobody can read anyway.
fn parcel(stage: &str, message: Message) -> Parcel {
    let envelope = String::from_utf8_lossy(&message.data).into_owned();
    Parcel::arrived(stage, message.attributes.get(ID).map(String::as_str), envelope)
}
