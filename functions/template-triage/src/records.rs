//! What is remembered and said of a verdict.

use contracts::fact::Element;
use contracts::messages::{TriageTemplate, VerdictReached};
use contracts::record::{FindingRecord, FindingState, Recheck, Record, VerdictRecord};
use contracts::verdict::{Finding, Verdict};
use contracts::{Envelope, Fingerprint};
use stage::Outcome;

use crate::Out;
use crate::gather::Case;

/// The verdict, its findings and the message. A dry run leaves only the verdict. `carried_on` are findings that rest on
/// everything since they were first told.
pub(crate) fn outcome(
    msg: &Envelope<TriageTemplate>,
    case: &Case,
    verdict: Verdict,
    carried_on: &[Fingerprint],
) -> Outcome<Out> {
    let body = &msg.body;
    let mut outcome = Outcome::default();
    let reported_at = body.change.reported_at;
    let (run, reached) = (msg.run.clone(), verdict.clone());
    outcome.save.push(Record::Verdict(VerdictRecord { run, verdict: reached, reported_at, decision: None }));
    if !body.change.dry_run {
        outcome.save.extend(verdict.findings.iter().map(|finding| kept(body, case, finding, carried_on)));
        let over = verdict.resolved.iter().filter_map(|over| {
            let mut record = case.known.iter().find(|r| r.finding.fingerprint == over.fingerprint)?.clone();
            (record.state, record.seq) = (FindingState::Resolved, body.change.seq);
            Some(Record::Finding(Box::new(record)))
        });
        outcome.save.extend(over);
    }
    let (change, facts) = (body.change.clone(), body.facts.clone());
    let (before, after) = (body.before.clone(), body.after.clone());
    outcome.emit.push(VerdictReached { change, facts, before, after, verdict }.into());
    outcome
}

fn kept(body: &TriageTemplate, case: &Case, finding: &Finding, carried_on: &[Fingerprint]) -> Record {
    let before = case.known.iter().find(|record| record.finding.fingerprint == finding.fingerprint);
    let muted = before.is_some_and(|record| record.state == FindingState::Muted);
    let recheck = match &body.recheck {
        Some(recheck) if recheck.fingerprint == finding.fingerprint => recheck.clone(),
        _ => recheck(body, finding, before.filter(|_| carried_on.contains(&finding.fingerprint))),
    };
    Record::Finding(Box::new(FindingRecord {
        // A person said "not planned"; a newer change does not overrule that.
        state: if muted { FindingState::Muted } else { FindingState::Open },
        finding: finding.clone(),
        source: body.change.repo.clone(),
        target: body.target.clone(),
        relationship: case.relationship.clone(),
        recheck,
        seq: body.change.seq,
    }))
}

fn recheck(body: &TriageTemplate, finding: &Finding, since: Option<&FindingRecord>) -> Recheck {
    let path = finding.element.strip_prefix("file:").unwrap_or(&finding.element).to_owned();
    let (mut change, mut before) = (body.change.clone(), body.before.clone());
    if let Some(since) = since {
        (change.before, before) = (since.recheck.change.before.clone(), since.recheck.before.clone());
    }
    Recheck {
        fingerprint: finding.fingerprint.clone(),
        change,
        facts: body.facts.clone(),
        before,
        after: body.after.clone(),
        rule: finding.rule.clone(),
        element: Element::File { path, moved_to: None },
    }
}
