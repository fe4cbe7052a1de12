//! One message through one stage.
//!
//! Between any two awaits below the process may die. What makes that harmless:
//!
//! 1. before the decision is kept, nothing has happened that a repeat would not do again under the same keys;
//! 2. the decision, its records and its children's flights are kept in one commit;
//! 3. after it, a redelivery reads the decision and sends the same children under the same ids, which their
//!    queues and stages recognise.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use contracts::pipeline::{DEFAULT_MEMORY, StageLimits};
use contracts::{Envelope, Message, MessageId};
use futures::FutureExt;
use queue::{Parcel, Received};
use stage::{Fault, Outcome, Says, Stage};
use store::{Decided, Decision, Emitted};

use crate::observe::Happening;
use crate::{World, claim, trace};

/// A message whose handling ended the process this often is given up.
const MOST_CRASHES: u32 = 20;
/// A retry never waits longer than this.
const LONGEST_DELAY: Duration = Duration::from_secs(900);

/// Why a step could not be taken to its end; the message comes back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The queue failed.
    #[error(transparent)]
    Queue(#[from] queue::Error),
    /// A document could not be put.
    #[error(transparent)]
    Blobs(#[from] blobs::Error),
    /// An outcome is not JSON.
    #[error("an outcome cannot be written down: {0}")]
    Json(#[from] serde_json::Error),
}

/// What becomes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It is done with; these are sent first.
    Done(Vec<Parcel>),
    /// It comes again after this.
    Retry(Duration),
    /// It is given up.
    Dead {
        /// Why.
        why: String,
        /// Sent first.
        say: Vec<Parcel>,
    },
}

/// Takes one received message through stage `S`: to its decision, its effects and its acknowledgement.
pub async fn step<S: Stage>(world: &World, deps: &S::Deps, received: &Received) -> Result<(), Error> {
    match work::<S>(world, deps, received).await? {
        Ending::Done(children) => world.queue.complete(received, children).await?,
        Ending::Retry(after) => world.queue.retry(received, after).await?,
        Ending::Dead { why, say } => {
            world.queue.send(say).await?;
            world.queue.bury(received, &why).await?;
        }
    }
    Ok(())
}

/// The same up to its effects on the queue, for a host whose platform is told in its own way.
pub async fn work<S: Stage>(world: &World, deps: &S::Deps, received: &Received) -> Result<Ending, Error> {
    let parcel = &received.parcel;
    if let Some(decided) = world.store.decision(&parcel.id, S::NAME).await? {
        return ending(world, decided).await;
    }
    let started_at = (world.clock)();
    let envelope: Envelope<S::In> = match read(world, parcel).await? {
        Ok(envelope) => envelope,
        Err(why) => return reject_unreadable(world, parcel, why).await,
    };
    world.observers.tell(Happening::Started { run: envelope.run.clone(), stage: S::NAME });
    let decision = match handle::<S>(world, deps, received, &envelope).await {
        Ok(outcome) => decision::<S>(world, &envelope, outcome).await?,
        Err(Fault::Retry { after, .. }) if may_retry(world, S::NAME, received) => {
            let delay = after.unwrap_or_else(|| retry_delay(world, received.attempts));
            return Ok(Ending::Retry(delay));
        }
        Err(fault) => given_up::<S>(world, deps, &envelope, fault.to_string()).await?,
    };
    let decision = Decision {
        stage: S::NAME.to_owned(),
        started_at,
        ended_at: (world.clock)(),
        attempts: received.attempts,
        ..decision
    };
    let decided = keep(world, decision).await?;
    world.observers.tell(ended::<S>(&envelope, (world.clock)() - started_at, &decided));
    ending(world, decided).await
}

/// The envelope, from wherever it lies; or why this version can do nothing with it.
async fn read<M: Message>(world: &World, parcel: &Parcel) -> Result<Result<Envelope<M>, String>, Error> {
    let text = match claim::redeem(&world.blobs, &parcel.envelope).await {
        Ok(text) => text,
        Err(error @ blobs::Error::Io { .. }) => return Err(error.into()),
        Err(error) => return Ok(Err(format!("the message lies in object storage and cannot be had: {error}"))),
    };
    let read = serde_json::from_str(&text);
    Ok(read.map_err(|e| format!("the message cannot be read by this version: {e}")))
}

async fn handle<S: Stage>(
    world: &World,
    deps: &S::Deps,
    received: &Received,
    envelope: &Envelope<S::In>,
) -> Result<Outcome<S::Out>, Fault> {
    if received.crashes > MOST_CRASHES {
        return Err(Fault::reject(format!("handling it ended the process {} times", received.crashes)));
    }
    let limit = Duration::from_secs(limits(world, S::NAME).timeout);
    let work = AssertUnwindSafe(S::handle(envelope, deps)).catch_unwind();
    let fault = match tokio::time::timeout(limit, work).await {
        Ok(Ok(Ok(outcome))) => return Ok(outcome),
        Ok(Ok(Err(fault))) => fault,
        Ok(Err(panic)) => Fault::retry(format!("{} panicked: {}", S::NAME, panic_text(panic.as_ref()))),
        Err(_) => Fault::retry(format!("{} did not finish within {} s", S::NAME, limit.as_secs())),
    };
    tracing::warn!(stage = S::NAME, run = %envelope.run, attempt = received.attempts, "{fault}");
    Err(fault)
}

/// The outcome as a decision. Documents are put first: they are keyed by content, so that repeating this is
/// harmless, and the decision needs to hold keys only.
async fn decision<S: Stage>(
    world: &World,
    envelope: &Envelope<S::In>,
    outcome: Outcome<S::Out>,
) -> Result<Decision, Error> {
    for put in outcome.put {
        world.blobs.put(&put.key, put.bytes).await?;
    }
    let mut emitted = Vec::new();
    let mut children = Vec::new();
    for (position, out) in outcome.emit.iter().enumerate() {
        let topic = out.topic();
        let id = envelope.id.child(topic, position);
        let (run, traceparent) = (envelope.run.clone(), trace::child(envelope.traceparent.as_deref(), &id));
        let child = Envelope { id: id.clone(), run, traceparent, body: out.body()? };
        children.extend(world.wiring.listeners(topic).map(|stage| (id.clone(), stage.to_owned())));
        emitted.push(Emitted { topic: topic.to_owned(), id, envelope: serde_json::to_string(&child)? });
    }
    Ok(Decision { children, save: outcome.save, ..empty(envelope, Decided::Emit(emitted)) })
}

/// Giving up is a decision like any other, with what the stage has to say about it.
async fn given_up<S: Stage>(
    world: &World,
    deps: &S::Deps,
    envelope: &Envelope<S::In>,
    why: String,
) -> Result<Decision, Error> {
    // A panic here would bring the message back for ever.
    let said = std::panic::catch_unwind(AssertUnwindSafe(|| S::given_up(envelope, deps, &why)));
    let decision = decision::<S>(world, envelope, said.unwrap_or_default()).await?;
    let verdict = match decision.verdict {
        Decided::Emit(say) if say.is_empty() => Decided::Rejected(why),
        Decided::Emit(say) => Decided::GivenUp { why, say },
        other => other,
    };
    Ok(Decision { verdict, ..decision })
}

fn rejection<M>(envelope: &Envelope<M>, why: String) -> Decision {
    empty(envelope, Decided::Rejected(why))
}

fn empty<M>(envelope: &Envelope<M>, verdict: Decided) -> Decision {
    Decision {
        message: envelope.id.clone(),
        stage: String::new(),
        run: envelope.run.clone(),
        verdict,
        children: Vec::new(),
        save: Vec::new(),
        started_at: 0,
        ended_at: 0,
        attempts: 0,
    }
}

/// Writes the decision down. If somebody else decided meanwhile, theirs counts.
async fn keep(world: &World, decision: Decision) -> Result<Decided, Error> {
    let (message, stage, mine) = (decision.message.clone(), decision.stage.clone(), decision.verdict.clone());
    if world.store.decide(decision).await? {
        return Ok(mine);
    }
    Ok(world.store.decision(&message, &stage).await?.unwrap_or(mine))
}

async fn ending(world: &World, decided: Decided) -> Result<Ending, Error> {
    Ok(match decided {
        Decided::Emit(say) => Ending::Done(parcels(world, say).await?),
        Decided::GivenUp { why, say } => Ending::Dead { why, say: parcels(world, say).await? },
        Decided::Rejected(why) => Ending::Dead { why, say: Vec::new() },
    })
}

async fn parcels(world: &World, say: Vec<Emitted>) -> Result<Vec<Parcel>, Error> {
    let mut parcels = Vec::new();
    for Emitted { topic, id, envelope } in say {
        parcels.extend(addressed(world, &topic, &id, &envelope).await?);
    }
    Ok(parcels)
}

/// A message for everybody who hears its topic.
pub(crate) async fn addressed(
    world: &World,
    topic: &str,
    id: &MessageId,
    envelope: &str,
) -> Result<Vec<Parcel>, blobs::Error> {
    let listeners: Vec<&str> = world.wiring.listeners(topic).collect();
    if listeners.is_empty() {
        return Ok(Vec::new());
    }
    let envelope = claim::fit(world, envelope).await?;
    let parcel = |stage: &str| Parcel { stage: stage.to_owned(), id: id.clone(), envelope: envelope.clone() };
    Ok(listeners.into_iter().map(parcel).collect())
}

/// A message that is none of ours any more: kept among the dead letters, and its run is not held up by it.
async fn reject_unreadable(world: &World, parcel: &Parcel, why: String) -> Result<Ending, Error> {
    tracing::error!(stage = parcel.stage, id = %parcel.id, "{why}");
    #[derive(serde::Deserialize)]
    struct Outer {
        id: MessageId,
        run: contracts::RunId,
    }
    if let Ok(Outer { id, run }) = serde_json::from_str(&parcel.envelope) {
        let envelope = Envelope { id, run, traceparent: None, body: () };
        let stage = parcel.stage.clone();
        keep(world, Decision { stage, ..rejection(&envelope, why.clone()) }).await?;
    }
    Ok(Ending::Dead { why, say: Vec::new() })
}

fn ended<S: Stage>(envelope: &Envelope<S::In>, millis: i64, decided: &Decided) -> Happening {
    let error = match decided {
        Decided::Emit(_) => None,
        Decided::Rejected(why) | Decided::GivenUp { why, .. } => Some(why.clone()),
    };
    Happening::Ended { run: envelope.run.clone(), stage: S::NAME, millis, error }
}

fn may_retry(world: &World, stage: &str, received: &Received) -> bool {
    received.attempts <= limits(world, stage).retries
}

/// Limits of a stage: its own, or the seed's defaults for one that `pipeline.yaml` does not name.
pub fn limits(world: &World, stage: &str) -> StageLimits {
    let orchestrator = &world.pipeline.orchestrator;
    let retries = orchestrator.error_handling.max_retries;
    let fallback = StageLimits { timeout: 300, retries, max_concurrent: 5, memory: DEFAULT_MEMORY };
    orchestrator.stages.get(stage).copied().unwrap_or(fallback)
}

fn retry_delay(world: &World, attempts: u32) -> Duration {
    let settings = world.pipeline.orchestrator.error_handling;
    let doublings = if settings.exponential_backoff { attempts.saturating_sub(1).min(10) } else { 0 };
    Duration::from_secs(settings.retry_delay << doublings).min(LONGEST_DELAY)
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}
