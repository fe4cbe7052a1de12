//! `POST /webhooks/github`: GitHub's deliveries.

mod command;
mod issues;
mod payload;
mod proposed;
mod pull_request;
mod push;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use contracts::messages::{ChangeReported, IssueAct};
use serde::Serialize;

use crate::answer::{body_of, json};
use crate::deps::{App, WEBHOOK_SECRET_SETTING};
use crate::inbox::{Arrival, Receipt, Touched};
use crate::problem::Problem;

use payload::Format;
use push::{Heard, Moved};

/// What the headers say; read before the body, so that they need not be kept.
struct Delivery {
    signature: Option<[u8; SIGNATURE_BYTES]>,
    event: Event,
    id: Option<String>,
    format: Option<Format>,
}

/// `sha256=` and 64 digits; a header of another length is no signature.
const SIGNATURE_BYTES: usize = 71;

enum Event {
    Missing,
    Issue,
    IssueComment,
    Ping,
    Push,
    PullRequest,
    Other,
}

#[derive(Serialize)]
struct Accepted<'a> {
    status: &'static str,
    run: &'a str,
    duplicate: bool,
    repository: &'a str,
    commit: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    forced: bool,
    total_dependents: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

#[derive(Serialize)]
struct AcceptedTouch<'a> {
    status: &'static str,
    run: &'a str,
    duplicate: bool,
    repository: &'a str,
    issue: u64,
}

#[derive(Serialize)]
struct Said {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// Checks the signature over the raw body, then listens.
pub(crate) async fn receive(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    if app.signing.is_none() && !app.deps.unsigned_ok {
        return Err(no_secret());
    }
    let (parts, body) = request.into_parts();
    let delivery = delivery(&parts);
    let body = body_of(Request::from_parts(parts, body)).await?;
    if let Some(key) = &app.signing
        && !key.signed(&body, delivery.signature.as_ref().map(<[u8; SIGNATURE_BYTES]>::as_slice))
    {
        return Err(not_signed());
    }
    let payload = payload::json_of(delivery.format, &body)?;
    match delivery.event {
        Event::Push => match push::heard(&payload)? {
            Heard::Ignored(reason) => Ok(ignored(reason)),
            Heard::Moved(moved) => accept(&app, delivery.id, moved).await,
        },
        Event::Issue => touch(&app, issues::heard_of_issue(&payload, delivery.id, app.now_ms())?).await,
        Event::IssueComment => touch(&app, issues::heard_of_comment(&payload, delivery.id, app.now_ms())?).await,
        Event::PullRequest => proposed::receive(&app, delivery.id, &payload).await,
        Event::Ping => payload::well_formed(&payload).map(|()| said(StatusCode::OK, "pong", None)),
        Event::Other => payload::well_formed(&payload).map(|()| ignored("this kind of event is not used yet")),
        Event::Missing => Err(no_event()),
    }
}

async fn touch(app: &App, heard: issues::Heard) -> Result<Response, Problem> {
    let touched = match heard {
        issues::Heard::Ignored(reason) => return Ok(ignored(reason)),
        issues::Heard::Touched(touched) => *touched,
    };
    keep(app, touched).await
}

/// Hands in what happened; 202 only after it is durable.
async fn keep(app: &App, touched: Touched) -> Result<Response, Problem> {
    let is_of_provider = matches!(touched.said.act, IssueAct::Hold | IssueAct::Unhold | IssueAct::Merged { .. });
    if is_of_provider && app.deps.relationships.dependents_of(&touched.said.repo).is_empty() {
        return Ok(ignored("nobody depends on this repository by relationships.json"));
    }
    let (repository, issue) = (touched.said.repo.as_str().to_owned(), touched.said.number);
    let receipt = app.deps.inbox.touched(touched).await.map_err(|fault| Problem::of_fault(&fault))?;
    let accepted = AcceptedTouch {
        status: "accepted",
        run: receipt.run().as_str(),
        duplicate: receipt.is_duplicate(),
        repository: &repository,
        issue,
    };
    Ok(json(StatusCode::ACCEPTED, &accepted))
}

async fn accept(app: &App, delivery: Option<String>, moved: Moved) -> Result<Response, Problem> {
    let Moved { repo, git_ref, before, after, summary, forced, content } = moved;
    let new_branch = before.is_none();
    let total_dependents = app.deps.relationships.dependents_of(&repo).len();
    let (repository, commit) = (repo.as_str().to_owned(), after.as_str().to_owned());
    let (url, reported_at) = (app.where_is(&repo), app.now_ms());
    let change = ChangeReported { git_ref, before, summary, reported_at, ..ChangeReported::of(repo, url, Some(after)) };
    let arrival = Arrival { delivery, content, change };
    let receipt: Receipt = app.deps.inbox.accept(arrival).await.map_err(|fault| Problem::of_fault(&fault))?;
    tracing::debug!(run = %receipt.run(), duplicate = receipt.is_duplicate(), repository, "push");
    let accepted = Accepted {
        status: "accepted",
        run: receipt.run().as_str(),
        duplicate: receipt.is_duplicate(),
        repository: &repository,
        commit: &commit,
        forced,
        total_dependents,
        note: new_branch.then_some("a new branch has nothing to compare with: indexed, nobody is told"),
    };
    Ok(json(StatusCode::ACCEPTED, &accepted))
}

fn delivery(parts: &Parts) -> Delivery {
    let headers = &parts.headers;
    let signature = header(headers, "x-hub-signature-256").and_then(|value| value.try_into().ok());
    let event = match header(headers, "x-github-event") {
        None => Event::Missing,
        Some(b"push") => Event::Push,
        Some(b"issues") => Event::Issue,
        Some(b"issue_comment") => Event::IssueComment,
        Some(b"pull_request") => Event::PullRequest,
        Some(b"ping") => Event::Ping,
        Some(_) => Event::Other,
    };
    let id = header(headers, "x-github-delivery").and_then(delivery_id);
    Delivery { signature, event, id, format: Format::of(header(headers, "content-type")) }
}

fn header<'h>(headers: &'h HeaderMap, name: &'static str) -> Option<&'h [u8]> {
    headers.get(name).map(|value| value.as_bytes())
}

/// GitHub sends a GUID; whatever is much longer or not plain text is no id.
fn delivery_id(value: &[u8]) -> Option<String> {
    let plain = (1..=64).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic);
    plain.then(|| String::from_utf8_lossy(value).into_owned())
}

fn ignored(reason: &'static str) -> Response {
    said(StatusCode::ACCEPTED, "ignored", Some(reason))
}

fn said(code: StatusCode, status: &'static str, reason: Option<&'static str>) -> Response {
    json(code, &Said { status, reason })
}

fn no_secret() -> Problem {
    let detail = format!("deliveries are refused until {WEBHOOK_SECRET_SETTING} holds the webhook's secret");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no-webhook-secret", "No webhook secret is set", detail)
}

fn not_signed() -> Problem {
    let detail = "X-Hub-Signature-256 does not fit the body and the webhook's secret";
    Problem::new(StatusCode::UNAUTHORIZED, "bad-signature", "Wrong signature", detail)
}

fn no_event() -> Problem {
    let detail = "the header X-GitHub-Event is missing: which event is this?";
    Problem::new(StatusCode::BAD_REQUEST, "no-event", "No event", detail)
}
