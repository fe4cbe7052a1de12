//! The record of a decision, and the same decision again from its record.

use std::collections::BTreeMap;

use contracts::Envelope;
use contracts::decision::{Cost, DecisionInputs, DecisionRecord, Replayed};
use contracts::fact::FactSheet;
use contracts::ids::digest_hex;
use contracts::messages::TriageConsumer;
use contracts::record::Record;
use contracts::verdict::Verdict;
use relationships::Consumer;
use serde_json::{Value, json};
use snapshot::Snapshot;
use stage::{Fault, Outcome, Stage};

use crate::advice::Advice;
use crate::gather::{Case, Reading, read_dependent};
use crate::{ConsumerTriage, Deps, Out, decide, relevance};

/// Grows with every change of what this stage decides from the same inputs.
const RULES: &str = "2";

/// Puts the record beside the verdict that the outcome saves, and its key into the verdict's.
pub(crate) fn keep(
    msg: &Envelope<TriageConsumer>,
    (case, reading, advice): (&Case, &Reading, &Advice),
    outcome: &mut Outcome<Out>,
) {
    for record in &mut outcome.save {
        if let Record::Verdict(kept) = record {
            let document =
                blobs::document(DecisionRecord::KIND, &recorded(msg, (case, reading, advice), &kept.verdict));
            kept.decision = Some(document.key.clone());
            outcome.put.push(document);
        }
    }
}

/// How `verdict` came about.
pub fn recorded(
    msg: &Envelope<TriageConsumer>,
    (case, reading, advice): (&Case, &Reading, &Advice),
    verdict: &Verdict,
) -> DecisionRecord {
    let body = &msg.body;
    let relationship = serde_json::to_value(&case.consumer).unwrap_or_default();
    let (dependent, unreadable, cost) = match reading {
        Reading::Read(read) => {
            let cost = Cost { files_read: read.files.len() as u64, files_total: read.total as u64, ..Cost::default() };
            (read.snapshot.clone(), None, cost)
        }
        Reading::Unreadable(why) => (None, Some(why.clone()), Cost::default()),
    };
    let micro_usd = advice.calls.iter().map(|call| call.micro_usd).sum();
    let cost = Cost { model_calls: u32::try_from(advice.calls.len()).unwrap_or(u32::MAX), micro_usd, ..cost };
    let considered = relevance::asked_for(case);
    DecisionRecord {
        stage: ConsumerTriage::NAME.to_owned(),
        run: msg.run.clone(),
        inputs: DecisionInputs {
            change: case.change.clone(),
            target: case.consumer.repo.clone(),
            facts: body.facts.clone(),
            before: body.before.clone(),
            after: body.after.clone(),
            dependent,
            unreadable,
            relationship_hash: digest_hex(&[&relationship.to_string()], 64),
            relationship,
            recheck: case.recheck.clone(),
            known: if case.read_by_model { json!({ "read_by_model": true }) } else { Value::Null },
            model_failure: advice.failure.clone(),
            reading_hash: reading_hash(reading),
            versions: versions(),
        },
        considered: considered.iter().map(|fact| format!("{} {}", fact.rule, fact.element.key())).collect(),
        uses: DecisionRecord::uses_of(verdict),
        notes: verdict.trace.clone(),
        model_calls: advice.calls.clone(),
        cost,
        verdict: verdict.clone(),
    }
}

/// Decides again from what is recorded, a model's answers included. Asks storage and the parsers for what the record
/// names, and nobody else.
///
/// # Errors
///
/// Reject where the record is not this stage's, or what it names is no longer kept; retry where storage fails for now.
pub async fn replay(record: &DecisionRecord, deps: &Deps) -> Result<Replayed, Fault> {
    let DecisionInputs { change, facts, dependent, unreadable, relationship, recheck, .. } = &record.inputs;
    let consumer: Consumer = serde_json::from_value(relationship.clone())
        .map_err(|e| Fault::reject(format!("the recorded relationship cannot be read by this version: {e}")))?;
    let sheet: FactSheet = deps.blobs.get_json(facts).await?;
    let read_by_model = record.inputs.known["read_by_model"] == json!(true);
    let case = Case { change: change.clone(), sheet, consumer, recheck: recheck.clone(), read_by_model };
    let reading = match (dependent, unreadable) {
        (Some(key), _) => {
            let snapshot = Snapshot::open(&deps.blobs, key).await?;
            Reading::Read(Box::new(read_dependent(&snapshot, &case, deps).await?))
        }
        (None, Some(why)) => Reading::Unreadable(why.clone()),
        (None, None) => return Err(Fault::reject("the record names no snapshot of the dependent")),
    };
    let advice = Advice { calls: record.model_calls.clone(), failure: record.inputs.model_failure.clone() };
    let verdict = decide::decide_advised(&case, &reading, &advice);
    Ok(Replayed { verdict, reading_hash: reading_hash(&reading), versions: versions() })
}

fn versions() -> BTreeMap<String, String> {
    let all = [("rules", RULES), ("grammars", syntax::GRAMMARS), ("program", env!("CARGO_PKG_VERSION"))];
    all.map(|(part, version)| (part.to_owned(), version.to_owned())).into()
}

/// Which files were read as what, and which were not. Their bytes follow from the snapshot's key.
fn reading_hash(reading: &Reading) -> String {
    let parts: Vec<String> = match reading {
        Reading::Unreadable(why) => vec![why.clone()],
        Reading::Read(read) => {
            let files = read.files.iter().map(|file| {
                let tree = file.analysis.as_ref().map_or_else(String::new, |tree| format!("{:?}", tree.status));
                format!("{:?} {} {} {tree}", file.place, file.text.is_some(), file.path)
            });
            files.chain(read.unread.iter().map(|unread| unread.told())).collect()
        }
    };
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    digest_hex(&parts, 64)
}
