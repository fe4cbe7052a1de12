//! What is remembered and said of a verdict.

use contracts::Envelope;
use contracts::fact::FactSheet;
use contracts::messages::{TriageConsumer, VerdictReached};
use contracts::record::{FindingRecord, FindingState, Recheck, Record, VerdictRecord};
use contracts::verdict::{Finding, Verdict};
use stage::Outcome;

use crate::Out;
use crate::gather::Case;

/// The verdict, its findings and the message. A dry run leaves only the verdict.
pub(crate) fn outcome(
    msg: &Envelope<TriageConsumer>,
    case: &Case,
    verdict: Verdict,
    known: &[FindingRecord],
) -> Outcome<Out> {
    let body = &msg.body;
    let mut outcome = Outcome::default();
    let record = VerdictRecord { run: msg.run.clone(), verdict: verdict.clone(), reported_at: body.change.reported_at };
    outcome.save.push(Record::Verdict(record));
    if !body.change.dry_run {
        let open = verdict.findings.iter().filter_map(|finding| open(body, case, finding, known));
        outcome.save.extend(open.map(|record| Record::Finding(Box::new(record))));
        let over = verdict.resolved.iter().filter_map(|over| {
            let mut record = known.iter().find(|record| record.finding.fingerprint == over.fingerprint)?.clone();
            record.state = FindingState::Resolved;
            record.seq = body.change.seq;
            Some(record)
        });
        outcome.save.extend(over.map(|record| Record::Finding(Box::new(record))));
    }
    let (change, facts) = (body.change.clone(), body.facts.clone());
    let (before, after) = (body.before.clone(), body.after.clone());
    outcome.emit.push(VerdictReached { change, facts, before, after, verdict }.into());
    outcome
}

fn open(body: &TriageConsumer, case: &Case, finding: &Finding, known: &[FindingRecord]) -> Option<FindingRecord> {
    let before = known.iter().find(|record| record.finding.fingerprint == finding.fingerprint);
    let muted = before.is_some_and(|record| record.state == FindingState::Muted);
    let recheck = match &body.recheck {
        Some(recheck) if recheck.fingerprint == finding.fingerprint => recheck.clone(),
        _ => recheck(body, &case.sheet, finding)?,
    };
    Some(FindingRecord {
        // A person said "not planned"; new evidence does not overrule that.
        state: if muted { FindingState::Muted } else { FindingState::Open },
        finding: finding.clone(),
        source: body.change.repo.clone(),
        target: body.target.clone(),
        relationship: case.consumer.relationship_type.clone(),
        recheck,
        seq: body.change.seq,
    })
}

fn recheck(body: &TriageConsumer, sheet: &FactSheet, finding: &Finding) -> Option<Recheck> {
    let fact = sheet.facts.iter().find(|fact| fact.rule == finding.rule && fact.element.key() == finding.element)?;
    Some(Recheck {
        fingerprint: finding.fingerprint.clone(),
        change: body.change.clone(),
        facts: body.facts.clone(),
        before: body.before.clone(),
        after: body.after.clone(),
        rule: fact.rule.clone(),
        element: fact.element.clone(),
    })
}
