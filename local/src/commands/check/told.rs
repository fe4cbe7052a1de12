//! A check in the form that was asked for.

use std::collections::BTreeMap;

use blobs::Blobs;
use contracts::record::VerdictRecord;
use contracts::verdict::{Answer, Verdict};
use contracts::{CommitId, RepoName};
use notify::Impact;
use serde_json::json;

use super::{Question, sarif};
use crate::cli::{Common, Output};
use crate::exit::Failure;
use crate::show::{self, Paint};

/// Where a repository lies that people open in a browser.
const WEB: &str = "https://github.com";

/// Prints the verdicts.
pub async fn print(
    common: &Common,
    output: Output,
    question: &Question,
    records: &[VerdictRecord],
    blobs: &Blobs,
) -> Result<(), Failure> {
    let verdicts: Vec<Verdict> = records.iter().map(|record| record.verdict.clone()).collect();
    match output {
        Output::Human => human(question, &verdicts),
        Output::Json => {
            let Question { provider, base, head, .. } = question;
            println!("{}", json!({ "repository": provider.repo, "base": base, "head": head, "verdicts": verdicts }));
        }
        Output::Markdown => print!("{}", markdown(common, question, records, blobs).await?),
        Output::Sarif => {
            let log = sarif(common, question, &verdicts);
            println!("{}", serde_json::to_string_pretty(&log)?);
        }
    }
    Ok(())
}

fn human(question: &Question, verdicts: &[Verdict]) {
    let Question { provider, base, head, .. } = question;
    let paint = Paint::of_stdout();
    println!("{} {}..{}", paint.bold(provider.repo.as_str()), base.short(), head.short());
    for dependent in &question.dependents {
        let mut found = verdicts.iter().filter(|v| v.target == dependent.repo).peekable();
        if found.peek().is_none() {
            println!("{} {}  {NO_FACT}", paint.green("not affected"), paint.bold(dependent.repo.as_str()));
        }
        found.for_each(|verdict| print!("{}", show::verdict(paint, verdict)));
    }
}

const NO_FACT: &str = "the change holds no fact that anybody could rely on";

async fn markdown(
    common: &Common,
    question: &Question,
    records: &[VerdictRecord],
    blobs: &Blobs,
) -> Result<String, Failure> {
    let mut owners = BTreeMap::new();
    for record in records.iter().filter(|record| !record.verdict.findings.is_empty()) {
        owners.insert(record.verdict.target.clone(), notify::owners(record, blobs).await?);
    }
    let mut verdicts: Vec<Verdict> = records.iter().map(|record| record.verdict.clone()).collect();
    // Whoever nobody had a reason to ask is unaffected too.
    let silent = question.dependents.iter().filter(|d| !records.iter().any(|r| r.verdict.target == d.repo));
    verdicts.extend(silent.map(|dependent| unaffected(question, &dependent.repo)));
    let impact = Impact {
        source: question.provider.repo.clone(),
        head: Some(question.head.clone()),
        verdicts,
        missing: Vec::new(),
        problem: None,
        owners,
    };
    let web = web(common);
    Ok(notify::markdown(&impact, web, &|repo| is_there(question, web, repo)))
}

fn unaffected(question: &Question, target: &RepoName) -> Verdict {
    Verdict {
        source: question.provider.repo.clone(),
        target: target.clone(),
        relationship: String::new(),
        source_commit: Some(question.head.clone()),
        target_commit: None,
        answer: Answer::NotAffected(NO_FACT.to_owned()),
        findings: Vec::new(),
        resolved: Vec::new(),
        trace: Vec::new(),
    }
}

fn sarif(common: &Common, question: &Question, verdicts: &[Verdict]) -> serde_json::Value {
    let web = web(common);
    let address = |repo: &RepoName, commit: &CommitId| {
        is_there(question, web, repo).then(|| format!("{web}/{repo}/blob/{commit}/"))
    };
    let explain = |rule: &str| change_detection::explain(rule).or_else(|| template_triage::explain(rule));
    sarif::log(&sarif::Checked {
        provider: &question.provider.repo,
        head: &question.head,
        verdicts,
        address: &address,
        explain: &explain,
    })
}

/// The base address, where it is one that people can open.
fn web(common: &Common) -> &str {
    let base = common.git_base_url.trim_end_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/".contains(c);
    if base.starts_with("https://") && base.chars().all(plain) { base } else { WEB }
}

/// Whether a repository is fetched from there, and not from a folder.
fn is_there(question: &Question, web: &str, repo: &RepoName) -> bool {
    let all = || question.dependents.iter().chain([&question.provider]);
    let at = all().find(|named| named.repo == *repo).map(|named| named.url.as_str());
    at.is_some_and(|url| url.strip_prefix(web).is_some_and(|rest| rest.starts_with('/')))
}
