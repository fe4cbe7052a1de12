//! The table: one row a dependent.

use contracts::RepoName;
use contracts::verdict::{Answer, Tier, Verdict};

use super::impact::{Impact, Kind, Missing};
use super::page::place;
use crate::inert::{cell, code_cell};
use crate::links::Links;
use crate::page::Page;

/// More rows than this are counted.
const ROWS: usize = 60;

pub(super) fn add(page: &mut Page, impact: &Impact, links: &dyn Fn(&RepoName) -> Links) {
    let mut rows: Vec<(Kind, &RepoName, String)> = Vec::new();
    for verdict in &impact.verdicts {
        rows.push((Kind::of(verdict), &verdict.target, row(verdict, impact, &links(&verdict.target))));
    }
    for (target, why) in &impact.missing {
        let (kind, result, evidence) = match why {
            Missing::Waiting => (Kind::Waiting, "no answer yet", "—".to_owned()),
            Missing::Failed(why) => (Kind::Unknown, "unknown", cell(why, 200)),
        };
        rows.push((kind, target, line(target, result, &evidence, "—")));
    }
    if rows.is_empty() {
        if impact.problem.is_none() {
            page.add("Nothing changed that a dependent could rely on.\n\n");
        }
        return;
    }
    rows.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let mut table = "| Repository | Result | Evidence | Owner |\n|---|---|---|---|\n".to_owned();
    table.extend(rows.iter().take(ROWS).map(|(.., row)| row.as_str()));
    if rows.len() > ROWS {
        table += &format!("| {} more | | | |\n", rows.len() - ROWS);
    }
    page.add(&format!("{table}\n"));
}

fn row(verdict: &Verdict, impact: &Impact, links: &Links) -> String {
    let target = &verdict.target;
    match &verdict.answer {
        Answer::Unknown(why) => line(target, "unknown", &cell(why, 200), "—"),
        Answer::NotAffected(why) => line(target, "unaffected", &cell(why, 200), "—"),
        Answer::Affected => {
            let owners = impact.owners.get(target).map_or(&[][..], Vec::as_slice);
            let owners: Vec<String> = owners.iter().map(|owner| code_cell(owner, 100)).collect();
            let owners = if owners.is_empty() { "—".to_owned() } else { owners.join(" ") };
            line(target, &result(verdict), &evidence(verdict, links), &owners)
        }
    }
}

fn line(target: &RepoName, result: &str, evidence: &str, owner: &str) -> String {
    format!("| {} | {result} | {evidence} | {owner} |\n", code_cell(target.as_str(), 210))
}

fn result(verdict: &Verdict) -> String {
    let word = match Kind::of(verdict) {
        Kind::Backport => "backport",
        Kind::CheckFirst => "to check",
        _ => "**breaking**",
    };
    let tier = verdict.findings.iter().map(|finding| finding.tier).max().unwrap_or(Tier::CheckFirst);
    let urgency = verdict.findings.iter().map(|finding| finding.urgency).max();
    let urgency = urgency.map_or("", |urgency| urgency.as_str());
    format!("{word} ({}, {urgency})", tier.as_str())
}

/// The first place, and how many more there are.
fn evidence(verdict: &Verdict, links: &Links) -> String {
    let mut spans = verdict.findings.iter().flat_map(|finding| &finding.dependent);
    let Some(first) = spans.next() else { return "—".to_owned() };
    // A bar would end the cell, even in code.
    if first.path.contains(['|', '\\']) {
        return code_cell(&format!("{}:{}", first.path, first.start), 140);
    }
    match spans.count() {
        0 => place(first, links, links.target),
        more => format!("{} and {more} more", place(first, links, links.target)),
    }
}
