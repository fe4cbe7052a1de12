//! Messages that nobody has decided about, as the writer remembers them: what is in here need not be looked up.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use contracts::{MessageId, RunId};
use sqlx::sqlite::SqlitePool;

use crate::Decision;

/// Accepted reports that wait for their first stage, by run and by delivery id, and messages in the air. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Undecided(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    reports: HashMap<RunId, Report>,
    by_delivery: HashMap<String, RunId>,
    last_row: i64,
    flights: HashMap<String, HashSet<MessageId>>,
}

#[derive(Debug)]
struct Report {
    seq: i64,
    delivery: Option<String>,
}

impl Undecided {
    /// Learns what a former process left.
    pub(crate) async fn load(&self, readers: &SqlitePool) -> Result<(), sqlx::Error> {
        let reports: Vec<(i64, String, Option<String>)> =
            sqlx::query_as("select seq, report->>1, report->>2 from inbox order by seq").fetch_all(readers).await?;
        let flights: Vec<(String, String)> =
            sqlx::query_as("select message, stage from flight").fetch_all(readers).await?;
        self.with(|waiting| {
            for (seq, run, delivery) in reports {
                if let Ok(run) = run.parse() {
                    waiting.put(seq, &run, delivery);
                }
            }
            for (message, stage) in flights {
                if let Ok(message) = message.parse() {
                    waiting.fly(&message, &stage);
                }
            }
        });
        Ok(())
    }

    /// Whether it is certain that `stage` has not decided about `message`.
    pub(crate) fn holds(&self, message: &MessageId, stage: &str) -> bool {
        self.with(|waiting| {
            let flies = waiting.flights.get(stage).is_some_and(|messages| messages.contains(message));
            flies || waiting.reports.contains_key(&message.run())
        })
    }

    /// The run that waits under this run or this delivery id.
    pub(crate) fn known(&self, run: &RunId, delivery: Option<&str>) -> Option<RunId> {
        self.with(|waiting| {
            let same = waiting.reports.contains_key(run).then(|| run.clone());
            same.or_else(|| waiting.by_delivery.get(delivery?).cloned())
        })
    }

    /// Remembers a report and answers its row, which grows with every report.
    pub(crate) fn add(&self, run: &RunId, delivery: Option<String>) -> i64 {
        self.with(|waiting| {
            let seq = waiting.last_row + 1;
            waiting.put(seq, run, delivery);
            seq
        })
    }

    /// The row of a report.
    pub(crate) fn row(&self, run: &RunId) -> Option<i64> {
        self.with(|waiting| waiting.reports.get(run).map(|report| report.seq))
    }

    /// Forgets reports that are known from before or were never written.
    pub(crate) fn forget<'r>(&self, runs: impl IntoIterator<Item = &'r RunId>) {
        self.with(|waiting| runs.into_iter().for_each(|run| waiting.forget(run)));
    }

    /// Follows decisions that were written: what they were about has landed, what they say is in the air.
    pub(crate) fn follow(&self, decisions: &[Decision]) {
        self.with(|waiting| {
            for decision in decisions {
                if decision.is_first() {
                    waiting.forget(&decision.run);
                }
                if let Some(messages) = waiting.flights.get_mut(&decision.stage) {
                    messages.remove(&decision.message);
                }
                for (message, stage) in &decision.children {
                    waiting.fly(message, stage);
                }
            }
        });
    }

    fn with<T>(&self, look: impl FnOnce(&mut Waiting) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Waiting {
    fn put(&mut self, seq: i64, run: &RunId, delivery: Option<String>) {
        self.last_row = self.last_row.max(seq);
        if let Some(delivery) = &delivery {
            self.by_delivery.insert(delivery.clone(), run.clone());
        }
        self.reports.insert(run.clone(), Report { seq, delivery });
    }

    fn forget(&mut self, run: &RunId) {
        if let Some(delivery) = self.reports.remove(run).and_then(|report| report.delivery) {
            self.by_delivery.remove(&delivery);
        }
    }

    fn fly(&mut self, message: &MessageId, stage: &str) {
        match self.flights.get_mut(stage) {
            Some(messages) => drop(messages.insert(message.clone())),
            None => drop(self.flights.insert(stage.to_owned(), [message.clone()].into())),
        }
    }
}
