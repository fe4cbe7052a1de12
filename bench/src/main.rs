//! Ratios against a named floor or peer, measured in the same run: `cargo xtask bench`.
//!
//! A machine is as fast as it is, and noisy; a ratio to something measured beside it says what the program itself costs.

mod acks;
mod indexing;
mod load;
mod numbers;
mod postgres;
mod queues;
mod scratch;
mod search;
mod servers;
mod stages;
mod starts;
mod table;
mod triage;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::table::Table;

#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Everything, or one part
    Run(Run),
    /// A server to be measured, until its input ends
    #[command(hide = true)]
    Serve { kind: servers::Kind, folder: PathBuf },
    /// A parser worker
    #[command(hide = true)]
    ParseWorker,
}

#[derive(Debug, clap::Args)]
struct Run {
    /// A clone of a repository of about 3,000 files
    #[arg(long)]
    repository: Option<PathBuf>,
    /// Where functions lie that were built with `--profile small --features aws`
    #[arg(long, default_value = "target/small")]
    functions: PathBuf,
    /// A folder with text for 100,000 chunks, such as the sources of this program's dependencies
    #[arg(long)]
    text: Option<PathBuf>,
    /// Only `acks`, `stages`, `queues`, `indexing`, `search`, `triage`, `postgres` or `starts`
    #[arg(long)]
    only: Option<String>,
    /// Write the figures as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// A folder on tmpfs
    #[arg(long, default_value = "/dev/shm")]
    tmpfs: PathBuf,
}

fn main() -> ExitCode {
    local::install_tls();
    match Cli::parse().what {
        What::ParseWorker => local::parse_worker(),
        What::Serve { kind, folder } => ended(servers::serve(kind, &folder)),
        What::Run(run) => ended(measure(&run)),
    }
}

fn ended(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure(run: &Run) -> anyhow::Result<()> {
    let wants = |part: &str| run.only.as_deref().is_none_or(|only| only == part);
    let mut table = Table::default();
    // Indexing first: its peak memory is this process's.
    match &run.repository {
        Some(repository) if wants("indexing") || wants("search") => {
            let indexed = indexing::measure(repository, &mut table)?;
            if wants("search") {
                search::measure(&indexed, &mut table)?;
            }
        }
        Some(_) => {}
        None => table.skip("indexing and search", "needs --repository DIR, a clone of about 3,000 files"),
    }
    if wants("triage") {
        match &run.repository {
            Some(repository) => triage::one(repository, &mut table)?,
            None => table.skip("a verdict", "needs --repository DIR, a clone of about 3,000 files"),
        }
        triage::many(&mut table)?;
    }
    if wants("stages") {
        stages::measure(&mut table)?;
    }
    if wants("queues") {
        queues::measure(&mut table)?;
    }
    if wants("postgres") {
        match &run.text {
            Some(text) => postgres::measure(text, &mut table)?,
            None => table.skip("search in Postgres", "needs --text DIR, a folder with about 60 MB of text"),
        }
    }
    if wants("acks") {
        acks::measure(&run.tmpfs, &mut table)?;
    }
    if wants("starts") {
        starts::measure(&run.functions, &mut table)?;
    }
    table.print();
    if let Some(path) = &run.json {
        std::fs::write(path, serde_json::to_string_pretty(&table)?)?;
    }
    Ok(())
}
