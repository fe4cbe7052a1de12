//! A GitHub that keeps issues in memory: enough of its behaviour for the door's contract.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, response};
use serde_json::{Value, json};

type Shared = Arc<Mutex<World>>;
type Headers = Vec<(String, String)>;
type Params = Query<std::collections::HashMap<String, String>>;

#[derive(Default)]
struct World {
    issues: Vec<Value>,
    comments: Vec<(u64, String)>,
    reactions: Vec<(u64, String)>,
    no_account: bool,
    drop_labels: bool,
    script: Option<(u16, Headers, String)>,
    requests: usize,
    writes: usize,
    headers: Vec<HeaderMap>,
}

pub struct Fake {
    pub url: String,
    world: Shared,
}

impl Fake {
    #[expect(clippy::disallowed_methods, reason = "the server is a task of the test and ends with its runtime")]
    pub async fn start() -> Self {
        let world = Shared::default();
        let app = Router::new()
            .route("/user", get(user))
            .route("/repos/{owner}/{name}", get(repository))
            .route("/repos/{owner}/{name}/collaborators/{login}/permission", get(permission))
            .route("/repos/{owner}/{name}/issues", get(list).post(create))
            .route("/repos/{owner}/{name}/issues/{number}", get(show).patch(change))
            .route("/repos/{owner}/{name}/issues/{number}/comments", get(comments).post(comment))
            .route("/repos/{owner}/{name}/issues/comments/{comment}/reactions", post(react))
            .layer(middleware::from_fn_with_state(world.clone(), watch))
            .with_state(world.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, world }
    }

    pub fn seed(&self, login: &str, body: &str, pull_request: bool, labels: &[&str]) {
        let mut world = self.world.lock().unwrap();
        let mut issue = world.issue(login, "seeded", body, labels.iter().map(|l| json!(l)).collect(), "caller");
        if pull_request {
            issue["pull_request"] = json!({ "url": "x" });
        }
        world.issues.push(issue);
    }

    pub fn without_account(&self) {
        self.world.lock().unwrap().no_account = true;
    }

    pub fn drop_labels(&self) {
        self.world.lock().unwrap().drop_labels = true;
    }

    pub fn answer_writes_with(&self, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers = headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        self.world.lock().unwrap().script = Some((status, headers, body.to_owned()));
    }

    pub fn requests(&self) -> usize {
        self.world.lock().unwrap().requests
    }

    pub fn writes(&self) -> usize {
        self.world.lock().unwrap().writes
    }

    pub fn reactions(&self) -> Vec<(u64, String)> {
        self.world.lock().unwrap().reactions.clone()
    }

    pub fn seen(&self, header: &str) -> Vec<String> {
        let world = self.world.lock().unwrap();
        let value = |headers: &HeaderMap| headers.get(header).map(|v| v.to_str().unwrap().to_owned());
        let seen: Vec<String> = world.headers.iter().map(|h| value(h).unwrap_or_default()).collect();
        assert!(!seen.is_empty());
        seen
    }
}

impl World {
    fn issue(&self, login: &str, title: &str, body: &str, labels: Vec<Value>, name: &str) -> Value {
        let number = self.issues.len() + 1;
        let labels: Vec<Value> = labels.into_iter().map(|name| json!({ "name": name })).collect();
        json!({
            "number": number, "html_url": format!("https://github.com/acme/{name}/issues/{number}"),
            "state": "open", "state_reason": null, "title": title, "body": body, "labels": labels,
            "user": { "login": login, "type": if login.ends_with("[bot]") { "Bot" } else { "User" } }, "repo": name,
        })
    }
}

async fn watch(State(world): State<Shared>, request: Request, next: Next) -> response::Response {
    let script = {
        let mut world = world.lock().unwrap();
        world.requests += 1;
        world.headers.push(request.headers().clone());
        let write = request.method() != "GET";
        world.writes += usize::from(write);
        world.script.clone().filter(|_| write)
    };
    let path = request.uri().path();
    if path.starts_with("/repos/acme/renamed/") {
        let status = if request.method() == "GET" { 301 } else { 307 };
        let query = request.uri().query().map(|q| format!("?{q}")).unwrap_or_default();
        let to = path.replace("renamed", "caller") + &query;
        return Response::builder().status(status).header("location", to).body(Body::empty()).unwrap();
    }
    let Some((status, headers, body)) = script else { return next.run(request).await };
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).unwrap()
}

async fn user(State(world): State<Shared>) -> response::Response {
    if world.lock().unwrap().no_account {
        return (StatusCode::FORBIDDEN, Json(json!({ "message": "not for an app" }))).into_response();
    }
    Json(json!({ "login": "downstream-bot" })).into_response()
}

