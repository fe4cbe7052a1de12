//! Walks `tests/cases/<family>/<name>/{before,after}/` and holds the facts against `expect.json`.
//!
//! `expect.json` lists every fact as `rule | element | before path:line | after path:line`, the files that are noise, and
//! what could not be looked at.

mod folder;
mod large;
mod later;
#[expect(clippy::unwrap_used, dead_code, reason = "made for the door that it belongs to, which needs more of it")]
#[path = "../../../shared/git/tests/door/origin.rs"]
mod origin;
mod river;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use blobs::Blobs;
use change_detection::Deps;
use contracts::fact::{FactSheet, Span};
use git::Git;
use relationships::Relationships;
use serde_json::{Value, json};
use store::Store;
use syntax::{Parsers, Settings, Worker};

pub(crate) type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> Done<()> {
    if std::env::args().nth(1).as_deref() == Some("parse-worker") {
        return Ok(syntax::serve_worker()?);
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")))?;
    runtime.block_on(river::a_push_is_told_to_its_dependents())?;
    runtime.block_on(river::a_pull_request_hears_that_all_were_asked())?;
    runtime.block_on(river::a_push_that_is_given_up_is_an_unknown_answer_for_everybody())?;
    runtime.block_on(river::open_findings_are_looked_at_again())?;
    runtime.block_on(river::whoever_made_a_finding_looks_again())?;
    runtime.block_on(later::what_is_told_is_what_the_branch_holds())?;
    runtime.block_on(large::code_that_cannot_be_parsed_is_named())?;
    runtime.block_on(large::a_moved_folder_takes_no_time())
}

async fn walk(root: &Path) -> Done<()> {
    let scratch = tempfile::tempdir()?;
    let deps = deps(scratch.path()).await?;
    let (mut seen, mut wrong) = (0, Vec::new());
    for family in folder::children(root)? {
        for case in folder::children(&family)? {
            seen += 1;
            let name = case.strip_prefix(root)?.display().to_string();
            let expected: Value = serde_json::from_slice(&std::fs::read(case.join("expect.json"))?)?;
            let found = told(&sheet(&case, &deps).await?);
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
        git: Git::open(scratch.join("git"), git::Settings { allow_private: true, ..git::Settings::default() }),
        parsers: Parsers::new(Settings::of(worker)),
        relationships: Arc::new(Relationships::empty()),
        where_is: Arc::new(|repo| format!("https://example.test/{repo}")),
    })
}

async fn sheet(case: &Path, deps: &Deps) -> Done<FactSheet> {
    let before = folder::snapshot(&case.join("before"), 'b', &deps.blobs).await?;
    let after = folder::snapshot(&case.join("after"), 'a', &deps.blobs).await?;
    let comparison = change_detection::compare(deps, &"owner/provider".parse()?, &before, &after).await?;
    Ok(change_detection::decide(&comparison))
}

fn told(sheet: &FactSheet) -> Value {
    let place = |span: &Option<Span>| span.as_ref().map_or("-".to_owned(), |s| format!("{}:{}", s.path, s.start));
    let fact = |fact: &contracts::fact::Fact| {
        format!("{} | {} | {} | {}", fact.rule, fact.element.key(), place(&fact.before), place(&fact.after))
    };
    let facts: Vec<String> = sheet.facts.iter().map(fact).collect();
    let noise = sheet.files.iter().filter_map(|file| Some(format!("{}: {}", file.path, file.noise.as_ref()?)));
    let noise: Vec<String> = noise.collect();
    let mut told = json!({ "facts": facts });
    for (key, list) in [("noise", &noise), ("blind", &sheet.blind)] {
        if !list.is_empty() {
            told[key] = json!(list);
        }
    }
    told
}
