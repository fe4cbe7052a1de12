//! Sending: as many at once as a batch takes, and again what a batch left out.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry as Entry};

use crate::error::with_causes;
use crate::sqs::fault::{fault, name};
use crate::sqs::text;
use crate::travel::{WHY, short};
use crate::{Error, Parcel};

/// A message with its attributes, and all messages of a batch together, in bytes. Amazon allows 1 MiB since August 2025
/// (<https://aws.amazon.com/about-aws/whats-new/2025/08/amazon-sqs-max-payload-size-1mib/>); a queue that was made before,
/// or by Terraform without saying so, still takes 256 KiB, and messages that hold keys have no need for more.
const MOST_BYTES: usize = 256 * 1024;
/// Of these, what attributes and the reason of a dead letter may need.
const ROOM_FOR_ATTRIBUTES: usize = 8 * 1024;
/// The longest envelope, as it is sent.
pub(crate) const MOST_ENVELOPE_BYTES: usize = MOST_BYTES - ROOM_FOR_ATTRIBUTES;
/// Messages in a batch.
const MOST_ENTRIES: usize = 10;
/// How often a batch is sent before what it leaves out is an error, and the first pause, which doubles.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(50);

/// A message as it is sent.
struct Sent {
    body: String,
    attributes: Vec<(&'static str, String)>,
}

/// Sends messages to one queue. The caller has seen to it that each fits.
pub(crate) async fn send(client: &Client, queue: &str, parcels: &[&Parcel]) -> Result<(), Error> {
    let sent = |parcel: &&Parcel| Sent { body: body(&parcel.envelope), attributes: parcel.attributes() };
    for mut batch in batches(parcels.iter().map(sent)) {
        match batch.pop() {
            Some(only) if batch.is_empty() => send_one(client, queue, only).await?,
            last => {
                batch.extend(last);
                send_batch(client, queue, batch).await?;
            }
        }
    }
    Ok(())
}

/// Sends a message to the queue of its dead letters.
pub(crate) async fn send_dead(client: &Client, queue: &str, parcel: &Parcel, why: &str) -> Result<(), Error> {
    let mut attributes = parcel.attributes();
    attributes.push((WHY, text::plain(&short(why)).into_owned()));
    let dead = Sent { body: body(&parcel.envelope), attributes };
    send_one(client, queue, dead).await
}

/// SQS takes no empty message; for JSON a space is as much.
fn body(envelope: &str) -> String {
    if envelope.is_empty() { " ".to_owned() } else { text::json(envelope).into_owned() }
}

/// In their order, each batch within both limits.
fn batches(all: impl Iterator<Item = Sent>) -> Vec<Vec<Sent>> {
    let mut batches: Vec<Vec<Sent>> = Vec::new();
    let mut room = 0;
    for sent in all {
        let bytes = sent.bytes();
        match batches.last_mut() {
            Some(batch) if batch.len() < MOST_ENTRIES && bytes <= room => {
                room -= bytes;
                batch.push(sent);
            }
            _ => {
                room = MOST_BYTES.saturating_sub(bytes);
                batches.push(vec![sent]);
            }
        }
    }
    batches
}

impl Sent {
    /// What counts against the limits: the body, and names, types and values of attributes.
    fn bytes(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, value)| name.len() + "String".len() + value.len());
        self.body.len() + attributes.sum::<usize>()
    }

    /// The body, and what goes beside it.
    fn parts(self) -> Result<(String, HashMap<String, MessageAttributeValue>), BuildError> {
        let attributes = self.attributes.into_iter().map(|(name, value)| {
            let value = MessageAttributeValue::builder().data_type("String").string_value(value).build()?;
            Ok((name.to_owned(), value))
        });
        Ok((self.body, attributes.collect::<Result<_, BuildError>>()?))
    }
}

