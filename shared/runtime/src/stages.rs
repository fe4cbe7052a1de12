//! The stages of one function, by name: what a platform hands over is a name and a text.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contracts::{MessageId, RunId};
use futures::FutureExt;
use futures::future::BoxFuture;
use queue::Received;
use serde::Deserialize;
use stage::Stage;

use crate::World;
use crate::direct::note_arrival;
use crate::step::{Ending, Error, work};

/// Stages with what they may ask. Cloning shares them.
#[derive(Clone, Default)]
pub struct Stages(BTreeMap<&'static str, Arc<dyn Hears>>);

/// A stage whose types are its own matter.
trait Hears: Send + Sync {
    fn hear<'a>(&'a self, world: &'a World, received: &'a Received) -> BoxFuture<'a, Result<Ending, Error>>;
}

struct Place<S: Stage>(S::Deps);

impl<S: Stage> Hears for Place<S> {
    fn hear<'a>(&'a self, world: &'a World, received: &'a Received) -> BoxFuture<'a, Result<Ending, Error>> {
        work::<S>(world, &self.0, received).boxed()
    }
}

/// The part of every envelope, claims included, that says what it is.
#[derive(Deserialize)]
struct Outer {
    id: MessageId,
    run: RunId,
}

impl Stages {
    /// With one more stage.
    #[must_use]
    pub fn with<S: Stage>(mut self, deps: S::Deps) -> Self {
        self.0.insert(S::NAME, Arc::new(Place::<S>(deps)));
        self
    }

    /// The stage whose queue has this name: the installation's prefix, then the stage's name with dashes.
    pub(crate) fn of_queue(&self, queue: &str) -> Option<&'static str> {
        let is_its = |stage: &&'static str| queue.ends_with(&stage.replace('_', "-"));
        self.0.keys().copied().filter(is_its).max_by_key(|stage| stage.len())
    }

    /// Takes a message through a stage, and does on the queues what has to be done before the platform is told that it is
    /// done with (none), or that it comes again after a time.
    pub(crate) async fn settle(&self, world: &World, received: &Received) -> Result<Option<Duration>, Error> {
        match self.hear(world, received).await? {
            Ending::Retry(after) => return Ok(Some(after)),
            Ending::Done(children) => world.queue.send(children).await?,
            Ending::Dead { why, say } => {
                world.queue.send(say).await?;
                world.queue.bury(received, &why).await?;
            }
        }
        Ok(None)
    }

    /// Takes a message through a stage, up to its effects on the queue. A run's first message is noted before, so that the
    /// store knows what was accepted even if its handling never comes to an end.
    async fn hear(&self, world: &World, received: &Received) -> Result<Ending, Error> {
        let Some(stage) = self.0.get(received.parcel.stage.as_str()) else {
            let why = format!(
                "this function has no stage {}: its queue is connected to the wrong function",
                received.parcel.stage
            );
            return Ok(Ending::Dead { why, say: Vec::new() });
        };
        if let Some(Outer { id, run }) = outer(&received.parcel.envelope)
            && id.as_str() == run.as_str()
        {
            note_arrival(world, &received.parcel).await?;
        }
        stage.hear(world, received).await
    }
}

fn outer(envelope: &str) -> Option<Outer> {
    serde_json::from_str(envelope).ok()
}
