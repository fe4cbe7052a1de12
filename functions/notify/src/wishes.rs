//! What people asked for, kept apart from findings so that no triage overwrites it.

use contracts::RepoName;
use contracts::record::{FindingRecord, FindingState, Record, Wish, WishKind};
use stage::Outcome;

/// Whether nobody is to hear of it at `now`.
pub(crate) fn is_silent(wish: Option<&Wish>, now: i64) -> bool {
    match wish.map(|wish| wish.kind) {
        Some(WishKind::Mute) => true,
        Some(WishKind::Snooze { until }) => until > now,
        Some(WishKind::Tell) | None => false,
    }
}

/// Whether it is muted for good.
pub(crate) fn is_muted(wish: Option<&Wish>) -> bool {
    wish.is_some_and(|wish| wish.kind == WishKind::Mute)
}

/// Keeps a wish, and what follows from it for the finding.
pub(crate) fn keep<Out>(wish: Wish, record: Option<FindingRecord>, outcome: &mut Outcome<Out>) {
    if let Some(mut record) = record {
        let state = match (wish.kind, record.state) {
            (WishKind::Mute, FindingState::Open) => FindingState::Muted,
            (WishKind::Tell, FindingState::Muted) => FindingState::Open,
            (_, state) => state,
        };
        if state != record.state {
            record.state = state;
            outcome.save.push(Record::Finding(Box::new(record)));
        }
    }
    outcome.save.push(Record::Wish(wish));
}

/// GitHub's names differ in case only for the eye.
pub(crate) fn same_repo(a: &RepoName, b: &RepoName) -> bool {
    a.as_str().eq_ignore_ascii_case(b.as_str())
}
