//! What happens right now, for whoever watches this process: a terminal's progress bars, a test.
//!
//! Lossy by design. The truth is in the store; a slow watcher misses happenings, never holds up the river.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use contracts::RunId;
use contracts::event::Progress;
use stage::ProgressHandle;
use tokio::sync::broadcast;

use crate::Clock;

/// Something that happened in this process.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// A stage began on a message.
    Started {
        /// The run.
        run: RunId,
        /// The stage.
        stage: &'static str,
    },
    /// Long work came this far.
    Progress(Progress),
    /// A stage decided about a message.
    Ended {
        /// The run.
        run: RunId,
        /// The stage.
        stage: &'static str,
        /// Milliseconds it took.
        millis: i64,
        /// Why it was given up; none if it worked.
        error: Option<String>,
    },
}

/// The watchers of a process. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Observers {
    channel: broadcast::Sender<Happening>,
}

impl Default for Observers {
    fn default() -> Self {
        Self { channel: broadcast::channel(4096).0 }
    }
}

impl Observers {
    /// Everything that happens from now on.
    pub fn watch(&self) -> broadcast::Receiver<Happening> {
        self.channel.subscribe()
    }

    /// Tells all watchers; nobody watching is no error.
    pub(crate) fn tell(&self, happening: Happening) {
        drop(self.channel.send(happening));
    }

    /// A progress handle that tells at most once in `interval_ms` a run and stage, and always of the last unit.
    pub fn progress(&self, clock: Clock, interval_ms: i64) -> ProgressHandle {
        let observers = self.clone();
        let told: Arc<Mutex<HashMap<(RunId, String), i64>>> = Arc::default();
        ProgressHandle::new(move |progress| {
            let key = (progress.run.clone(), progress.stage.clone());
            let is_last = progress.total == Some(progress.done);
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            let now = clock();
            let is_due = told.get(&key).is_none_or(|at| now - at >= interval_ms);
            if is_last {
                told.remove(&key);
            } else if is_due {
                told.insert(key, now);
            }
            if is_last || is_due {
                observers.tell(Happening::Progress(progress));
            }
        })
    }
}
