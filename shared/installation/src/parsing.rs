//! Grammars behind their process boundary: the function's own program, started again as a worker.

use std::process::ExitCode;

use environment::Environment;
use syntax::{Parsers, Settings, Worker};

/// The argument that makes a program a parser worker.
pub const PARSE_WORKER: &str = "parse-worker";

/// Works as a parser worker to its end if this process was started as one; the first thing that a `main` does.
pub fn parse_worker() -> Option<ExitCode> {
    let is_worker = std::env::args().nth(1).is_some_and(|argument| argument == PARSE_WORKER);
    is_worker.then(|| match syntax::serve_worker() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: the parser worker lost its parent: {error}");
            ExitCode::FAILURE
        }
    })
}

/// Parsers whose workers are this very program.
pub fn parsers(environment: &Environment) -> Parsers {
    let program = std::env::current_exe().unwrap_or_else(|error| {
        environment.complain(format!("this program does not know where it lies: {error}"));
        "downstream".into()
    });
    Parsers::new(Settings::of(Worker { program, args: vec![PARSE_WORKER.to_owned()] }))
}
