//! A deployed service, looked at from outside: what whoever sends it something would see.

use std::time::Duration;

use reqwest::{Client, StatusCode, redirect};
use serde::Deserialize;

use super::Check;

/// A function that sleeps wakes up first.
const PATIENCE: Duration = Duration::from_secs(60);
/// An answer of ours is shorter than this, in bytes.
const MOST_BYTES: usize = 64 << 10;

#[derive(Deserialize)]
struct Root {
    service: String,
    version: String,
}

#[derive(Deserialize)]
struct Readiness {
    checks: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    name: String,
    status: String,
    message: Option<String>,
}

/// Everything that can be told without a key. Nothing is reported to the service: what is sent is refused, or should be.
pub(super) async fn checks(url: &str) -> Vec<Check> {
    let url = url.trim_end_matches('/');
    let client = Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).build();
    let client = match client {
        Ok(client) => client,
        Err(error) => return vec![Check::failed("service.reachable", error.to_string(), "see the line above")],
    };
    let mut checks = vec![reachable(&client, url).await];
    if checks.iter().all(|check| check.status != super::Status::Failed) {
        checks.extend(ready(&client, url).await);
        checks.push(refuses_strangers(&client, &format!("{url}/webhooks/github"), &WEBHOOKS).await);
        checks
            .push(refuses_strangers(&client, &format!("{url}/api/webhook/change-notification"), &NOTIFICATIONS).await);
    }
    checks
}

/// A door that strangers may not go through.
struct Door {
    id: &'static str,
    refused: &'static str,
    open: &'static str,
    fix: &'static str,
}

const WEBHOOKS: Door = Door {
    id: "service.webhooks",
    refused: "deliveries without a signature are refused",
    open: "deliveries without a signature are taken",
    fix: "set GITHUB_WEBHOOK_SECRET, here and at GitHub",
};

const NOTIFICATIONS: Door = Door {
    id: "service.notifications",
    refused: "notifications without a token or key are refused",
    open: "anybody may report changes",
    fix: "set ORCHESTRATOR_URL (workflows show a token) or ORCHESTRATOR_API_KEY",
};

async fn reachable(client: &Client, url: &str) -> Check {
    let (id, fix) = ("service.reachable", "see whether the address is right and what the function's log says");
    match get(client, url).await {
        Err(why) => Check::failed(id, format!("{url} does not answer: {why}"), fix),
        Ok((status, _)) if !status.is_success() => Check::failed(id, format!("{url} answers {status}"), fix),
        Ok((_, body)) => match serde_json::from_str::<Root>(&body) {
            Ok(Root { service, version }) if service == "Downstream" => {
                let ours = env!("CARGO_PKG_VERSION");
                let message = format!("{url} is Downstream {version}");
                match version == ours {
                    true => Check::ok(id, message),
                    false => Check::warning(id, format!("{message}, and this is {ours}"), "deploy the same version"),
                }
            }
            _ => Check::failed(id, format!("{url} answers, and is not Downstream"), "correct the address"),
        },
    }
}

async fn ready(client: &Client, url: &str) -> Vec<Check> {
    let (id, fix) = ("service.ready", "see the function's log");
    let body = match get(client, &format!("{url}/ready")).await {
        Ok((_, body)) => body,
        Err(why) => return vec![Check::failed(id, format!("/ready does not answer: {why}"), fix)],
    };
    let Ok(Readiness { checks }) = serde_json::from_str(&body) else {
        return vec![Check::failed(id, "/ready answers something else than readiness", fix)];
    };
    let check = |line: Line| match line.status.as_str() {
        "ok" => Check::ok(id, format!("{} answers", line.name)),
        _ => Check::failed(id, format!("{}: {}", line.name, line.message.unwrap_or_default()), fix),
    };
    checks.into_iter().map(check).collect()
}

/// Sends an empty object, which is nothing to report even where it is taken.
async fn refuses_strangers(client: &Client, url: &str, door: &Door) -> Check {
    let request = client.post(url).header("X-GitHub-Event", "ping").header("Content-Type", "application/json");
    match request.body("{}").send().await {
        Ok(answer) if matches!(answer.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            Check::ok(door.id, door.refused)
        }
        Ok(answer) if answer.status().is_server_error() => {
            let message = format!("{url} answers {}", answer.status());
            Check::failed(door.id, message, "see the function's log")
        }
        Ok(_) => Check::failed(door.id, door.open, door.fix),
        Err(error) => Check::failed(door.id, format!("{url}: {}", error.without_url()), "see the function's log"),
    }
}

async fn get(client: &Client, url: &str) -> Result<(StatusCode, String), String> {
    let mut answer = client.get(url).send().await.map_err(|error| error.without_url().to_string())?;
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| error.without_url().to_string())? {
        body.extend_from_slice(&piece);
        if body.len() > MOST_BYTES {
            return Err("its answer does not end".to_owned());
        }
    }
    Ok((answer.status(), String::from_utf8_lossy(&body).into_owned()))
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};
    use axum::{Json, Router};
    use serde_json::json;
    use tokio::net::TcpListener;

    use super::super::Status;
    use super::*;

    /// What is told of a service that answers so, a line a check.
    async fn told(router: Router) -> Vec<(&'static str, Status)> {
        crate::install_tls();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        #[expect(clippy::disallowed_methods, reason = "the server ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        checks(&url).await.into_iter().map(|check| (check.id, check.status)).collect()
    }

    fn root(service: &'static str, version: &'static str) -> Router {
        let answer =
            move || async move { Json(json!({ "service": service, "status": "healthy", "version": version })) };
        Router::new().route("/", get(answer))
    }

    fn with_doors(router: Router, status: StatusCode) -> Router {
        let ready = || async { Json(json!({ "status": "ready", "checks": [{ "name": "queue", "status": "ok" }] })) };
        router
            .route("/ready", get(ready))
            .route("/webhooks/github", post(move || async move { status }))
            .route("/api/webhook/change-notification", post(move || async move { status }))
    }

    #[tokio::test]
    async fn a_service_is_told_as_strangers_see_it() {
        use Status::{Failed, Ok, Warning};
        let ours = env!("CARGO_PKG_VERSION");
        let all = |first, doors| {
            vec![
                ("service.reachable", first),
                ("service.ready", Ok),
                ("service.webhooks", doors),
                ("service.notifications", doors),
            ]
        };
        let cases = [
            (with_doors(root("Downstream", ours), StatusCode::UNAUTHORIZED), all(Ok, Ok)),
            (with_doors(root("Downstream", "0.0.1"), StatusCode::FORBIDDEN), all(Warning, Ok)),
            (with_doors(root("Downstream", ours), StatusCode::ACCEPTED), all(Ok, Failed)),
            (with_doors(root("Downstream", ours), StatusCode::UNPROCESSABLE_ENTITY), all(Ok, Failed)),
            (with_doors(root("Downstream", ours), StatusCode::BAD_GATEWAY), all(Ok, Failed)),
            (root("Something else", ours), vec![("service.reachable", Failed)]),
            (Router::new(), vec![("service.reachable", Failed)]),
        ];
        for (router, expected) in cases {
            assert_eq!(told(router).await, expected);
        }
        assert_eq!(checks("http://127.0.0.1:9").await[0].status, Failed);
    }
}
