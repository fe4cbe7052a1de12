//! Who is asked to be looked at: one message a dependent.

use contracts::fact::{FactSheet, Impact};
use contracts::messages::{SnapshotTaken, TriageConsumer, TriageTemplate};
use contracts::{BlobKey, RepoName};
use relationships::Relationships;
use stage::Outcome;

use crate::{Deps, Out};

/// Puts the sheet and asks for a triage of every dependent that could notice something.
pub(crate) fn ask(msg: &SnapshotTaken, before: &BlobKey, sheet: &FactSheet, deps: &Deps, outcome: &mut Outcome<Out>) {
    let who = select(&deps.relationships, sheet, &msg.change.only);
    if who.consumers.is_empty() && who.derivatives.is_empty() {
        return;
    }
    let document = blobs::document("facts", sheet);
    let facts = document.key.clone();
    outcome.put.push(document);
    for target in who.consumers {
        let target_url = (deps.where_is)(&target);
        let (change, facts) = (msg.change.clone(), facts.clone());
        let (before, after) = (before.clone(), msg.after.clone());
        outcome.emit.push(TriageConsumer { change, facts, after, before, target, target_url, recheck: None }.into());
    }
    for target in who.derivatives {
        let target_url = (deps.where_is)(&target);
        let (change, facts) = (msg.change.clone(), facts.clone());
        let (before, after) = (before.clone(), msg.after.clone());
        outcome.emit.push(TriageTemplate { change, facts, after, before, target, target_url, recheck: None }.into());
    }
}

/// The dependents of one change.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Dependents {
    pub(crate) consumers: Vec<RepoName>,
    pub(crate) derivatives: Vec<RepoName>,
}

/// Consumers if there is a fact, derivatives if there is a changed file, both if something could not be read.
/// A name in `only` that nobody declared is looked at as a consumer.
pub(crate) fn select(relationships: &Relationships, sheet: &FactSheet, only: &[RepoName]) -> Dependents {
    let blind = !sheet.blind.is_empty();
    let any_fact = sheet.facts.iter().any(|fact| fact.impact != Impact::Noise);
    let any_file = sheet.files.iter().any(|file| file.noise.is_none());
    let mut declared = Dependents::default();
    for consumer in relationships.consumers_of(&sheet.repo) {
        push(&mut declared.consumers, &consumer.repo);
    }
    for derivative in relationships.derivatives_of(&sheet.repo) {
        push(&mut declared.derivatives, &derivative.repo);
    }
    for template in relationships.upstream_of(&sheet.repo) {
        push(&mut declared.derivatives, template);
    }
    if !only.is_empty() {
        let undeclared = only.iter().filter(|name| !declared.derivatives.contains(name));
        let consumers = undeclared.cloned().collect();
        declared.derivatives.retain(|name| only.contains(name));
        declared.consumers = consumers;
    }
    Dependents {
        consumers: if any_fact || blind { declared.consumers } else { Vec::new() },
        derivatives: if any_file || blind { declared.derivatives } else { Vec::new() },
    }
}

fn push(list: &mut Vec<RepoName>, name: &RepoName) {
    if !list.contains(name) {
        list.push(name.clone());
    }
}
