//! The record of a decision, and the same decision again from its record.

use std::collections::BTreeMap;

use contracts::decision::{Cost, DecisionInputs, DecisionRecord, Replayed};
use contracts::fact::FactSheet;
use contracts::ids::digest_hex;
use contracts::messages::TriageTemplate;
use contracts::record::{FindingRecord, Record};
use contracts::verdict::Verdict;
use contracts::{BlobKey, Envelope};
use serde::{Deserialize, Serialize};
use snapshot::Snapshot;
use stage::{Fault, Outcome, Stage};

use crate::gather::{Case, Concerns, ReadFrom, Reading, fill, read};
use crate::{Deps, Out, TemplateTriage, decide, meanwhile};

/// Grows with every change of what this stage decides from the same inputs.
const RULES: &str = "2";

/// The relationship in this stage's own words.
#[derive(Serialize, Deserialize)]
struct Link {
    relationship: String,
    upward: bool,
    shared: Vec<String>,
    divergent: Vec<String>,
}

/// What else was known.
#[derive(Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Known {
    /// Findings whose files the template has brought back to what they were.
    taken_back: Vec<FindingRecord>,
    /// Open findings about files that the change touches once more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    open: Vec<FindingRecord>,
    /// The template where its branch was by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    later: Option<BlobKey>,
}

/// Puts the record beside the verdict that the outcome saves, and its key into the verdict's.
pub(crate) fn keep(
    msg: &Envelope<TriageTemplate>,
    case: &Case,
    (reading, read_from): (&Reading, &ReadFrom),
    outcome: &mut Outcome<Out>,
) {
    for record in &mut outcome.save {
        if let Record::Verdict(kept) = record {
            let record = recorded(msg, case, (reading, read_from), &kept.verdict);
            let document = blobs::document(DecisionRecord::KIND, &record);
            kept.decision = Some(document.key.clone());
            outcome.put.push(document);
        }
    }
}

/// How `verdict` came about. `read_from` names the manifests that nobody else names.
pub fn recorded(
    msg: &Envelope<TriageTemplate>,
    case: &Case,
    (reading, read_from): (&Reading, &ReadFrom),
    verdict: &Verdict,
) -> DecisionRecord {
    let body = &msg.body;
    let Concerns { shared, divergent } = case.concerns.clone();
    let link = Link { relationship: case.relationship.clone(), upward: case.upward, shared, divergent };
    let relationship = serde_json::to_value(link).unwrap_or_default();
    let (taken_back, open) = (case.taken_back.clone(), case.open.clone());
    let known = Known { taken_back, open, later: read_from.later.clone() };
    let known = if known == Known::default() { Ok(serde_json::Value::Null) } else { serde_json::to_value(known) };
    let known = known.unwrap_or_default();
    let (files_read, unreadable) = match reading {
        Reading::Read { twins, .. } => (twins.iter().map(|twins| twins.len() as u64).sum(), None),
        Reading::Unreadable(why) => (0, Some(why.clone())),
    };
    DecisionRecord {
        stage: TemplateTriage::NAME.to_owned(),
        run: msg.run.clone(),
        inputs: DecisionInputs {
            change: case.change.clone(),
            target: case.target.clone(),
            facts: body.facts.clone(),
            before: body.before.clone(),
            after: body.after.clone(),
            dependent: read_from.dependent.clone(),
            unreadable,
            relationship_hash: digest_hex(&[&relationship.to_string()], 64),
            relationship,
            recheck: case.recheck.clone(),
            known,
            model_failure: None,
            reading_hash: reading_hash(case, reading),
            versions: versions(),
        },
        considered: case.files.iter().map(|file| format!("file {}", file.path)).collect(),
        uses: DecisionRecord::uses_of(verdict),
        notes: verdict.trace.clone(),
        model_calls: Vec::new(),
        cost: Cost { files_read, files_total: case.files.len() as u64, ..Cost::default() },
        verdict: verdict.clone(),
    }
}

/// Decides again from what is recorded. Asks storage for what the record names, and nobody else.
///
/// # Errors
///
/// Reject where the record is not this stage's, or what it names is no longer kept; retry where storage fails for now.
pub async fn replay(record: &DecisionRecord, deps: &Deps) -> Result<Replayed, Fault> {
    let DecisionInputs { facts, before, after, dependent, unreadable, .. } = &record.inputs;
    let sheet: FactSheet = deps.blobs.get_json(facts).await?;
    let before = Snapshot::open(&deps.blobs, before).await?;
    let after = Snapshot::open(&deps.blobs, after).await?;
    let (mut case, later) = case(record)?;
    fill(&mut case, &sheet, &before, &after).await?;
    meanwhile::begin(&mut case, &deps.blobs).await?;
    if let Some(later) = later {
        meanwhile::hold_against(&mut case, &Snapshot::open(&deps.blobs, &later).await?).await?;
    }
    let reading = match (dependent, unreadable) {
        (Some(key), _) => read(&Snapshot::open(&deps.blobs, key).await?, &case).await?,
        (None, Some(why)) => Reading::Unreadable(why.clone()),
        (None, None) => return Err(Fault::reject("the record names no snapshot of the derivative")),
    };
    let verdict = decide::decide(&case, &reading);
    Ok(Replayed { verdict, reading_hash: reading_hash(&case, &reading), versions: versions() })
}

/// What was asked, before any file is read; and the template's later manifest.
fn case(record: &DecisionRecord) -> Result<(Case, Option<BlobKey>), Fault> {
    let DecisionInputs { change, target, relationship, recheck, known, .. } = record.inputs.clone();
    let unlike = |e: serde_json::Error| Fault::reject(format!("the record cannot be read by this version: {e}"));
    let Link { relationship, upward, shared, divergent } = serde_json::from_value(relationship).map_err(unlike)?;
    let Known { taken_back, open, later } =
        if known.is_null() { Known::default() } else { serde_json::from_value(known).map_err(unlike)? };
    let case = Case {
        change,
        target,
        relationship,
        upward,
        concerns: Concerns { shared, divergent },
        files: Vec::new(),
        blind: Vec::new(),
        recheck,
        // What is remembered of a finding decides how it is kept, not what is found.
        known: Vec::new(),
        taken_back,
        open,
        later: None,
    };
    Ok((case, later))
}

fn versions() -> BTreeMap<String, String> {
    let all = [("rules", RULES), ("program", env!("CARGO_PKG_VERSION"))];
    all.map(|(part, version)| (part.to_owned(), version.to_owned())).into()
}

/// Which files stand in the changed files' places, and which could not be read. Their bytes follow from the snapshots'
/// keys.
fn reading_hash(case: &Case, reading: &Reading) -> String {
    let mut parts: Vec<String> = case.blind.clone();
    match reading {
        Reading::Unreadable(why) => parts.push(why.clone()),
        Reading::Read { twins, .. } => {
            for (file, twins) in case.files.iter().zip(twins) {
                parts.push(format!("{} {}", file.path, twins.len()));
                parts.extend(twins.iter().map(|twin| format!("{} {}", twin.text.is_some(), twin.path)));
            }
        }
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    digest_hex(&parts, 64)
}
