//! `downstream`: every function in one process, and the command line.

mod cli;
mod commands;
mod exit;
mod home;
mod inbox;
mod names;
mod relations;
mod river;
mod show;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::ParseWorker) {
        return syntax::serve_worker();
    }
    show::log_to_stderr(cli.common.verbose);
    // One TLS provider for the whole process; a second one linked by accident would panic at the first connection.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return exit::report(&exit::Failure::environment(error)),
    };
    let ended = runtime.block_on(commands::run(cli));
    // Workers that still read a repository or parse are not waited for: nothing they do is acknowledged.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code.into(),
        Err(failure) => exit::report(&failure),
    }
}
