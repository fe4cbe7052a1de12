//! Is it alive, and can it accept?

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use crate::answer::json;
use crate::deps::App;

#[derive(Serialize)]
struct Health {
    service: &'static str,
    status: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    checks: Vec<CheckLine>,
}

#[derive(Serialize)]
struct CheckLine {
    name: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// `GET /`: who answers here.
pub(crate) async fn root(State(app): State<Arc<App>>) -> Response {
    let version = app.deps.version;
    json(StatusCode::OK, &Health { service: "Downstream", status: "healthy", version })
}

/// `GET /health`: the process answers; nothing else is looked at.
pub(crate) async fn health(state: State<Arc<App>>) -> Response {
    root(state).await
}

/// `GET /ready`: everything that accepting needs, check by check; 503 while one fails.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Response {
    let checks: Vec<CheckLine> = app.deps.inbox.ready().await.into_iter().map(line).collect();
    let all_well = checks.iter().all(|check| check.status == "ok");
    let (code, status) =
        if all_well { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not_ready") };
    json(code, &Readiness { status, checks })
}

fn line((name, result): crate::Check) -> CheckLine {
    let status = if result.is_ok() { "ok" } else { "failed" };
    CheckLine { name, status, message: result.err() }
}
