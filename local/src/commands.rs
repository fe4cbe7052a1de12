//! One file a command.

mod backtest;
mod check;
mod cost;
mod decision;
mod demo;
mod dev;
mod doctor;
mod explain;
pub(crate) mod index;
mod replay;
mod search;
mod setup;
mod sweep;

use clap::CommandFactory;

use crate::cli::{Cli, Command, Setup};
use crate::exit::{Exit, Failure};

pub use search::query as search_query;

/// Does what was typed.
pub async fn run(cli: Cli) -> Result<Exit, Failure> {
    let Cli { common, command } = cli;
    let common = crate::credentials::with_saved(common)?;
    match command {
        Command::Demo(args) => demo::run(&common, &args).await,
        Command::Dev(args) => dev::run(&common, &args).await,
        Command::Index(args) => index::run(&common, &args).await,
        Command::Search(args) => search::run(&common, &args).await,
        Command::Check(args) => check::run(&common, &args).await,
        Command::Explain { what } => explain::run(&common, &what).await,
        Command::Replay(args) => match (&args.file, &args.decision) {
            (Some(file), _) => replay::run(&common, file).await,
            (None, Some(what)) => decision::run(&common, what).await,
            (None, None) => Err(Failure::Usage("name a delivery, or a decision with --decision".to_owned())),
        },
        Command::Setup { what: Setup::Github(args) } => setup::run(&common, &args).await,
        Command::Doctor(args) => doctor::run(&common, &args).await,
        Command::Sweep(args) => sweep::run(&common, &args).await,
        Command::Cost(args) => cost::run(&common, &args).await,
        Command::Backtest(args) => backtest::run(&common, &args).await,
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "downstream", &mut std::io::stdout());
            Ok(Exit::Ok)
        }
        // Handled before anything else is started.
        Command::ParseWorker => Ok(Exit::Ok),
    }
}
