//! A GitHub that takes Apps at their word only as far as they prove it: it checks their signatures, hands out tokens, and
//! refuses a call whose token may not do exactly that on exactly this repository.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use super::key::Pair;

/// What each call needs, written down from GitHub's documentation and not from the door's table.
/// <https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps>
const NEEDS: [(&str, &str, &str, &str); 17] = [
    ("GET", "/repos/*/*", "metadata", "read"),
    ("GET", "/repos/*/*/collaborators/*/permission", "metadata", "read"),
    ("GET", "/repos/*/*/issues", "issues", "read"),
    ("POST", "/repos/*/*/issues", "issues", "write"),
    ("GET", "/repos/*/*/issues/*", "issues", "read"),
    ("PATCH", "/repos/*/*/issues/*", "issues", "write"),
    ("GET", "/repos/*/*/issues/7/comments", "pull_requests", "read"),
    ("POST", "/repos/*/*/issues/7/comments", "pull_requests", "write"),
    ("GET", "/repos/*/*/issues/*/comments", "issues", "read"),
    ("POST", "/repos/*/*/issues/*/comments", "issues", "write"),
    ("PATCH", "/repos/*/*/issues/comments/*", "pull_requests", "write"),
    ("POST", "/repos/*/*/issues/comments/*/reactions", "issues", "write"),
    ("GET", "/repos/*/*/pulls/*", "pull_requests", "read"),
    ("GET", "/repos/*/*/commits/*/check-runs", "checks", "read"),
    ("POST", "/repos/*/*/check-runs", "checks", "write"),
    ("PATCH", "/repos/*/*/check-runs/*", "checks", "write"),
    ("GET", "/repos/*/*/git/ref/heads/**", "contents", "read"),
];

#[derive(Debug, Clone)]
pub struct Installed {
    pub id: u64,
    pub permissions: BTreeMap<String, String>,
    pub suspended: bool,
}

#[derive(Debug, Clone)]
pub struct Issued {
    pub token: String,
    pub repo: String,
    pub permissions: Value,
    pub ends_ms: i64,
}

#[derive(Default)]
pub struct World {
    /// GitHub's time, epoch milliseconds.
    pub now_ms: i64,
    /// The App is known under this id, by this key's signature; none once it is deleted.
    pub app: Option<(String, Vec<u8>)>,
    pub installed: BTreeMap<String, Installed>,
    pub issued: Vec<Issued>,
    /// Every request: method, path, and the permission that its token has.
    pub calls: Vec<(String, String, Value)>,
    /// Bodies of requests for tokens.
    pub token_requests: Vec<Value>,
    pub lookups: usize,
    /// What a request for a token is answered with instead.
    pub token_answer: Option<(u16, Value)>,
    /// Every token is refused.
    pub refuses_all: bool,
    pub issues: Vec<Value>,
    /// Newest first.
    pub deliveries: Vec<Value>,
    pub renamed: BTreeMap<String, u64>,
    pub violations: Vec<String>,
}

pub type Shared = Arc<Mutex<World>>;

pub struct Fake {
    pub url: String,
    pub world: Shared,
}

pub const START_MS: i64 = 1_790_000_000_000;

