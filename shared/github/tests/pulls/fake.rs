//! A GitHub that keeps comments, check runs and statuses of pull requests in memory.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde_json::{Value, json};

type Shared = Arc<Mutex<World>>;
type Answer = (StatusCode, Json<Value>);

#[derive(Default)]
pub struct World {
    pub comments: Vec<Value>,
    pub runs: Vec<Value>,
    pub statuses: Vec<Value>,
    /// `METHOD path` of every write, in order.
    pub writes: Vec<String>,
    /// Writes whose path contains this are answered with that status.
    pub refused: Vec<(String, u16)>,
    /// After so many writes every further one gets no answer, though it is done.
    pub lost_after: Option<usize>,
    /// The token belongs to an app.
    pub no_account: bool,
    /// Where the branch of pull request 7 stands.
    pub head: String,
}

pub struct Fake {
    pub url: String,
    world: Shared,
}

impl Fake {
    #[expect(clippy::disallowed_methods, reason = "the server is a task of the test and ends with its runtime")]
    pub async fn start() -> Self {
        let world = Shared::default();
        world.lock().unwrap().head = "2".repeat(40);
        let app = Router::new()
            .route("/user", get(user))
            .route("/repos/{owner}/{name}/pulls/{number}", get(pull))
            .route("/repos/{owner}/{name}/collaborators/{login}/permission", get(permission))
            .route("/repos/{owner}/{name}/issues/{number}/comments", get(list).post(comment))
            .route("/repos/{owner}/{name}/issues/comments/{id}", get(one).patch(edit))
            .route("/repos/{owner}/{name}/commits/{sha}/check-runs", get(runs))
            .route("/repos/{owner}/{name}/check-runs", post(run))
            .route("/repos/{owner}/{name}/check-runs/{id}", patch(more))
            .route("/repos/{owner}/{name}/statuses/{sha}", post(status))
            .layer(middleware::from_fn_with_state(world.clone(), watch))
            .with_state(world.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, world }
    }

    pub fn with<T>(&self, job: impl FnOnce(&mut World) -> T) -> T {
        job(&mut self.world.lock().unwrap())
    }

    pub fn refuse(&self, path: &str, status: u16) {
        self.with(|world| world.refused.push((path.to_owned(), status)));
    }

    pub fn seed(&self, login: &str, kind: &str, body: &str) {
        self.with(|world| {
            let id = world.comments.len() + 1;
            world.comments.push(json!({ "id": id, "html_url": format!("https://github.com/c/{id}"), "body": body,
                "user": { "login": login, "type": kind } }));
        });
    }
}

async fn watch(State(world): State<Shared>, request: Request, next: Next) -> Response {
    let write = request.method() != "GET";
    let path = request.uri().path().to_owned();
    let lost = {
        let mut world = world.lock().unwrap();
        if write {
            world.writes.push(format!("{} {path}", request.method()));
            let refused = world.refused.iter().find(|(part, _)| path.contains(part)).map(|(_, status)| *status);
            if let Some(status) = refused {
                let why = json!({ "message": "Resource not accessible by personal access token" });
                return (StatusCode::from_u16(status).unwrap(), Json(why)).into_response();
            }
        }
        write && world.lost_after.is_some_and(|after| world.writes.len() > after)
    };
    let answer = next.run(request).await;
    if lost { (StatusCode::BAD_GATEWAY, "").into_response() } else { answer }
}

async fn user(State(world): State<Shared>) -> Answer {
    if world.lock().unwrap().no_account {
        return (StatusCode::FORBIDDEN, Json(json!({ "message": "not for an app" })));
    }
    (StatusCode::OK, Json(json!({ "login": "downstream-bot" })))
}

async fn pull(State(world): State<Shared>, Path((_, _, number)): Path<(String, String, u64)>) -> Answer {
    let head = world.lock().unwrap().head.clone();
    match number {
        // Of an open one it is a commit that GitHub makes to see whether it can be merged.
        7 => pulled(
            json!({ "state": "open", "merged": false, "merge_commit_sha": "4".repeat(40), "head": { "sha": head } }),
        ),
        8 => pulled(json!({ "state": "closed", "head": { "sha": head } })),
        9 => pulled(
            json!({ "state": "closed", "merged": true, "merge_commit_sha": "5".repeat(40), "head": { "sha": head } }),
        ),
        10 => pulled(json!({ "state": "closed", "merged": true, "merge_commit_sha": null, "head": { "sha": head } })),
        _ => missing(),
    }
}

