//! What pushes took, as it was counted.

use std::collections::{BTreeMap, BTreeSet};

use contracts::RunId;
use serde::{Deserialize, Serialize};
use store::{Decided, StageRun, Store};

use crate::counted::{self, Totals};
use crate::exit::Failure;

/// The stage that every push goes through.
const FIRST: &str = "initialization";
/// Events that are read at once.
const PAGE: u32 = 1_000;

/// What some pushes took.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// How many pushes.
    pub pushes: u64,
    /// Milliseconds of each message, by stage.
    pub stages: BTreeMap<String, Vec<u32>>,
    /// Messages and their bytes; each is sent, received and deleted once.
    pub messages: u64,
    /// Bytes of all of them.
    pub message_bytes: u64,
    /// Requests to object storage and the store.
    pub requests: Totals,
}

impl Usage {
    /// Invocations of stages.
    pub fn invocations(&self) -> u64 {
        self.stages.values().map(|times| times.len() as u64).sum()
    }

    /// Adds what the stages of a run did; answers how many messages they said, and of how many bytes.
    fn add(&mut self, runs: &[StageRun]) -> (u64, u64) {
        self.pushes += 1;
        // Whoever said it, each stage that decided had heard one message.
        self.messages += runs.len() as u64;
        let (mut said, mut bytes) = (0, 0);
        for run in runs {
            let ms = u32::try_from(run.ended_at.saturating_sub(run.started_at).max(1)).unwrap_or(u32::MAX);
            self.stages.entry(run.stage.clone()).or_default().push(ms);
            if let Ok(Decided::Emit(emitted) | Decided::GivenUp { say: emitted, .. }) = serde_json::from_str(&run.body)
            {
                said += emitted.len() as u64;
                bytes += emitted.iter().map(|emitted| emitted.envelope.len() as u64).sum::<u64>();
            }
        }
        (said, bytes)
    }
}

/// What these runs took; requests are left for the caller to fill in.
pub async fn of_runs(store: &Store, runs: impl IntoIterator<Item = RunId>) -> Result<Usage, Failure> {
    let (mut usage, mut said, mut bytes) = (Usage::default(), 0, 0);
    for run in runs {
        let stages = store.stage_runs(&run).await?;
        if stages.iter().any(|stage| stage.stage == FIRST) {
            let added = usage.add(&stages);
            (said, bytes) = (said + added.0, bytes + added.1);
        }
    }
    // A message that two stages hear is two; the report itself is no longer there to be measured.
    usage.message_bytes = bytes * usage.messages / said.max(1);
    Ok(usage)
}

/// Everything that a folder recorded.
pub async fn recorded(store: &Store) -> Result<Usage, Failure> {
    let (mut runs, mut after) = (BTreeSet::new(), 0);
    loop {
        let events = store.events(after, PAGE).await?;
        let Some(last) = events.last() else { break };
        after = last.seq;
        runs.extend(events.iter().filter_map(|event| event.run.parse::<RunId>().ok()));
    }
    Ok(Usage { requests: counted::recorded(store).await?, ..of_runs(store, runs).await? })
}

/// One run; its requests are the mean of all that are recorded.
pub async fn of_run(store: &Store, run: &RunId) -> Result<Usage, Failure> {
    let all = recorded(store).await?;
    let one = of_runs(store, [run.clone()]).await?;
    Ok(Usage { requests: all.requests.divided(all.pushes), ..one })
}
