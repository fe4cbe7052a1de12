//! Documents that nothing refers to any more, once a day.

use std::collections::BTreeSet;

use contracts::BlobKey;
use serde::Serialize;
use stage::Fault;

use crate::asks::{Attic, Ledger};
use crate::round::Round;

const DAY: i64 = 86_400_000;

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Expired {
    /// Documents.
    pub documents: u64,
    /// Their bytes.
    pub bytes: u64,
}

pub(crate) async fn sweep(round: &mut Round<'_>) {
    if !is_due(round.memory.expired_at, round.now) {
        return;
    }
    let before = round.now - round.deps.settings.retention();
    match round.expire(before).await {
        Ok((Expired { documents, bytes }, rows)) => {
            round.memory.expired_at = round.now;
            round.report.expired_documents = documents;
            round.report.expired_bytes = bytes;
            round.report.pruned_rows = rows;
        }
        Err(fault) => round.problem("removing what nothing refers to", &fault),
    }
}

fn is_due(expired_at: i64, now: i64) -> bool {
    now - expired_at >= DAY
}

/// Everything that is referred to, directly or by a document that is.
pub(crate) async fn kept(ledger: &dyn Ledger, attic: &dyn Attic) -> Result<BTreeSet<BlobKey>, Fault> {
    let mut waiting: Vec<BlobKey> = ledger.roots().await?.into_iter().collect();
    let mut kept = BTreeSet::new();
    while let Some(key) = waiting.pop() {
        if !kept.contains(&key) {
            waiting.extend(attic.refers_to(&key).await?);
            kept.insert(key);
        }
    }
    Ok(kept)
}
