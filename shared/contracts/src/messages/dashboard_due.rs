use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Message, RepoName};

/// Something that a dependent's dashboard shows may be different now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DashboardDue {
    /// The dependent.
    pub repo: RepoName,
}

impl Message for DashboardDue {
    const TOPIC: &'static str = "dashboard-due.v1";
}
