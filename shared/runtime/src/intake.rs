//! How a report enters: kept first, then answered, then sent.
//!
//! The durable write is the store's inbox; the first queue gets the message right after. Whatever a crash leaves
//! between the two is sent when the process starts again, under the same id.

use std::sync::atomic::{AtomicI64, Ordering};

use contracts::messages::ChangeReported;
use contracts::{Envelope, Message, MessageId};
use queue::Parcel;
use store::{Accept, Accepted};
use tokio::sync::mpsc;

use crate::World;
use crate::step::Error;

/// The way in. Cloning is not needed: it is shared by reference.
pub struct Intake {
    world: World,
    relay: mpsc::Sender<Vec<Parcel>>,
    last_seq: AtomicI64,
}

impl Intake {
    /// Opens the way in, and sends what a former process had accepted and not sent.
    pub async fn open(world: World) -> Result<Self, Error> {
        let waiting = world.store.waiting().await?;
        let left = waiting.into_iter().flat_map(|(run, envelope)| match run.parse() {
            Ok(id) => first_parcels(&world, &id, &envelope),
            Err(_) => Vec::new(),
        });
        world.queue.send(left.collect()).await?;
        let (relay, parcels) = mpsc::channel(4096);
        #[expect(clippy::disallowed_methods, reason = "the runtime owns its tasks; this one ends with the intake")]
        tokio::spawn(relay_all(world.clone(), parcels));
        Ok(Self { last_seq: AtomicI64::new(0), world, relay })
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
        change.seq = self.next_seq(now);
        let repo = change.repo.clone();
        let envelope = serde_json::to_string(&Envelope::first(id.clone(), change))?;
        let parcels = first_parcels(&self.world, &id, &envelope);
        let accept = Accept { run: id.run(), delivery, repo, reported_at: now, envelope };
        let accepted = self.world.store.accept(accept).await?;
        if accepted == Accepted::New {
            // Closed only while the process stops; the next one sends what is in the inbox.
            drop(self.relay.send(parcels).await);
        }
        Ok(accepted)
    }

    /// Grows with every report, and across restarts: microseconds, never twice the same.
    fn next_seq(&self, now_ms: i64) -> i64 {
        let now = now_ms.saturating_mul(1000);
        let bump = |last: i64| Some(now.max(last + 1));
        let last = self.last_seq.fetch_update(Ordering::Relaxed, Ordering::Relaxed, bump).unwrap_or(now);
        now.max(last + 1)
    }
}

fn first_parcels(world: &World, id: &MessageId, envelope: &str) -> Vec<Parcel> {
    let parcel = |stage: &str| Parcel { stage: stage.to_owned(), id: id.clone(), envelope: envelope.to_owned() };
    world.wiring.listeners(ChangeReported::TOPIC).map(parcel).collect()
}

/// Sends what was accepted, as much at once as there is.
async fn relay_all(world: World, mut parcels: mpsc::Receiver<Vec<Parcel>>) {
    let mut batch = Vec::new();
    while parcels.recv_many(&mut batch, 1024).await > 0 {
        let parcels: Vec<Parcel> = batch.drain(..).flatten().collect();
        while let Err(error) = world.queue.send(parcels.clone()).await {
            tracing::error!("{} accepted reports wait in the inbox: {error}", parcels.len());
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
    }
}
