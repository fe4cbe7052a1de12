//! Accepted reports that wait for their first stage, as the writer remembers them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use contracts::RunId;
use sqlx::sqlite::SqlitePool;

/// What is in the inbox, by run and by delivery id. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inbox(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    rows: HashMap<RunId, Row>,
    by_delivery: HashMap<String, RunId>,
    last_row: i64,
}

#[derive(Debug)]
struct Row {
    seq: i64,
    delivery: Option<String>,
}

impl Inbox {
    /// Learns what a former process left.
    pub(crate) async fn load(&self, readers: &SqlitePool) -> Result<(), sqlx::Error> {
        let left: Vec<(i64, String, Option<String>)> =
            sqlx::query_as("select seq, run, id from inbox order by seq").fetch_all(readers).await?;
        for (seq, run, delivery) in left {
            if let Ok(run) = run.parse() {
                self.put(seq, &run, delivery);
            }
        }
        Ok(())
    }

    /// The run that waits under this run or this delivery id.
    pub(crate) fn known(&self, run: &RunId, delivery: Option<&str>) -> Option<RunId> {
        self.with(|waiting| {
            let same = waiting.rows.contains_key(run).then(|| run.clone());
            same.or_else(|| waiting.by_delivery.get(delivery?).cloned())
        })
    }

    /// Remembers a report and answers its row, which grows with every report.
    pub(crate) fn add(&self, run: &RunId, delivery: Option<String>) -> i64 {
        let seq = self.with(|waiting| waiting.last_row + 1);
        self.put(seq, run, delivery);
        seq
    }

    /// The row of a run.
    pub(crate) fn row(&self, run: &RunId) -> Option<i64> {
        self.with(|waiting| waiting.rows.get(run).map(|row| row.seq))
    }

    /// Forgets a run that was decided about, or whose row was never written.
    pub(crate) fn remove(&self, run: &RunId) {
        self.with(|waiting| {
            if let Some(delivery) = waiting.rows.remove(run).and_then(|row| row.delivery) {
                waiting.by_delivery.remove(&delivery);
            }
        });
    }

    fn put(&self, seq: i64, run: &RunId, delivery: Option<String>) {
        self.with(|waiting| {
            waiting.last_row = waiting.last_row.max(seq);
            if let Some(delivery) = &delivery {
                waiting.by_delivery.insert(delivery.clone(), run.clone());
            }
            waiting.rows.insert(run.clone(), Row { seq, delivery });
        });
    }

    fn with<T>(&self, look: impl FnOnce(&mut Waiting) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
