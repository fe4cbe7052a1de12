//! How a verdict came about: everything that is needed to reach it again, and what was seen on the way.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::messages::Change;
use crate::record::Recheck;
use crate::verdict::{Step, Verdict};
use crate::{BlobKey, RepoName, RunId};

/// The record of one decision, kept as a document under the digest of its own bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionRecord {
    /// The stage that decided.
    pub stage: String,
    /// The run it decided in.
    pub run: RunId,
    /// What it decided from. The same inputs under the same versions give the same verdict, byte by byte.
    pub inputs: DecisionInputs,
    /// Facts of the change that were held against the dependent: `rule element`.
    pub considered: Vec<String>,
    /// Places of the dependent that the findings rest on: `rule path:first-last`.
    pub uses: Vec<String>,
    /// What was noticed on the way, for people.
    pub notes: Vec<Step>,
    /// Questions to a model; none where rules alone decided.
    pub model_calls: Vec<ModelCall>,
    /// What it took.
    pub cost: Cost,
    /// What came out.
    pub verdict: Verdict,
}

/// What a decision was made from, by the keys of its documents. A key is the digest of what it names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionInputs {
    /// The provider's change.
    pub change: Change,
    /// The dependent.
    pub target: RepoName,
    /// The fact sheet.
    pub facts: BlobKey,
    /// The provider's manifest before the change.
    pub before: BlobKey,
    /// The provider's manifest after it.
    pub after: BlobKey,
    /// The dependent's manifest; none where it could not be read.
    pub dependent: Option<BlobKey>,
    /// Why the dependent could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// The relationship as it was declared then, in the words of the stage that decided.
    pub relationship: Value,
    /// Digest of `relationship`, to be compared at a glance.
    pub relationship_hash: String,
    /// Set where an open finding was looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recheck: Option<Recheck>,
    /// What else was known then, in the words of the stage that decided.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub known: Value,
    /// Why a model that was to be asked gave no answer that counts; none where it did, or where nobody was to be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_failure: Option<String>,
    /// Digest of what was read of the dependent: paths, their roles, and what could not be read.
    pub reading_hash: String,
    /// By part (`rules`, `grammars`, `program`).
    pub versions: BTreeMap<String, String>,
}

/// One question to a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelCall {
    /// Which model.
    pub model: String,
    /// Digest of everything that it was given.
    pub input_hash: String,
    /// What it answered, word for word.
    pub answer: String,
    /// What it cost, in millionths of a US dollar.
    pub micro_usd: u64,
}

/// What a decision took. No times: the same decision costs the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cost {
    /// Files of the dependent that were read.
    pub files_read: u64,
    /// Files of the dependent in all.
    pub files_total: u64,
    /// Questions to a model.
    pub model_calls: u32,
    /// What they cost, in millionths of a US dollar.
    pub micro_usd: u64,
}

/// A decision that was made again.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// What comes out now.
    pub verdict: Verdict,
    /// See [`DecisionInputs::reading_hash`].
    pub reading_hash: String,
    /// The versions that it was made again under.
    pub versions: BTreeMap<String, String>,
}

impl DecisionRecord {
    /// The kind of object that it is kept as.
    pub const KIND: &'static str = "decision";

    /// Places that a verdict's findings rest on.
    pub fn uses_of(verdict: &Verdict) -> Vec<String> {
        let places = |finding: &crate::verdict::Finding| {
            let rule = finding.rule.clone();
            let place = move |span: &crate::fact::Span| format!("{rule} {}:{}-{}", span.path, span.start, span.end);
            finding.dependent.iter().map(place).collect::<Vec<_>>()
        };
        verdict.findings.iter().flat_map(places).collect()
    }
}
