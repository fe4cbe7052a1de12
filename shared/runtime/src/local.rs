//! The host for a single process: a receiver a stage, as many messages at once as `pipeline.yaml` allows.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use queue::Received;
use stage::Stage;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use crate::World;
use crate::step::{limits, step};

/// Added to a stage's time limit to get the lease: whoever is late is told so before the message comes back.
const LEASE_MARGIN: Duration = Duration::from_secs(60);
/// How long a message waits when the step itself failed (the disk is full, the store is closed).
const STEP_FAILED_DELAY: Duration = Duration::from_secs(1);

/// Runs stages until it is told to stop.
pub struct Local {
    world: World,
    stop: watch::Sender<bool>,
    stages: JoinSet<()>,
}

impl Local {
    /// A host without stages.
    pub fn new(world: World) -> Self {
        Self { world, stop: watch::Sender::new(false), stages: JoinSet::new() }
    }

    /// Runs stage `S` from now on.
    pub fn run<S: Stage>(&mut self, deps: S::Deps) {
        self.stages.spawn(receive_all::<S>(self.world.clone(), Arc::new(deps), self.stop.subscribe()));
    }

    /// Serves HTTP from now on.
    pub fn serve(&mut self, listener: TcpListener, router: Router) {
        let mut stop = self.stop.subscribe();
        let stopped = async move { drop(stop.wait_for(|stop| *stop).await) };
        let serve = async move {
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
                tracing::error!("the HTTP server ended: {error}");
            }
        };
        self.stages.spawn(serve);
    }

    /// Stops receiving, waits for what is being handled, and comes back. What is still queued stays queued.
    pub async fn drain(mut self) {
        self.stop.send_replace(true);
        while self.stages.join_next().await.is_some() {}
        if let Err(error) = self.world.queue.settle().await {
            tracing::warn!("the queue's last state is not on the disk; the store has what is missing: {error}");
        }
    }
}

async fn receive_all<S: Stage>(world: World, deps: Arc<S::Deps>, mut stop: watch::Receiver<bool>) {
    let limits = limits(&world, S::NAME);
    let lease = Duration::from_secs(limits.timeout) + LEASE_MARGIN;
    let room = Arc::new(Semaphore::new(limits.max_concurrent.max(1)));
    let mut steps = JoinSet::new();
    loop {
        let Ok(first) = room.clone().acquire_owned().await else { break };
        let mut permits = vec![first];
        permits.extend(std::iter::from_fn(|| room.clone().try_acquire_owned().ok()));
        let received = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            received = world.queue.receive(S::NAME, permits.len(), lease) => received,
        };
        match received {
            Ok(received) => {
                for (received, permit) in received.into_iter().zip(permits) {
                    steps.spawn(one_step::<S>(world.clone(), deps.clone(), received, permit));
                }
            }
            Err(error) => {
                tracing::error!(stage = S::NAME, "cannot receive: {error}");
                tokio::time::sleep(STEP_FAILED_DELAY).await;
            }
        }
        while steps.try_join_next().is_some() {}
    }
    while steps.join_next().await.is_some() {}
}

async fn one_step<S: Stage>(world: World, deps: Arc<S::Deps>, received: Received, _permit: OwnedSemaphorePermit) {
    if let Err(error) = step::<S>(&world, &deps, &received).await {
        tracing::error!(stage = S::NAME, id = %received.parcel.id, "comes back, for the step failed: {error}");
        // If even this fails, the lease ends by itself.
        drop(world.queue.retry(&received, STEP_FAILED_DELAY).await);
    }
}
