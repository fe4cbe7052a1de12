//! The check of a pull request's head.

use contracts::CommitId;
use contracts::fact::Span;
use contracts::verdict::{Finding, Tier, Urgency, Verdict};
use github::{Annotation, Check, Conclusion};

use super::impact::{Impact, Missing};
use crate::inert::{code_cell, one_line, prose};

/// The check's name, by which branch protection knows it.
const NAME: &str = "Downstream impact";
/// Ten requests; who changes more lines that others rely on reads the comment.
const MOST: usize = 500;
/// Reasons that the summary lists.
const REASONS: usize = 20;

/// None without a commit to say it about.
pub(super) fn of(impact: &Impact, digest: &str, fail_on: Option<Urgency>, comment: Option<String>) -> Option<Check> {
    let head = impact.head.clone()?;
    let fails = |urgency: Urgency| fail_on.is_some_and(|least| urgency >= least);
    let conclusion = match impact.worst() {
        Some(worst) if fails(worst) => Conclusion::Failure,
        None if impact.is_clean() => Conclusion::Success,
        _ => Conclusion::Neutral,
    };
    let mut annotations: Vec<Annotation> = impact
        .findings()
        .filter_map(|(verdict, finding)| annotation(verdict, finding, &head, fails(finding.urgency)))
        .collect();
    annotations.truncate(MOST);
    Some(Check {
        name: NAME.to_owned(),
        head,
        external_id: digest.to_owned(),
        conclusion,
        title: title(impact),
        summary: summary(impact),
        annotations,
        details_url: comment,
    })
}

fn title(impact: &Impact) -> String {
    if impact.is_clean() { "No dependent is affected".to_owned() } else { impact.headline() }
}

/// What has no line to stand beside: findings about lines that are gone, and everything that could not be told.
fn summary(impact: &Impact) -> String {
    let mut list: Vec<String> =
        impact.problem.iter().map(|why| format!("- nobody could be asked: {}", prose(why, 400))).collect();
    for (verdict, finding) in impact.findings() {
        let (target, change) = (code_cell(verdict.target.as_str(), 210), prose(&finding.change, 300));
        list.push(format!("- {target}: {change} {}", prose(&finding.consequence, 300)));
    }
    for verdict in &impact.verdicts {
        if let contracts::verdict::Answer::Unknown(why) = &verdict.answer {
            list.push(format!("- {}: unknown: {}", code_cell(verdict.target.as_str(), 210), prose(why, 300)));
        }
    }
    for (target, why) in &impact.missing {
        let why = match why {
            Missing::Waiting => "no answer yet".to_owned(),
            Missing::Failed(why) => format!("unknown: {}", prose(why, 300)),
        };
        list.push(format!("- {}: {why}", code_cell(target.as_str(), 210)));
    }
    let more = list.len().saturating_sub(REASONS);
    list.truncate(REASONS);
    if more > 0 {
        list.push(format!("- …and {more} more"));
    }
    if list.is_empty() { "Nobody relies on what changes.".to_owned() } else { list.join("\n") }
}

/// Beside the provider's lines as they stand at the head; a finding about lines that are gone has none there.
fn annotation(verdict: &Verdict, finding: &Finding, head: &CommitId, fails: bool) -> Option<Annotation> {
    let span = finding.provider.iter().find(|span| span.commit.as_ref() == Some(head))?;
    let template = crate::page::is_template(finding);
    let annotation_level = match finding.tier {
        _ if fails => "failure",
        Tier::CheckFirst => "notice",
        _ if template => "notice",
        _ => "warning",
    };
    let places: Vec<String> = finding.dependent.iter().take(5).map(position).collect();
    let (change, consequence, target) = (&finding.change, &finding.consequence, &verdict.target);
    let text = format!("{change} In {target}: {consequence} ({})", places.join(", "));
    Some(Annotation {
        path: span.path.clone(),
        start_line: span.start,
        end_line: span.end.max(span.start),
        annotation_level,
        title: format!("{} ({})", verdict.target, finding.tier.as_str()).chars().take(255).collect(),
        message: one_line(&text, 2_000),
    })
}

fn position(span: &Span) -> String {
    format!("{}:{}", span.path, span.start)
}
