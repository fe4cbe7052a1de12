//! Who we are at GitHub, and whether an App is installed where it is needed.

use std::path::Path;

use contracts::RepoName;
use github::{Credentials, Error, Github, Permission};
use relationships::Relationships;

use super::Check;
use crate::cli::Common;
use crate::{app_file, credentials, home};

const AUTH: &str = "github.auth";
const INSTALLED: &str = "github.app_installed";

/// The door, if there is somebody to ask as; what is wrong with that becomes checks.
pub(super) async fn github(common: &Common, outbox: &Path, checks: &mut Vec<Check>) -> Option<Github> {
    saved_file(common, checks);
    let credentials = match credentials::read(common) {
        Ok(Credentials::None) => {
            let message = "neither GITHUB_TOKEN nor a GitHub App is set: issue bodies land in the outbox";
            checks.push(Check::warning(AUTH, message, "downstream setup github registers an App; or set GITHUB_TOKEN"));
            return None;
        }
        Ok(credentials) => credentials,
        Err(failure) => {
            checks.push(Check::failed(
                AUTH,
                failure.to_string(),
                "set both halves of the App, or run downstream setup github",
            ));
            return None;
        }
    };
    let is_app = matches!(credentials, Credentials::App(_));
    if is_app && common.secrets.github_token.is_some() {
        let message = "both GITHUB_TOKEN and a GitHub App are set: the App is used and the token is not";
        checks.push(Check::warning(AUTH, message, "unset the one that is not meant"));
    }
    let api_url = common.github_api_url.clone();
    let settings = github::Settings { credentials, api_url, outbox: outbox.to_owned() };
    let github = match Github::open(settings) {
        Ok(github) => github,
        Err(error) => {
            checks.push(Check::failed(AUTH, error.to_string(), "correct ORCHESTRATOR_GITHUB_API_URL"));
            return None;
        }
    };
    match github.app().await {
        Ok(Some(app)) => {
            checks.push(Check::ok(AUTH, format!("github knows the App {}, which writes as {0}[bot]", app.slug)));
            Some(github)
        }
        Ok(None) => Some(github),
        Err(error) => {
            checks.push(Check::failed(AUTH, error.to_string(), fix(&error)));
            None
        }
    }
}

fn saved_file(common: &Common, checks: &mut Vec<Check>) {
    let Ok(home) = common.home.clone().map_or_else(home::default_path, Ok) else { return };
    if app_file::is_open_to_others(&home) {
        let path = app_file::path(&home);
        let message = format!("{} can be read by others than you", path.display());
        checks.push(Check::failed("github.app_file", message, format!("chmod 600 {}", path.display())));
    }
}

/// What keeps an App from working on a repository that is told of findings; none where all is well, and for a token.
pub(super) async fn target(github: &Github, target: &RepoName) -> Option<Check> {
    match github.lacking(target).await {
        Ok(lacking) if lacking.is_empty() => None,
        Ok(lacking) => Some(Check::failed(INSTALLED, format!("{target}: the App lacks {}", list(&lacking)), GRANT)),
        Err(error) => Some(Check::failed(INSTALLED, error.to_string(), fix(&error))),
    }
}

/// A provider is read without the App where it is public; its pull requests are not answered then.
pub(super) async fn sources(github: &Github, relationships: &Relationships, checks: &mut Vec<Check>) {
    for source in relationships.repositories() {
        match github.lacking(source).await {
            Ok(lacking) if lacking.is_empty() => {}
            Ok(lacking) => {
                checks.push(Check::warning(INSTALLED, format!("{source}: the App lacks {}", list(&lacking)), GRANT));
            }
            Err(error) => {
                let message = format!("{error}; until then its pull requests are not answered and it must be public");
                checks.push(Check::warning(INSTALLED, message, fix(&error)));
            }
        }
    }
}

const GRANT: &str = "grant it in the App's settings, then accept the change where it is installed (docs/github-app.md)";

fn list(lacking: &[Permission]) -> String {
    lacking.iter().map(Permission::to_string).collect::<Vec<_>>().join(", ")
}

fn fix(error: &Error) -> String {
    match error {
        Error::NotInstalled { link, .. } => format!("install it: {link}"),
        Error::Suspended { .. } => "take the suspension back in the settings of the account".to_owned(),
        Error::AppRefused { .. } => "check the id and the key, or run downstream setup github --replace".to_owned(),
        Error::Unreachable { .. } | Error::Server { .. } | Error::Later { .. } => "try again later".to_owned(),
        _ => "see docs/github-app.md".to_owned(),
    }
}
