//! Notifications with a token of GitHub Actions: which are taken, and which are not.

mod accepted;
mod anonymous;
mod refused;

use axum::http::Request;
use issuer_stand_in::{Issuer, actions_claims};
use serde_json::{Value, json};

use super::world::*;
use crate::{Actions, ActionsSettings};

const NOTIFY: &str = "/api/webhook/change-notification";
const URL: &str = "https://downstream.example";
/// Seconds since the Unix epoch: the clock of [`World`].
const NOW: i64 = 1_700_000_000;
/// In a patch: this field is not there at all.
const GONE: &str = "<gone>";

/// An issuer and a service that believes it.
struct Set {
    issuer: Issuer,
    actions: Actions,
}

fn settings(issuer: &str) -> ActionsSettings {
    ActionsSettings { service_url: URL.to_owned(), issuer: Some(issuer.to_owned()), ..ActionsSettings::default() }
}

impl Set {
    async fn new() -> Self {
        Self::with(|_| ()).await
    }

    async fn with(change: impl FnOnce(&mut ActionsSettings)) -> Self {
        let issuer = Issuer::start().await.unwrap();
        let mut settings = settings(issuer.url());
        change(&mut settings);
        Self { actions: Actions::open(&settings).unwrap(), issuer }
    }

    /// Another process of the same service has another [`Actions`]; the inbox is what they share.
    fn world(&self) -> World {
        World::with(|deps| deps.actions = Some(self.actions.clone()))
    }

    fn token(&self, patch: &Value) -> String {
        self.token_called("6f4762ed", patch)
    }

    /// A token of its own, whatever else it says.
    fn token_called(&self, jti: &str, patch: &Value) -> String {
        let claims = patched(actions_claims(self.issuer.url(), URL, NOW), &json!({ "jti": jti }));
        self.issuer.token(&patched(claims, patch))
    }
}

fn report() -> Value {
    json!({
        "source_repo": "acme/Api",
        "commit_sha": AFTER,
        "commit_message": "Move health",
        "branch": "refs/heads/main",
        "before": BEFORE,
        "changed_files": [{"path": "app.py", "change_type": "M", "diff": "@@ -1 +1 @@\n-a\n+b\n"}]
    })
}

fn patched(mut base: Value, patch: &Value) -> Value {
    let all = base.as_object_mut().unwrap();
    for (name, value) in patch.as_object().unwrap() {
        if value == GONE {
            all.remove(name);
        } else {
            all.insert(name.clone(), value.clone());
        }
    }
    base
}

async fn send(world: &World, token: &str, body: &Value) -> Answer {
    let request = Request::post(NOTIFY).header("authorization", format!("Bearer {token}"));
    world.ask(request.body(body.to_string().into()).unwrap()).await
}

/// A pull request, as its workflow knows it.
fn pull(number: &str) -> Value {
    json!({
        "event_name": "pull_request",
        "ref": format!("refs/pull/{number}/merge"),
        "sha": "3333333333333333333333333333333333333333"
    })
}
