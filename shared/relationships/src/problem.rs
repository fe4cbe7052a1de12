//! What is wrong with the file, and exactly where.

use std::fmt;

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// JSON Pointer (RFC 6901) of the value; empty for the whole file.
    pub pointer: String,
    /// Line of the value, from 1.
    pub line: usize,
    /// Column of the value in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do, one sentence.
    pub message: String,
    /// Whether that part must be changed.
    pub severity: Severity,
}

/// What a problem does to the part that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Obeyed, but probably not meant.
    Warning,
    /// Left out, or contradicts itself.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pointer, line, column, message, severity } = self;
        write!(f, "{line}:{column}: {severity}: ")?;
        if !pointer.is_empty() {
            write!(f, "{pointer}: ")?;
        }
        f.write_str(message)
    }
}

impl std::error::Error for Problem {}

/// More than this many are not news any more.
const MOST: usize = 200;

/// Collects problems, up to a number that somebody may read.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// Adds one; `make` is only called while there is room, for finding a line costs a walk over the text.
    pub(crate) fn add(&mut self, make: impl FnOnce() -> Problem) {
        if self.list.len() < MOST {
            self.list.push(make());
        }
    }

    pub(crate) fn into_list(mut self) -> Vec<Problem> {
        self.list.sort_by_key(|p| (p.line, p.column));
        self.list
    }
}
