use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::messages::Change;
use crate::verdict::Verdict;
use crate::{BlobKey, Message};

/// What a change means for one dependent repository has been decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VerdictReached {
    /// The provider's change.
    pub change: Change,
    /// The facts the verdict rests on, kept to look again when the dependent changes.
    pub facts: BlobKey,
    /// The provider's manifest before the change.
    pub before: BlobKey,
    /// The provider's manifest after the change.
    pub after: BlobKey,
    /// The verdict itself; small, so it rides along.
    pub verdict: Verdict,
}

impl Message for VerdictReached {
    const TOPIC: &'static str = "verdict-reached.v1";
}
