//! Exit codes: 0 ok, 1 findings at or above `--fail-on`, 2 usage, 3 environment.

use std::fmt;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It did what it should.
    Ok,
    /// It did, and found something that the caller wanted to hear of.
    Findings,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::Findings => 1,
        })
    }
}

/// Why a command could not do what it should.
#[derive(Debug)]
pub enum Failure {
    /// It was asked for something that makes no sense.
    Usage(String),
    /// The world around it is not as it needs it.
    Environment(String),
}

impl Failure {
    /// From anything that says what is wrong.
    pub fn environment(error: impl fmt::Display) -> Self {
        Self::Environment(error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(why) | Self::Environment(why) => f.write_str(why),
        }
    }
}

/// `?` on an error of the world around us means "environment": usage errors are made by name.
impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Environment(format!("{:#}", error.into()))
    }
}

/// Says it and answers its code.
pub fn report(failure: &Failure) -> ExitCode {
    eprintln!("error: {failure}");
    ExitCode::from(match failure {
        Failure::Usage(_) => 2,
        Failure::Environment(_) => 3,
    })
}
