//! One stage's subscription, open for as long as somebody receives from it.

use std::collections::{BTreeMap, HashMap};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use google_cloud_pubsub::client::Subscriber;
use google_cloud_pubsub::model::Message;
use google_cloud_pubsub::subscriber::handler::Handler;
use google_cloud_pubsub::subscriber::{MessageStream, ShutdownToken};
use tokio::time::Instant;

use crate::Error;
use crate::pubsub::fault::fault;

/// By how much a lease is extended at a time: what a process that ended holds comes back so much later.
const SHORTEST_EXTENSION: Duration = Duration::from_secs(10);
const LONGEST_EXTENSION: Duration = Duration::from_secs(60);
/// How long the service may take to notice that a stream is closed; what is given back earlier may go into it.
pub(crate) const CLOSED: Duration = Duration::from_millis(100);
/// Messages that one process holds of a stage, at least.
const LEAST_HELD: usize = 10;

/// An open subscription, and what was received from it and not yet given back.
pub(crate) struct Line {
    name: String,
    /// None once it is closed.
    stream: tokio::sync::Mutex<Option<MessageStream>>,
    shutdown: ShutdownToken,
    held: Mutex<Held>,
    /// Rings when a message has a new time at which it is given back.
    bell: tokio::sync::Notify,
}

#[derive(Default)]
struct Held {
    last: u64,
    /// Being handled, by receipt.
    handled: HashMap<String, Handler>,
    /// Given back at a time: the service knows no such delay, so they are held until then.
    waiting: BTreeMap<(Instant, u64), Handler>,
}

impl Line {
    /// The first to receive says how many messages are held at a time and for how long.
    pub(crate) fn open(subscriber: &Subscriber, name: String, most: usize, lease: Duration) -> Self {
        let extension = (lease / 4).clamp(SHORTEST_EXTENSION, LONGEST_EXTENSION);
        let stream = subscriber
            .subscribe(&name)
            .set_max_lease(lease)
            .set_max_lease_extension(extension)
            .set_max_outstanding_messages(most.max(LEAST_HELD) as i64)
            .build();
        let shutdown = stream.shutdown_token();
        let (stream, held) = (tokio::sync::Mutex::new(Some(stream)), Mutex::default());
        Self { name, stream, shutdown, held, bell: tokio::sync::Notify::new() }
    }

    /// Up to `most` messages, at least one: each with its receipt and the count of its deliveries, if it is counted.
    pub(crate) async fn receive(&self, most: usize) -> Result<Vec<(Message, String, Option<i32>)>, Error> {
        let mut stream = self.stream.lock().await;
        let Some(stream) = stream.as_mut() else { return Err(self.ended()) };
        let mut received = vec![self.first(stream).await?];
        while received.len() < most.max(1) {
            match stream.next().now_or_never() {
                Some(Some(Ok(more))) => received.push(more),
                // Whatever it is, the next to receive is told.
                _ => break,
            }
        }
        Ok(received.into_iter().map(|(message, handler)| self.hold(message, handler)).collect())
    }

    /// Forgets a receipt; the service is told that the message is done with. One that is not known has come back.
    pub(crate) fn done(&self, receipt: &str) {
        let handler = self.held().handled.remove(receipt);
        if let Some(handler) = handler {
            handler.ack();
        }
    }

    /// Gives a message back after some time.
    pub(crate) fn give_back(&self, receipt: &str, after: Duration) {
        let mut held = self.held();
        let Some(handler) = held.handled.remove(receipt) else { return };
        if after.is_zero() {
            handler.nack();
        } else {
            held.last += 1;
            let due = (Instant::now() + after, held.last);
            held.waiting.insert(due, handler);
            self.bell.notify_one();
        }
    }

    /// Tells the service what it has not been told, and gives back everything else: after the stream is closed, or the
    /// stream would get it again.
    pub(crate) async fn close(&self) {
        let give_back = async {
            *self.stream.lock().await = None;
            tokio::time::sleep(CLOSED).await;
            drop(std::mem::take(&mut *self.held()));
        };
        // The first ends the stream for whoever waits for it, and its own end is after the second.
        tokio::join!(self.shutdown.shutdown(), give_back);
    }

    /// The next message. Meanwhile what is due is given back.
    async fn first(&self, stream: &mut MessageStream) -> Result<(Message, Handler), Error> {
        let mut next = pin!(stream.next());
        loop {
            let due = self.give_back_what_is_due();
            let due = async {
                match due {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                message = &mut next => return match message {
                    Some(Ok(message)) => Ok(message),
                    Some(Err(error)) => Err(fault(&self.name, &error)),
                    None => Err(self.ended()),
                },
                () = due => {}
                () = self.bell.notified() => {}
            }
        }
    }

    /// Answers when the next is due.
    fn give_back_what_is_due(&self) -> Option<Instant> {
        let mut held = self.held();
        let later = held.waiting.split_off(&(Instant::now(), u64::MAX));
        let due = std::mem::replace(&mut held.waiting, later);
        for handler in due.into_values() {
            handler.nack();
        }
        held.waiting.first_key_value().map(|((at, _), _)| *at)
    }

    fn hold(&self, message: Message, handler: Handler) -> (Message, String, Option<i32>) {
        let mut held = self.held();
        held.last += 1;
        // Of this process alone: nobody else can do anything with it. Another line's receipt is no other message's.
        let receipt = format!("{}/{}", message.message_id, held.last);
        let deliveries = handler.delivery_attempt();
        held.handled.insert(receipt.clone(), handler);
        (message, receipt, deliveries)
    }

    fn ended(&self) -> Error {
        Error::Unavailable { queue: self.name.clone(), why: "its stream was closed".to_owned() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
