//! Every case, decided again from its record alone: the same bytes.

use std::path::Path;

use consumer_triage::{Advice, Case, Deps, Reading, recorded, replay};
use contracts::decision::DecisionRecord;
use contracts::fact::FactSheet;
use contracts::messages::TriageConsumer;
use contracts::verdict::{Answer, Urgency};
use contracts::{BlobKey, Envelope, MessageId};

use crate::{Done, advice, deps, folder, read};

pub async fn every_case_is_decided_again_byte_by_byte(root: &Path) -> Done<()> {
    let scratch = tempfile::tempdir()?;
    let deps = deps(scratch.path()).await?;
    let (mut seen, mut affected, mut told_apart) = (0, 0, 0);
    for kind in folder::children(root)? {
        for path in folder::children(&kind)? {
            let (case, reading) = read(&path, &deps).await.map_err(|e| format!("{}: {e}", path.display()))?;
            for (name, case) in variants(&case) {
                let record = record(&case, &reading, &advice(&path)?, &deps).await?;
                let again = replay(&record, &deps).await?;
                let what = format!("{} {name}", path.display());
                assert_eq!(serde_json::to_vec(&again.verdict)?, serde_json::to_vec(&record.verdict)?, "{what}");
                assert_eq!(again.reading_hash, record.inputs.reading_hash, "{what}");
                assert_eq!(again.versions, record.inputs.versions, "{what}");
                assert_eq!(record.uses.is_empty(), record.verdict.answer != Answer::Affected, "{what}");
                seen += 1;
                affected += usize::from(record.verdict.answer == Answer::Affected);
                told_apart += usize::from(another_change_is_another_verdict(&record, &deps).await?);
            }
        }
    }
    assert!(seen > 0 && affected > 0, "{seen} cases, {affected} affected: nothing is proved");
    assert_eq!(told_apart, affected, "what was affected by a fact is not affected without it");
    println!("{seen} decisions again");
    Ok(())
}

/// The case itself, and with other wishes of the consumer. What is read does not depend on these.
fn variants(case: &Case) -> Vec<(&'static str, Case)> {
    let with = |change: &dyn Fn(&mut Case)| {
        let mut other = case.clone();
        change(&mut other);
        other
    };
    let all = |urgency: Urgency| {
        let triggers = ["api_contract", "authentication", "deployment", "configuration", "endpoints"];
        triggers.map(|trigger| (trigger.to_owned(), urgency)).into()
    };
    vec![
        ("as it is", case.clone()),
        ("renamed", with(&|case| case.consumer.relationship_type = "library".to_owned())),
        ("mapped to low", with(&|case| case.consumer.urgency_mapping = all(Urgency::Low))),
        ("mapped to critical", with(&|case| case.consumer.urgency_mapping = all(Urgency::Critical))),
        ("reported", with(&|case| case.change.partial = true)),
    ]
}

async fn record(case: &Case, reading: &Reading, advice: &Advice, deps: &Deps) -> Done<DecisionRecord> {
    let key: BlobKey = "snapshot/0".parse()?;
    let body = TriageConsumer {
        change: case.change.clone(),
        facts: deps.blobs.put_json("facts", &case.sheet).await?,
        after: key.clone(),
        before: key,
        target: case.consumer.repo.clone(),
        target_url: String::new(),
        recheck: case.recheck.clone(),
    };
    let message = Envelope::first(MessageId::derive(&["replay"]), body);
    let verdict = consumer_triage::decide_advised(case, reading, advice);
    let record = recorded(&message, (case, reading, advice), &verdict);
    // As it is kept: what JSON loses is lost here.
    let kept = deps.blobs.put_json(DecisionRecord::KIND, &record).await?;
    let read: DecisionRecord = deps.blobs.get_json(&kept).await?;
    assert_eq!(read, record);
    Ok(read)
}

/// The record with a change in which nothing happened.
async fn another_change_is_another_verdict(record: &DecisionRecord, deps: &Deps) -> Done<bool> {
    let repo = record.inputs.change.repo.clone();
    let nothing = FactSheet { repo, facts: Vec::new(), files: Vec::new(), blind: Vec::new() };
    let mut other = record.clone();
    other.inputs.facts = deps.blobs.put_json("facts", &nothing).await?;
    let answer = replay(&other, deps).await?.verdict.answer;
    Ok(record.verdict.answer == Answer::Affected && matches!(answer, Answer::NotAffected(_)))
}
