//! The host for Google Cloud Run: Pub/Sub pushes, requests, calls of a scheduler.
//!
//! A message is acknowledged by the answer (<https://cloud.google.com/pubsub/docs/push>): 204 when it is done or lies among
//! the dead letters with its reason, 503 when it comes again, as the subscription's retry policy says. Whoever pushes or
//! calls must show that he is the service account that Terraform gave that right. SIGTERM ends the taking of requests;
//! what is under way is finished.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use environment::Environment;
use queue::Received;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::function::{Error, Service, Work};
use crate::stages::parcel;
use crate::step::Ending;
use crate::{Stages, World};

/// Pub/Sub's largest message (10 MB, <https://cloud.google.com/pubsub/quotas>) in base64, with its attributes.
const MOST_BODY_BYTES: usize = 15 << 20;

/// Where the platform wants us, and whom it sends.
pub(crate) struct Place {
    port: u16,
    audience: Option<String>,
    account: Option<String>,
}

impl Place {
    /// As the environment says. What is only needed by a function that hears messages is asked for when that is known.
    pub(crate) fn of(environment: &Environment) -> Self {
        let owned = |name: &str| environment.optional(name).map(str::to_owned);
        Self {
            port: environment.parsed("PORT", "a port").unwrap_or(8080),
            audience: owned("ORCHESTRATOR_PUSH_AUDIENCE"),
            account: owned("ORCHESTRATOR_PUSH_SERVICE_ACCOUNT"),
        }
    }

    /// Nobody is let in where it is not known who may come.
    fn guard(&self) -> Result<Guard, Error> {
        let (Some(audience), Some(account)) = (&self.audience, &self.account) else {
            let names = "ORCHESTRATOR_PUSH_AUDIENCE and ORCHESTRATOR_PUSH_SERVICE_ACCOUNT";
            return Err(format!("{names} are not both set: whose messages are to be believed?").into());
        };
        Ok(Arc::new(oidc::google_push(audience, account)?))
    }
}

type Guard = Arc<oidc::GooglePush>;

/// Serves until it is told to stop.
pub(crate) async fn run(world: World, service: Service, place: Place) -> Result<(), Error> {
    let router = match service {
        Service::Stages(stages) => {
            let app = Arc::new(App { world, stages, guard: place.guard()? });
            Router::new().route("/push/{stage}", post(push)).with_state(app)
        }
        Service::Http(router) => return serve(router, place.port).await,
        Service::Scheduled(work) => {
            let app = Arc::new(Scheduled { world, work, guard: place.guard()? });
            Router::new().route("/", post(call)).with_state(app)
        }
    };
    let health = Router::new().route("/health", get(|| async { Json(serde_json::json!({ "status": "healthy" })) }));
    serve(router.merge(health).layer(DefaultBodyLimit::max(MOST_BODY_BYTES)), place.port).await
}

async fn serve(router: Router, port: u16) -> Result<(), Error> {
    let listener = TcpListener::bind(("0.0.0.0", port)).await?;
    let mut terminate = signal(SignalKind::terminate())?;
    let stopped = async move { drop(terminate.recv().await) };
    Ok(axum::serve(listener, router).with_graceful_shutdown(stopped).await?)
}

struct App {
    world: World,
    stages: Stages,
    guard: Guard,
}

struct Scheduled {
    world: World,
    work: Work,
    guard: Guard,
}

/// What Pub/Sub posts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Push {
    message: Message,
    /// Counted only where the subscription has a dead-letter policy.
    delivery_attempt: Option<u32>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    data: String,
}

async fn push(State(app): State<Arc<App>>, Path(stage): Path<String>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if !is_known(&app.guard, &headers, &app.world).await {
        return StatusCode::UNAUTHORIZED;
    }
    let Some(stage) = app.stages.named(&stage) else { return StatusCode::NOT_FOUND };
    let Some(received) = received(stage, &body) else { return StatusCode::BAD_REQUEST };
    let ended = match app.stages.hear(&app.world, &received).await {
        Ok(ending) => perform(&app.world, &received, ending).await,
        Err(error) => Err(error.to_string()),
    };
    ended.unwrap_or_else(|error| {
        tracing::error!(stage, message = %received.parcel.id, "comes back, for the step failed: {error}");
        StatusCode::SERVICE_UNAVAILABLE
    })
}

async fn call(State(app): State<Arc<Scheduled>>, headers: HeaderMap) -> StatusCode {
    if !is_known(&app.guard, &headers, &app.world).await {
        return StatusCode::UNAUTHORIZED;
    }
    match (app.work)().await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => {
            tracing::error!("scheduled work failed: {error}");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

async fn is_known(guard: &oidc::GooglePush, headers: &HeaderMap, world: &World) -> bool {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match guard.verify(header, (world.clock)()).await {
        Ok(_) => true,
        Err(refused) => {
            tracing::warn!("a push was refused: {refused}");
            false
        }
    }
}

fn received(stage: &'static str, body: &[u8]) -> Option<Received> {
    let push: Push = serde_json::from_slice(body).ok()?;
    let data = BASE64_STANDARD.decode(push.message.data).ok()?;
    // What is no text is nothing that we sent; the stage rejects it with its reason.
    let envelope = String::from_utf8_lossy(&data).into_owned();
    let attempts = push.delivery_attempt.unwrap_or(1).max(1);
    Some(Received { parcel: parcel(stage, envelope), attempts, crashes: 0, receipt: String::new() })
}

async fn perform(world: &World, received: &Received, ending: Ending) -> Result<StatusCode, String> {
    let sent = match ending {
        Ending::Retry(_) => return Ok(StatusCode::SERVICE_UNAVAILABLE),
        Ending::Done(children) => world.queue.send(children).await,
        Ending::Dead { why, say } => match world.queue.send(say).await {
            Ok(()) => world.queue.bury(received, &why).await,
            Err(error) => Err(error),
        },
    };
    sent.map(|()| StatusCode::NO_CONTENT).map_err(|error| error.to_string())
}
