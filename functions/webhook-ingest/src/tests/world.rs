//! A small world: two declared repositories, an inbox, a secret.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::header::HeaderMap;
use axum::http::{Request, StatusCode};
use contracts::{MessageId, RunId};
use futures::FutureExt;
use futures::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use relationships::Relationships;
use serde_json::{Value, json};
use sha2::Sha256;
use stage::Fault;
use tower::ServiceExt;

use crate::{Arrival, Check, Deps, Ended, Inbox, Receipt, Secret, Touched, router};

pub(super) const SECRET: &str = "a secret of these tests";
pub(super) const BEFORE: &str = "1111111111111111111111111111111111111111";
pub(super) const AFTER: &str = "2222222222222222222222222222222222222222";
pub(super) const ZEROS: &str = "0000000000000000000000000000000000000000";

pub(super) const RELATIONSHIPS: &str = r#"{
  "relationships": {
    "acme/Api": {
      "consumers": [{"repo": "acme/shop"}, {"repo": "acme/jobs", "relationship_type": "library"}],
      "derivatives": [{"repo": "acme/api-eu", "bidirectional": true}]
    }
  }
}"#;

/// Keeps what arrives, as an inbox must: by delivery id and by content.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) arrivals: Mutex<Vec<Arrival>>,
    pub(super) touched: Mutex<Vec<Touched>>,
    by_delivery: Mutex<HashMap<String, MessageId>>,
    /// What the river answers for every run; none while it is going.
    pub(super) answer: Mutex<Option<Ended>>,
    pub(super) fault: Mutex<Option<Fault>>,
}

impl Memory {
    fn keep(&self, arrival: Arrival) -> Result<Receipt, Fault> {
        if let Some(fault) = self.fault.lock().unwrap().clone() {
            return Err(fault);
        }
        let mut arrivals = self.arrivals.lock().unwrap();
        let mut by_delivery = self.by_delivery.lock().unwrap();
        let known = arrival.delivery.as_ref().and_then(|id| by_delivery.get(id)).cloned();
        let known = known.or_else(|| arrivals.iter().map(|a| &a.content).find(|&c| *c == arrival.content).cloned());
        if let Some(content) = known {
            return Ok(Receipt::Duplicate { run: content.run() });
        }
        if let Some(id) = &arrival.delivery {
            by_delivery.insert(id.clone(), arrival.content.clone());
        }
        let run = arrival.content.run();
        arrivals.push(arrival);
        Ok(Receipt::Accepted { run })
    }
}

impl Inbox for Memory {
    fn accept(&self, arrival: Arrival) -> BoxFuture<'_, Result<Receipt, Fault>> {
        async move { self.keep(arrival) }.boxed()
    }

    fn touched(&self, touched: Touched) -> BoxFuture<'_, Result<Receipt, Fault>> {
        async move {
            if let Some(fault) = self.fault.lock().unwrap().clone() {
                return Err(fault);
            }
            let mut all = self.touched.lock().unwrap();
            let same = |t: &&Touched| t.content == touched.content || t.delivery == touched.delivery;
            if let Some(known) = all.iter().find(same) {
                return Ok(Receipt::Duplicate { run: known.content.run() });
            }
            let run = touched.content.run();
            all.push(touched);
            Ok(Receipt::Accepted { run })
        }
        .boxed()
    }

    fn ended<'a>(&'a self, _run: &'a RunId) -> BoxFuture<'a, Result<Option<Ended>, Fault>> {
        async move { Ok(self.answer.lock().unwrap().clone()) }.boxed()
    }

    fn ready(&self) -> BoxFuture<'_, Vec<Check>> {
        let disk = self.fault.lock().unwrap().as_ref().map_or(Ok(()), |fault| Err(fault.to_string()));
        async move { vec![("queue", Ok(())), ("disk", disk)] }.boxed()
    }
}

