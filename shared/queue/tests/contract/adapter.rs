//! An adapter under test, with what one has to know to ask it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use contracts::MessageId;
use queue::{Parcel, Queue, Received};

/// Longer than any lease here takes to end.
pub const PATIENCE: Duration = Duration::from_secs(50);
/// A lease that does not end within a test.
pub const LONG: Duration = Duration::from_secs(300);
/// Stages that have queues. Each scenario has its own: what is left of one is not in another's way.
#[cfg(any(feature = "aws", feature = "gcp"))]
pub const STAGES: [&str; 19] = [
    "once",
    "children",
    "many",
    "lease",
    "retry",
    "bury",
    "late",
    "crowd",
    "text",
    "long",
    "garbage",
    "twice",
    "kept",
    "platform",
    "counted",
    "other_stage",
    "bury_too",
    "parent",
    "beside",
];

/// How time passes for an adapter.
pub enum Time {
    /// By the test.
    Moved(Arc<AtomicI64>),
    /// By itself.
    #[cfg_attr(
        not(any(feature = "aws", feature = "gcp")),
        expect(dead_code, reason = "the local queue is given its time")
    )]
    Real,
}

pub struct Adapter {
    pub queue: Queue,
    pub time: Time,
    /// The shortest lease that it knows.
    pub lease: Duration,
    /// Whether it counts attempts.
    pub counts: bool,
    /// Whether its server hands a message to one receiver while nothing expires.
    pub is_exact: bool,
}

pub fn parcel(stage: &str, name: &str) -> Parcel {
    Parcel { stage: stage.to_owned(), id: MessageId::derive(&[name]), envelope: format!("{{\"n\":\"{name}\"}}") }
}

impl Adapter {
    pub async fn send(&self, parcels: Vec<Parcel>) {
        self.queue.send(parcels).await.expect("sends");
    }

    /// One or more, under a lease that lasts.
    pub async fn receive(&self, stage: &str) -> Vec<Received> {
        let received = tokio::time::timeout(PATIENCE, self.queue.receive(stage, 10, LONG)).await;
        received.unwrap_or_else(|_| panic!("nothing came for {stage}")).expect("receives")
    }

    /// Exactly so many, however they come.
    pub async fn receive_all(&self, stage: &str, count: usize) -> Vec<Received> {
        let mut received = Vec::new();
        while received.len() < count {
            received.extend(self.receive(stage).await);
        }
        assert_eq!(received.len(), count, "{stage}");
        received
    }

    pub async fn complete(&self, received: &Received) {
        self.queue.complete(received, Vec::new()).await.expect("completes");
    }

    /// The one message of a stage comes (again), and not before this time is over.
    pub async fn comes_after(&self, stage: &str, wait: Duration) -> Received {
        let mut received = match &self.time {
            Time::Moved(time) => {
                assert!(self.is_empty(stage).await, "{stage} came too early");
                time.fetch_add(wait.as_millis() as i64, Ordering::SeqCst);
                self.receive(stage).await
            }
            Time::Real => {
                let started = Instant::now();
                let received = self.receive(stage).await;
                let (least, waited) = (wait.saturating_sub(Duration::from_millis(400)), started.elapsed());
                assert!(waited >= least, "{stage} came after {waited:?}, too early");
                received
            }
        };
        assert_eq!(received.len(), 1, "{stage}");
        received.remove(0)
    }

    /// Whether nothing can be received now. A queue that is asked in vain may hold what comes next for whoever asked, so
    /// this is the end of a scenario.
    pub async fn is_empty(&self, stage: &str) -> bool {
        let patience = if matches!(self.time, Time::Moved(_)) { 50 } else { 400 };
        let wait = self.queue.receive(stage, 1, LONG);
        tokio::time::timeout(Duration::from_millis(patience), wait).await.is_err()
    }
}
