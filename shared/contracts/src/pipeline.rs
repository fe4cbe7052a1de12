//! `config/pipeline.yaml`: the seed's keys, each acting or refused.

mod model;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

pub use model::{ModelProvider, ModelSettings};

/// MiB of a function that does not say otherwise.
pub const DEFAULT_MEMORY: u32 = 512;
/// MiB that a function may have: what AWS Lambda takes, the narrowest of the hosts.
pub const MEMORY: RangeInclusive<u32> = 128..=10_240;

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
    /// Limits of functions without a stage where they are deployed, by the function's name.
    pub functions: BTreeMap<String, FunctionLimits>,
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
    /// MiB that one message may have where the function is deployed, 128 to 10240.
    #[serde(default = "default_memory", deserialize_with = "memory")]
    #[schemars(range(min = 128, max = 10240))]
    pub memory: u32,
}

/// Limits of a function that serves requests, or that the calendar starts, where it is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FunctionLimits {
    /// Seconds that one request, or one round, may take.
    pub timeout: u64,
    /// Requests answered at once.
    pub max_concurrent: usize,
    /// MiB of one instance, 128 to 10240.
    #[serde(default = "default_memory", deserialize_with = "memory")]
    #[schemars(range(min = 128, max = 10240))]
    pub memory: u32,
}

fn default_memory() -> u32 {
    DEFAULT_MEMORY
}

fn memory<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let memory = u32::deserialize(deserializer)?;
    if MEMORY.contains(&memory) {
        return Ok(memory);
    }
    let (least, most) = MEMORY.into_inner();
    Err(serde::de::Error::custom(format!("memory is {memory} MiB: give {least} to {most}")))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn memory_is_what_every_host_takes() {
        let cases = [
            (json!({}), Ok(DEFAULT_MEMORY)),
            (json!({ "memory": 128 }), Ok(128)),
            (json!({ "memory": 10240 }), Ok(10_240)),
            (json!({ "memory": 127 }), Err("memory is 127 MiB: give 128 to 10240")),
            (json!({ "memory": 10241 }), Err("memory is 10241 MiB: give 128 to 10240")),
            (json!({ "memory": -1 }), Err("invalid value: integer `-1`, expected u32")),
            (json!({ "memory": "1g" }), Err("invalid type: string \"1g\", expected u32")),
        ];
        for (mut text, expected) in cases {
            text["timeout"] = json!(1);
            text["max_concurrent"] = json!(1);
            let expected = expected.map_err(str::to_owned);
            let function = serde_json::from_value::<FunctionLimits>(text.clone());
            assert_eq!(function.map(|limits| limits.memory).map_err(|e| e.to_string()), expected);
            text["retries"] = json!(1);
            let stage = serde_json::from_value::<StageLimits>(text);
            assert_eq!(stage.map(|limits| limits.memory).map_err(|e| e.to_string()), expected);
        }
    }
}
