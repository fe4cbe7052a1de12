//! `config/pipeline.yaml`: the seed's keys, each acting or refused.

mod model;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use model::{ModelProvider, ModelSettings};

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pipeline {
    /// Stages, progress, events and errors.
    pub orchestrator: Orchestrator,
    /// The language model that is asked what the rules leave open.
    pub model: ModelSettings,
}

/// The `orchestrator` section.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Orchestrator {
    /// Limits a stage, by the stage's name.
    pub stages: BTreeMap<String, StageLimits>,
    /// Reporting of progress.
    pub progress: ProgressSettings,
    /// Retries of everything that does not say otherwise.
    pub error_handling: ErrorHandling,
    /// How long things are kept.
    pub retention: Retention,
}

/// Limits of one stage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageLimits {
    /// Seconds that one message may take.
    pub timeout: u64,
    /// How often a failed message is tried again.
    pub retries: u32,
    /// Messages handled at once.
    pub max_concurrent: usize,
}

/// The `progress` section.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProgressSettings {
    /// Seconds between two reports of the same stage and run.
    pub update_interval: f64,
}

impl Default for ProgressSettings {
    fn default() -> Self {
        Self { update_interval: 1.0 }
    }
}

/// The `error_handling` section.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ErrorHandling {
    /// Retries where a stage does not set its own.
    pub max_retries: u32,
    /// Seconds before the first retry.
    pub retry_delay: u64,
    /// Double the delay each time.
    pub exponential_backoff: bool,
}

impl Default for ErrorHandling {
    fn default() -> Self {
        Self { max_retries: 3, retry_delay: 5, exponential_backoff: true }
    }
}

/// The `retention` section.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Days that documents are kept which no newest state of a repository and no finding refers to.
    pub days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { days: 90 }
    }
}
