//! A GitHub of several repositories that keeps issues, with what goes wrong by script.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};

#[derive(Default)]
pub struct Hub {
    /// By repository and number.
    pub issues: Vec<(String, Value)>,
    pub comments: Vec<String>,
    pub reactions: Vec<String>,
    /// Method, part of the path, and what is answered there; the first that fits counts.
    pub rules: Vec<(&'static str, &'static str, u16, &'static str)>,
    /// The next so many creations happen and are answered with this.
    pub lost_answers: Vec<u16>,
    /// Listings that do not show the newest issues yet.
    pub lagging: usize,
    pub created: usize,
    /// Who may write.
    pub members: Vec<&'static str>,
    /// Pull requests by number, as they stand.
    pub pulls: Vec<(u64, Value)>,
    /// How often somebody asked where a pull request stands.
    pub asked_about: usize,
}

pub type Shared = Arc<Mutex<Hub>>;

#[expect(clippy::disallowed_methods, reason = "the server is a task of the test and ends with its runtime")]
pub async fn start(hub: Hub) -> (String, Shared) {
    let hub = Arc::new(Mutex::new(hub));
    let app = Router::new().fallback(answer).with_state(Arc::clone(&hub));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, hub)
}

async fn answer(State(hub): State<Shared>, request: Request) -> Response<String> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (method, path) = (parts.method.as_str(), parts.uri.path().to_owned());
    let mut hub = hub.lock().unwrap();
    if let Some((_, _, status, header)) =
        hub.rules.iter().find(|(m, part, ..)| (m.is_empty() || *m == method) && path.contains(part))
    {
        return respond(*status, header, json!({ "message": "scripted" }));
    }
    let words: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match (method, &words[..]) {
        ("GET", ["user"]) => respond(200, "", json!({ "login": "downstream-bot" })),
        ("GET", ["repos", _, _, "collaborators", login, "permission"]) => {
            let permission = if hub.members.contains(login) { "write" } else { "none" };
            respond(200, "", json!({ "permission": permission }))
        }
        ("GET", ["repos", _, _, "pulls", number]) => {
            hub.asked_about += 1;
            match hub.pulls.iter().find(|(known, _)| number.parse() == Ok(*known)) {
                Some((_, pull)) => respond(200, "", pull.clone()),
                None => respond(404, "", json!({ "message": "Not Found" })),
            }
        }
        ("GET", ["repos", owner, name, "issues"]) => hub.list(&format!("{owner}/{name}")),
        ("POST", ["repos", owner, name, "issues"]) => hub.create(&format!("{owner}/{name}"), &body),
        ("POST", ["repos", .., "comments", _, "reactions"]) => {
            hub.reactions.push(body["content"].as_str().unwrap().to_owned());
            respond(201, "", json!({ "id": 1 }))
        }
        ("GET", ["repos", .., "comments"]) => {
            let all: Vec<Value> = hub.comments.iter().map(|text| json!({ "body": text })).collect();
            respond(200, "", json!(all))
        }
        ("POST", ["repos", .., "comments"]) => {
            hub.comments.push(body["body"].as_str().unwrap().to_owned());
            respond(201, "", json!({ "id": 1 }))
        }
        ("GET" | "PATCH", ["repos", owner, name, "issues", number]) => {
            hub.one(&format!("{owner}/{name}"), number, &body)
        }
        _ => respond(404, "", json!({ "message": "Not Found" })),
    }
}

impl Hub {
    pub fn bodies(&self, repo: &str) -> Vec<String> {
        let of = self.issues.iter().filter(|(r, _)| r == repo);
        of.map(|(_, issue)| issue["body"].as_str().unwrap().to_owned()).collect()
    }

    fn list(&mut self, repo: &str) -> Response<String> {
        let mut found: Vec<&Value> = self.issues.iter().rev().filter(|(r, _)| r == repo).map(|(_, i)| i).collect();
        if self.lagging > 0 {
            self.lagging -= 1;
            found.clear();
        }
        respond(200, "", json!(found))
    }

    fn create(&mut self, repo: &str, body: &Value) -> Response<String> {
        self.created += 1;
        let number = self.issues.len() + 1;
        let issue = json!({
            "number": number, "html_url": format!("https://github.com/{repo}/issues/{number}"), "state": "open",
            "title": body["title"], "body": body["body"], "labels": body["labels"],
        });
        self.issues.push((repo.to_owned(), issue.clone()));
        let status = if self.lost_answers.is_empty() { 201 } else { self.lost_answers.remove(0) };
        respond(status, "", issue)
    }

    fn one(&mut self, repo: &str, number: &str, change: &Value) -> Response<String> {
        let is_it = |(r, issue): &&mut (String, Value)| r == repo && issue["number"].as_u64() == number.parse().ok();
        let Some((_, issue)) = self.issues.iter_mut().find(is_it) else {
            return respond(404, "", json!({ "message": "Not Found" }));
        };
        for (key, value) in change.as_object().into_iter().flatten() {
            issue[key] = value.clone();
        }
        let issue = issue.clone();
        respond(200, "", issue)
    }
}

/// `header`: `name: value`, or nothing.
fn respond(status: u16, header: &str, body: Value) -> Response<String> {
    let mut response = Response::new(body.to_string());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    if let Some((name, value)) = header.split_once(": ") {
        let name: axum::http::HeaderName = name.parse().unwrap();
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
