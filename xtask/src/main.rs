//! Every automation of the project: `cargo xtask <what>`.

mod bench;
mod infra;
mod package;
mod schemas;
mod test;
mod tidy;
mod wiring;

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
    /// Formats checked, lints, all tests, tidy, infra: what must pass before a change lands
    Test {
        /// Terraform 1.11 or later
        #[arg(long, env = "DOWNSTREAM_TERRAFORM", default_value = infra::TERRAFORM)]
        terraform: PathBuf,
    },
    /// Check what people would have to remember: floors, samples, schemas, wiring, file sizes
    Tidy,
    /// Measure ratios against floors and peers (release build); arguments go to the bench, e.g. --repository DIR
    #[command(disable_help_flag = true)]
    Bench {
        /// See bench/README.md
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Make what is deployed, reproducibly: zips for AWS Lambda and an image for Google Cloud Run, in dist/
    Package(package::Wanted),
    /// Write the JSON Schemas of all messages and configuration files
    Schemas,
    /// Write infra/terraform/wiring.json: who hears what, and what each function may do
    Wiring,
    /// Check what is below infra: its form, its validity, its tests
    Infra {
        /// Terraform 1.11 or later
        #[arg(long, env = "DOWNSTREAM_TERRAFORM", default_value = infra::TERRAFORM)]
        terraform: PathBuf,
        /// Write the tables in the modules' READMEs instead
        #[arg(long)]
        docs: bool,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Test { terraform } => test::run(&terraform),
        Task::Tidy => tidy::run(),
        Task::Bench { arguments } => bench::run(&arguments),
        Task::Package(wanted) => package::run(&wanted),
        Task::Schemas => schemas::write(),
        Task::Wiring => wiring::write(),
        Task::Infra { docs: true, .. } => infra::docs::write(),
        Task::Infra { terraform, docs: false } => infra::run(&terraform),
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
