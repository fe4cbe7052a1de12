//! `downstream index`: a repository through the stages, and what is in it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::code::CodeSummary;
use contracts::messages::ChangeReported;
use contracts::metadata::Metadata;
use contracts::record;
use contracts::structure::Structure;
use contracts::{CommitId, RepoName, RunId};
use git::Rev;
use relationships::Relationships;
use serde_json::json;
use store::Store;

use crate::cli::{Common, Index};
use crate::exit::{Exit, Failure};
use crate::home;
use crate::names::{self, Named};
use crate::river::{Plan, River};
use crate::show::{Paint, inert};
use crate::watch::{self, Shown};

pub async fn run(common: &Common, args: &Index) -> Result<Exit, Failure> {
    let named = names::understand(&args.repository, &common.git_base_url)?;
    let home_path = common.home.clone().map_or_else(home::default_path, Ok)?;
    let river = River::start(common, home_path, nobody_is_told()).await?;
    let named = known_as(&river.world.store, named).await?;
    let rev = args.rev.as_deref().map_or(Rev::Head, rev);
    let run = index(&river, &named, rev, common.json).await?;
    let found = river.world.store.index(&named.repo).await?;
    let Some(index) = found else {
        return Err(Failure::Environment(why_not(&river, &run).await?));
    };
    show(&river, common, &named.repo, &index).await?;
    river.drain().await;
    Ok(Exit::Ok)
}

/// A repository under the name that this installation knows it by.
pub async fn known_as(store: &Store, named: Named) -> Result<Named, Failure> {
    let known = store.repository(&named.repo).await?;
    Ok(named.beside(known.map(|known| known.url).as_deref()))
}

/// A river that indexes and triages nothing.
pub fn nobody_is_told() -> Plan {
    let addresses = std::collections::HashMap::new();
    Plan { relationships: Relationships::empty(), addresses, sends_nothing: true, asks_a_model: false, settles: false }
}

/// A commit if it looks like one, else a ref.
pub fn rev(typed: &str) -> Rev {
    typed.parse::<CommitId>().map_or_else(|_| Rev::Ref(typed.to_owned()), Rev::Commit)
}

/// Takes a repository through the stages and waits for it.
pub async fn index(river: &River, named: &Named, rev: Rev, quiet: bool) -> Result<RunId, Failure> {
    let resolved = river.git.resolve(&named.url, &rev).await?;
    let branch = resolved.default_branch.unwrap_or_else(|| "HEAD".to_owned());
    let run = river
        .report(ChangeReported {
            git_ref: format!("refs/heads/{branch}"),
            ..ChangeReported::of(named.repo.clone(), named.url.clone(), Some(resolved.commit))
        })
        .await?;
    watch::until_finished(river, &[(run.clone(), named.repo.clone())], Shown::Stages.unless(quiet)).await?;
    if let Some(error) = first_failure(river, &run).await? {
        return Err(Failure::Environment(error));
    }
    Ok(run)
}

/// The first thing that went wrong in a run, with the stage it went wrong in.
pub async fn first_failure(river: &River, run: &RunId) -> Result<Option<String>, Failure> {
    Ok(runtime::failure_of(&river.world.store, run).await?)
}

async fn why_not(river: &River, run: &RunId) -> Result<String, Failure> {
    let error = first_failure(river, run).await?;
    Ok(error.unwrap_or_else(|| "the run ended without an index; run with -v to see why".to_owned()))
}

async fn show(river: &River, common: &Common, repo: &RepoName, index: &record::Index) -> Result<(), Failure> {
    let blobs = &river.world.blobs;
    let metadata: Metadata = blobs.get_json(&index.metadata).await?;
    let structure: Structure = blobs.get_json(&index.structure).await?;
    let code: CodeSummary = blobs.get_json(&index.code).await?;
    if common.json {
        let all =
            json!({ "repository": repo, "index": index, "metadata": metadata, "structure": structure, "code": code });
        println!("{all}");
        return Ok(());
    }
    let paint = Paint::of_stdout();
    let title = metadata.readme.as_ref().map(|r| inert(&r.title)).unwrap_or_default();
    println!("{}  {title}", paint.bold(repo.as_str()));
    println!("  commit        {}  {}", commit(river, repo).await?, inert(&metadata.git.summary));
    if let Some(license) = &metadata.license {
        println!("  license       {} ({})", inert(&license.spdx), inert(&license.path));
    }
    println!("  files         {}", structure.files.len());
    let mut languages: Vec<_> = structure.languages.iter().collect();
    languages.sort_by_key(|(_, total)| std::cmp::Reverse(total.lines));
    let top: Vec<_> = languages.iter().take(6).map(|(name, t)| format!("{name} {}", t.lines)).collect();
    println!("  lines         {}", top.join(" · "));
    let t = code.totals;
    println!(
        "  code          {} functions · {} classes · {} types · {} calls · {} imports",
        t.functions, t.classes, t.types, t.calls, t.imports
    );
    let (routes, reads) = (counted(t.routes, "HTTP route"), counted(t.env_reads, "environment read"));
    println!("  interface     {routes} · {reads}");
    println!("  dependencies  {}", dependencies(&metadata));
    println!("  starts at     {}", places(&structure));
    for problem in metadata.problems.iter().chain(&code.failed).take(10) {
        println!("  {} {}", paint.yellow("could not read"), inert(problem));
    }
    println!("\nNext: downstream search {} 'your question'", repo);
    Ok(())
}

fn counted(number: impl Into<u64>, noun: &str) -> String {
    let number = number.into();
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

async fn commit(river: &River, repo: &RepoName) -> Result<String, Failure> {
    let known = river.world.store.repository(repo).await?;
    Ok(known.and_then(|r| r.head).map(|c| c.short().to_owned()).unwrap_or_default())
}

/// How many different ones are declared, however often each is named.
fn dependencies(metadata: &Metadata) -> String {
    let mut by_ecosystem: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for dependency in metadata.dependencies.iter().filter(|d| d.scope != "locked") {
        by_ecosystem.entry(&dependency.ecosystem).or_default().insert(&dependency.name);
    }
    let list: Vec<String> = by_ecosystem.iter().map(|(name, of)| format!("{name} {}", of.len())).collect();
    if list.is_empty() { "none declared".to_owned() } else { list.join(" · ") }
}

fn places(structure: &Structure) -> String {
    let mut starts: Vec<_> = structure.entry_points.iter().collect();
    // What a reader looks for first: programs and libraries, then what packs and what builds them.
    starts.sort_by_key(|place| match place.role.as_str() {
        "container" => 1,
        "workflow" => 2,
        _ => 0,
    });
    let list: Vec<String> = starts.iter().take(5).map(|p| inert(&p.path)).collect();
    let more = structure.entry_points.len().saturating_sub(5);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    if list.is_empty() { "nothing recognised".to_owned() } else { list.join(", ") + &rest }
}
