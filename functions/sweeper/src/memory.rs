//! What one sweep tells the next. All of it may be lost: then something is looked at, or said, once more.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{CommitId, MessageId};
use serde::{Deserialize, Serialize};

/// The memory of the sweeper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// When the last sweep began, in milliseconds since the Unix epoch; 0 for never. All times here are such.
    pub(crate) swept_at: i64,
    /// When other people's servers were last asked.
    pub(crate) asked_at: i64,
    /// When failed deliveries were last asked for.
    pub(crate) asked_for_deliveries_at: i64,
    /// When documents last expired.
    pub(crate) expired_at: i64,
    /// The repository that was asked about last, so that everyone has a turn.
    pub(crate) last_repository: String,
    /// Repositories whose head is not what is known, by name in lower case.
    pub(crate) behind: BTreeMap<String, Behind>,
    /// Attempts that another one was asked for.
    pub(crate) redelivered: BTreeSet<String>,
    /// What the calendar said and what is still due by it.
    pub(crate) said: BTreeSet<MessageId>,
}

/// A repository whose head is not what is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Behind {
    /// What was known when it was first seen.
    pub(crate) known: CommitId,
    /// When that was.
    pub(crate) since: i64,
}

impl Memory {
    /// What cannot be read is as good as forgotten.
    pub(crate) fn read(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}
