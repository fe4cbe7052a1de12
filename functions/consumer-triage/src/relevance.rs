//! What a relationship asks to hear of, and how urgent it says that is.

use contracts::fact::{Element, Fact, Impact};
use contracts::verdict::{Tier, Urgency};
use relationships::Consumer;

use crate::gather::Case;

/// Whether the relationship wants to hear of this fact. No declared triggers means everything.
pub(crate) fn is_wanted(fact: &Fact, consumer: &Consumer) -> bool {
    consumer.change_triggers.is_empty() || consumer.change_triggers.iter().any(|word| is_about(fact, word))
}

/// Facts that may break this consumer and are asked for; in a second look only the one that it is about.
pub(crate) fn asked_for(case: &Case) -> Vec<&Fact> {
    let about = |fact: &&Fact| match &case.recheck {
        Some(recheck) => fact.rule == recheck.rule && fact.element.key() == recheck.element.key(),
        None => is_wanted(fact, &case.consumer),
    };
    case.sheet.facts.iter().filter(|fact| fact.impact > Impact::Additive).filter(about).collect()
}

/// A word of the configuration names a fact by its trigger, its rule (`http`, `http.route`), or the kind of its element.
fn is_about(fact: &Fact, word: &str) -> bool {
    let word = word.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    let by_rule = fact.rule == word || fact.rule.strip_prefix(&word).is_some_and(|rest| rest.starts_with('.'));
    by_rule || fact.triggers.contains(&word) || kinds(fact).contains(&word.as_str())
}

/// Words that people use for what changed.
fn kinds(fact: &Fact) -> &'static [&'static str] {
    match fact.element {
        Element::Route { .. } => &["endpoint", "endpoint_change", "route", "routes", "api", "breaking_api_change"],
        Element::Header { .. } => &["auth", "auth_change", "authentication_change", "header", "headers"],
        Element::Env { .. } => &["env", "environment", "env_var", "configuration_change"],
        Element::ConfigKey { .. } => &["config", "configuration_change"],
        Element::Port { .. } => &["port", "ports", "port_change", "deployment_change"],
        Element::Image { .. } => &["image", "docker", "deployment_change"],
        Element::Deploy { .. } => &["deploy", "deployment_change", "infrastructure"],
        Element::Symbol { .. } => &["library", "symbol", "breaking_api_change", "api"],
        Element::Workflow { .. } => {
            &["workflow", "workflows", "ci", "workflow_change", "reusable_workflow", "workflow_interface"]
        }
        Element::Field { .. } => &["field", "fields", "schema", "message", "payload", "api", "breaking_api_change"],
        Element::File { .. } => &["file", "files"],
    }
}

/// The relationship's own word, else what the rule and the tier say.
pub(crate) fn urgency(fact: &Fact, tier: Tier, consumer: &Consumer) -> Urgency {
    let mapped = consumer.urgency_mapping.iter().filter(|(word, _)| is_about(fact, word) || is_impact(fact, word));
    mapped.map(|(_, urgency)| *urgency).max().unwrap_or_else(|| by_rule(fact, tier))
}

/// `breaking_change: critical` and the like.
fn is_impact(fact: &Fact, word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    match fact.impact {
        Impact::Breaking => word.starts_with("breaking"),
        Impact::Risky => {
            word.starts_with("risky") || word.starts_with("non_breaking") || word.starts_with("non-breaking")
        }
        Impact::Additive => word.starts_with("additive"),
        Impact::Noise => false,
    }
}

fn by_rule(fact: &Fact, tier: Tier) -> Urgency {
    let locks_out = fact.rule.starts_with("auth.") && tier == Tier::Confirmed;
    match (fact.impact, tier) {
        (Impact::Breaking, _) if locks_out => Urgency::Critical,
        (Impact::Breaking, Tier::Confirmed | Tier::Likely) => Urgency::High,
        (Impact::Breaking, Tier::CheckFirst) | (Impact::Risky, _) => Urgency::Medium,
        (Impact::Additive | Impact::Noise, _) => Urgency::Low,
    }
}
