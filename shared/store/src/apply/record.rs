//! Records as rows, each kind for its table.

use contracts::record::{FindingState, Record, WishKind};
use serde::Serialize;
use serde_json::{Value, json};

/// JSON arrays of rows: repositories, indexes, verdicts, findings, notices, wishes, last looks.
pub(super) fn rows<'r>(records: impl IntoIterator<Item = &'r Record>) -> Result<[String; 7], serde_json::Error> {
    let [mut repositories, mut indexes, mut verdicts, mut findings, mut notices, mut wishes, mut checked] =
        [const { Vec::new() }; 7];
    for record in records {
        match record {
            Record::Repository(r) => repositories.push(json!([lower(&r.repo), r.seq, body(r)?])),
            Record::Index(i) => indexes.push(json!([lower(&i.repo), i.seq, body(i)?])),
            Record::Verdict(v) => {
                verdicts.push(json!([v.run, lower(&v.verdict.target), v.verdict.relationship, body(v)?]));
            }
            Record::Finding(f) => {
                let (source, target) = (lower(&f.source), lower(&f.target));
                findings.push(json!([f.finding.fingerprint, source, target, state(f.state), f.seq, body(f)?]));
            }
            Record::Notice(n) => notices.push(json!([n.fingerprint, body(n)?])),
            Record::Wish(w) => wishes.push(json!([w.fingerprint, w.at, until(w.kind), body(w)?])),
            Record::Checked(c) => {
                checked.push(json!([lower(&c.target), lower(&c.source), c.relationship, c.seq, body(c)?]));
            }
        }
    }
    Ok([repositories, indexes, verdicts, findings, notices, wishes, checked].map(|rows| Value::from(rows).to_string()))
}

/// GitHub's names differ in case only for the eye.
fn lower(repo: &contracts::RepoName) -> String {
    repo.as_str().to_ascii_lowercase()
}

fn body(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(value)
}

fn until(kind: WishKind) -> Option<i64> {
    match kind {
        WishKind::Snooze { until } => Some(until),
        WishKind::Tell | WishKind::Mute => None,
    }
}

fn state(state: FindingState) -> &'static str {
    match state {
        FindingState::Open => "open",
        FindingState::Resolved => "resolved",
        FindingState::Muted => "muted",
    }
}
