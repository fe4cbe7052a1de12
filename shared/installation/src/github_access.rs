//! How an installation reaches repositories and issues.

use environment::Environment;
use git::Git;
use github::{Github, Settings, Token};

/// Where fetched repositories are kept: the one folder that Lambda and Cloud Run let us write to.
const CACHE: &str = "/tmp/repositories";

/// What issues are read and written with.
pub struct GithubAccess {
    settings: Settings,
}

impl GithubAccess {
    /// `GITHUB_TOKEN` of the environment, which must be set: a deployed function has nowhere to put what it does not send.
    pub fn of(environment: &Environment) -> Self {
        let token = Token::new(environment.required("GITHUB_TOKEN", "issues are read and written with it"));
        let api_url = environment.optional("ORCHESTRATOR_GITHUB_API_URL").unwrap_or(Settings::PUBLIC_API).to_owned();
        Self { settings: Settings { token, api_url, outbox: CACHE.into() } }
    }

    /// The door.
    ///
    /// # Errors
    /// The address of the API is none.
    pub fn open(self) -> Result<Github, github::Error> {
        Github::open(self.settings)
    }
}

/// The door to repositories; private ones are read with `GITHUB_TOKEN` where it is set.
pub fn git(environment: &Environment) -> Git {
    let token = environment.optional("GITHUB_TOKEN").map(git::Token::new);
    Git::open(CACHE, git::Settings { token, ..git::Settings::default() })
}