async fn repository() -> Json<Value> {
    let permissions = json!({ "admin": false, "push": false, "triage": true, "pull": true });
    Json(
        json!({ "has_issues": true, "archived": false, "permissions": permissions, "pushed_at": "2026-01-02T03:04:05Z" }),
    )
}

/// GitHub answers with "none" for somebody who may only read what everybody may, and with 404 for nobody.
async fn permission(Path((_, _, login)): Path<(String, String, String)>) -> response::Response {
    let (permission, role) = match login.as_str() {
        "admin" => ("admin", "admin"),
        "maintainer" => ("write", "maintain"),
        "writer" => ("write", "write"),
        "sorter" => ("read", "triage"),
        "reader" => ("read", "read"),
        "stranger" => ("none", ""),
        "hidden" => {
            return (StatusCode::FORBIDDEN, Json(json!({ "message": "Must have push access" }))).into_response();
        }
        _ => return missing(),
    };
    Json(json!({ "permission": permission, "role_name": role, "user": { "login": login } })).into_response()
}

async fn list(
    State(world): State<Shared>,
    Path((_, name)): Path<(String, String)>,
    Query(query): Params,
) -> Json<Value> {
    let world = world.lock().unwrap();
    let has =
        |issue: &&Value, label: &String| issue["labels"].as_array().unwrap().iter().any(|l| l["name"] == json!(label));
    let mut found: Vec<&Value> = world.issues.iter().rev().filter(|i| i["repo"] == json!(name)).collect();
    found.retain(|i| query.get("creator").is_none_or(|login| i["user"]["login"] == json!(login)));
    found.retain(|i| query.get("labels").is_none_or(|label| has(i, label)));
    found.retain(|i| query["state"] == "all" || i["state"] == "open");
    let (size, page): (usize, usize) = (query["per_page"].parse().unwrap(), query["page"].parse().unwrap());
    Json(json!(found.into_iter().skip(size * (page - 1)).take(size).collect::<Vec<_>>()))
}

async fn create(
    State(world): State<Shared>,
    Path((_, name)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> response::Response {
    let mut world = world.lock().unwrap();
    let labels = if world.drop_labels { Vec::new() } else { body["labels"].as_array().unwrap().clone() };
    let (title, text) = (body["title"].as_str().unwrap(), body["body"].as_str().unwrap());
    let issue = world.issue("downstream-bot", title, text, labels, &name);
    world.issues.push(issue.clone());
    (StatusCode::CREATED, Json(issue)).into_response()
}

fn missing() -> response::Response {
    (StatusCode::NOT_FOUND, Json(json!({ "message": "Not Found" }))).into_response()
}

async fn show(State(world): State<Shared>, Path((_, _, number)): Path<(String, String, usize)>) -> response::Response {
    let world = world.lock().unwrap();
    world.issues.get(number - 1).map_or_else(missing, |issue| Json(issue.clone()).into_response())
}

async fn change(
    State(world): State<Shared>,
    Path((_, _, number)): Path<(String, String, usize)>,
    Json(body): Json<Value>,
) -> response::Response {
    let mut world = world.lock().unwrap();
    let Some(issue) = world.issues.get_mut(number - 1) else { return missing() };
    if issue["state"] == "closed" && body["state"] == "open" {
        issue["state_reason"] = json!("reopened");
    }
    for (key, value) in body.as_object().unwrap() {
        issue[key] = value.clone();
    }
    Json(issue.clone()).into_response()
}

async fn comments(State(world): State<Shared>, Path((_, _, number)): Path<(String, String, u64)>) -> Json<Value> {
    let world = world.lock().unwrap();
    // The web's line ends, as GitHub may give them back.
    let of = |(n, text): &(u64, String)| (*n == number).then(|| json!({ "body": text.replace('\n', "\r\n") }));
    Json(world.comments.iter().filter_map(of).collect())
}

async fn comment(
    State(world): State<Shared>,
    Path((_, _, number)): Path<(String, String, u64)>,
    Json(body): Json<Value>,
) -> response::Response {
    let mut world = world.lock().unwrap();
    let text = body["body"].as_str().unwrap().to_owned();
    assert!(!world.comments.contains(&(number, text.clone())), "said twice: {text}");
    world.comments.push((number, text));
    (StatusCode::CREATED, Json(json!({ "id": 1 }))).into_response()
}

async fn react(
    State(world): State<Shared>,
    Path((_, _, comment)): Path<(String, String, u64)>,
    Json(body): Json<Value>,
) -> response::Response {
    let content = body["content"].as_str().unwrap().to_owned();
    let mut world = world.lock().unwrap();
    let known = world.reactions.contains(&(comment, content.clone()));
    if !known {
        world.reactions.push((comment, content.clone()));
    }
    let status = if known { StatusCode::OK } else { StatusCode::CREATED };
    (status, Json(json!({ "id": 1, "content": content }))).into_response()
}
