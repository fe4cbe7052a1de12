//! How a service behaves towards its callers, as far as its configuration says so: does it sleep, how long does it take
//! and wait, which model answers, how much does it take in.

mod readiness;
mod settings;
mod start;

use contracts::fact::{Element, Fact, Impact, Span};

use crate::comparison::Comparison;
use crate::facts::Rule;

const TRIGGERS: &[&str] = &["deployment", "behaviour", "performance"];

const SCALE_TO_ZERO: Rule = Rule {
    id: "behaviour.scale_to_zero",
    sees: "no instance is kept running any more: the first request after a pause waits for a start",
    impact: Impact::Risky,
    triggers: TRIGGERS,
};

const TIMEOUT: Rule = Rule {
    id: "behaviour.timeout.lowered",
    sees: "the service gives up on a request earlier",
    impact: Impact::Risky,
    triggers: TRIGGERS,
};

const CONCURRENCY: Rule = Rule {
    id: "behaviour.concurrency.lowered",
    sees: "an instance takes fewer requests at once",
    impact: Impact::Risky,
    triggers: TRIGGERS,
};

const RESOURCES: Rule = Rule {
    id: "behaviour.resources.lowered",
    sees: "an instance has less memory or less of a processor",
    impact: Impact::Risky,
    triggers: TRIGGERS,
};

const RETRIES: Rule = Rule {
    id: "behaviour.retries.lowered",
    sees: "what fails inside the service is tried again less often before callers see the failure",
    impact: Impact::Risky,
    triggers: TRIGGERS,
};

const MODEL: Rule = Rule {
    id: "behaviour.model.changed",
    sees: "a model is served under another id, and the old one is nowhere offered any more",
    impact: Impact::Breaking,
    triggers: &["deployment", "behaviour", "model", "api_contract"],
};

const CONTEXT: Rule = Rule {
    id: "behaviour.context.lowered",
    sees: "a request may hold fewer tokens",
    impact: Impact::Breaking,
    triggers: &["deployment", "behaviour", "model", "api_contract"],
};

const REGION: Rule = Rule {
    id: "behaviour.region.changed",
    sees: "the service runs in another region",
    impact: Impact::Risky,
    triggers: TRIGGERS,
};

const COLD_START: Rule = Rule {
    id: "behaviour.cold_start.longer",
    sees: "the service may take longer to start before it counts as failed",
    impact: Impact::Risky,
    triggers: TRIGGERS,
};

const READINESS: Rule = Rule {
    id: "behaviour.readiness.changed",
    sees: "the service counts as ready at another moment: a check is gone or asks elsewhere, or work moved behind it",
    impact: Impact::Risky,
    triggers: &["deployment", "behaviour", "health_checks"],
};

/// Rules of this family.
pub const RULES: &[&Rule] =
    &[&SCALE_TO_ZERO, &TIMEOUT, &CONCURRENCY, &RESOURCES, &RETRIES, &MODEL, &CONTEXT, &REGION, &COLD_START, &READINESS];

/// Ids of models and names of regions that changed files no longer have.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    settings::gone(c)
}

/// Facts about behaviour.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = settings::facts(c);
    out.extend(start::facts(c));
    out.extend(readiness::facts(c));
    out
}

/// A changed line that this family understands is not told once more by a family that only sees that it changed.
pub(crate) fn drop_repeated(facts: &mut Vec<Fact>) {
    let told: Vec<Fact> = facts.iter().filter(|fact| fact.rule.starts_with("behaviour.")).cloned().collect();
    facts.retain(|fact| match fact.rule.as_str() {
        "deploy.setting.changed" => !told.iter().any(|told| told.element == fact.element),
        "deploy.command.changed" | "config.name.removed" | "env.default_changed" => {
            !told.iter().any(|told| share_lines(told.before.as_ref(), fact.before.as_ref()))
        }
        _ => true,
    });
}

fn share_lines(a: Option<&Span>, b: Option<&Span>) -> bool {
    a.zip(b).is_some_and(|(a, b)| a.path == b.path && a.start <= b.end && b.start <= a.end)
}

fn element(setting: &str) -> Element {
    Element::Deploy { setting: setting.to_owned() }
}