/// Everybody here may write.
async fn permission() -> Json<Value> {
    Json(json!({ "permission": "write" }))
}

fn pulled(pull: Value) -> Answer {
    (StatusCode::OK, Json(pull))
}

fn missing() -> Answer {
    (StatusCode::NOT_FOUND, Json(json!({ "message": "Not Found" })))
}

async fn list(
    State(world): State<Shared>,
    Query(query): Query<std::collections::HashMap<String, usize>>,
) -> Json<Value> {
    let world = world.lock().unwrap();
    let (size, page) = (query["per_page"], query["page"]);
    let there = world.comments.iter().filter(|comment| !comment.is_null());
    Json(there.skip(size * (page - 1)).take(size).cloned().collect())
}

async fn comment(State(world): State<Shared>, Json(body): Json<Value>) -> Answer {
    let mut world = world.lock().unwrap();
    let id = world.comments.len() + 1;
    let comment = json!({ "id": id, "html_url": format!("https://github.com/c/{id}"), "body": body["body"],
        "user": { "login": "downstream-bot", "type": if world.no_account { "Bot" } else { "User" } } });
    world.comments.push(comment.clone());
    (StatusCode::CREATED, Json(comment))
}

async fn one(State(world): State<Shared>, Path((_, _, id)): Path<(String, String, usize)>) -> Answer {
    let world = world.lock().unwrap();
    match world.comments.get(id - 1).filter(|comment| !comment.is_null()) {
        Some(comment) => (StatusCode::OK, Json(comment.clone())),
        None => missing(),
    }
}

async fn edit(
    State(world): State<Shared>,
    Path((_, _, id)): Path<(String, String, usize)>,
    Json(body): Json<Value>,
) -> Answer {
    let mut world = world.lock().unwrap();
    let Some(comment) = world.comments.get_mut(id - 1).filter(|comment| !comment.is_null()) else { return missing() };
    comment["body"] = body["body"].clone();
    (StatusCode::OK, Json(comment.clone()))
}

async fn runs(
    State(world): State<Shared>,
    Path((_, _, sha)): Path<(String, String, String)>,
    Query(query): Query<std::collections::HashMap<String, String>>,
) -> Json<Value> {
    let world = world.lock().unwrap();
    let of = |run: &&Value| run["head_sha"] == json!(sha) && run["name"] == json!(query["check_name"]);
    let found: Vec<&Value> = world.runs.iter().filter(of).collect();
    Json(json!({ "total_count": found.len(), "check_runs": found }))
}

async fn run(State(world): State<Shared>, Json(body): Json<Value>) -> Answer {
    let mut world = world.lock().unwrap();
    let id = world.runs.len() + 1;
    let mut run = body;
    let count = annotations(&run);
    assert!(count <= 50, "GitHub refuses {count} annotations");
    (run["id"], run["html_url"]) = (json!(id), json!(format!("https://github.com/run/{id}")));
    run["output"]["annotations_count"] = json!(count);
    world.runs.push(run.clone());
    (StatusCode::CREATED, Json(run))
}

fn annotations(run: &Value) -> usize {
    run["output"]["annotations"].as_array().map_or(0, Vec::len)
}

async fn more(
    State(world): State<Shared>,
    Path((_, _, id)): Path<(String, String, usize)>,
    Json(body): Json<Value>,
) -> Answer {
    let mut world = world.lock().unwrap();
    let more = body["output"]["annotations"].as_array().cloned().unwrap_or_default();
    assert!(more.len() <= 50, "GitHub refuses {} annotations", more.len());
    let run = &mut world.runs[id - 1];
    run["output"]["annotations"].as_array_mut().unwrap().extend(more);
    run["output"]["annotations_count"] = json!(annotations(run));
    (StatusCode::OK, Json(run.clone()))
}

async fn status(State(world): State<Shared>, Json(body): Json<Value>) -> Answer {
    world.lock().unwrap().statuses.push(body.clone());
    (StatusCode::CREATED, Json(body))
}
