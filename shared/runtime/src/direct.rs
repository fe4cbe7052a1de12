//! How a report enters where the queue itself is durable: sent, then answered. The store is not asked, for it may sleep.
//!
//! A repeat is not recognised here but by the stage that decides: its id follows from what was signed. What arrived is noted
//! in the store by whoever receives it first ([`note_arrival`]).

use contracts::messages::ChangeReported;
use contracts::{Message, MessageId, RepoName};
use queue::Parcel;
use serde::Deserialize;
use store::Accept;

use crate::intake::{Sequence, first};
use crate::step::{Error, addressed};
use crate::{World, claim};

/// The way in of a function without a store of its own.
pub struct Direct {
    world: World,
    sequence: Sequence,
}

impl Direct {
    /// A way in that sends at once.
    pub fn new(world: World) -> Self {
        Self { world, sequence: Sequence::default() }
    }

    /// Sends a report under the id that its content gives it. Durable when it returns; `reported_at` and `seq` are set here.
    /// Two instances order what they accept within the same moment by their clocks.
    ///
    /// # Errors
    /// The queue's or the object storage's: nothing was accepted.
    pub async fn accept(&self, id: MessageId, mut change: ChangeReported) -> Result<(), Error> {
        change.reported_at = (self.world.clock)();
        change.seq = self.sequence.next(change.reported_at);
        self.accept_message(id, change).await
    }

    /// Sends any other first message, as it is, under an id that follows from its cause. Durable when it returns.
    ///
    /// # Errors
    /// As above.
    pub async fn accept_message<M: Message>(&self, id: MessageId, body: M) -> Result<(), Error> {
        let envelope = serde_json::to_string(&first(id.clone(), body))?;
        let parcels = addressed(&self.world, M::TOPIC, &id, &envelope).await?;
        Ok(self.world.queue.send(parcels).await?)
    }
}

/// Notes that a run's first message arrived. A repeat changes nothing.
pub(crate) async fn note_arrival(world: &World, parcel: &Parcel) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Outer {
        body: Body,
    }
    #[derive(Deserialize)]
    struct Body {
        repo: RepoName,
    }
    // What cannot be had or read is rejected by the stage, with its reason.
    let Ok(text) = claim::redeem(&world.blobs, &parcel.envelope).await else { return Ok(()) };
    let Ok(Outer { body: Body { repo } }) = serde_json::from_str(&text) else { return Ok(()) };
    let Some(place) = world.wiring.stages.iter().find(|place| place.stage == parcel.stage) else { return Ok(()) };
    let (run, topic, envelope) = (parcel.id.run(), place.hears.to_owned(), parcel.envelope.clone());
    let accept = Accept { run, delivery: None, repo, reported_at: (world.clock)(), topic, envelope };
    world.store.accept(accept).await?;
    Ok(())
}
