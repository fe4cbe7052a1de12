use std::time::Duration;

use stage::Fault;

/// Why an issue could not be read or written, named by what helps.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A limit was reached; the same request will do later.
    #[error("github asks to wait {} s before {what}", after.as_secs())]
    Later {
        /// The request.
        what: String,
        /// Not before this.
        after: Duration,
    },
    /// No answer, or half of one. A write may have happened.
    #[error("no answer from github for {what}: {why}")]
    Unreachable {
        /// The request.
        what: String,
        /// What the connection said.
        why: String,
    },
    /// Github itself is in trouble.
    #[error("github failed with status {status} for {what}")]
    Server {
        /// The request.
        what: String,
        /// 500 to 599.
        status: u16,
    },
    /// The token is wrong, expired or revoked.
    #[error("github refused the token for {what}: {why}; set a valid GITHUB_TOKEN")]
    Unauthorized {
        /// The request.
        what: String,
        /// Github's words.
        why: String,
    },
    /// The token may not do this.
    #[error("github forbids {what}: {why}; give the token the permission \"issues: write\" for this repository")]
    Denied {
        /// The request.
        what: String,
        /// Github's words.
        why: String,
    },
    /// No such repository or issue, not visible to the token, moved away, or issues are switched off.
    #[error("github has nothing for {what} (status {status}): {why}; check the name, and that issues are enabled")]
    Missing {
        /// The request.
        what: String,
        /// 301, 404 or 410.
        status: u16,
        /// Github's words.
        why: String,
    },
    /// The request itself was wrong.
    #[error("github refused {what} (status {status}): {why}")]
    Refused {
        /// The request.
        what: String,
        /// 400 to 499.
        status: u16,
        /// Github's words.
        why: String,
    },
    /// The answer is not what the API promises.
    #[error("github's answer for {what} makes no sense: {why}")]
    Malformed {
        /// The request.
        what: String,
        /// What does not fit.
        why: String,
    },
    /// The App is not installed on the repository, or the repository is not among those it may see.
    #[error("the GitHub App is not installed on {repo}; install it there: {link}")]
    NotInstalled {
        /// The repository.
        repo: String,
        /// Where the App is installed.
        link: String,
    },
    /// The account's owner suspended the App.
    #[error(
        "the GitHub App's installation on {repo} is suspended; take the suspension back in the settings of its account"
    )]
    Suspended {
        /// The repository.
        repo: String,
    },
    /// The App is installed, without this permission.
    #[error(
        "the GitHub App may not do this on {repo}: grant it \"{permission}\" in its settings, then accept the change where it is installed"
    )]
    NotGranted {
        /// The repository.
        repo: String,
        /// The permission and its level, such as `issues: write`.
        permission: String,
    },
    /// GitHub does not know the App, or not by this key.
    #[error(
        "github does not accept the GitHub App: {why}; check GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY, and that the App still exists"
    )]
    AppRefused {
        /// Github's words.
        why: String,
    },
    /// The outbox folder cannot be read or written.
    #[error("cannot {what} in the outbox: {why}")]
    Outbox {
        /// Doing what, to which file.
        what: String,
        /// What the system said.
        why: String,
    },
    /// The door cannot be opened.
    #[error("cannot use github: {0}")]
    Settings(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match &error {
            Error::Later { after, .. } => Self::Retry { why: error.to_string(), after: Some(*after) },
            Error::Unreachable { .. } | Error::Server { .. } | Error::Outbox { .. } => Self::retry(error),
            Error::Unauthorized { .. }
            | Error::Denied { .. }
            | Error::Missing { .. }
            | Error::Refused { .. }
            | Error::Malformed { .. }
            | Error::NotInstalled { .. }
            | Error::Suspended { .. }
            | Error::NotGranted { .. }
            | Error::AppRefused { .. }
            | Error::Settings(_) => Self::reject(error),
        }
    }
}
