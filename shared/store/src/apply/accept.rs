//! New reports told from repeats.

use std::collections::HashMap;

use contracts::{RepoName, RunId};

use super::Out;
use crate::inbox::Inbox;
use crate::{Accept, Accepted};

/// Reports that nobody has sent before.
#[derive(Default)]
pub(super) struct New {
    /// For the inbox: row, run, delivery, repository, time, envelope.
    pub(super) rows: Vec<(i64, RunId, Option<String>, RepoName, i64, String)>,
    /// The same by run.
    pub(super) runs: Vec<RunId>,
}

/// Remembers new reports in `inbox` and answers all of them in `outs`.
pub(super) fn sort(
    inbox: &Inbox,
    known: &[(String, String, Option<String>)],
    accepts: Vec<(usize, Box<Accept>)>,
    outs: &mut [Out],
) -> New {
    let kept = known.iter().filter(|(kind, ..)| kind == "delivery");
    let kept: HashMap<&str, &str> = kept
        .flat_map(|(_, run, id)| [Some(run.as_str()), id.as_deref()].map(|key| Some((key?, run.as_str()))))
        .flatten()
        .collect();
    let mut new = New::default();
    for (at, accept) in accepts {
        let delivery = accept.delivery.as_deref();
        let decided = kept.get(accept.run.as_str()).or_else(|| kept.get(delivery?)).and_then(|run| run.parse().ok());
        let earlier = decided.or_else(|| inbox.known(&accept.run, delivery));
        outs[at] = Out::Accepted(match earlier {
            Some(run) => Accepted::Duplicate(run),
            None => {
                let Accept { run, delivery, repo, reported_at, envelope } = *accept;
                let seq = inbox.add(&run, delivery.clone());
                new.runs.push(run.clone());
                new.rows.push((seq, run, delivery, repo, reported_at, envelope));
                Accepted::New
            }
        });
    }
    new
}
