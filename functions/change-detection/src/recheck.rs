//! Open findings are looked at again: when the dependent moved on, and when the provider did.

use std::collections::HashMap;

use contracts::fact::{Element, Fact, FactSheet, Impact};
use contracts::messages::{SnapshotTaken, TriageConsumer, TriageTemplate};
use contracts::record::{FindingRecord, FindingState, Recheck};
use contracts::{BlobKey, RepoName};
use stage::{Fault, Outcome};

use crate::{Deps, Out, facts, gather, later};

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
    // One change often leads to many findings; what became of it is looked at once.
    let mut since: HashMap<BlobKey, Option<FactSheet>> = HashMap::new();
    for record in deps.store.findings_from(repo).await?.iter().filter(|record| is_open(record)) {
        let before = &record.recheck.before;
        if !since.contains_key(before) {
            since.insert(before.clone(), compared(msg, record, deps).await?);
        }
        if let Some(Some(sheet)) = since.get(before) {
            provider_moved_on(msg, record, sheet, deps, outcome).await?;
        }
    }
    Ok(())
}

fn is_open(record: &FindingRecord) -> bool {
    record.state == FindingState::Open
}

/// The facts from where a finding was first seen to where the provider is now; none where nothing can be proved.
async fn compared(msg: &SnapshotTaken, record: &FindingRecord, deps: &Deps) -> Result<Option<FactSheet>, Fault> {
    match gather::compare(deps, &record.source, &record.recheck.before, &msg.after).await {
        Ok(comparison) => Ok(Some(facts::decide(&comparison)).filter(|sheet| sheet.blind.is_empty())),
        // The older snapshot may have expired; without it nothing is proved, so nothing is said.
        Err(Fault::Reject { why }) => {
            tracing::warn!(fingerprint = %record.recheck.fingerprint, why, "an open finding cannot be looked at again");
            Ok(None)
        }
        Err(retry) => Err(retry),
    }
}

/// The provider pushed: does the fact still hold from where it was first seen to where it is now, and as it was told?
async fn provider_moved_on(
    msg: &SnapshotTaken,
    record: &FindingRecord,
    sheet: &FactSheet,
    deps: &Deps,
    outcome: &mut Outcome<Out>,
) -> Result<(), Fault> {
    let news = news(sheet, &record.recheck, deps).await?;
    if news.is_none() && holds(sheet, &record.recheck) {
        return Ok(());
    }
    let document = blobs::document("facts", sheet);
    let facts = document.key.clone();
    if !outcome.put.iter().any(|put| put.key == facts) {
        outcome.put.push(document);
    }
    let mut record = record.clone();
    if let Some(news) = news {
        // The same finding rests on the newer facts from now on.
        let recheck = &mut record.recheck;
        (recheck.rule, recheck.element) = (news.rule.clone(), news.element.clone());
        (recheck.facts, recheck.after) = (facts.clone(), msg.after.clone());
        recheck.change.after = msg.change.after.clone();
    }
    again(msg, &record, facts, &msg.after, (deps.where_is)(&record.target), outcome);
    Ok(())
}

/// The fact about the same element where it says something else by now: renamed once more, or gone instead of moved.
async fn news<'s>(sheet: &'s FactSheet, recheck: &Recheck, deps: &Deps) -> Result<Option<&'s Fact>, Fault> {
    let then: FactSheet = match deps.blobs.get_json(&recheck.facts).await {
        Ok(then) => then,
        // Facts that are no longer kept cannot be held against newer ones.
        Err(blobs::Error::Missing(_) | blobs::Error::Malformed { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let key = recheck.element.key();
    let told = then.facts.iter().find(|fact| fact.rule == recheck.rule && fact.element.key() == key);
    Ok(told.and_then(|told| later::same_element(sheet, told).filter(|now| later::differs(told, now))))
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
    // Whoever made the finding looks again; a derivative's relationship may be called anything.
    outcome.emit.push(if record.finding.rule.starts_with("template.") {
        TriageTemplate { change, facts, after, before, target, target_url, recheck }.into()
    } else {
        TriageConsumer { change, facts, after, before, target, target_url, recheck }.into()
    });
}
