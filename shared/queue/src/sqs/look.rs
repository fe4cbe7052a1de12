//! Looking at an installation's queues from outside: what was given up, and how much waits.

use std::collections::BTreeMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry as Visible, Message, MessageSystemAttributeName as System,
    QueueAttributeName as Attribute,
};
use futures::future::try_join_all;

use crate::sqs::address::Address;
use crate::sqs::fault::fault;
use crate::sqs::text_attribute;
use crate::travel::{ID, WHY, stage_of};
use crate::{DeadLetter, Error, Parcel};

/// How long a letter that is being looked at is hidden, in seconds, if the looker does not give it back.
const HIDDEN: i32 = 30;
/// How long a queue is asked for more, in seconds: a wait makes SQS ask all of its servers.
const WAIT: i32 = 1;
/// What SQS hands out and takes at once.
const AT_ONCE: usize = 10;
/// The states in which a message counts as queued or being handled.
const COUNTS: [Attribute; 3] = [
    Attribute::ApproximateNumberOfMessages,
    Attribute::ApproximateNumberOfMessagesNotVisible,
    Attribute::ApproximateNumberOfMessagesDelayed,
];

/// Messages that were given up, newest first.
pub(crate) async fn dead_letters(client: &Client, address: &Address, limit: u32) -> Result<Vec<DeadLetter>, Error> {
    let stages = stages(client, address, true).await?;
    let letters = stages.iter().map(|stage| look_at(client, address, stage, limit as usize));
    let mut letters = try_join_all(letters).await?.concat();
    letters.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.parcel.id.cmp(&b.parcel.id)));
    letters.truncate(limit as usize);
    Ok(letters)
}

/// How many messages wait or are being handled, by stage. A count of SQS's is some seconds old.
pub(crate) async fn lengths(client: &Client, address: &Address) -> Result<BTreeMap<String, u64>, Error> {
    let stages = stages(client, address, false).await?;
    let counted = stages.iter().map(async |stage| {
        let queue = address.queue(stage);
        let request = client.get_queue_attributes().queue_url(&queue).set_attribute_names(Some(COUNTS.to_vec()));
        let attributes = request.send().await.map_err(|e| fault(&queue, e))?.attributes.unwrap_or_default();
        let count = COUNTS.iter().filter_map(|name| attributes.get(name)?.parse::<u64>().ok()).sum::<u64>();
        Ok::<_, Error>((stage.clone(), count))
    });
    Ok(try_join_all(counted).await?.into_iter().filter(|(_, count)| *count > 0).collect())
}

/// The stages that have a queue, or one for dead letters.
async fn stages(client: &Client, address: &Address, dead: bool) -> Result<Vec<String>, Error> {
    let prefix = &address.prefix;
    let listed = client.list_queues().queue_name_prefix(prefix).send().await;
    let urls = listed.map_err(|e| fault(prefix, e))?.queue_urls.unwrap_or_default();
    let names = urls.iter().filter_map(|url| stage_of(prefix, url.rsplit('/').next()?));
    Ok(names.filter(|(_, is_dead)| *is_dead == dead).map(|(stage, _)| stage).collect())
}

/// The dead letters of a stage, which are back in their queue when this returns.
async fn look_at(client: &Client, address: &Address, stage: &str, limit: usize) -> Result<Vec<DeadLetter>, Error> {
    let queue = address.dead(stage);
    let mut messages: Vec<Message> = Vec::new();
    while messages.len() < limit {
        let request = client.receive_message().queue_url(&queue).max_number_of_messages(AT_ONCE as i32);
        let request = request.visibility_timeout(HIDDEN).wait_time_seconds(WAIT);
        let request = request.message_attribute_names(ID).message_attribute_names(WHY);
        let request = request.message_system_attribute_names(System::SentTimestamp);
        match request.send().await.map_err(|e| fault(&queue, e))?.messages {
            Some(more) if !more.is_empty() => messages.extend(more),
            _ => break,
        }
    }
    give_back(client, &queue, &messages).await;
    Ok(messages.iter().map(|message| letter(stage, message)).collect())
}

async fn give_back(client: &Client, queue: &str, messages: &[Message]) {
    for messages in messages.chunks(AT_ONCE) {
        let visible = messages.iter().enumerate().filter_map(|(at, message)| {
            let entry = Visible::builder().id(at.to_string()).visibility_timeout(0);
            entry.receipt_handle(message.receipt_handle()?).build().ok()
        });
        let request = client.change_message_visibility_batch().queue_url(queue).set_entries(Some(visible.collect()));
        if let Err(error) = request.send().await {
            tracing::debug!("dead letters come back {HIDDEN} s later: {}", fault(queue, error));
        }
    }
}

fn letter(stage: &str, message: &Message) -> DeadLetter {
    let sent = message.attributes().and_then(|attributes| attributes.get(&System::SentTimestamp)?.parse().ok());
    let why = text_attribute(message, WHY)
        .map_or_else(|| "its queue gave it up: it was received too often without an end".to_owned(), str::to_owned);
    let body = message.body().unwrap_or_default().to_owned();
    DeadLetter { parcel: Parcel::arrived(stage, text_attribute(message, ID), body), why, at: sent.unwrap_or_default() }
}
