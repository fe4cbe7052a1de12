//! How workflows of GitHub Actions are known here.

use webhook_ingest::{Actions, ActionsSettings};

use crate::exit::Failure;

/// By the environment (see [`ActionsSettings`]); none where this service has no public address.
///
/// # Errors
/// A setting that cannot be meant.
pub fn from_environment() -> Result<Option<Actions>, Failure> {
    #[expect(clippy::disallowed_methods, reason = "settings of the service are read here, once")]
    let settings = ActionsSettings::read(|name| std::env::var(name).ok());
    settings.as_ref().map(Actions::open).transpose().map_err(Failure::Usage)
}
