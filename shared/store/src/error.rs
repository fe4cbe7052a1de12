use stage::Fault;

/// Why state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be opened.
    #[error("cannot open the store at {url}: {why}")]
    Open {
        /// What was asked for.
        url: String,
        /// Why not.
        why: String,
    },
    /// The database or its disk failed; the next try may work.
    #[error("the store failed: {0}")]
    Database(#[from] sqlite::Error),
    /// A row is not what this version understands.
    #[error("a stored {what} cannot be understood: {why}")]
    Malformed {
        /// Which kind of row.
        what: String,
        /// What is wrong.
        why: String,
    },
    /// Somebody else moved the index meanwhile; ask again and start over.
    #[error("the search index of {0} was changed by another run meanwhile")]
    IndexMoved(String),
}

impl Error {
    /// The writer answered something that was not asked.
    pub(crate) fn confused() -> Self {
        Self::Malformed { what: "answer".to_owned(), why: "it belongs to another question".to_owned() }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(_) | Error::IndexMoved(_) => Self::retry(error),
            Error::Open { .. } | Error::Malformed { .. } => Self::reject(error),
        }
    }
}
