//! Where an App is installed, and what it was granted there.

use std::collections::BTreeMap;
use std::sync::Arc;

use contracts::RepoName;
use serde::Deserialize;

use super::app::{AppDoor, lower};
use super::{Api, Verb, Who};
use crate::{Error, Permission, app_permissions};

/// Where an App is installed.
#[derive(Debug, Clone)]
pub(super) struct Installation {
    pub(super) id: u64,
    /// The repository's id, where it was asked for by a former name.
    pub(super) repository: Option<u64>,
    pub(super) permissions: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct InstallationAnswer {
    id: u64,
    #[serde(default)]
    permissions: BTreeMap<String, String>,
    #[serde(default)]
    suspended_at: Option<String>,
}

impl Api {
    pub(super) async fn installation(&self, door: &AppDoor, repo: &RepoName) -> Result<Installation, Error> {
        let found = door.installations.try_get_with(lower(repo), self.find_installation(door, repo)).await;
        found.map_err(Arc::unwrap_or_clone)
    }

    async fn find_installation(&self, door: &AppDoor, repo: &RepoName) -> Result<Installation, Error> {
        let answer = self.as_app(door, &Verb::Get, &format!("/repos/{repo}/installation")).await?;
        let repository = answer.repository_id();
        match self.judge(answer) {
            Ok(answer) => {
                let InstallationAnswer { id, permissions, suspended_at } = answer.parse()?;
                if suspended_at.is_some() {
                    return Err(Error::Suspended { repo: repo.to_string() });
                }
                Ok(Installation { id, repository, permissions })
            }
            Err(Error::Missing { .. }) => Err(self.not_installed(repo).await),
            Err(Error::Unauthorized { why, .. }) => Err(Error::AppRefused { why }),
            Err(error) => Err(error),
        }
    }

    /// GitHub says the same of an App that it does not know, so that is asked first.
    pub(super) async fn not_installed(&self, repo: &RepoName) -> Error {
        match self.app().await {
            Ok(Some(app)) => Error::NotInstalled { repo: repo.to_string(), link: app.install_link() },
            Ok(None) => Error::NotInstalled { repo: repo.to_string(), link: self.web_url() },
            Err(error) => error,
        }
    }

    pub(crate) async fn lacking(&self, repo: &RepoName) -> Result<Vec<Permission>, Error> {
        let Who::App(door) = &self.who else { return Ok(Vec::new()) };
        let installation = self.installation(door, repo).await?;
        let granted = |name: &str| installation.permissions.get(name).map(String::as_str);
        let mut lacking = app_permissions();
        lacking.retain(|needed| !needed.is_covered_by(granted(needed.name)));
        if !lacking.is_empty() {
            // What is granted next is to be seen at once.
            door.installations.invalidate(&lower(repo)).await;
        }
        Ok(lacking)
    }
}
