//! Looking at what was given up.

use std::time::Duration;

use futures::future::try_join_all;
use google_cloud_gax::paginator::ItemPaginator;
use google_cloud_pubsub::client::Subscriber;
use google_cloud_pubsub::model::Message;
use tokio::time::timeout;

use crate::pubsub::address::Address;
use crate::pubsub::clients::Clients;
use crate::pubsub::fault::fault;
use crate::pubsub::line::CLOSED;
use crate::pubsub::parcel;
use crate::travel::{WHY, stage_of};
use crate::{DeadLetter, Error};

/// How long a subscription may take to hand out its first letter, and every further one.
const FIRST: Duration = Duration::from_secs(3);
const NEXT: Duration = Duration::from_millis(500);
/// How long a letter that is being looked at is held, if the looker does not give it back.
const HELD: Duration = Duration::from_secs(30);
/// How often a message was delivered before its subscription gave it up: an attribute that Pub/Sub adds
/// (<https://cloud.google.com/pubsub/docs/handling-failures#dead_letter_topic>).
const DELIVERIES: &str = "CloudPubSubDeadLetterSourceDeliveryCount";

/// Messages that were given up, newest first.
pub(crate) async fn dead_letters(clients: &Clients, address: &Address, limit: u32) -> Result<Vec<DeadLetter>, Error> {
    let (subscriber, stages) = (clients.subscriber(address).await?, stages(clients, address).await?);
    let letters = stages.iter().map(|(stage, name)| look_at(subscriber, stage, name, limit as usize));
    let mut letters = try_join_all(letters).await?.concat();
    letters.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.parcel.id.cmp(&b.parcel.id)));
    letters.truncate(limit as usize);
    Ok(letters)
}

/// The stages that have a subscription for dead letters, with its name.
async fn stages(clients: &Clients, address: &Address) -> Result<Vec<(String, String)>, Error> {
    let mut stages = Vec::new();
    let mut all = clients.admin(address).await?.list_subscriptions().set_project(&address.project).by_item();
    while let Some(subscription) = all.next().await {
        let name = subscription.map_err(|e| fault(&address.project, &e))?.name;
        let stage = name.rsplit('/').next().and_then(|short| stage_of(&address.prefix, short));
        stages.extend(stage.filter(|(_, dead)| *dead).map(|(stage, _)| (stage, name)));
    }
    Ok(stages)
}

/// The dead letters of a stage, which are back in their subscription when this returns.
async fn look_at(subscriber: &Subscriber, stage: &str, name: &str, limit: usize) -> Result<Vec<DeadLetter>, Error> {
    let subscribe = subscriber.subscribe(name).set_max_lease(HELD).set_max_lease_extension(HELD);
    let mut stream = subscribe.build();
    let closed = stream.shutdown_token();
    let (mut letters, mut held) = (Vec::new(), Vec::new());
    while letters.len() < limit {
        let patience = if letters.is_empty() { FIRST } else { NEXT };
        // No letter within this time is the end of them: a subscription does not say that it is empty.
        let Ok(Some(next)) = timeout(patience, stream.next()).await else { break };
        let (message, handler) = next.map_err(|e| fault(name, &e))?;
        letters.push(letter(stage, message));
        held.push(handler);
    }
    drop(stream);
    tokio::time::sleep(CLOSED).await;
    drop(held);
    closed.shutdown().await;
    Ok(letters)
}

fn letter(stage: &str, mut message: Message) -> DeadLetter {
    let at = message.publish_time.map(|at| at.seconds() * 1000 + i64::from(at.nanos()) / 1_000_000);
    let why = message.attributes.remove(WHY).unwrap_or_else(|| {
        let deliveries = message.attributes.get(DELIVERIES).map_or("too many", String::as_str);
        format!("its subscription gave it up after {deliveries} deliveries without an end")
    });
    DeadLetter { parcel: parcel(stage, message), why, at: at.unwrap_or_default() }
}
