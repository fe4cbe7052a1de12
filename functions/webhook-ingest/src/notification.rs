//! `POST /api/webhook/change-notification`: a repository's own workflow says that it changed.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use contracts::messages::ChangeReported;
use contracts::{CommitId, MessageId, RepoName};
use relationships::Relationships;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::actions::{Bound, Place, Said, pull_request};
use crate::answer::{body_of, json};
use crate::deps::App;
use crate::inbox::{Arrival, Receipt};
use crate::problem::Problem;
use crate::reported::{Kept, ReportedChange};
use crate::reporter::{self, Reporter};

/// What a workflow sends. `pattern_summary` and unknown fields are not used: facts are found in the code.
#[derive(Deserialize)]
struct Notification {
    source_repo: String,
    /// The commit before a push, or the base of a pull request.
    #[serde(default)]
    before: Option<String>,
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

/// Accepts a change of a repository that `relationships.json` names, from whoever may report it.
pub(crate) async fn receive(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let reporter = reporter::of(&app, &parts).await?;
    let body = body_of(Request::from_parts(parts, body)).await?;
    let said: Notification = serde_json::from_slice(&body)?;
    let repo: RepoName = said
        .source_repo
        .parse()
        .map_err(|why: contracts::ids::InvalidId| Problem::invalid("/source_repo", why.to_string()))?;
    let is_about = said.borne_out(&reporter, &repo)?;
    // A repository that only depends on others is known, too: its own change may mend what was broken for it.
    let Some(repo) = app.deps.relationships.canonical(&repo) else {
        return Ok(no_relationships(&repo));
    };
    let kept = said.change.kept("")?;
    let content = match &reporter {
        Reporter::Workflow(workflow) => {
            workflow.use_for(&body, app.now_ms())?;
            workflow.content()
        }
        Reporter::Somebody => content_of(&body),
    };
    let Kept { files, notes } = kept;
    let change = ChangeReported { files, ..said.change(&app, repo, is_about) };
    let arrival = Arrival { delivery: None, content, change };
    let receipt = app.deps.inbox.accept(arrival).await.map_err(|fault| Problem::of_fault(&fault))?;
    Ok(accepted(&app.deps.relationships, repo, &receipt, &notes))
}

/// Where something changed, and to which commit, if that is known.
type IsAbout = (Place, Option<CommitId>);

impl Notification {
    /// Its own words, or what the token of a workflow bears out of them.
    fn borne_out(&self, reporter: &Reporter<'_>, repo: &RepoName) -> Result<IsAbout, Problem> {
        let (branch, commit) = (self.change.branch.as_deref(), self.change.commit());
        match reporter {
            Reporter::Workflow(workflow) => {
                let Bound { place, commit } = workflow.binds(repo, &Said { branch, commit })?;
                Ok((place, Some(commit)))
            }
            Reporter::Somebody => {
                let pull = branch.and_then(|branch| pull_request(branch.trim()));
                let place = pull.map_or_else(|| self.change.git_ref("").map(Place::Branch), |n| Ok(Place::Pull(n)))?;
                Ok((place, commit))
            }
        }
    }

    /// A pull request is a question: nobody but it is told.
    fn change(&self, app: &App, repo: &RepoName, (place, after): IsAbout) -> ChangeReported {
        let (git_ref, dry_run) = match place {
            Place::Branch(git_ref) => (git_ref, false),
            Place::Pull(number) => (format!("refs/pull/{number}/head"), true),
        };
        ChangeReported {
            git_ref,
            before: self.before.as_deref().and_then(commit_before),
            summary: self.change.summary(),
            reported_at: app.now_ms(),
            dry_run,
            ..ChangeReported::of(repo.clone(), app.where_is(repo), after)
        }
    }
}

/// None for no commit, which git writes as zeros.
fn commit_before(text: &str) -> Option<CommitId> {
    let commit: CommitId = text.trim().to_ascii_lowercase().parse().ok()?;
    commit.as_str().bytes().any(|digit| digit != b'0').then_some(commit)
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
