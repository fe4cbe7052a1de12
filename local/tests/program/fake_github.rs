//! A GitHub that keeps issues in memory: enough of its REST API for an issue's life, with the answers slowed down a
//! little, so that a kill finds requests under way.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

type Issues = Arc<Mutex<Vec<Value>>>;

/// A running fake.
pub struct FakeGithub {
    pub address: SocketAddr,
    issues: Issues,
    _runtime: tokio::runtime::Runtime,
}

impl FakeGithub {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let issues = Issues::default();
        let router = Router::new()
            .route("/repos/{owner}/{name}", get(repository))
            .route("/repos/{owner}/{name}/issues", get(list).post(create))
            .route("/repos/{owner}/{name}/issues/{number}", get(one).patch(update))
            .route("/repos/{owner}/{name}/issues/{number}/comments", post(comment))
            .with_state(issues.clone());
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("binds");
        let address = listener.local_addr().expect("has one");
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, issues, _runtime: runtime }
    }

    /// The bodies of all issues.
    pub fn bodies(&self) -> Vec<String> {
        let issues = self.issues.lock().expect("not poisoned");
        issues.iter().map(|issue| issue["body"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

async fn repository(Path((owner, name)): Path<(String, String)>) -> Json<Value> {
    Json(json!({ "id": 1, "name": name, "full_name": format!("{owner}/{name}"), "url": "https://api.github.com/x",
        "has_issues": true, "archived": false, "permissions": { "admin": false, "push": true, "pull": true, "triage": true } }))
}

async fn list(State(issues): State<Issues>, Path((_, name)): Path<(String, String)>) -> Json<Value> {
    let issues = issues.lock().expect("not poisoned");
    Json(issues.iter().filter(|issue| issue["repo"] == name).cloned().collect())
}

async fn create(
    State(issues): State<Issues>,
    Path((owner, name)): Path<(String, String)>,
    Json(draft): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let issue = {
        let mut issues = issues.lock().expect("not poisoned");
        let number = issues.len() + 1;
        let labels = draft["labels"].as_array().cloned().unwrap_or_default();
        let labels: Vec<Value> = labels.iter().map(|l| json!({ "id": 1, "node_id": "L", "url": "https://api.github.com/l", "name": l, "color": "000000", "default": false })).collect();
        let issue = issue(&owner, &name, number, &draft, &labels);
        issues.push(issue.clone());
        issue
    };
    // Created, and the answer takes its time: the moment in which a kill would create it twice.
    tokio::time::sleep(Duration::from_millis(30)).await;
    (StatusCode::CREATED, Json(issue))
}

async fn one(
    State(issues): State<Issues>,
    Path((_, _, number)): Path<(String, String, usize)>,
) -> (StatusCode, Json<Value>) {
    match issues.lock().expect("not poisoned").get(number - 1) {
        Some(issue) => (StatusCode::OK, Json(issue.clone())),
        None => (StatusCode::NOT_FOUND, Json(json!({ "message": "Not Found" }))),
    }
}

async fn update(
    State(issues): State<Issues>,
    Path((_, _, number)): Path<(String, String, usize)>,
    Json(changes): Json<Value>,
) -> Json<Value> {
    let mut issues = issues.lock().expect("not poisoned");
    for key in ["title", "body", "state", "state_reason"] {
        if let Some(value) = changes.get(key).filter(|value| !value.is_null()) {
            issues[number - 1][key] = value.clone();
        }
    }
    Json(issues[number - 1].clone())
}

async fn comment(Json(comment): Json<Value>) -> (StatusCode, Json<Value>) {
    (
        StatusCode::CREATED,
        Json(json!({ "id": 1, "node_id": "C", "url": "https://api.github.com/c", "html_url": "https://github.com/c",
        "body": comment["body"], "user": user(), "created_at": "2026-01-02T03:04:05Z" })),
    )
}

fn issue(owner: &str, name: &str, number: usize, draft: &Value, labels: &[Value]) -> Value {
    let api = format!("https://api.github.com/repos/{owner}/{name}");
    json!({ "id": number, "node_id": "I", "number": number, "repo": name, "state": "open", "state_reason": null,
        "title": draft["title"], "body": draft["body"], "labels": labels, "user": user(), "assignees": [], "locked": false,
        "comments": 0, "created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z",
        "url": format!("{api}/issues/{number}"), "repository_url": api, "labels_url": format!("{api}/labels"),
        "comments_url": format!("{api}/issues/{number}/comments"), "events_url": format!("{api}/events"),
        "html_url": format!("https://github.com/{owner}/{name}/issues/{number}") })
}

fn user() -> Value {
    let url = "https://api.github.com/users/downstream";
    json!({ "login": "downstream", "id": 1, "node_id": "U", "avatar_url": url, "gravatar_id": "", "url": url,
        "html_url": url, "followers_url": url, "following_url": url, "gists_url": url, "starred_url": url,
        "subscriptions_url": url, "organizations_url": url, "repos_url": url, "events_url": url,
        "received_events_url": url, "type": "Bot", "site_admin": false })
}
