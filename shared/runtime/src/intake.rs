//! How a report enters: kept first, then answered, then sent.
//!
//! The durable write is the store's inbox, and the inbox is where a burst waits: the first queue is given only as much as
//! it can use. Whatever a crash leaves between the two is sent when the process starts again, under the same id.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use contracts::messages::ChangeReported;
use contracts::{Envelope, Message, MessageId, RepoName};
use queue::Parcel;
use store::{Accept, Accepted};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::step::{Error, addressed};
use crate::{World, trace};

/// Messages that the queues hold at most before the inbox sends more, and sent at once.
const MOST_QUEUED: u32 = 256;
/// How soon full queues are looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// How soon a failed send is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// The way in. Cloning is not needed: it is shared by reference.
pub struct Intake {
    world: World,
    bell: Arc<Notify>,
    sequence: Sequence,
    relay: JoinHandle<()>,
}

impl Drop for Intake {
    fn drop(&mut self) {
        self.relay.abort();
    }
}

impl Intake {
    /// Opens the way in, sends again what a former process had in the air (its queue may have lost it), and begins to
    /// send what it had accepted and not sent.
    pub async fn open(world: World) -> Result<Self, Error> {
        let in_flight = world.store.in_flight().await?.into_iter();
        let parcel =
            |(stage, id, envelope): (String, String, String)| Some(Parcel { stage, id: id.parse().ok()?, envelope });
        world.queue.send_again(in_flight.filter_map(parcel).collect()).await?;
        let bell = Arc::new(Notify::new());
        let left = world.store.last_waiting().await?;
        #[expect(clippy::disallowed_methods, reason = "the runtime owns its tasks; this one ends with the intake")]
        let relay = tokio::spawn(relay_all(world.clone(), bell.clone(), left));
        Ok(Self { sequence: Sequence::default(), world, bell, relay })
    }

    /// What it sends over.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Takes a report in under the id that its content gives it. Durable when it returns; `reported_at` and `seq`
    /// are set here.
    pub async fn accept(
        &self,
        id: MessageId,
        delivery: Option<String>,
        mut change: ChangeReported,
    ) -> Result<Accepted, Error> {
        let now = (self.world.clock)();
        change.reported_at = now;
        change.seq = self.sequence.next(now);
        let repo = change.repo.clone();
        self.accept_message(id, delivery, repo, change).await
    }

    /// Takes in any other first message, as it is, under an id that follows from its cause. Durable when it returns.
    pub async fn accept_message<M: Message>(
        &self,
        id: MessageId,
        delivery: Option<String>,
        repo: RepoName,
        body: M,
    ) -> Result<Accepted, Error> {
        let (run, reported_at, topic) = (id.run(), (self.world.clock)(), M::TOPIC.to_owned());
        let envelope = serde_json::to_string(&first(id, body))?;
        let accept = Accept { run, delivery, repo, reported_at, topic, envelope };
        let accepted = self.world.store.accept(accept).await?;
        if accepted == Accepted::New {
            self.bell.notify_one();
        }
        Ok(accepted)
    }
}

/// A run's first message: the run is the trace, too.
pub(crate) fn first<M: Message>(id: MessageId, body: M) -> Envelope<M> {
    Envelope { traceparent: Some(trace::root(&id)), ..Envelope::first(id, body) }
}

/// Grows with every report, and across restarts: microseconds, never twice the same.
#[derive(Debug, Default)]
pub(crate) struct Sequence(AtomicI64);

impl Sequence {
    pub(crate) fn next(&self, now_ms: i64) -> i64 {
        let now = now_ms.saturating_mul(1000);
        let bump = |last: i64| Some(now.max(last + 1));
        let last = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, bump).unwrap_or(now);
        now.max(last + 1)
    }
}

/// Sends what waits in the inbox, in its order, for ever. Rows up to `left` are a former process's.
async fn relay_all(world: World, bell: Arc<Notify>, left: i64) {
    let (mut sent, mut room) = (0, MOST_QUEUED);
    loop {
        match send_more(&world, &mut sent, &mut room, left).await {
            Ok(0) if room == 0 => tokio::time::sleep(LOOK_AGAIN).await,
            Ok(0) => bell.notified().await,
            Ok(_) => {}
            Err(error) => {
                tracing::error!("accepted reports wait in the inbox: {error}");
                tokio::time::sleep(TRY_AGAIN).await;
            }
        }
    }
}

/// Sends as many reports as there is room for; answers how many.
async fn send_more(world: &World, sent: &mut i64, room: &mut u32, left: i64) -> Result<usize, Error> {
    if *room == 0 {
        // Asked only now and then: the queues empty faster than they are counted.
        let queued = u32::try_from(world.queue.length().await?).unwrap_or(u32::MAX);
        *room = MOST_QUEUED.saturating_sub(queued);
    }
    if *room == 0 {
        return Ok(0);
    }
    let waiting = world.store.waiting(*sent, *room).await?;
    let mut parcels = Vec::new();
    for (_, run, topic, envelope) in &waiting {
        if let Ok(id) = run.parse() {
            parcels.extend(addressed(world, topic, &id, envelope).await?);
        }
    }
    if *sent < left {
        world.queue.send_again(parcels).await?;
    } else {
        world.queue.send(parcels).await?;
    }
    *sent = waiting.last().map_or(*sent, |(row, ..)| *row);
    *room -= waiting.len() as u32;
    Ok(waiting.len())
}
