//! What the webhook service owes to its callers, kept by the runtime's intake.

use std::sync::Arc;

use contracts::RunId;
use futures::FutureExt;
use futures::future::BoxFuture;
use runtime::intake::Intake;
use runtime::{World, failure_of};
use stage::Fault;
use store::Accepted;
use webhook_ingest::{Arrival, Check, Ended, Inbox, Receipt, Touched};

/// The inbox of a local installation.
pub struct LocalInbox {
    /// What it looks at.
    pub world: World,
    /// The way in.
    pub intake: Arc<Intake>,
}

impl Inbox for LocalInbox {
    fn accept(&self, arrival: Arrival) -> BoxFuture<'_, Result<Receipt, Fault>> {
        async move {
            let run = arrival.content.run();
            match self.intake.accept(arrival.content, arrival.delivery, arrival.change).await {
                Ok(Accepted::New) => Ok(Receipt::Accepted { run }),
                Ok(Accepted::Duplicate(run)) => Ok(Receipt::Duplicate { run }),
                Err(error) => Err(Fault::retry(error)),
            }
        }
        .boxed()
    }

    fn touched(&self, touched: Touched) -> BoxFuture<'_, Result<Receipt, Fault>> {
        async move {
            let Touched { delivery, content, said } = touched;
            let (run, repo) = (content.run(), said.repo.clone());
            match self.intake.accept_message(content, delivery, repo, said).await {
                Ok(Accepted::New) => Ok(Receipt::Accepted { run }),
                Ok(Accepted::Duplicate(run)) => Ok(Receipt::Duplicate { run }),
                Err(error) => Err(Fault::retry(error)),
            }
        }
        .boxed()
    }

    fn ended<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Option<Ended>, Fault>> {
        async move {
            let store = &self.world.store;
            match store.finished(run).await? {
                Some(true) => {
                    let verdicts = store.verdicts(run).await?;
                    Ok(Some(Ended { verdicts, failure: failure_of(store, run).await? }))
                }
                Some(false) | None => Ok(None),
            }
        }
        .boxed()
    }

    fn ready(&self) -> BoxFuture<'_, Vec<Check>> {
        async move {
            let store = self.world.store.events(0, 1).await.map(drop).map_err(|e| e.to_string());
            let queue = self.world.queue.length().await.map(drop).map_err(|e| e.to_string());
            vec![("store", store), ("queue", queue)]
        }
        .boxed()
    }
}
