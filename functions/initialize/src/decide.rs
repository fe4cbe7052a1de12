//! Decides: what is said and remembered follows from what was found.

use contracts::messages::{Change, ChangeReported, SnapshotTaken};
use contracts::record::{Record, Repository};
use stage::Outcome;

use crate::{Found, Out};

/// Characters of a summary from outside.
const MAX_SUMMARY: usize = 500;

/// One [`SnapshotTaken`], and the repository's record where the repository itself was read.
pub fn decide(report: &ChangeReported, found: &Found) -> Outcome<Out> {
    match found {
        Found::Commits { after, before, summary } => {
            let (commit, key) = after;
            let change = Change {
                before: before.as_ref().map(|(commit, _)| commit.clone()),
                after: Some(commit.clone()),
                ..change(report, summary)
            };
            let before = before.as_ref().map(|(_, key)| key.clone());
            let record = Repository {
                repo: report.repo.clone(),
                url: report.url.clone(),
                head: Some(commit.clone()),
                snapshot: key.clone(),
                seq: report.seq,
            };
            let mut outcome = Outcome::say(SnapshotTaken { change, after: key.clone(), before }.into());
            // What is only asked about is not where the repository stands.
            if !report.dry_run {
                outcome.save.push(Record::Repository(record));
            }
            outcome
        }
        Found::Hunks { after, before, .. } => {
            let change = Change { partial: true, ..change(report, &report.summary) };
            let taken = SnapshotTaken { change, after: after.clone(), before: Some(before.clone()) };
            Outcome::say(taken.into())
        }
    }
}

/// The change as reported, without commits.
fn change(report: &ChangeReported, summary: &str) -> Change {
    let summary = summary.lines().next().unwrap_or_default().chars().take(MAX_SUMMARY).collect();
    Change { summary, ..report.change() }
}
