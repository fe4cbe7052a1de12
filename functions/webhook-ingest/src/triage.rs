//! `POST /api/test/…-triage`: what would a change mean for one dependent? The whole river, but nothing is sent.

mod decision;
mod question;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use contracts::messages::ChangeReported;
use contracts::{MessageId, RunId};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::answer::{body_of, json};
use crate::deps::App;
use crate::inbox::{Arrival, Ended};
use crate::problem::Problem;

use decision::Decision;
use question::{Kind, Question};

/// How often the answer is looked for, and how many times: 25 s, less than what proxies allow a request.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOKS: u32 = 250;

#[derive(Serialize)]
struct Running<'a> {
    status: &'static str,
    run: &'a str,
    location: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
}

/// Provider → consumer.
pub(crate) async fn consumer(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    answer(&app, Kind::Consumer, request).await
}

/// Template → derivative, or back.
pub(crate) async fn template(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    answer(&app, Kind::Template, request).await
}

async fn answer(app: &App, kind: Kind, request: Request) -> Result<Response, Problem> {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let body = body_of(request).await?;
    let question = Question::read(kind, &query, &body)?.declared(&app.deps.relationships)?;
    let now = app.now_ms();
    let digest = hex::encode(Sha256::digest(&body));
    // Asked again later the repositories may have changed: every question is a run of its own.
    let parts = ["test", kind.name(), question.source.as_str(), question.target.as_str(), &digest, &now.to_string()];
    let arrival = Arrival { delivery: None, content: MessageId::derive(&parts), change: change(app, &question, now) };
    let receipt = app.deps.inbox.accept(arrival).await.map_err(|fault| Problem::of_fault(&fault))?;
    match wait(app, receipt.run()).await? {
        Some(Ended { verdicts, failure }) => {
            let verdict = question.pick(verdicts);
            let decision = Decision::of(verdict, failure, &question.target, receipt.run(), question.kept.notes);
            Ok(json(StatusCode::OK, &decision))
        }
        None => Ok(running(receipt.run(), &question.kept.notes)),
    }
}

fn change(app: &App, question: &Question, now: i64) -> ChangeReported {
    ChangeReported {
        repo: question.source.clone(),
        url: app.where_is(&question.source),
        git_ref: question.git_ref.clone(),
        before: None,
        after: question.commit.clone(),
        summary: question.summary.clone(),
        files: question.kept.files.clone(),
        reported_at: now,
        seq: 0,
        dry_run: true,
        only: vec![question.target.clone()],
        pinned: std::collections::BTreeMap::new(),
    }
}

async fn wait(app: &App, run: &RunId) -> Result<Option<Ended>, Problem> {
    for _ in 0..LOOKS {
        let ended = app.deps.inbox.ended(run).await.map_err(|fault| Problem::of_fault(&fault))?;
        if ended.is_some() {
            return Ok(ended);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(None)
}

fn running(run: &RunId, notes: &[String]) -> Response {
    let location = format!("/api/v1/runs/{run}");
    let body = Running { status: "running", run: run.as_str(), location: &location, notes };
    let mut response = json(StatusCode::ACCEPTED, &body);
    if let Ok(value) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, value);
    }
    response
}