/// Most decisions say one thing, and one message is cheaper than a batch of one.
async fn send_one(client: &Client, queue: &str, sent: Sent) -> Result<(), Error> {
    let (body, attributes) = sent.parts().map_err(|e| unsaid(queue, &e))?;
    let request = client.send_message().queue_url(queue).message_body(body).set_message_attributes(Some(attributes));
    request.send().await.map(drop).map_err(|e| fault(queue, e))
}

/// A batch is taken in parts: what is left out through no fault of ours is sent again, alone.
async fn send_batch(client: &Client, queue: &str, batch: Vec<Sent>) -> Result<(), Error> {
    let entry = |(at, sent): (usize, Sent)| {
        let (body, attributes) = sent.parts()?;
        Entry::builder().id(at.to_string()).message_body(body).set_message_attributes(Some(attributes)).build()
    };
    let entries: Result<Vec<Entry>, BuildError> = batch.into_iter().enumerate().map(entry).collect();
    let mut entries = entries.map_err(|e| unsaid(queue, &e))?;
    let mut why = String::new();
    for attempt in 0..TRIES {
        if attempt > 0 {
            tokio::time::sleep(PAUSE * 2_u32.pow(attempt - 1)).await;
        }
        let request = client.send_message_batch().queue_url(queue).set_entries(Some(entries.clone()));
        let failed = request.send().await.map_err(|e| fault(queue, e))?.failed;
        if let Some(ours) = failed.iter().find(|failed| failed.sender_fault()) {
            let why = format!("{}: {}", ours.code(), ours.message().unwrap_or("it does not say why"));
            return Err(Error::Refused { queue: name(queue), why });
        }
        let Some(first) = failed.first() else { return Ok(()) };
        why = format!("{} of {} messages were left out: {}", failed.len(), entries.len(), first.code());
        entries.retain(|entry| failed.iter().any(|failed| failed.id() == entry.id()));
    }
    Err(Error::Unavailable { queue: name(queue), why })
}

/// A request that cannot even be written.
fn unsaid(queue: &str, error: &BuildError) -> Error {
    Error::Refused { queue: name(queue), why: with_causes(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_keep_both_limits_and_the_order() {
        let cases: [(&str, Vec<usize>, &[usize]); 6] = [
            ("nothing", vec![], &[]),
            ("few", vec![100; 3], &[3]),
            ("many", vec![100; 25], &[10, 10, 5]),
            ("long", vec![100_000; 5], &[2, 2, 1]),
            ("the longest", vec![MOST_ENVELOPE_BYTES; 2], &[1, 1]),
            ("mixed", vec![10, 200_000, 200_000, 10, 10], &[2, 3]),
        ];
        for (name, lengths, expected) in cases {
            let sent = lengths.iter().enumerate().map(|(at, length)| {
                let attributes = vec![("id", at.to_string())];
                Sent { body: "x".repeat(*length), attributes }
            });
            let batches = batches(sent);
            assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), expected, "{name}");
            for batch in &batches {
                assert!(batch.iter().map(Sent::bytes).sum::<usize>() <= MOST_BYTES, "{name}");
            }
            let order: Vec<String> = batches.iter().flatten().map(|sent| sent.attributes[0].1.clone()).collect();
            assert_eq!(order, (0..lengths.len()).map(|at| at.to_string()).collect::<Vec<_>>(), "{name}");
        }
    }

    #[test]
    fn the_longest_envelope_has_room_for_everything_beside_it() {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let start = format!(r#"{{"traceparent":"{trace}","body":""#);
        let envelope = format!("{start}{}\"}}", "x".repeat(MOST_ENVELOPE_BYTES - start.len() - 2));
        let parcel = Parcel::arrived("initialization", None, envelope);
        let mut attributes = parcel.attributes();
        attributes.push((WHY, text::plain(&short(&"\0".repeat(5_000))).into_owned()));
        assert_eq!(attributes.len(), 4);
        assert!(Sent { body: body(&parcel.envelope), attributes }.bytes() <= MOST_BYTES);
    }
}
