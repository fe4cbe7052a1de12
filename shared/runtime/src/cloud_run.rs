//! The host for Google Cloud Run: Pub/Sub pushes, requests, calls of a scheduler.
//!
//! A message is acknowledged by the answer (<https://cloud.google.com/pubsub/docs/push>): 204 when it is done or lies among
//! the dead letters with its reason, 503 when it comes again, as the subscription's retry policy says. Whoever pushes or
//! calls must show that he is the service account that Terraform gave that right. SIGTERM ends the taking of requests;
//! what is under way is finished.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use contracts::MessageId;
use environment::Environment;
use queue::{Parcel, Received};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::function::{Error, Service, Work};
use crate::{Stages, World};

/// Pub/Sub's largest message (10 MB, <https://cloud.google.com/pubsub/quotas>) in base64, with its attributes.
const MOST_BODY_BYTES: usize = 15 << 20;
/// Pub/Sub waits for an answer for 600 s at most, whatever a stage may take elsewhere.
const LONGEST: Duration = Duration::from_secs(570);
/// Messages whose failures are remembered.
const MOST_FAILURES: usize = 10_000;

/// Where the platform wants us, and whom it sends.
pub(crate) struct Place {
    port: u16,
    audience: Option<String>,
    account: Option<String>,
    issuer: Option<String>,
}

impl Place {
    /// As the environment says. What is only needed by a function that hears messages is asked for when that is known.
    pub(crate) fn of(environment: &Environment) -> Self {
        let owned = |name: &str| environment.optional(name).map(str::to_owned);
        Self {
            port: environment.parsed("PORT", "a port").unwrap_or(8080),
            audience: owned("ORCHESTRATOR_PUSH_AUDIENCE"),
            account: owned("ORCHESTRATOR_PUSH_SERVICE_ACCOUNT"),
            // Another issuer than Google, for an emulator.
            issuer: owned("ORCHESTRATOR_PUSH_ISSUER"),
        }
    }

    /// Nobody is let in where it is not known who may come.
    fn guard(&self) -> Result<Guard, Error> {
        let (Some(audience), Some(account)) = (&self.audience, &self.account) else {
            let names = "ORCHESTRATOR_PUSH_AUDIENCE and ORCHESTRATOR_PUSH_SERVICE_ACCOUNT";
            return Err(format!("{names} are not both set: whose messages are to be believed?").into());
        };
        let google = oidc::Settings::google(audience);
        let settings = match &self.issuer {
            Some(issuer) => {
                oidc::Settings { issuers: vec![issuer.clone()], keys: oidc::KeySource::Discovered, ..google }
            }
            None => google,
        };
        Ok(Arc::new(oidc::GooglePush::open(settings, account)?))
    }
}

type Guard = Arc<oidc::GooglePush>;

/// Serves until it is told to stop.
pub(crate) async fn run(world: World, service: Service, place: Place) -> Result<(), Error> {
    let router = match service {
        Service::Stages(stages) => {
            let app = Arc::new(App { world, stages, guard: place.guard()?, failures: Mutex::default() });
            Router::new().route("/", post(push)).with_state(app)
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
    let stopped = async move {
        terminate.recv().await;
    };
    Ok(axum::serve(listener, router).with_graceful_shutdown(stopped).await?)
}

struct App {
    world: World,
    stages: Stages,
    guard: Guard,
    /// How often a message failed in this process. Pub/Sub's own count is of no use for giving up: a push that finds no free
    /// instance counts there as well. Whoever forgets tries more often, and the subscription's limit ends that.
    failures: Mutex<HashMap<MessageId, u32>>,
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
    subscription: String,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    data: String,
}

async fn push(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if !is_known(&app.guard, &headers, &app.world).await {
        return StatusCode::UNAUTHORIZED;
    }
    let Some(received) = app.received(&body) else { return StatusCode::BAD_REQUEST };
    let Parcel { stage, id, .. } = &received.parcel;
    let comes_back = |why: &dyn std::fmt::Display| {
        tracing::error!(stage, %id, "comes back, for the step failed: {why}");
    };
    match tokio::time::timeout(LONGEST, app.stages.settle(&app.world, &received)).await {
        Ok(Ok(None)) => {
            app.failures().remove(id);
            return StatusCode::NO_CONTENT;
        }
        Ok(Ok(Some(_))) => app.failed(id),
        // Nothing that the message could help: it does not count as its failure.
        Ok(Err(error)) => comes_back(&error),
        Err(_) => {
            app.failed(id);
            comes_back(&format!("it did not finish within {} s", LONGEST.as_secs()));
        }
    }
    StatusCode::SERVICE_UNAVAILABLE
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
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match guard.verify(header, (world.clock)()).await {
        Ok(()) => true,
        Err(refused) => {
            tracing::warn!("a push was refused: {refused}");
            false
        }
    }
}

impl App {
    /// The message of a push; none where nobody of us is meant.
    fn received(&self, body: &[u8]) -> Option<Received> {
        let push: Push = serde_json::from_slice(body).ok()?;
        let stage = self.stages.of_queue(&push.subscription)?;
        let data = BASE64_STANDARD.decode(push.message.data).ok()?;
        // What is no text is nothing that we sent; the stage rejects it with its reason.
        let parcel = Parcel::arrived(stage, None, String::from_utf8_lossy(&data).into_owned());
        let attempts = 1 + self.failures().get(&parcel.id).copied().unwrap_or(0);
        Some(Received { parcel, attempts, crashes: 0, receipt: String::new() })
    }

    fn failed(&self, id: &MessageId) {
        let mut failures = self.failures();
        if failures.len() >= MOST_FAILURES {
            failures.clear();
        }
        *failures.entry(id.clone()).or_insert(0) += 1;
    }

    fn failures(&self) -> MutexGuard<'_, HashMap<MessageId, u32>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
