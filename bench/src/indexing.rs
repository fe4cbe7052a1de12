//! Indexing a whole repository, and then a push of one file, beside the bare parse of the same files.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, anyhow, ensure};
use clap::Parser;
use contracts::messages::ChangeReported;
use contracts::record::Index;
use contracts::structure::{Origin, Structure};
use contracts::{CommitId, RepoName};
use local::cli::{Cli, Common};
use local::river::{Plan, River};
use relationships::Relationships;
use tempfile::TempDir;

use crate::numbers::{median, peak_memory, processor_time};
use crate::scratch::Scratch;
use crate::table::{Bound, Table};

/// Pushes of one file whose median counts.
const PUSHES: usize = 9;

/// An indexed repository, for the search.
pub struct Indexed {
    pub home: TempDir,
    pub repo: RepoName,
    /// The same files, written out.
    pub checkout: TempDir,
    pub paths: Vec<String>,
}

pub fn measure(repository: &Path, table: &mut Table) -> anyhow::Result<Indexed> {
    let runtime = tokio::runtime::Runtime::new()?;
    let scratch = Scratch::over(repository)?;
    let home = tempfile::tempdir_in(".")?;
    let repo: RepoName = "bench/repository".parse()?;
    let (files, paths) = runtime.block_on(async {
        let river = start(home.path()).await?;
        let before = processor_time();
        let started = Instant::now();
        run(&river, &repo, &scratch, None, &scratch.head()?).await?;
        let wall = started.elapsed().as_secs_f64();
        let cpu = processor_time() - before;
        let peak = peak_memory();
        let index = river.world.store.index(&repo).await?.context("no index was made")?;
        let files = parsed_files(&river, &scratch, &index).await?;
        let bare = bare_parse(&files);
        table.row(
            "full index, processor time ÷ bare parse of the same files",
            (cpu, "s"),
            (bare, "s"),
            Bound::AtMost(2.0),
        );
        table.row("peak memory of indexing it ÷ 600 MB", (peak / 1e6, "MB"), (600.0, "MB"), Bound::AtMost(1.0));
        let push = pushes(&river, &repo, &scratch).await?;
        table.row("a push of one changed file ÷ full index, wall", (push, "s"), (wall, "s"), Bound::AtMost(1.0 / 50.0));
        is_equal_to_a_rebuild(&river, &repo, &scratch).await?;
        println!("  the index after {PUSHES} pushes equals a clean rebuild, row by row");
        river.drain().await;
        let paths = files.iter().map(|file| file.path.clone()).collect();
        anyhow::Ok((files, paths))
    })?;
    let checkout = tempfile::tempdir_in(".")?;
    for file in &files {
        let path = checkout.path().join(&file.path);
        std::fs::create_dir_all(path.parent().context("no folder")?)?;
        std::fs::write(path, &file.bytes)?;
    }
    Ok(Indexed { home, repo, checkout, paths })
}

/// The program's own river over a folder, as `downstream index` starts it.
pub async fn start(home: &Path) -> anyhow::Result<River> {
    start_with(home, Relationships::empty(), HashMap::new()).await
}

/// The same with relationships, and where their repositories are.
pub async fn start_with(
    home: &Path,
    relationships: Relationships,
    addresses: HashMap<String, String>,
) -> anyhow::Result<River> {
    let cli = Cli::try_parse_from(["downstream", "doctor"])?;
    let common = Common { home: Some(home.to_owned()), ..cli.common };
    let plan = Plan { relationships, addresses, sends_nothing: true, asks_a_model: false, settles: false };
    River::start(&common, home.to_owned(), plan).await.map_err(|e| anyhow!("{e}"))
}

/// Takes one report through the river to its end.
pub async fn run(
    river: &River,
    repo: &RepoName,
    scratch: &Scratch,
    before: Option<CommitId>,
    after: &CommitId,
) -> anyhow::Result<()> {
    let change = ChangeReported { before, ..ChangeReported::of(repo.clone(), scratch.url()?, Some(after.clone())) };
    let run = river.report(change).await.map_err(|e| anyhow!("{e}"))?;
    while river.world.store.finished(&run).await? != Some(true) {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    for stage in river.world.store.stage_runs(&run).await? {
        ensure!(stage.status == "completed", "{} failed: {}", stage.stage, stage.body);
    }
    Ok(())
}

struct File {
    path: String,
    language: String,
    bytes: Vec<u8>,
}

/// What code analysis parsed.
async fn parsed_files(river: &River, scratch: &Scratch, index: &Index) -> anyhow::Result<Vec<File>> {
    let structure: Structure = river.world.blobs.get_json(&index.structure).await?;
    let fetched = scratch.open(river).await?;
    let reader = fetched.repository.reader();
    let listing = reader.list(&fetched.after, usize::MAX)?;
    let oids: HashMap<_, _> = listing.entries.into_iter().map(|e| (e.path, e.oid)).collect();
    let mut files = Vec::new();
    for file in structure.files.into_iter().filter(|file| file.origin == Origin::Source) {
        let (Some(language), Some(oid)) = (file.language, oids.get(&file.path)) else { continue };
        files.push(File { path: file.path, language, bytes: reader.blob(oid)?.unwrap_or_default() });
    }
    Ok(files)
}

fn bare_parse(files: &[File]) -> f64 {
    let before = processor_time();
    files.iter().for_each(|file| syntax::parse_only(&file.language, &file.bytes));
    let lines: usize = files.iter().map(|f| f.bytes.iter().filter(|b| **b == b'\n').count()).sum();
    println!("  {} files, {lines} lines", files.len());
    processor_time() - before
}

/// The median time of a push of one changed file.
async fn pushes(river: &River, repo: &RepoName, scratch: &Scratch) -> anyhow::Result<f64> {
    let index = river.world.store.index(repo).await?.context("no index")?;
    let files = parsed_files(river, scratch, &index).await?;
    let mut figures = Vec::new();
    for n in 0..PUSHES {
        let file = &files[files.len() * (n + 1) / (PUSHES + 1)];
        let before = scratch.head()?;
        let after = scratch.edit(&file.path, &format!("\n\nadded {n}\n"))?;
        let started = Instant::now();
        run(river, repo, scratch, Some(before), &after).await?;
        figures.push(started.elapsed().as_secs_f64());
    }
    Ok(median(figures))
}

async fn is_equal_to_a_rebuild(river: &River, repo: &RepoName, scratch: &Scratch) -> anyhow::Result<()> {
    let home = tempfile::tempdir_in(".")?;
    let clean = start(home.path()).await?;
    run(&clean, repo, scratch, None, &scratch.head()?).await?;
    let stepped = (river.world.store.dump_index(repo).await?, documents(river, repo).await?);
    let rebuilt = (clean.world.store.dump_index(repo).await?, documents(&clean, repo).await?);
    ensure!(stepped.1 == rebuilt.1, "documents differ: {:?} and {:?}", stepped.1, rebuilt.1);
    let first = stepped.0.iter().zip(&rebuilt.0).find(|(a, b)| a != b);
    ensure!(first.is_none() && stepped.0.len() == rebuilt.0.len(), "rows differ, first {first:?}");
    clean.drain().await;
    Ok(())
}

/// Everything of an index that follows from the tree alone.
async fn documents(river: &River, repo: &RepoName) -> anyhow::Result<Vec<String>> {
    let index = river.world.store.index(repo).await?.context("no index")?;
    Ok(vec![index.metadata.to_string(), index.structure.to_string(), index.code.to_string(), index.digest])
}
