//! The inbox of a deployed function: the first queue, which is durable by itself.
//!
//! The store is not asked while a report is taken in, for it may be asleep; a repeat is recognised by the stage that decides,
//! so that every receipt says "accepted" and names the run that the first of its kind started. Only who waits for a verdict
//! waits for the store.

use contracts::RunId;
use futures::FutureExt;
use futures::future::BoxFuture;
use runtime::direct::Direct;
use runtime::{World, failure_of};
use stage::Fault;

use crate::{Arrival, Check, Ended, Inbox, Receipt, Touched};

/// Sends what is accepted.
pub struct QueuedInbox {
    world: World,
    direct: Direct,
}

impl QueuedInbox {
    /// An inbox over the doors of a function.
    pub fn new(world: World) -> Self {
        Self { direct: Direct::new(world.clone()), world }
    }
}

impl Inbox for QueuedInbox {
    fn accept(&self, arrival: Arrival) -> BoxFuture<'_, Result<Receipt, Fault>> {
        async move {
            let run = arrival.content.run();
            self.direct.accept(arrival.content, arrival.change).await.map_err(Fault::retry)?;
            Ok(Receipt::Accepted { run })
        }
        .boxed()
    }

    fn touched(&self, touched: Touched) -> BoxFuture<'_, Result<Receipt, Fault>> {
        async move {
            let run = touched.content.run();
            self.direct.accept_message(touched.content, touched.said).await.map_err(Fault::retry)?;
            Ok(Receipt::Accepted { run })
        }
        .boxed()
    }

    fn ended<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Option<Ended>, Fault>> {
        async move {
            let store = &self.world.store;
            if store.finished(run).await? != Some(true) {
                return Ok(None);
            }
            let verdicts = store.verdicts(run).await?;
            Ok(Some(Ended { verdicts, failure: failure_of(store, run).await? }))
        }
        .boxed()
    }

    /// The queue is all that accepting needs.
    fn ready(&self) -> BoxFuture<'_, Vec<Check>> {
        async move { vec![("queue", self.world.queue.lengths().await.map(drop).map_err(|e| e.to_string()))] }.boxed()
    }
}
