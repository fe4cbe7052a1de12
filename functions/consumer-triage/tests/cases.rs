//! Walks `tests/cases/<kind of use>/<name>/` : `facts.json` and the files of `dependent/`, held against `expect.json`.
//!
//! `facts.json` is a list of facts and, under `relationship`, what the consumer declares. `expect.json` has the answer,
//! one line a finding (`rule | element | tier | urgency | path:line …`), the patch where there is one, and, in cases that
//! ask for it, the `consequences` in words. Files in `unparsed` have no tree because their parse failed; those in
//! `padded_to` are filled up with empty lines to that size. `advice` is what a model answered (`answers`, as JSON or as text)
//! or why it did not (`failure`).

mod folder;
mod hostile;
mod life;
mod replay;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use blobs::Blobs;
use consumer_triage::{Advice, Case, Deps, Reading};
use contracts::BlobKey;
use contracts::analysis::{FileAnalysis, ParseStatus};
use contracts::decision::ModelCall;
use contracts::fact::{Fact, FactSheet};
use contracts::messages::Change;
use contracts::record::Recheck;
use contracts::verdict::{Answer, Verdict};
use git::{Git, Settings};
use relationships::{Consumer, Relationships};
use serde_json::{Value, json};
use snapshot::Snapshot;
use stage::ProgressHandle;
use store::Store;
use syntax::{Parsers, Worker};

pub(crate) type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> Done<()> {
    if std::env::args().nth(1).as_deref() == Some("parse-worker") {
        return Ok(syntax::serve_worker()?);
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    runtime.block_on(walk(&cases))?;
    runtime.block_on(replay::every_case_is_decided_again_byte_by_byte(&cases))?;
    runtime.block_on(hostile::no_answer_does_more_than_it_may(&cases))?;
    runtime.block_on(life::an_unreadable_consumer_is_unknown())?;
    runtime.block_on(life::a_pull_request_hears_of_each_verdict())
}

async fn walk(root: &Path) -> Done<()> {
    let scratch = tempfile::tempdir()?;
    let deps = deps(scratch.path()).await?;
    let (mut seen, mut wrong) = (0, Vec::new());
    for kind in folder::children(root)? {
        for path in folder::children(&kind)? {
            seen += 1;
            let name = path.strip_prefix(root)?.display().to_string();
            let expected: Value = serde_json::from_slice(&std::fs::read(path.join("expect.json"))?)?;
            let verdict = verdict(&path, &deps).await.map_err(|e| format!("{name}: {e}"))?;
            let mut found = told(&verdict);
            if expected.get("consequences").is_some() {
                found["consequences"] = verdict.findings.iter().map(|finding| finding.consequence.as_str()).collect();
            }
            if found != expected {
                wrong.push(format!("{name}\nfound    {found:#}\nexpected {expected:#}"));
            }
        }
    }
    assert!(seen > 0, "no cases below {}", root.display());
    assert!(wrong.is_empty(), "{} of {seen} cases differ:\n{}", wrong.len(), wrong.join("\n"));
    println!("{seen} cases");
    Ok(())
}

pub(crate) async fn deps(scratch: &Path) -> Done<Deps> {
    let worker = Worker { program: std::env::current_exe()?, args: vec!["parse-worker".to_owned()] };
    Ok(Deps {
        blobs: Blobs::open(&format!("dir:{}", scratch.join("blobs").display())).await?,
        store: Store::open(&format!("sqlite:{}", scratch.join("store.sqlite").display())).await?,
        git: Git::open(scratch.join("git"), Settings::default()),
        parsers: Parsers::new(syntax::Settings::of(worker)),
        relationships: Arc::new(Relationships::empty()),
        adviser: None,
        progress: ProgressHandle::silent(),
    })
}

async fn verdict(path: &Path, deps: &Deps) -> Done<Verdict> {
    let (case, reading) = read(path, deps).await?;
    Ok(consumer_triage::decide_advised(&case, &reading, &advice(path)?))
}

/// What the case says that a model said.
pub(crate) fn advice(path: &Path) -> Done<Advice> {
    let input: Value = serde_json::from_slice(&std::fs::read(path.join("facts.json"))?)?;
    let answers = input["advice"]["answers"].as_array().into_iter().flatten();
    let text = |answer: &Value| answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
    let call = |answer: &Value| ModelCall {
        model: "provider/model".to_owned(),
        input_hash: String::new(),
        answer: text(answer),
        micro_usd: 1_200,
    };
    let failure = input["advice"]["failure"].as_str().map(str::to_owned);
    Ok(Advice { calls: answers.map(call).collect(), failure })
}

pub(crate) async fn read(path: &Path, deps: &Deps) -> Done<(Case, Reading)> {
    let input: Value = serde_json::from_slice(&std::fs::read(path.join("facts.json"))?)?;
    let case = case(&input)?;
    let padded = serde_json::from_value(input.get("padded_to").cloned().unwrap_or_else(|| json!({})))?;
    let key = folder::snapshot(&path.join("dependent"), 'd', &padded, &deps.blobs).await?;
    let snapshot = Snapshot::open(&deps.blobs, &key).await?;
    fail_parsing(&input["unparsed"], &snapshot, deps).await?;
    let dependent = consumer_triage::read_dependent(&snapshot, &case, deps).await?;
    Ok((case, Reading::Read(Box::new(dependent))))
}

/// Stores that the parser gave up on these files, as the pool does when a child dies over one.
async fn fail_parsing(paths: &Value, snapshot: &Snapshot, deps: &Deps) -> Done<()> {
    for path in paths.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let entry = snapshot.manifest().entry(path).ok_or("no such file")?;
        let key = snapshot::analysis_key(entry).ok_or("not a source file")?;
        let language = syntax::language_of(path, b"").ok_or("no language")?.to_owned();
        let status = ParseStatus::Failed("timed out after 2 s".to_owned());
        deps.store.put_analyses(&[(key, FileAnalysis { language, status, ..FileAnalysis::default() })]).await?;
    }
    Ok(())
}

