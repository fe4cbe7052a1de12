//! What every message travels in.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{MessageId, RunId};

/// One sentence of the river: one type, one topic, one schema, one golden sample.
pub trait Message: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The topic, with its version: `snapshot-taken.v1`. A breaking change is a new topic.
    const TOPIC: &'static str;
}

/// A message on its way, with what its travel needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope<M> {
    /// Derived from the cause, so that a repeat is recognised.
    pub id: MessageId,
    /// Everything that one reported change set in motion shares this.
    pub run: RunId,
    /// W3C trace context (`traceparent`), when a trace is being taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// What is said.
    pub body: M,
}

impl<M: Message> Envelope<M> {
    /// The first message of a run.
    pub fn first(id: MessageId, body: M) -> Self {
        let run = id.run();
        Self { id, run, traceparent: None, body }
    }
}
