//! Why the pool itself could not work. A file that cannot be parsed is no error: its analysis says so.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The parser processes are not there. Nothing is said about any file.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The program does not start.
    #[error("the parser program {program:?} does not start: {source}; check that the file exists and may be executed")]
    Start {
        /// What was started.
        program: PathBuf,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// The program starts and does not speak the protocol.
    #[error("the parser program {program:?} did not greet within {limit:?}; is it a parser worker?")]
    Silent {
        /// What was started.
        program: PathBuf,
        /// How long it had.
        limit: Duration,
    },
    /// The program was built from other grammars, so its answers would be stored under a wrong key.
    #[error("the parser program {program:?} is another version ({theirs:?}); build both from the same source")]
    Version {
        /// What was started.
        program: PathBuf,
        /// What it said of itself.
        theirs: String,
    },
    /// The pool was dropped, or its runtime ended, while work was under way.
    #[error("the parser pool was closed while files were waiting; parse them again")]
    Closed,
}

impl From<Error> for stage::Fault {
    /// All of these are the machine's faults and not the input's.
    fn from(error: Error) -> Self {
        Self::retry(error)
    }
}