pub(crate) fn case(input: &Value) -> Done<Case> {
    let declared = &input["relationship"];
    let words = |key: &str| -> Vec<String> {
        declared[key].as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
    };
    let consumer = Consumer {
        repo: "owner/consumer".parse()?,
        relationship_type: declared["relationship_type"].as_str().unwrap_or("api_consumer").to_owned(),
        description: String::new(),
        interface_files: words("interface_files"),
        change_triggers: words("change_triggers"),
        urgency_mapping: serde_json::from_value(declared.get("urgency_mapping").cloned().unwrap_or_else(|| json!({})))?,
    };
    let facts: Vec<Fact> = serde_json::from_value(input["facts"].clone())?;
    let blind = serde_json::from_value(input.get("blind").cloned().unwrap_or_else(|| json!([])))?;
    let repo: contracts::RepoName = "owner/provider-service".parse()?;
    let change = Change {
        repo: repo.clone(),
        url: String::new(),
        git_ref: "refs/heads/main".to_owned(),
        before: Some("b".repeat(40).parse()?),
        after: Some("a".repeat(40).parse()?),
        summary: String::new(),
        reported_at: 0,
        seq: 1,
        dry_run: false,
        only: Vec::new(),
        pinned: BTreeMap::new(),
        partial: input["partial"].as_bool().unwrap_or(false),
    };
    let recheck = recheck(&input["recheck"], &change)?;
    let sheet = FactSheet { repo, facts, files: Vec::new(), blind };
    let read_by_model = input["read_by_model"] == json!(true);
    Ok(Case { change, sheet, consumer, recheck, read_by_model })
}

fn recheck(about: &Value, change: &Change) -> Done<Option<Recheck>> {
    if about.is_null() {
        return Ok(None);
    }
    let key: BlobKey = "snapshot/0".parse()?;
    Ok(Some(Recheck {
        fingerprint: "0123456789abcdef".parse()?,
        change: change.clone(),
        facts: key.clone(),
        before: key.clone(),
        after: key,
        rule: about["rule"].as_str().unwrap_or("").to_owned(),
        element: serde_json::from_value(about["element"].clone())?,
    }))
}

fn told(verdict: &Verdict) -> Value {
    let answer = match &verdict.answer {
        Answer::Affected => "affected".to_owned(),
        Answer::NotAffected(reason) => format!("not affected: {reason}"),
        Answer::Unknown(reason) => format!("unknown: {reason}"),
    };
    let findings = verdict.findings.iter().map(|finding| {
        let places: Vec<String> =
            finding.dependent.iter().map(|span| format!("{}:{}", span.path, span.start)).collect();
        assert!(finding.title.chars().count() <= 72, "too long a title: {}", finding.title);
        // Whoever shows a finding names the provider beside it.
        assert!(!finding.change.contains(verdict.source.as_str()), "names the provider: {}", finding.change);
        let (tier, urgency) = (finding.tier.as_str(), finding.urgency.as_str());
        format!("{} | {} | {tier} | {urgency} | {}", finding.rule, finding.element, places.join(" "))
    });
    let findings: Vec<String> = findings.collect();
    let over = verdict.resolved.iter().map(|over| {
        let commit = over.commit.as_ref().map_or("-", |commit| commit.short());
        format!("{} in {commit}", over.how)
    });
    let over: Vec<String> = over.collect();
    let patches: Vec<&String> = verdict.findings.iter().filter_map(|finding| finding.patch.as_ref()).collect();
    let mut out = json!({ "answer": answer, "findings": findings });
    if !over.is_empty() {
        out["resolved"] = json!(over);
    }
    if !patches.is_empty() {
        out["patches"] = json!(patches);
    }
    out
}
