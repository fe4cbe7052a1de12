//! Who we are at GitHub: a token, or an App; from the environment, or from the file that `setup github` wrote.

use github::{Credentials, Given};

use crate::cli::{Common, Secrets};
use crate::exit::Failure;
use crate::{app_file, home};

/// What of the environment's secrets is about GitHub.
pub fn given(secrets: &Secrets) -> Given {
    Given {
        token: secrets.github_token.clone(),
        app_id: secrets.github_app_id.clone(),
        private_key: secrets.github_app_private_key.clone(),
    }
}

/// Who asks.
///
/// # Errors
/// [`Failure::Usage`] for half an App, or a key that is none.
pub fn read(common: &Common) -> Result<Credentials, Failure> {
    Credentials::read(&given(&common.secrets), &runtime::clock::system()).map_err(|e| Failure::Usage(e.to_string()))
}

/// The options with what the saved App adds. The environment goes first: where it names a token or any part of an App, the
/// saved one is left alone.
///
/// # Errors
/// [`Failure::Environment`] for a file that is there and cannot be read.
pub fn with_saved(mut common: Common) -> Result<Common, Failure> {
    // Without a folder there is nothing saved; whoever needs one says so.
    let Ok(home) = common.home.clone().map_or_else(home::default_path, Ok) else { return Ok(common) };
    let Some(saved) = app_file::read(&home)? else { return Ok(common) };
    let secrets = &mut common.secrets;
    let is_set =
        secrets.github_token.is_some() || secrets.github_app_id.is_some() || secrets.github_app_private_key.is_some();
    if !is_set {
        (secrets.github_app_id, secrets.github_app_private_key) = (saved.app_id, saved.private_key);
    }
    secrets.webhook_secret = secrets.webhook_secret.take().or(saved.webhook_secret);
    Ok(common)
}

/// How repositories are fetched: each with a token of its own where an App asks.
///
/// # Errors
/// [`Failure::Usage`] for credentials that are none, or an address of the API that is none.
pub fn git_settings(common: &Common) -> Result<git::Settings, Failure> {
    let settings = installation::git_settings(read(common)?, &common.github_api_url).map_err(Failure::Usage)?;
    // The person who runs this program may read what this machine can reach.
    Ok(git::Settings { allow_private: true, ..settings })
}
