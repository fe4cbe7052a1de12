//! What can go wrong, and what happens next.

use std::path::PathBuf;
use std::time::Duration;

use stage::Fault;

/// Why a repository could not be fetched or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not an address this door understands.
    #[error("cannot fetch {url:?}: {why}; give http://, https://, file:// or an absolute path")]
    UnsupportedUrl {
        /// What was given, cut.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// A user name or password stands in the URL, where logs and stores would keep it.
    #[error("the address of {url} has credentials in it: remove them and set a token instead")]
    CredentialsInUrl {
        /// The URL without them.
        url: String,
    },
    /// The URL, or what it redirects to, is inside the house.
    #[error("refused to fetch {url}: it leads to {address}, which is not a public address")]
    PrivateAddress {
        /// What was asked for.
        url: String,
        /// Where it leads.
        address: String,
    },
    /// The server does not let us in, or does not say whether there is anything.
    #[error("{url} does not exist or needs a token with access to it (the server answered {status})")]
    NeedsAccess {
        /// The repository.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// Whoever gives tokens gives none for this repository.
    #[error("{url} cannot be fetched: {why}")]
    NoToken {
        /// The repository.
        url: String,
        /// What was said, and what to do.
        why: String,
    },
    /// Something answers, but not git.
    #[error("{url} is not a git repository: {why}")]
    NotARepository {
        /// What was asked for.
        url: String,
        /// What was found instead.
        why: String,
    },
    /// A git repository without a single commit.
    #[error("{url} is empty: it has no commit yet, so there is nothing to index; push something first")]
    EmptyRepository {
        /// The repository.
        url: String,
    },
    /// The repository does not have what was asked for.
    #[error("{url} has no {rev}: it was deleted, never pushed, or is no commit")]
    UnknownCommit {
        /// The repository.
        url: String,
        /// What was asked for.
        rev: String,
    },
    /// More than the limits allow.
    #[error("{url} is too large: {what}")]
    TooLarge {
        /// The repository.
        url: String,
        /// Which limit was reached.
        what: String,
    },
    /// The whole fetch took too long.
    #[error("fetching {url} took longer than {seconds} s")]
    Timeout {
        /// The repository.
        url: String,
        /// The limit.
        seconds: f64,
    },
    /// The server, or the way to it, fails at the moment.
    #[error("{url} cannot be reached at the moment: {why}")]
    Unreachable {
        /// The repository.
        url: String,
        /// What happened.
        why: String,
        /// The server asks not to come back before this.
        after: Option<Duration>,
    },
    /// Something that git has and this door does not.
    #[error("{url} cannot be read: {why}")]
    Unsupported {
        /// The repository.
        url: String,
        /// What is missing.
        why: String,
    },
    /// Objects that should be there are missing or broken.
    #[error("{url} is damaged: {why}")]
    Damaged {
        /// The repository.
        url: String,
        /// What was found.
        why: String,
    },
    /// The cache folder fails: full, read-only, or not a folder.
    #[error("the git cache at {} cannot be used: {why}; free space or check its permissions", path.display())]
    Cache {
        /// The place.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
}

impl Error {
    /// Whether the same call may work later without anybody changing anything in the repository or its address.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Timeout { .. } | Self::Unreachable { .. } | Self::Cache { .. } => true,
            Self::UnsupportedUrl { .. }
            | Self::CredentialsInUrl { .. }
            | Self::PrivateAddress { .. }
            | Self::NeedsAccess { .. }
            | Self::NoToken { .. }
            | Self::NotARepository { .. }
            | Self::EmptyRepository { .. }
            | Self::UnknownCommit { .. }
            | Self::TooLarge { .. }
            | Self::Unsupported { .. }
            | Self::Damaged { .. } => false,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Unreachable { after, .. } => Self::Retry { why: error.to_string(), after },
            _ if error.is_transient() => Self::retry(error),
            _ => Self::reject(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_says_when_is_asked_then() {
        let after = Some(Duration::from_secs(7));
        let error = Error::Unreachable { url: "https://h/r".into(), why: "status 503".into(), after };
        assert!(matches!(Fault::from(error), Fault::Retry { after: Some(wait), .. } if wait.as_secs() == 7));
    }

    #[test]
    fn only_what_may_pass_by_itself_is_tried_again() {
        let url = || "https://h/r".to_owned();
        let cases = [
            (Error::Timeout { url: url(), seconds: 1.0 }, true),
            (Error::Cache { path: "/c".into(), why: "no space left on device".into() }, true),
            (Error::NeedsAccess { url: url(), status: 404 }, false),
            (Error::EmptyRepository { url: url() }, false),
            (Error::PrivateAddress { url: url(), address: "10.0.0.1".into() }, false),
        ];
        for (error, retried) in cases {
            assert_eq!(error.is_transient(), retried, "{error}");
            assert_eq!(matches!(Fault::from(error), Fault::Retry { .. }), retried);
        }
    }
}
