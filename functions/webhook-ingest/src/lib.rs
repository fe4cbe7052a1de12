//! Where the river starts: HTTP in, one durable `ChangeReported` out, an answer only after that.
//!
//! Not a stage but a service: [`router`] is an [`axum::Router`] that any host may serve. What is accepted is handed
//! to the [`Inbox`], which makes it durable and recognises repeats; everything else here is checking and translating.

mod actions;
mod answer;
mod api_key;
mod deps;
mod github;
mod health;
mod inbox;
mod notification;
mod problem;
#[cfg(feature = "cloud")]
pub mod queued;
mod relations;
mod reported;
mod reporter;
mod signature;
mod triage;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Router, http};

pub use actions::{Actions, ActionsSettings};
pub use deps::{Deps, Secret, WEBHOOK_SECRET_SETTING};
pub use inbox::{Arrival, Check, Ended, Inbox, Receipt, Touched};

use deps::App;
use problem::Problem;

/// Largest body that is read, in bytes: GitHub's own cap for a delivery.
pub const MOST_BODY_BYTES: usize = 25 << 20;

/// Every endpoint of this service, with its own answers for what does not exist.
pub fn router(deps: Deps) -> Router {
    let app = Arc::new(App::new(deps));
    let api = Router::new()
        .route("/api/test/consumer-triage", post(triage::consumer))
        .route("/api/test/template-triage", post(triage::template))
        .route("/api/relationships", get(relations::all))
        .route("/api/relationships/{owner}/{name}", get(relations::one))
        .route_layer(from_fn_with_state(Arc::clone(&app), api_key::require));
    Router::new()
        .route("/webhooks/github", post(github::receive))
        .route("/", get(health::root))
        .route("/health", get(health::health))
        .route("/ready", get(health::ready))
        // Who reports is known by more than the key.
        .route("/api/webhook/change-notification", post(notification::receive))
        .merge(api)
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .with_state(app)
}

async fn no_such_path() -> Problem {
    Problem::new(http::StatusCode::NOT_FOUND, "not-found", "No such path", "nothing is served at this path")
}

async fn no_such_method() -> Problem {
    let status = http::StatusCode::METHOD_NOT_ALLOWED;
    Problem::new(
        status,
        "method-not-allowed",
        "Method not allowed",
        "see the Allow header for the methods of this path",
    )
}

#[cfg(test)]
mod tests;
