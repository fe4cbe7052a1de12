use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Message;
use crate::messages::Change;

/// One more thing is known about what a pull request would do if it were merged: who is asked, or one of their answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PreviewAdvanced {
    /// The pull request's change, from where it branched off to its head.
    pub change: Change,
    /// Why nobody could be asked; none where everybody was who had to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl Message for PreviewAdvanced {
    const TOPIC: &'static str = "preview-advanced.v1";
}
