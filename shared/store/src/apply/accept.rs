//! New reports told from repeats.

use std::collections::HashMap;

use contracts::{RepoName, RunId};

use super::Out;
use crate::undecided::Undecided;
use crate::{Accept, Accepted};

/// Row, run, delivery, repository, time, envelope, topic.
type Row = (i64, RunId, Option<String>, RepoName, i64, String, String);

/// A batch's reports, as far as memory tells which of them are new.
#[derive(Default)]
pub(crate) struct Reports {
    /// Unknown so far, for the inbox.
    pub(super) rows: Vec<Row>,
    /// By place in the batch: the run that stands for the report, and whether another report made it.
    answers: Vec<(usize, RunId, bool)>,
}

impl Reports {
    /// Remembers what is new in `undecided`.
    pub(super) fn of(accepts: Vec<(usize, Box<Accept>)>, undecided: &Undecided) -> Self {
        let mut reports = Self::default();
        for (at, accept) in accepts {
            let Accept { run, delivery, repo, reported_at, topic, envelope } = *accept;
            if let Some(earlier) = undecided.known(&run, delivery.as_deref()) {
                reports.answers.push((at, earlier, true));
                continue;
            }
            let seq = undecided.add(&run, delivery.clone());
            reports.answers.push((at, run.clone(), false));
            reports.rows.push((seq, run, delivery, repo, reported_at, envelope, topic));
        }
        reports
    }

    /// None of it was written, so a repeat of it is none.
    pub(super) fn forget(&self, undecided: &Undecided) {
        undecided.forget(self.rows.iter().map(|(_, run, ..)| run));
    }

    /// Answers each report. `repeats` are those that were decided about long ago, which only the store knew: the report's
    /// run and the one that it repeats.
    pub(super) fn answer(self, repeats: &[(String, String)], undecided: &Undecided, outs: &mut [Out]) {
        let repeats: HashMap<RunId, RunId> =
            repeats.iter().filter_map(|(run, known)| Some((run.parse().ok()?, known.parse().ok()?))).collect();
        undecided.forget(repeats.keys());
        for (at, run, is_repeat) in self.answers {
            outs[at] = Out::Accepted(match (repeats.get(&run), is_repeat) {
                (Some(known), _) => Accepted::Duplicate(known.clone()),
                (None, true) => Accepted::Duplicate(run),
                (None, false) => Accepted::New,
            });
        }
    }
}
