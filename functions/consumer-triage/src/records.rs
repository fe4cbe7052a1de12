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
    let (run, reported_at) = (msg.run.clone(), body.change.reported_at);
    let record = VerdictRecord { run, verdict: verdict.clone(), reported_at, decision: None };
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use contracts::fact::{Element, Fact, Impact};
    use contracts::messages::Change;
    use contracts::verdict::{Answer, Resolved, Tier, Urgency};
    use contracts::{BlobKey, MessageId};
    use relationships::Consumer;

    use super::*;

    fn message(dry_run: bool) -> Envelope<TriageConsumer> {
        let key: BlobKey = "snapshot/0".parse().unwrap();
        let change = Change {
            repo: "o/p".parse().unwrap(),
            url: String::new(),
            git_ref: "refs/heads/main".to_owned(),
            before: None,
            after: None,
            summary: String::new(),
            reported_at: 5,
            seq: 8,
            dry_run,
            only: Vec::new(),
            pinned: BTreeMap::new(),
            partial: false,
        };
        let (facts, after, before) = (key.clone(), key.clone(), key);
        let target = "o/c".parse().unwrap();
        let body = TriageConsumer { change, facts, after, before, target, target_url: String::new(), recheck: None };
        Envelope::first(MessageId::derive(&["x"]), body)
    }

    fn case(msg: &Envelope<TriageConsumer>) -> Case {
        let element = Element::Port { port: 80, moved_to: None };
        let (rule, summary) = ("deploy.port.removed".to_owned(), String::new());
        let fact =
            Fact { rule, element, impact: Impact::Breaking, summary, before: None, after: None, triggers: vec![] };
        let repo = msg.body.change.repo.clone();
        let consumer = Consumer {
            repo: msg.body.target.clone(),
            relationship_type: "api_consumer".to_owned(),
            description: String::new(),
            interface_files: Vec::new(),
            change_triggers: Vec::new(),
            urgency_mapping: BTreeMap::new(),
        };
        let sheet = FactSheet { repo, facts: vec![fact], files: vec![], blind: vec![] };
        Case { change: msg.body.change.clone(), sheet, consumer, recheck: None, read_by_model: false }
    }

    fn finding() -> Finding {
        Finding {
            fingerprint: "0123456789abcdef".parse().unwrap(),
            rule: "deploy.port.removed".to_owned(),
            element: "port:80".to_owned(),
            title: String::new(),
            change: String::new(),
            consequence: String::new(),
            urgency: Urgency::High,
            tier: Tier::Confirmed,
            tier_reason: String::new(),
            provider: vec![],
            dependent: vec![],
            patch: None,
            triggers: vec![],
        }
    }

    fn verdict(case: &Case, findings: Vec<Finding>, resolved: Vec<Resolved>) -> Verdict {
        Verdict {
            source: case.change.repo.clone(),
            target: case.consumer.repo.clone(),
            relationship: case.consumer.relationship_type.clone(),
            source_commit: None,
            target_commit: None,
            answer: Answer::Affected,
            findings,
            resolved,
            trace: vec![],
        }
    }

    fn states(outcome: &Outcome<Out>) -> Vec<(FindingState, i64)> {
        let of = |record: &Record| match record {
            Record::Finding(record) => Some((record.state, record.seq)),
            _ => None,
        };
        outcome.save.iter().filter_map(of).collect()
    }

    #[test]
    fn findings_open_stay_muted_and_end() {
        let msg = message(false);
        let case = case(&msg);
        let first = outcome(&msg, &case, verdict(&case, vec![finding()], vec![]), &[]);
        assert_eq!(states(&first), [(FindingState::Open, 8)]);
        let Some(Record::Finding(open)) = first.save.get(1) else { panic!("no finding was saved") };
        let muted = FindingRecord { state: FindingState::Muted, ..(**open).clone() };
        let again = outcome(&msg, &case, verdict(&case, vec![finding()], vec![]), std::slice::from_ref(&muted));
        assert_eq!(states(&again), [(FindingState::Muted, 8)]);
        let over = Resolved { fingerprint: finding().fingerprint, how: "fixed".to_owned(), commit: None };
        let end = outcome(&msg, &case, verdict(&case, vec![], vec![over.clone()]), std::slice::from_ref(open));
        assert_eq!(states(&end), [(FindingState::Resolved, 8)]);
        let unknown = outcome(&msg, &case, verdict(&case, vec![], vec![over]), &[]);
        assert_eq!(states(&unknown).len(), 0, "what nobody knows cannot end");
    }

    #[test]
    fn a_dry_run_leaves_only_the_verdict() {
        let msg = message(true);
        let case = case(&msg);
        let outcome = outcome(&msg, &case, verdict(&case, vec![finding()], vec![]), &[]);
        assert_eq!((outcome.save.len(), outcome.emit.len()), (1, 1));
    }
}
