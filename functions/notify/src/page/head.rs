//! What happened, how sure, and how to tell whether it matters.

use contracts::verdict::{Finding, Tier, Urgency, Verdict};
use contracts::{CommitId, RepoName};
use jiff::Timestamp;

use super::{is_template, search};
use crate::inert::{code, prose};
use crate::links::Links;

pub(super) fn alert(verdict: &Verdict, finding: &Finding) -> String {
    let kind = match (finding.tier, finding.urgency) {
        _ if is_template(finding) => "NOTE",
        (Tier::CheckFirst, _) => "IMPORTANT",
        (_, Urgency::Critical | Urgency::High) => "WARNING",
        _ => "NOTE",
    };
    let source = code(verdict.source.as_str(), 210);
    let change = prose(&finding.change, 600);
    let consequence = prose(&finding.consequence, 600);
    let introduced = match finding.tier {
        _ if is_template(finding) => format!("The template {source}"),
        Tier::CheckFirst => format!("IF you use {source} here"),
        _ => source,
    };
    format!("> [!{kind}]\n> **{introduced}:** {change}\n> {consequence}\n\n")
}

pub(super) fn tier(finding: &Finding) -> String {
    let tier = match finding.tier {
        Tier::Confirmed => "Confirmed",
        Tier::Likely => "Likely",
        Tier::CheckFirst => "Check first",
    };
    let reason = prose(&finding.tier_reason, 300);
    let reason = if reason.is_empty() { reason } else { format!(" ({reason})") };
    let mut line = format!("**{tier}**{reason} · Urgency **{}**", finding.urgency.as_str());
    if !finding.triggers.is_empty() {
        let what = if is_template(finding) { "concerns" } else { "triggers" };
        let triggers: Vec<String> = finding.triggers.iter().take(8).map(|t| code(t, 40)).collect();
        line = format!("{line} · {what} {}", triggers.join(", "));
    }
    line + "\n\n"
}

/// When and for which commits the body was written anew.
pub(super) fn updated(verdict: &Verdict, at: i64, links: &Links) -> String {
    let date = day(at);
    let commit = |repo: &RepoName, commit: &Option<CommitId>, reachable: bool| {
        let commit = commit.as_ref()?;
        let short = code(commit.short(), 7);
        Some(links.commit(repo, commit, reachable).map_or(short.clone(), |url| format!("[{short}]({url})")))
    };
    let here = commit(&verdict.target, &verdict.target_commit, links.target).map(|c| format!(" · here at {c}"));
    let there = commit(&verdict.source, &verdict.source_commit, links.source).map(|c| format!(" · there at {c}"));
    format!("**Updated** {date}{}{}\n\n", here.unwrap_or_default(), there.unwrap_or_default())
}

/// The day in UTC.
pub(crate) fn day(at: i64) -> String {
    Timestamp::from_millisecond(at).map(|time| time.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

pub(super) fn checklist(verdict: &Verdict, finding: &Finding) -> String {
    let source = code(verdict.source.name(), 110);
    let mut list = "### Are you affected?\n".to_owned();
    if let Some(command) = search::command(&finding.element, &finding.dependent) {
        let places = match finding.dependent.len() {
            0 | 1 => "the place".to_owned(),
            n => format!("the {n} places"),
        };
        list = format!("{list}- [ ] {} finds {places} below\n", code(&command, 400));
    }
    let reason = prose(&finding.tier_reason, 300);
    let reason = match finding.tier {
        Tier::CheckFirst if !reason.is_empty() => format!(" ({reason})"),
        _ => String::new(),
    };
    let really = match verdict.relationship.as_str() {
        "api_consumer" => "really talks to",
        _ => "really uses",
    };
    format!(
        "{list}- [ ] this repository {really} {source}{reason}: if not, close this as *not planned* and it will not come \
         back\n\n"
    )
}
