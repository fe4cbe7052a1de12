//! A verdict in the words of the first program of this family, so that its users' scripts read on.

use contracts::verdict::{Answer, Finding, Tier, Urgency, Verdict};
use contracts::{RepoName, RunId};
use serde::Serialize;

/// The old answer, and beside it the verdict that it was made from.
///
/// | verdict | `requires_action` | `urgency` | `confidence` |
/// |---|---|---|---|
/// | affected | true | the highest of its findings | by the surest of its findings: confirmed 0.95, likely 0.75, check first 0.5 |
/// | not affected | false | low | 0.9 |
/// | unknown | null | low | 0.0 |
/// | none, and every stage went well | as not affected: nobody had a reason to look | | |
/// | none, and a stage failed | as unknown: with the stage and its reason | | |
///
/// The number says nothing that the tier does not; it is there because the old answer had one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Decision {
    requires_action: Option<bool>,
    urgency: Urgency,
    impact_summary: String,
    affected_files: Vec<String>,
    recommended_changes: String,
    confidence: f64,
    reasoning: String,
    run: RunId,
    /// None where the run ended without one.
    verdict: Option<Verdict>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

impl Decision {
    pub(super) fn of(
        verdict: Option<Verdict>,
        failure: Option<String>,
        target: &RepoName,
        run: &RunId,
        notes: Vec<String>,
    ) -> Self {
        let silent = without_verdict(failure, target);
        let answer = verdict.as_ref().map_or(&silent, |verdict| &verdict.answer);
        let findings = verdict.as_ref().map_or(&[][..], |verdict| &verdict.findings);
        let (requires_action, confidence) = match answer {
            Answer::Affected => (Some(true), surest(findings)),
            Answer::NotAffected(_) => (Some(false), 0.9),
            Answer::Unknown(_) => (None, 0.0),
        };
        let impact_summary = match answer {
            Answer::Affected => join(findings, " ", |f| format!("{} {}", f.change, f.consequence)),
            Answer::NotAffected(reason) | Answer::Unknown(reason) => reason.clone(),
        };
        Self {
            requires_action,
            urgency: findings.iter().map(|f| f.urgency).max().unwrap_or(Urgency::Low),
            affected_files: affected_files(findings),
            recommended_changes: join(findings, "\n", recommended),
            confidence,
            reasoning: reasoning(verdict.as_ref(), &impact_summary),
            impact_summary,
            run: run.clone(),
            verdict,
            notes,
        }
    }
}

/// A run looks at no dependent only if the change holds no fact for it, unless a stage failed before.
fn without_verdict(failure: Option<String>, target: &RepoName) -> Answer {
    match failure {
        Some(failure) => Answer::Unknown(format!(
            "the run ended without a verdict about {target}, because a stage failed: {failure}"
        )),
        None => Answer::NotAffected("the change holds nothing that anybody could rely on".to_owned()),
    }
}

fn surest(findings: &[Finding]) -> f64 {
    match findings.iter().map(|f| f.tier).max() {
        Some(Tier::Confirmed) => 0.95,
        Some(Tier::Likely) => 0.75,
        Some(Tier::CheckFirst) | None => 0.5,
    }
}

fn join(findings: &[Finding], between: &str, say: impl Fn(&Finding) -> String) -> String {
    findings.iter().map(say).collect::<Vec<_>>().join(between)
}

fn recommended(finding: &Finding) -> String {
    finding.patch.clone().unwrap_or_else(|| format!("{}: {}", finding.title, finding.consequence))
}

fn affected_files(findings: &[Finding]) -> Vec<String> {
    let mut files: Vec<String> = findings.iter().flat_map(|f| &f.dependent).map(|span| span.path.clone()).collect();
    files.sort();
    files.dedup();
    files
}

fn reasoning(verdict: Option<&Verdict>, summary: &str) -> String {
    let Some(verdict) = verdict else { return summary.to_owned() };
    let tiers = verdict.findings.iter().map(|f| format!("{}: {} ({})", f.rule, f.tier.as_str(), f.tier_reason));
    let steps = verdict.trace.iter().map(|step| format!("{}: {}", step.step, step.result));
    let lines: Vec<String> = steps.chain(tiers).collect();
    if lines.is_empty() { summary.to_owned() } else { lines.join("\n") }
}
