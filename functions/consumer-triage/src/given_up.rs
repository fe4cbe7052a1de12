//! A question that is given up has an answer too: unknown, with the reason.

use contracts::Envelope;
use contracts::messages::{TriageConsumer, VerdictReached};
use contracts::record::{Record, VerdictRecord};
use contracts::verdict::Verdict;
use stage::Outcome;

use crate::{Deps, Out, preview};

/// The verdict that nothing could be told. What was found before stays as it is.
pub(crate) fn outcome(msg: &Envelope<TriageConsumer>, deps: &Deps, why: &str) -> Outcome<Out> {
    let body = &msg.body;
    let declared = deps.relationships.consumer(&body.change.repo, &body.target);
    let relationship = declared.map_or("undeclared", |consumer| consumer.relationship_type.as_str()).to_owned();
    let change = body.change.clone();
    let verdict = Verdict::given_up(&change, body.target.clone(), relationship, why);
    let mut outcome = Outcome::default();
    let (run, reported_at) = (msg.run.clone(), change.reported_at);
    outcome.save.push(Record::Verdict(VerdictRecord { run, verdict: verdict.clone(), reported_at, decision: None }));
    let (facts, before, after) = (body.facts.clone(), body.before.clone(), body.after.clone());
    let reached = VerdictReached { change: change.clone(), facts, before, after, verdict };
    outcome.emit.push(reached.into());
    preview::tell(&change, &mut outcome);
    outcome
}
