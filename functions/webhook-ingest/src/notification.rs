//! `POST /api/webhook/change-notification`: a repository's own workflow says that it changed.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use contracts::messages::ChangeReported;
use contracts::{MessageId, RepoName};
use relationships::Relationships;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::answer::{body_of, json};
use crate::deps::App;
use crate::inbox::{Arrival, Receipt};
use crate::problem::Problem;
use crate::reported::ReportedChange;

/// What a workflow sends. `pattern_summary` and unknown fields are not used: facts are found in the code.
#[derive(Deserialize)]
struct Notification {
    source_repo: String,
    #[serde(flatten)]
    change: ReportedChange,
}

#[derive(Serialize)]
struct NoRelationships {
    status: &'static str,
    message: String,
}

#[derive(Serialize)]
struct Accepted<'a> {
    status: &'static str,
    source_repo: &'a str,
    consumers_scheduled: &'a [&'a str],
    derivatives_scheduled: &'a [&'a str],
    /// Templates that want to hear of this derivative's changes.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    upstream_scheduled: &'a [&'a str],
    dependents: Dependents<'a>,
    total_dependents: usize,
    run: &'a str,
    duplicate: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
struct Dependents<'a> {
    consumers: &'a [&'a str],
    derivatives: &'a [&'a str],
}

/// Accepts a change of a repository that `relationships.json` names.
pub(crate) async fn receive(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let body = body_of(request).await?;
    let said: Notification = serde_json::from_slice(&body)?;
    let repo: RepoName = said
        .source_repo
        .parse()
        .map_err(|why: contracts::ids::InvalidId| Problem::invalid("/source_repo", why.to_string()))?;
    // A repository that only depends on others is known, too: its own change may mend what was broken for it.
    let Some(repo) = app.deps.relationships.canonical(&repo) else {
        return Ok(no_relationships(&repo));
    };
    let kept = said.change.kept("")?;
    let change = ChangeReported {
        repo: repo.clone(),
        url: app.where_is(repo),
        git_ref: said.change.git_ref("")?,
        before: None,
        after: said.change.commit(),
        summary: said.change.summary(),
        files: kept.files,
        reported_at: app.now_ms(),
        seq: 0,
        dry_run: false,
        only: Vec::new(),
        pinned: std::collections::BTreeMap::new(),
    };
    let arrival = Arrival { delivery: None, content: content_of(&body), change };
    let receipt = app.deps.inbox.accept(arrival).await.map_err(|fault| Problem::of_fault(&fault))?;
    Ok(accepted(&app.deps.relationships, repo, &receipt, &kept.notes))
}

/// The same bytes again are a retry; another `timestamp` is another report.
fn content_of(body: &[u8]) -> MessageId {
    MessageId::derive(&["change-notification", &hex::encode(Sha256::digest(body))])
}

fn accepted(relationships: &Relationships, repo: &RepoName, receipt: &Receipt, notes: &[String]) -> Response {
    let consumers: Vec<&str> = relationships.consumers_of(repo).iter().map(|c| c.repo.as_str()).collect();
    let derivatives: Vec<&str> = relationships.derivatives_of(repo).iter().map(|d| d.repo.as_str()).collect();
    let upstream: Vec<&str> = relationships.upstream_of(repo).iter().map(RepoName::as_str).collect();
    let accepted = Accepted {
        status: "accepted",
        source_repo: repo.as_str(),
        consumers_scheduled: &consumers,
        derivatives_scheduled: &derivatives,
        upstream_scheduled: &upstream,
        dependents: Dependents { consumers: &consumers, derivatives: &derivatives },
        total_dependents: consumers.len() + derivatives.len() + upstream.len(),
        run: receipt.run().as_str(),
        duplicate: receipt.is_duplicate(),
        notes,
    };
    json(StatusCode::ACCEPTED, &accepted)
}

fn no_relationships(repo: &RepoName) -> Response {
    let message = format!("relationships.json does not name {repo}: nobody depends on it as far as is known");
    json(StatusCode::OK, &NoRelationships { status: "no_relationships", message })
}
