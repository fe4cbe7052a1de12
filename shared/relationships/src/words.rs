//! The vocabularies of the file, and how a slip of the pen is recognised.

use contracts::verdict::Urgency;
use schemars::{Schema, json_schema};

use crate::Action;

/// Kinds of change that can concern a consumer.
pub const TRIGGERS: &[&str] = &["api_contract", "authentication", "deployment", "configuration", "endpoints"];

/// Concerns that a template and its derivative share or decide apart.
pub const CONCERNS: &[&str] = &[
    "infrastructure",
    "docker",
    "deployment",
    "gpu_configuration",
    "health_checks",
    "logging",
    "monitoring",
    "application_logic",
    "model_specific",
    "api_endpoints",
    "business_logic",
];

pub(crate) const URGENCIES: [Urgency; 4] = [Urgency::Critical, Urgency::High, Urgency::Medium, Urgency::Low];

pub(crate) const SCHEDULES: &[&str] = &["daily", "weekly", "monthly"];

pub(crate) const REPO_PATTERN: &str = "^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$";

/// The known word that was probably meant.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word: String = word.chars().take(64).flat_map(char::to_lowercase).collect();
    let likeness = |k: &&str| strsim::jaro_winkler(&word, k);
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&best) >= 0.84).then_some(best)
}

/// What was probably meant, or what there is to choose from.
pub(crate) fn hint(word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(meant) => format!("did you mean {meant:?}?"),
        None => format!("known: {}", known.join(", ")),
    }
}

pub(crate) fn one_of(words: &[&str]) -> Schema {
    json_schema!({ "type": "string", "enum": words })
}

pub(crate) fn matching(pattern: &str) -> Schema {
    json_schema!({ "pattern": pattern })
}

pub(crate) fn api_consumer() -> String {
    "api_consumer".to_owned()
}

pub(crate) fn template_fork() -> String {
    "template_fork".to_owned()
}

pub(crate) fn create_issue() -> Action {
    Action::CreateIssue
}
