//! Open findings are looked at again: when the dependent moved on, and when the provider did.

use contracts::fact::{Element, FactSheet, Impact};
use contracts::messages::{SnapshotTaken, TriageConsumer, TriageTemplate};
use contracts::record::{FindingRecord, FindingState, Recheck};
use contracts::{BlobKey, RepoName};
use stage::{Fault, Outcome};

use crate::{Deps, Out, facts, gather};

/// Asks again about every open finding that this push may have ended.
pub(crate) async fn ask(msg: &SnapshotTaken, deps: &Deps, outcome: &mut Outcome<Out>) -> Result<(), Fault> {
    if msg.change.partial || msg.change.dry_run {
        return Ok(());
    }
    let repo = &msg.change.repo;
    for record in deps.store.findings_against(repo).await? {
        if is_open(&record) {
            // The pushed repository is the dependent: its own address and head are looked at.
            let facts = record.recheck.facts.clone();
            again(msg, &record, facts, &record.recheck.after, msg.change.url.clone(), outcome);
        }
    }
    for record in deps.store.findings_from(repo).await? {
        if is_open(&record) {
            provider_moved_on(msg, &record, deps, outcome).await?;
        }
    }
    Ok(())
}

fn is_open(record: &FindingRecord) -> bool {
    record.state == FindingState::Open
}

/// The provider pushed: does the fact still hold from where it was first seen to where it is now?
async fn provider_moved_on(
    msg: &SnapshotTaken,
    record: &FindingRecord,
    deps: &Deps,
    outcome: &mut Outcome<Out>,
) -> Result<(), Fault> {
    let comparison = match gather::compare(deps, &record.source, &record.recheck.before, &msg.after).await {
        Ok(comparison) => comparison,
        // The older snapshot may have expired; without it nothing is proved, so nothing is said.
        Err(Fault::Reject { why }) => {
            tracing::warn!(fingerprint = %record.recheck.fingerprint, why, "an open finding cannot be looked at again");
            return Ok(());
        }
        Err(retry) => return Err(retry),
    };
    let sheet = facts::decide(&comparison);
    if !sheet.blind.is_empty() || holds(&sheet, &record.recheck) {
        return Ok(());
    }
    let document = blobs::document("facts", &sheet);
    let facts = document.key.clone();
    outcome.put.push(document);
    again(msg, record, facts, &msg.after, (deps.where_is)(&record.target), outcome);
    Ok(())
}

/// Another rule about the same element is still bad news about it; a file still differs if it is among the changed.
fn holds(sheet: &FactSheet, recheck: &Recheck) -> bool {
    let key = recheck.element.key();
    let by_fact = sheet.facts.iter().any(|fact| fact.element.key() == key && fact.impact > Impact::Additive);
    let by_file = match &recheck.element {
        Element::File { path, .. } => {
            sheet.files.iter().any(|file| file.path == *path || file.from.as_ref() == Some(path))
        }
        _ => false,
    };
    by_fact || by_file
}

/// The provider's change in its own words, with the order and time of the push that makes us look again.
fn again(
    msg: &SnapshotTaken,
    record: &FindingRecord,
    facts: BlobKey,
    after: &BlobKey,
    target_url: String,
    outcome: &mut Outcome<Out>,
) {
    let mut change = record.recheck.change.clone();
    if *after == msg.after {
        change.after = msg.change.after.clone();
    }
    change.seq = msg.change.seq;
    change.reported_at = msg.change.reported_at;
    change.dry_run = false;
    let target: RepoName = record.target.clone();
    let (before, after) = (record.recheck.before.clone(), after.clone());
    let recheck = Some(record.recheck.clone());
    outcome.emit.push(match record.relationship.as_str() {
        "template_fork" => TriageTemplate { change, facts, after, before, target, target_url, recheck }.into(),
        _ => TriageConsumer { change, facts, after, before, target, target_url, recheck }.into(),
    });
}