pub(super) struct World {
    pub(super) inbox: Arc<Memory>,
    pub(super) router: Router,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
    pub(super) body: Value,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(|_| ())
    }

    /// With other deps than usual.
    pub(super) fn with(change: impl FnOnce(&mut Deps)) -> Self {
        Self::around(Arc::default(), change)
    }

    /// Another process with the same inbox.
    pub(super) fn beside(&self, change: impl FnOnce(&mut Deps)) -> Self {
        Self::around(Arc::clone(&self.inbox), change)
    }

    fn around(inbox: Arc<Memory>, change: impl FnOnce(&mut Deps)) -> Self {
        let mut deps = Deps {
            inbox: Arc::clone(&inbox) as Arc<dyn Inbox>,
            relationships: Arc::new(Relationships::parse(RELATIONSHIPS).unwrap()),
            webhook_secret: Secret::new(SECRET),
            unsigned_ok: false,
            api_key: None,
            actions: None,
            where_is: Arc::new(|repo| format!("https://git.example/{repo}.git")),
            now_ms: Arc::new(|| 1_700_000_000_000),
            version: "1.2.3",
        };
        change(&mut deps);
        Self { inbox, router: router(deps) }
    }

    pub(super) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, text, body }
    }

    pub(super) async fn deliver(&self, event: &str, id: &str, payload: &Value) -> Answer {
        self.ask(delivery(event, id, payload.to_string().into_bytes())).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Request::post(path).body(body.to_string().into()).unwrap()).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(super) fn accepted(&self) -> usize {
        self.inbox.arrivals.lock().unwrap().len()
    }

    pub(super) fn last(&self) -> Arrival {
        self.inbox.arrivals.lock().unwrap().last().unwrap().clone()
    }
}

impl Answer {
    /// A problem document that says what it must, and only short things.
    pub(super) fn assert_problem(&self, status: u16, slug: &str, case: &str) {
        assert_eq!(self.status.as_u16(), status, "{case}: {}", self.text);
        assert_eq!(self.headers["content-type"], "application/problem+json", "{case}");
        assert_eq!(self.body["type"], format!("urn:downstream:problem:{slug}"), "{case}: {}", self.text);
        assert_eq!(self.body["status"], status, "{case}");
        assert!(self.body["title"].is_string() && self.body["detail"].is_string(), "{case}: {}", self.text);
        assert!(self.text.len() < 2000, "{case}: a problem does not mirror what was sent: {}", self.text.len());
        assert!(!self.text.contains(SECRET), "{case}");
    }
}

pub(super) fn sign(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// A signed delivery as GitHub sends it.
pub(super) fn delivery(event: &str, id: &str, body: Vec<u8>) -> Request<Body> {
    Request::post("/webhooks/github")
        .header("content-type", "application/json")
        .header("user-agent", "GitHub-Hookshot/1a2b3c4")
        .header("x-github-event", event)
        .header("x-github-delivery", id)
        .header("x-hub-signature-256", sign(&body))
        .body(body.into())
        .unwrap()
}

/// A push to the default branch, with some of the many fields that nobody asks for.
pub(super) fn push() -> Value {
    json!({
        "ref": "refs/heads/main",
        "before": BEFORE,
        "after": AFTER,
        "created": false,
        "deleted": false,
        "forced": false,
        "base_ref": null,
        "compare": "https://github.com/acme/Api/compare/111...222",
        "commits": [{"id": AFTER, "message": "Move \"health\"\n\nWhy", "added": [], "modified": ["app.py"]}],
        "head_commit": {"id": AFTER, "message": "Move \"health\"\n\nWhy", "author": {"name": "Ann"}},
        "repository": {
            "id": 186_853_002,
            "full_name": "acme/Api",
            "private": true,
            "owner": {"name": "acme", "email": null},
            "clone_url": "https://169.254.169.254/latest/meta-data",
            "pushed_at": 1_700_000_001,
            "default_branch": "main",
            "master_branch": "main"
        },
        "pusher": {"name": "ann", "email": "ann@example.org"},
        "sender": {"login": "ann", "id": 1}
    })
}

/// The push with one place set to something else.
pub(super) fn push_with(pointer: &str, value: Value) -> Value {
    let mut payload = push();
    *payload.pointer_mut(pointer).unwrap() = value;
    payload
}