impl Fake {
    #[expect(clippy::disallowed_methods, reason = "the server is a task of the test and ends with its runtime")]
    pub async fn start(pair: &Pair) -> Self {
        let world = World { now_ms: START_MS, app: Some(("77".to_owned(), pair.public.clone())), ..World::default() };
        let world = Arc::new(Mutex::new(world));
        let app = Router::new().fallback(answer).with_state(world.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let fake = Self { url, world };
        fake.install("acme/caller", 5);
        fake
    }

    pub fn with<T>(&self, job: impl FnOnce(&mut World) -> T) -> T {
        job(&mut self.world.lock().unwrap())
    }

    pub fn install(&self, repo: &str, id: u64) {
        let all = [
            ("metadata", "read"),
            ("contents", "read"),
            ("issues", "write"),
            ("pull_requests", "write"),
            ("checks", "write"),
        ];
        let permissions = all.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let installed = Installed { id, permissions, suspended: false };
        self.with(|world| world.installed.insert(repo.to_owned(), installed));
    }

    pub fn tokens(&self) -> usize {
        self.with(|world| world.token_requests.len())
    }
}

fn respond(status: u16, body: &Value) -> Response<Body> {
    Response::builder().status(status).body(Body::from(body.to_string())).unwrap()
}

fn words(status: u16, message: &str) -> Response<Body> {
    respond(status, &json!({ "message": message }))
}

async fn answer(State(world): State<Shared>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body: Value = serde_json::from_slice(&to_bytes(body, 1 << 20).await.unwrap()).unwrap_or_default();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let secret = parts.headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let secret = secret.strip_prefix("Bearer ").unwrap_or_default().to_owned();
    if path.ends_with("/access_tokens") {
        // Long enough for everybody who asks at once to have asked.
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    let mut world = world.lock().unwrap();
    let is_app = path.starts_with("/app") || path.ends_with("/installation");
    let method = parts.method.as_str();
    let mut answer = match is_app {
        true => world.as_app(method, &path, &query, &secret, &body),
        false => world.as_installation(method, &path, &query, &secret, &body),
    };
    let date = jiff::Timestamp::from_millisecond(world.now_ms).unwrap().strftime("%a, %d %b %Y %H:%M:%S GMT");
    answer.headers_mut().insert("date", date.to_string().parse().unwrap());
    answer
}

impl World {
    fn signed(&self, secret: &str) -> Result<(), (u16, &'static str)> {
        let Some((id, public)) = &self.app else { return Err((404, "Integration not found")) };
        let mut rules = Validation::new(Algorithm::RS256);
        rules.validate_exp = false;
        rules.set_issuer(&[id]);
        let no = (401, "A JSON web token could not be decoded");
        let claims = jsonwebtoken::decode::<Value>(secret, &DecodingKey::from_rsa_der(public), &rules);
        let claims = claims.map_err(|_| no)?.claims;
        let (now, iat, exp) = (self.now_ms / 1000, claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
        if exp - iat > 600 || exp > now + 600 || exp <= now {
            return Err((401, "'Expiration time' claim ('exp') is too far in the future"));
        }
        if iat > now {
            Err((
                401,
                "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
            ))
        } else {
            Ok(())
        }
    }

    fn as_app(&mut self, method: &str, path: &str, query: &str, secret: &str, body: &Value) -> Response<Body> {
        if let Err((status, why)) = self.signed(secret) {
            return words(status, why);
        }
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (method, &parts[..]) {
            ("GET", ["app"]) => respond(
                200,
                &json!({ "id": 77, "slug": "downstream-acme", "name": "Downstream", "html_url": "https://github.com/apps/downstream-acme" }),
            ),
            ("GET", ["repos", owner, name, "installation"]) => {
                let repo = format!("{owner}/{name}");
                if let Some(id) = self.renamed.get(&repo) {
                    let to = format!("/repositories/{id}/installation");
                    return Response::builder().status(301).header("location", to).body(Body::empty()).unwrap();
                }
                self.lookups += 1;
                self.installation(&repo)
            }
            ("GET", ["repositories", id, "installation"]) => {
                assert!(self.renamed.values().any(|known| known.to_string() == *id));
                self.installation("acme/caller")
            }
            ("POST", ["app", "installations", id, "access_tokens"]) => self.issue_token(id, body),
            ("GET", ["app", "hook", "deliveries"]) => self.deliveries(query),
            ("POST", ["app", "hook", "deliveries", id, "attempts"]) if id.parse::<u64>().is_ok() => {
                assert!(body.is_null(), "GitHub's document knows no body there");
                respond(202, &json!({}))
            }
            _ => words(404, "Not Found"),
        }
    }

    fn installation(&self, repo: &str) -> Response<Body> {
        match self.installed.get(repo) {
            Some(Installed { id, permissions, suspended }) => respond(
                200,
                &json!({ "id": id, "permissions": permissions, "suspended_at": suspended.then_some("2026-01-01T00:00:00Z") }),
            ),
            None => words(404, "Not Found"),
        }
    }

    fn issue_token(&mut self, id: &str, body: &Value) -> Response<Body> {
        self.token_requests.push(body.clone());
        if let Some((status, answer)) = &self.token_answer {
            return respond(*status, answer);
        }
        let of = |i: &Installed| i.id.to_string() == id;
        if !self.installed.values().any(of) {
            return words(404, "Not Found");
        }
        let by_id = body["repository_ids"]
            .as_array()
            .map(|ids| ids.len() == 1 && self.renamed.values().any(|r| json!([r]) == json!(ids)));
        let repo = match (by_id, body["repositories"].as_array().map(|names| &names[..])) {
            (Some(true), None) => "acme/caller".to_owned(),
            (None, Some([Value::String(name)])) => format!("acme/{name}"),
            other => panic!("a token for anything but one repository: {other:?}"),
        };
        let Some(installed) = self.installed.get(&repo).filter(|i| of(i)) else {
            return words(
                422,
                "There is at least one repository that does not exist or is not accessible to the parent installation.",
            );
        };
        if installed.suspended {
            return words(403, "This installation has been suspended");
        }
        for (name, level) in body["permissions"].as_object().unwrap() {
            let granted = installed.permissions.get(name).map(String::as_str);
            if granted != Some("write") && granted != level.as_str() {
                return words(422, "The permissions requested are not granted to this installation.");
            }
        }
        let token = format!("ghs_secret{}", self.issued.len());
        let ends_ms = self.now_ms + 3_600_000;
        self.issued.push(Issued { token: token.clone(), repo, permissions: body["permissions"].clone(), ends_ms });
        let expires = jiff::Timestamp::from_millisecond(ends_ms).unwrap().to_string();
        respond(201, &json!({ "token": token, "expires_at": expires, "permissions": body["permissions"] }))
    }

    fn deliveries(&self, query: &str) -> Response<Body> {
        let of = |name: &str| query.split('&').find_map(|p| p.strip_prefix(&format!("{name}=")).map(str::to_owned));
        let from: usize = of("cursor").map_or(0, |c| c.trim_start_matches("v1_").parse().unwrap());
        let size: usize = of("per_page").unwrap().parse().unwrap();
        let page: Vec<&Value> = self.deliveries.iter().skip(from).take(size).collect();
        let mut answer = respond(200, &json!(page));
        if from + size < self.deliveries.len() {
            let next = format!(
                "<https://api.github.com/app/hook/deliveries?per_page={size}&cursor=v1_{}>; rel=\"next\"",
                from + size
            );
            answer.headers_mut().insert("link", next.parse().unwrap());
        }
        answer
    }

    fn as_installation(&mut self, method: &str, path: &str, query: &str, secret: &str, body: &Value) -> Response<Body> {
        let now = self.now_ms;
        let issued = self.issued.iter().find(|i| i.token == secret && i.ends_ms > now).cloned();
        let Some(issued) = issued.filter(|_| !self.refuses_all) else { return words(401, "Bad credentials") };
        self.calls.push((method.to_owned(), path.to_owned(), issued.permissions.clone()));
        let need = NEEDS.iter().find(|(verb, pattern, ..)| *verb == method && fits(pattern, path));
        let Some((_, _, name, level)) = need else { return words(404, "Not Found") };
        let repo = path.split('/').skip(2).take(2).collect::<Vec<_>>().join("/");
        if issued.permissions != json!({ *name: level }) || issued.repo != repo {
            self.violations.push(format!("{method} {path}: {} on {}", issued.permissions, issued.repo));
            return words(403, "Resource not accessible by integration");
        }
        self.content(method, path, query, body)
    }

    fn content(&mut self, method: &str, path: &str, query: &str, body: &Value) -> Response<Body> {
        let parts: Vec<&str> = path.trim_matches('/').split('/').skip(3).collect();
        let comment = json!({ "id": 1, "html_url": "https://github.com/c/1", "body": body["body"], "user": { "login": "downstream-acme[bot]", "type": "Bot" } });
        match (method, &parts[..]) {
            ("GET", []) => respond(
                200,
                &json!({ "has_issues": true, "archived": false, "default_branch": "trunk", "permissions": { "admin": false, "push": false, "pull": false } }),
            ),
            ("GET", ["collaborators", ..]) => respond(200, &json!({ "permission": "write" })),
            ("GET", ["issues"]) => {
                assert!(query.contains("creator=downstream-acme%5Bbot%5D"), "{query}");
                respond(200, &json!(self.issues))
            }
            ("POST" | "PATCH", ["issues"] | ["issues", _]) | ("GET", ["issues", _]) => respond(
                201,
                &json!({ "number": 3, "html_url": "https://github.com/i/3", "state": "open", "title": "t", "body": "b" }),
            ),
            ("GET", ["issues", _, "comments"]) => respond(200, &json!([])),
            (_, ["issues", "comments", ..] | ["issues", _, "comments"]) => respond(201, &comment),
            ("GET", ["pulls", _]) => respond(200, &json!({ "state": "open", "head": { "sha": "2".repeat(40) } })),
            ("GET", ["commits", ..]) => respond(200, &json!({ "check_runs": [] })),
            (_, ["check-runs", ..]) => respond(201, &json!({ "id": 9, "html_url": "https://github.com/run/9" })),
            ("GET", ["git", "ref", "heads", "trunk"]) => respond(
                200,
                &json!({ "ref": "refs/heads/trunk", "object": { "sha": "4".repeat(40), "type": "commit" } }),
            ),
            ("GET", ["git", "ref", "heads", "empty"]) => words(409, "Git Repository is empty."),
            _ => respond(StatusCode::NOT_FOUND.as_u16(), &json!({ "message": "Not Found" })),
        }
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (Some("**"), Some(_)) | (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == "*" || wanted == found => {}
            _ => return false,
        }
    }
}
