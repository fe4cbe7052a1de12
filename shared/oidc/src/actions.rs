//! Tokens of GitHub Actions: a workflow says which repository, ref and commit it runs for.

use std::time::Duration;

use serde::Deserialize;

use crate::{KeySource, Settings};

/// Who signs the tokens of workflows on github.com.
pub const ACTIONS_ISSUER: &str = "https://token.actions.githubusercontent.com";

/// What a workflow's token says of its job
/// (<https://docs.github.com/en/actions/reference/security/oidc>, "OIDC token claims").
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ActionsClaims {
    /// Different for every token.
    pub jti: String,
    /// `owner/name` of the repository whose workflow runs.
    pub repository: String,
    /// Its number, which stays when it is renamed and is never given again.
    pub repository_id: String,
    /// The account or organisation that it belongs to.
    pub repository_owner: String,
    /// That one's number.
    pub repository_owner_id: String,
    /// The full ref: a branch, a tag, or `refs/pull/<number>/merge`.
    #[serde(rename = "ref")]
    pub git_ref: String,
    /// The commit at that ref; for a pull request the merge that GitHub made to try it, not its head.
    pub sha: String,
    /// `push`, `pull_request` and the like.
    pub event_name: String,
    /// Who caused the run.
    pub actor: String,
    /// The run; the same when it is run again.
    pub run_id: String,
    /// `owner/name/path@ref` of the workflow that the event started.
    #[serde(default)]
    pub workflow_ref: Option<String>,
    /// `owner/name/path@ref` of the file that this job is written in: of a reusable workflow its own, not its caller's.
    pub job_workflow_ref: String,
}

impl Settings {
    /// GitHub Actions on github.com, for the service at this public address. An address is the same with and without a
    /// slash at its end.
    pub fn github_actions(service_url: &str) -> Self {
        let service_url = service_url.trim_end_matches('/');
        Self {
            issuers: vec![ACTIONS_ISSUER.to_owned()],
            keys: KeySource::At(format!("{ACTIONS_ISSUER}/.well-known/jwks")),
            audiences: vec![service_url.to_owned(), format!("{service_url}/")],
            leeway_seconds: 60,
            timeout: Duration::from_secs(5),
        }
    }
}
