//! What an App is, and what it may do where.

use contracts::RepoName;

use crate::{Adapter, Error, Github, Permission, Token};

/// An App as GitHub knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppInfo {
    /// Its short name; it writes as `<slug>[bot]`.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its page.
    pub html_url: String,
}

impl AppInfo {
    /// Where people install it.
    pub fn install_link(&self) -> String {
        format!("{}/installations/new", self.html_url)
    }
}

impl Github {
    /// The App that asks; none for a token and for the outbox.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::AppRefused`] where GitHub knows no such App, or not by this key.
    pub async fn app(&self) -> Result<Option<AppInfo>, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.app().await,
            Adapter::Outbox(_) => Ok(None),
        }
    }

    /// What the App needs and was not granted on this repository; nothing for a token, of which GitHub does not say.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::NotInstalled`] and [`Error::Suspended`] where it may do nothing at all.
    pub async fn lacking(&self, repo: &RepoName) -> Result<Vec<Permission>, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.lacking(repo).await,
            Adapter::Outbox(_) => Ok(Vec::new()),
        }
    }

    /// What opens this repository to a fetch: an App's token for this repository alone, to read it and nothing else. None
    /// for the outbox and where the App is not installed, for the repository may be public.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn fetch_token(&self, repo: &RepoName) -> Result<Option<Token>, Error> {
        match &*self.adapter {
            Adapter::Api(api) => api.fetch_token(repo).await,
            Adapter::Outbox(_) => Ok(None),
        }
    }
}
