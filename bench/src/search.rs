//! Hybrid search beside a ripgrep scan of the same files.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Context;

use crate::indexing::{Indexed, start};
use crate::numbers::median;
use crate::table::{Bound, Table};

/// Questions of people, beside names of the repository's own files.
const QUESTIONS: [&str; 8] = [
    "parse configuration file",
    "retry failed request",
    "user authentication token",
    "render template",
    "database connection",
    "handle error response",
    "update state",
    "format date",
];
const REPEATS: usize = 10;

pub fn measure(indexed: &Indexed, table: &mut Table) -> anyhow::Result<()> {
    let questions = questions(indexed);
    let runtime = tokio::runtime::Runtime::new()?;
    let ours = runtime.block_on(search(indexed, &questions))?;
    let what = "hybrid search p50 ÷ ripgrep fixed-string scan";
    match ripgrep(indexed.checkout.path(), &questions) {
        Ok(theirs) => table.row(what, (ours * 1e3, "ms"), (theirs * 1e3, "ms"), Bound::AtMost(1.0 / 3.0)),
        Err(error) => table.skip(what, &format!("{error:#}")),
    }
    Ok(())
}

fn questions(indexed: &Indexed) -> Vec<String> {
    let stem = |path: &String| Path::new(path).file_stem().map(|s| s.to_string_lossy().into_owned());
    let names = indexed.paths.iter().step_by((indexed.paths.len() / 12).max(1)).filter_map(stem);
    QUESTIONS.iter().map(|q| (*q).to_owned()).chain(names).collect()
}

async fn search(indexed: &Indexed, questions: &[String]) -> anyhow::Result<f64> {
    let river = start(indexed.home.path()).await?;
    let store = river.world.store.clone();
    // The first search of a process reads the vectors; people ask more than once.
    store.search(&indexed.repo, &local::search_query("warm up", 10)).await?.context("no index")?;
    let mut figures = Vec::new();
    for question in questions.iter().cycle().take(questions.len() * REPEATS) {
        let started = Instant::now();
        let hits = store.search(&indexed.repo, &local::search_query(question, 10)).await?;
        figures.push(started.elapsed().as_secs_f64());
        anyhow::ensure!(hits.is_some(), "the index is gone");
    }
    river.drain().await;
    Ok(median(figures))
}

fn ripgrep(folder: &Path, questions: &[String]) -> anyhow::Result<f64> {
    let mut figures = Vec::new();
    for question in questions.iter().cycle().take(questions.len() * REPEATS) {
        let word = question.split(' ').next_back().unwrap_or_default();
        let started = Instant::now();
        #[expect(clippy::disallowed_methods, reason = "the bench starts what it compares with")]
        let mut command = Command::new("rg");
        let scan = command.args(["--fixed-strings", "--count", "--", word]).arg(folder);
        scan.stdout(Stdio::null()).status().context("ripgrep is not installed")?;
        figures.push(started.elapsed().as_secs_f64());
    }
    Ok(median(figures))
}
