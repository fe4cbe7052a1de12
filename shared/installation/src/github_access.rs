//! How an installation reaches repositories and issues: by a token, or as a GitHub App.

use std::path::PathBuf;
use std::sync::Arc;

use environment::Environment;
use git::{Git, TokenSource};
use github::{Clock, Credentials, Github, Given, Settings};
use stage::Fault;

/// Where fetched repositories are kept: the one folder that Lambda and Cloud Run let us write to.
const CACHE: &str = "/tmp/repositories";

/// Who we are at GitHub.
pub struct GithubAccess {
    credentials: Credentials,
    api_url: String,
}

impl GithubAccess {
    /// `GITHUB_TOKEN`, or `GITHUB_APP_ID` and `GITHUB_APP_PRIVATE_KEY`; without both, public repositories are read and
    /// nothing else.
    pub fn of(environment: &Environment, clock: &Clock) -> Self {
        let owned = |name: &str| environment.optional(name).map(str::to_owned);
        let given = Given {
            token: owned("GITHUB_TOKEN"),
            app_id: owned("GITHUB_APP_ID"),
            private_key: owned("GITHUB_APP_PRIVATE_KEY"),
        };
        let credentials = Credentials::read(&given, clock).unwrap_or_else(|error| {
            environment.complain(error.to_string());
            Credentials::None
        });
        let api_url = owned("ORCHESTRATOR_GITHUB_API_URL").unwrap_or_else(|| Settings::PUBLIC_API.to_owned());
        Self { credentials, api_url }
    }

    /// The same for a function that writes: a deployed one has nowhere to put what it does not send.
    pub fn required(environment: &Environment, clock: &Clock) -> Self {
        let access = Self::of(environment, clock);
        if matches!(access.credentials, Credentials::None) {
            environment.complain(
                "neither GITHUB_TOKEN nor GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY are set: who files issues?",
            );
        }
        access
    }

    /// The door to issues.
    ///
    /// # Errors
    /// The address of the API is none.
    pub fn issues(&self) -> Result<Github, github::Error> {
        let (credentials, api_url) = (self.credentials.clone(), self.api_url.clone());
        Github::open(Settings { credentials, api_url, outbox: PathBuf::from(CACHE) })
    }

    /// The door to repositories.
    ///
    /// # Errors
    /// The address of the API is none.
    pub fn repositories(&self) -> Result<Git, String> {
        Ok(Git::open(CACHE, git_settings(self.credentials.clone(), &self.api_url)?))
    }
}

/// How repositories are fetched: each with a token of its own where an App asks. A token is shown to the GitHub that gave it
/// and to nobody else.
///
/// # Errors
/// The address of the API is none.
pub fn git_settings(credentials: Credentials, api_url: &str) -> Result<git::Settings, String> {
    let web = github::manifest::web_url(api_url).map_err(|e| e.to_string())?;
    let host = url::Url::parse(&web).ok().and_then(|url| url.host_str().map(str::to_owned));
    let (token, tokens) = match credentials {
        Credentials::None => (None, None),
        Credentials::Token(token) => (Some(git::Token::new(token.secret())), None),
        Credentials::App(app) => {
            // Never used as an outbox: an App is there.
            let settings = Settings { credentials: app.into(), api_url: api_url.to_owned(), outbox: PathBuf::new() };
            (None, Some(tokens(Github::open(settings).map_err(|e| e.to_string())?)))
        }
    };
    Ok(git::Settings { token, tokens, token_hosts: host.into_iter().collect(), ..git::Settings::default() })
}

/// The door to issues as the source of tokens for fetching.
fn tokens(github: Github) -> TokenSource {
    let github = Arc::new(github);
    TokenSource::new(move |repo| {
        let github = github.clone();
        async move {
            let token = github.fetch_token(&repo).await.map_err(Fault::from)?;
            Ok(token.map(|token| git::Token::new(token.secret())))
        }
    })
}
