//! A new finding waits a little: what is corrected meanwhile nobody hears of, and what changes is told as it is then.

use std::time::Duration;

use contracts::Envelope;
use contracts::messages::VerdictReached;
use contracts::record::{FindingRecord, FindingState};
use contracts::verdict::Finding;
use stage::Fault;

use crate::Deps;

/// The message as it is to be told now; the same one without a settle window.
///
/// # Errors
/// A retry at the end of the window, while something in it is new.
pub(crate) async fn settled(msg: &Envelope<VerdictReached>, deps: &Deps) -> Result<Envelope<VerdictReached>, Fault> {
    let mut msg = msg.clone();
    if deps.settings.settle_seconds == 0 {
        return Ok(msg);
    }
    let window = i64::from(deps.settings.settle_seconds) * 1000;
    let left = msg.body.change.reported_at.saturating_add(window).saturating_sub((deps.clock)());
    let mut newest = Vec::new();
    for finding in &msg.body.verdict.findings {
        if deps.store.notice(&finding.fingerprint).await?.is_some() {
            continue;
        }
        let record = deps.store.finding(&finding.fingerprint).await?;
        let later = record.filter(|record| record.seq > msg.body.change.seq);
        match later {
            None if left > 0 => return Err(wait(finding, left)),
            // Somebody else waits for what came later, and may wait again and again: it is told now, as it is now.
            Some(record) if record.state == FindingState::Open && left <= 0 => newest.push(record),
            _ => {}
        }
    }
    if msg.body.verdict.resolved.is_empty() {
        newest.into_iter().for_each(|record| fold(&mut msg.body, record));
    }
    Ok(msg)
}

fn wait(finding: &Finding, left: i64) -> Fault {
    let after = Duration::from_millis(u64::try_from(left).unwrap_or(0));
    let why =
        format!("{} waits {} s for a correction before anybody hears of it", finding.fingerprint, after.as_secs());
    Fault::Retry { why, after: Some(after) }
}

/// Puts what is known now in the place of what was known then.
fn fold(body: &mut VerdictReached, record: FindingRecord) {
    let FindingRecord { finding, recheck, seq, .. } = record;
    body.change.seq = body.change.seq.max(seq);
    let verdict = &mut body.verdict;
    let commit = finding.dependent.first().and_then(|span| span.commit.clone());
    verdict.target_commit = commit.or(verdict.target_commit.take());
    verdict.source_commit = recheck.change.after.or(verdict.source_commit.take());
    for told in verdict.findings.iter_mut().filter(|told| told.fingerprint == finding.fingerprint) {
        *told = finding.clone();
    }
}
