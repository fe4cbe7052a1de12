//! A change that is given up has an answer for everybody whom it may concern: unknown, with the reason.

use contracts::Envelope;
use contracts::fact::FactSheet;
use contracts::messages::{PreviewAdvanced, SnapshotTaken, VerdictReached};
use contracts::record::{Record, VerdictRecord};
use contracts::verdict::Verdict;
use contracts::{BlobKey, RepoName};
use stage::Outcome;

use crate::{Deps, Out, dependents};

/// A pull request hears it once. After a push it is the answer about each dependent that would have been asked about, which is
/// nobody where there was nothing to compare with. Open findings stay as they are.
pub(crate) fn outcome(msg: &Envelope<SnapshotTaken>, deps: &Deps, why: &str) -> Outcome<Out> {
    let SnapshotTaken { change, before, .. } = &msg.body;
    if change.pull_request().is_some() {
        let (change, problem) = (change.clone(), Some(format!("change detection was given up: {why}")));
        return Outcome::say(PreviewAdvanced { change, problem }.into());
    }
    match before {
        Some(before) if !change.dry_run => unknown(msg, before, deps, why),
        _ => Outcome::default(),
    }
}

fn unknown(msg: &Envelope<SnapshotTaken>, before: &BlobKey, deps: &Deps, why: &str) -> Outcome<Out> {
    let SnapshotTaken { change, after, .. } = &msg.body;
    let (repo, blind) = (change.repo.clone(), vec![format!("given up: {why}")]);
    let sheet = FactSheet { repo, facts: Vec::new(), files: Vec::new(), blind };
    let concerned = concerned(msg, &sheet, deps);
    if concerned.is_empty() {
        return Outcome::default();
    }
    let document = blobs::document("facts", &sheet);
    let facts = document.key.clone();
    let mut outcome = Outcome { put: vec![document], ..Outcome::default() };
    for (target, relationship) in concerned {
        let (facts, before, after) = (facts.clone(), before.clone(), after.clone());
        let (change, verdict) = (change.clone(), Verdict::given_up(change, target, relationship, why));
        let (run, reported_at) = (msg.run.clone(), change.reported_at);
        let record = VerdictRecord { run, verdict: verdict.clone(), reported_at, decision: None };
        outcome.save.push(Record::Verdict(record));
        outcome.emit.push(VerdictReached { change, facts, before, after, verdict }.into());
    }
    outcome
}

/// Who would have been asked about, and how they are related.
fn concerned(msg: &Envelope<SnapshotTaken>, sheet: &FactSheet, deps: &Deps) -> Vec<(RepoName, String)> {
    let (declared, source) = (&deps.relationships, &msg.body.change.repo);
    let who = dependents::select(declared, sheet, &msg.body.change.only);
    let consumers = who.consumers.into_iter().map(|target| {
        let kind = declared.consumer(source, &target).map(|consumer| consumer.relationship_type.as_str().to_owned());
        (target, kind)
    });
    let derivatives = who.derivatives.into_iter().map(|target| {
        let link = declared.template_link(source, &target);
        let kind = link.map(|link| link.derivative.relationship_type.as_str().to_owned());
        (target, kind)
    });
    let all = consumers.chain(derivatives);
    all.map(|(target, kind)| (target, kind.unwrap_or_else(|| "undeclared".to_owned()))).collect()
}
