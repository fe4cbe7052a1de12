//! An identity provider for tests, whose keys and answers are whatever a test needs.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! let issuer = issuer_stand_in::Issuer::start().await?;
//! let token = issuer.token(&issuer_stand_in::actions_claims(issuer.url(), "https://downstream.example", 1_700_000_000));
//! // Verify it with the keys at `issuer.jwks_url()`, then look at `issuer.asked()`.
//! # Ok(())
//! # }
//! ```

mod signer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

pub use signer::{How, Signer, jws};

/// A running issuer; ends when dropped, or with its runtime.
pub struct Issuer {
    url: String,
    /// An RSA key, called `rsa`.
    pub rsa: Signer,
    /// A P-256 key, called `ec`.
    pub ec: Signer,
    world: Arc<Mutex<World>>,
    task: AbortHandle,
}

/// What the issuer answers when its keys are asked for.
#[derive(Debug, Clone)]
pub enum Answer {
    /// These keys.
    Keys(Vec<Value>),
    /// This text, whatever it is.
    Text(String),
    /// The first, after so long.
    Late(Duration),
    /// Nothing but this status.
    Status(u16),
    /// The same path at another address.
    Redirect(String),
}

struct World {
    answer: Answer,
    keys: Vec<Value>,
    asked: usize,
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Issuer {
    /// Starts on a free port of 127.0.0.1 with one RSA and one P-256 key.
    ///
    /// # Errors
    /// Where no port can be had.
    #[expect(clippy::disallowed_methods, reason = "the server is a task of the test and ends with its runtime")]
    pub async fn start() -> std::io::Result<Self> {
        let (rsa, ec) = (Signer::rsa("rsa"), Signer::ec("ec"));
        let keys = vec![rsa.jwk(), ec.jwk()];
        let world = Arc::new(Mutex::new(World { answer: Answer::Keys(keys.clone()), keys, asked: 0 }));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let app = Router::new().fallback(serve).with_state((url.clone(), world.clone()));
        let task = tokio::spawn(async move { axum::serve(listener, app).await }).abort_handle();
        Ok(Self { url, rsa, ec, world, task })
    }

    /// What stands in `iss`; its discovery document names [`Self::jwks_url`].
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where its keys are.
    pub fn jwks_url(&self) -> String {
        format!("{}/jwks", self.url)
    }

    /// How often its keys were asked for.
    pub fn asked(&self) -> usize {
        locked(&self.world).asked
    }

    /// What it answers from now on.
    pub fn answer(&self, answer: Answer) {
        let mut world = locked(&self.world);
        if let Answer::Keys(keys) = &answer {
            world.keys = keys.clone();
        }
        world.answer = answer;
    }

    /// A token as an honest issuer makes it, by the RSA key.
    pub fn token(&self, claims: &Value) -> String {
        jws(
            &json!({"alg": "RS256", "kid": "rsa", "typ": "JWT"}).to_string(),
            &claims.to_string(),
            &self.rsa,
            How::Rs256,
        )
    }
}

async fn serve(State((url, world)): State<(String, Arc<Mutex<World>>)>, request: Request) -> Response {
    if request.uri().path() == "/.well-known/openid-configuration" {
        return json!({"issuer": url, "jwks_uri": format!("{url}/jwks")}).to_string().into_response();
    }
    let (answer, keys) = {
        let mut world = locked(&world);
        world.asked += 1;
        (world.answer.clone(), json!({"keys": world.keys}).to_string())
    };
    match answer {
        Answer::Keys(_) => keys.into_response(),
        Answer::Text(text) => text.into_response(),
        Answer::Late(wait) => {
            tokio::time::sleep(wait).await;
            keys.into_response()
        }
        Answer::Status(status) => {
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
        Answer::Redirect(to) => (StatusCode::FOUND, [(LOCATION, format!("{to}{}", request.uri()))]).into_response(),
    }
}

fn locked(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The claims of a workflow of `acme/Api` that a push to `main` started at `now`, in seconds since the Unix epoch
/// (<https://docs.github.com/en/actions/reference/security/oidc>, "Understanding the OIDC token").
pub fn actions_claims(issuer: &str, audience: &str, now: i64) -> Value {
    json!({
        "jti": "6f4762ed-0758-4ccb-808d-ee3af5d723a8",
        "sub": "repo:acme/Api:ref:refs/heads/main",
        "aud": audience,
        "iss": issuer,
        "iat": now,
        "nbf": now - 5,
        "exp": now + 300,
        "ref": "refs/heads/main",
        "ref_type": "branch",
        "ref_protected": "true",
        "sha": "2222222222222222222222222222222222222222",
        "repository": "acme/Api",
        "repository_id": "74",
        "repository_owner": "acme",
        "repository_owner_id": "65",
        "repository_visibility": "private",
        "run_id": "9012345678",
        "run_number": "10",
        "run_attempt": "1",
        "runner_environment": "github-hosted",
        "actor": "ann",
        "actor_id": "12",
        "workflow": "Notify",
        "workflow_ref": "acme/Api/.github/workflows/downstream.yml@refs/heads/main",
        "workflow_sha": "2222222222222222222222222222222222222222",
        "job_workflow_ref": "acme/downstream/.github/workflows/notify.yml@refs/heads/main",
        "job_workflow_sha": "4444444444444444444444444444444444444444",
        "head_ref": "",
        "base_ref": "",
        "event_name": "push"
    })
}

/// The claims of a Pub/Sub push at `now`, in seconds since the Unix epoch.
pub fn push_claims(issuer: &str, audience: &str, service_account: &str, now: i64) -> Value {
    json!({
        "iss": issuer,
        "aud": audience,
        "azp": "113774264463038321964",
        "sub": "113774264463038321964",
        "email": service_account,
        "email_verified": true,
        "iat": now,
        "exp": now + 3600
    })
}
