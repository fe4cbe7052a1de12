//! Every automation of the project: `cargo xtask <what>`.

mod bench;
mod schemas;
mod test;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Formats checked, lints, all tests, tidy: what must pass before a change lands
    Test,
    /// Check what people would have to remember: floors, samples, schemas, file sizes
    Tidy,
    /// Measure ratios against floors and peers (release build); arguments go to the bench, e.g. --repository DIR
    #[command(disable_help_flag = true)]
    Bench {
        /// See bench/README.md
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Write the JSON Schemas of all messages and configuration files
    Schemas,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Test => test::run(),
        Task::Tidy => tidy::run(),
        Task::Bench { arguments } => bench::run(&arguments),
        Task::Schemas => schemas::write(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder that the workspace lies in.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}
