//! A server that speaks like the providers of language models, and is as strict as they document to be.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use model_stand_in::{Answer, StandIn};
//!
//! let stand_in = StandIn::start(|asked| match asked.number {
//!     0 => Answer::status(529, "Overloaded"),
//!     _ => Answer::text("{\"answer\":\"yes\"}").usage(120, 9),
//! })
//! .await?;
//! // Ask with `base_url: stand_in.url()` and `key: model_stand_in::KEY`, then look at `stand_in.asked()`.
//! # Ok(())
//! # }
//! ```

mod answer;
mod anthropic;
mod form;
mod openai;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

pub use answer::Answer;

/// The one key that is let in.
pub const KEY: &str = "sk-stand-in-0123456789abcdefghij";
/// As much as Anthropic takes.
const LARGEST: usize = 32 << 20;

/// A running server; ends when dropped, or with its runtime.
pub struct StandIn {
    url: String,
    world: Arc<Mutex<World>>,
    task: AbortHandle,
}

/// A good request.
#[derive(Debug, Clone)]
pub struct Asked {
    /// How many good ones came before.
    pub number: usize,
    /// In whose way it was asked.
    pub dialect: Dialect,
    /// The model's name.
    pub model: String,
    /// The system's text.
    pub instructions: String,
    /// Role and text of the turns after it.
    pub turns: Vec<(String, String)>,
    /// The form that the answer is held to.
    pub schema: Option<Value>,
    /// Everything.
    pub body: Value,
}

/// A way of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `POST /v1/messages`
    Anthropic,
    /// `POST /v1/chat/completions`
    Openai,
}

type Script = Box<dyn FnMut(&Asked) -> Answer + Send>;

struct World {
    script: Script,
    asked: Vec<Asked>,
    refused: Vec<String>,
}

/// Why a request is no good: status, the error's kind in the dialect's words, and the message.
pub(crate) struct Complaint {
    pub status: u16,
    pub kind: &'static str,
    pub message: String,
}

impl Complaint {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self { status: 400, kind: "invalid_request_error", message: message.into() }
    }
}

impl StandIn {
    /// Starts on a free port of 127.0.0.1; `script` answers each good request.
    ///
    /// # Errors
    /// Where no port can be had.
    #[expect(clippy::disallowed_methods, reason = "the server is a task of the test and ends with its runtime")]
    pub async fn start(script: impl FnMut(&Asked) -> Answer + Send + 'static) -> std::io::Result<Self> {
        let world = World { script: Box::new(script), asked: Vec::new(), refused: Vec::new() };
        let world = Arc::new(Mutex::new(world));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/v1", listener.local_addr()?);
        let app = Router::new().fallback(serve).with_state(world.clone());
        let task = tokio::spawn(async move { axum::serve(listener, app).await }).abort_handle();
        Ok(Self { url, world, task })
    }

    /// What a client takes as its base address, in either dialect.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The good requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        locked(&self.world).asked.clone()
    }

    /// What was wrong with each of the others.
    pub fn refused(&self) -> Vec<String> {
        locked(&self.world).refused.clone()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn locked(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(State(world): State<Arc<Mutex<World>>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let dialect = match (&parts.method, parts.uri.path()) {
        (&Method::POST, "/v1/messages") => Dialect::Anthropic,
        (&Method::POST, "/v1/chat/completions") => Dialect::Openai,
        (_, path) => {
            locked(&world).refused.push(format!("{} {path} does not exist", parts.method));
            return Answer::raw(404, "Not Found").send(None).await;
        }
    };
    let body = to_bytes(body, LARGEST).await.unwrap_or_default();
    let answer = match check(dialect, &parts.headers, &body) {
        Ok(mut asked) => {
            let mut world = locked(&world);
            asked.number = world.asked.len();
            let answer = (world.script)(&asked);
            world.asked.push(asked.clone());
            (answer, Some(asked))
        }
        Err(Complaint { status, kind, message }) => {
            let error = error_body(dialect, kind, &message);
            locked(&world).refused.push(message);
            (Answer::json(status, &error), None)
        }
    };
    let (answer, asked) = answer;
    answer.send(asked.as_ref()).await
}

fn check(dialect: Dialect, headers: &HeaderMap, body: &[u8]) -> Result<Asked, Complaint> {
    let is_json = headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return Err(Complaint::invalid("content-type: must be application/json"));
    }
    match dialect {
        Dialect::Anthropic => anthropic::check(headers, body),
        Dialect::Openai => openai::check(headers, body),
    }
}

pub(crate) fn error_body(dialect: Dialect, kind: &str, message: &str) -> Value {
    match dialect {
        Dialect::Anthropic => {
            json!({ "type": "error", "error": { "type": kind, "message": message }, "request_id": "req_0" })
        }
        Dialect::Openai => {
            let code = matches!(kind, "invalid_api_key" | "model_not_found" | "insufficient_quota").then_some(kind);
            let kind = if kind == "insufficient_quota" || code.is_none() { kind } else { "invalid_request_error" };
            json!({ "error": { "message": message, "type": kind, "param": null, "code": code } })
        }
    }
}
