//! Takes a pull request in: the same river as a push, with nothing indexed and nobody told but the pull request.

use axum::http::StatusCode;
use axum::response::Response;
use contracts::Fingerprint;
use contracts::messages::{ChangeReported, IssueAct, IssueTouched};
use serde::Serialize;

use super::pull_request::{Heard, Merged, Proposed, heard};
use super::{ignored, keep};
use crate::answer::json;
use crate::deps::App;
use crate::inbox::{Arrival, Touched};
use crate::problem::Problem;

#[derive(Serialize)]
struct Accepted<'a> {
    status: &'static str,
    run: &'a str,
    duplicate: bool,
    repository: &'a str,
    pull_request: u64,
    commit: &'a str,
    total_dependents: usize,
}

/// Answers a `pull_request` event; 202 only after it is durable.
pub(super) async fn receive(app: &App, delivery: Option<String>, payload: &[u8]) -> Result<Response, Problem> {
    let proposed = match heard(payload)? {
        Heard::Ignored(reason) => return Ok(ignored(reason)),
        Heard::Proposed(proposed) => proposed,
        Heard::Merged(merged) => return keep(app, of_merge(app, delivery, merged)).await,
    };
    let total_dependents = app.deps.relationships.dependents_of(&proposed.repo).len();
    if total_dependents == 0 {
        return Ok(ignored("nobody depends on this repository by relationships.json"));
    }
    let Proposed { repo, number, head, content, .. } = &proposed;
    let arrival = Arrival { delivery, content: content.clone(), change: change(app, &proposed) };
    let receipt = app.deps.inbox.accept(arrival).await.map_err(|fault| Problem::of_fault(&fault))?;
    tracing::debug!(run = %receipt.run(), duplicate = receipt.is_duplicate(), repository = %repo, number, "pull request");
    let accepted = Accepted {
        status: "accepted",
        run: receipt.run().as_str(),
        duplicate: receipt.is_duplicate(),
        repository: repo.as_str(),
        pull_request: *number,
        commit: head.as_str(),
        total_dependents,
    };
    Ok(json(StatusCode::ACCEPTED, &accepted))
}

/// What was held until the merge is known by its commits after it.
fn of_merge(app: &App, delivery: Option<String>, merged: Merged) -> Touched {
    let Merged { repo, number, commits, content } = merged;
    let (fingerprint, at) = (Fingerprint::of_pull_request(&repo, number), app.now_ms());
    let (act, by, comment, ticked) = (IssueAct::Merged { commits }, String::new(), None, false);
    let said = IssueTouched { repo, number, fingerprint, by, act, comment, ticked, at };
    Touched { delivery, content, said }
}

fn change(app: &App, proposed: &Proposed) -> ChangeReported {
    let Proposed { repo, number, base, head, summary, .. } = proposed;
    ChangeReported {
        git_ref: format!("refs/pull/{number}/head"),
        before: Some(base.clone()),
        summary: summary.clone(),
        reported_at: app.now_ms(),
        dry_run: true,
        ..ChangeReported::of(repo.clone(), app.where_is(repo), Some(head.clone()))
    }
}
