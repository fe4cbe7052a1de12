//! Every function in one process, and the command line. The program itself is `main.rs`, three lines long; it is a
//! library too, so that the benchmarks drive the very river that people run.

mod actions;
mod app_file;
pub mod cli;
mod commands;
mod counted;
pub mod credentials;
pub mod exit;
pub mod home;
pub mod inbox;
pub mod model;
mod names;
pub mod relations;
pub mod river;
mod show;
mod sweeps;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

pub use crate::commands::search_query;

/// The argument that makes this program a parser worker.
pub const PARSE_WORKER: &str = installation::PARSE_WORKER;

/// Does what was typed.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::ParseWorker) {
        return parse_worker();
    }
    show::log_to_stderr(cli.common.verbose);
    install_tls();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return exit::report(&exit::Failure::environment(error)),
    };
    let ended = runtime.block_on(commands::run(cli));
    // Threads that still read a repository are not waited for: nothing they do is acknowledged.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code.into(),
        Err(failure) => exit::report(&failure),
    }
}

/// The other side of the process boundary that files are parsed behind.
pub fn parse_worker() -> ExitCode {
    match syntax::serve_worker() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: the parser worker lost its parent: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One TLS provider for the whole process; a second one linked by accident would panic at the first connection.
pub fn install_tls() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
}
