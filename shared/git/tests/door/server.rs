//! A git server: HTTP on a free port in front of `git http-backend`, with every misbehaviour that the tests need.
//!
//! The first part of a path says how the server behaves, the rest is the repository below its root.

use std::future::pending;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// `x-access-token:sesame`.
const GOOD_PASSWORD: &str = "Basic eC1hY2Nlc3MtdG9rZW46c2VzYW1l";

pub struct Server {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

struct Shared {
    root: PathBuf,
    asked: Mutex<Vec<Asked>>,
}

/// One request, as far as tests look at it.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub method: Method,
    pub authorization: Option<String>,
    pub answered_bytes: usize,
}

impl Server {
    /// Serves every repository below `root`.
    pub async fn start(root: &Path) -> Self {
        let shared = Arc::new(Shared { root: root.to_owned(), asked: Mutex::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(shared.clone());
        #[expect(clippy::disallowed_methods, reason = "the server ends with its test")]
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, shared, task }
    }

    /// `http://<address>/<behaviour>/<repository>`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }

    /// Bytes of packs answered since the beginning.
    pub fn pack_bytes(&self) -> usize {
        self.asked().iter().filter(|asked| asked.method == Method::POST).map(|asked| asked.answered_bytes).sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let authorization = parts.headers.get(header::AUTHORIZATION).map(|v| v.to_str().unwrap().to_owned());
    let (behaviour, repository) = path[1..].split_once('/').unwrap_or_default();
    let redirect = |to: String| (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response();
    let again = |to: &str| redirect(format!("{to}/{repository}?{query}"));
    let is_good = authorization.as_deref() == Some(GOOD_PASSWORD);
    let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
    let run =
        |old| backend(shared.root.clone(), parts.method.clone(), repository, &query, &parts.headers, body.clone(), old);
    let response = match behaviour {
        "git" => run(false).await,
        "old" => run(true).await,
        "private" if is_good => run(false).await,
        "private" => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic")]).into_response(),
        "forbidden" => StatusCode::FORBIDDEN.into_response(),
        "moved" => again("/git"),
        "loop" => again("/loop"),
        "inside" => again("http://127.0.0.1:1/git"),
        "metadata" => again("http://169.254.169.254/latest"),
        "other" => again(&format!(
            "http://localhost:{}/private",
            parts.headers["host"].to_str().unwrap().rsplit(':').next().unwrap()
        )),
        "login" => redirect("/users/sign_in".to_owned()),
        "files" => again("file:///etc"),
        "html" => ([(header::CONTENT_TYPE, "text/html")], "<html>hello</html>").into_response(),
        "busy" => (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "7")]).into_response(),
        "limited" => StatusCode::TOO_MANY_REQUESTS.into_response(),
        "garbage" => {
            ([(header::CONTENT_TYPE, "application/x-git-upload-pack-advertisement")], "zzzzzz").into_response()
        }
        "silent" => pending().await,
        "stalls" if parts.method == Method::POST => pending().await,
        "stalls" => run(false).await,
        _ => StatusCode::NOT_FOUND.into_response(),
    };
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 256 << 20).await.unwrap();
    let asked = Asked { path: path.clone(), method: parts.method, authorization, answered_bytes: body.len() };
    shared.asked.lock().unwrap().push(asked);
    Response::from_parts(head, Body::from(body))
}

/// One run of git's own CGI program. `old` hides the newer protocol versions from it.
async fn backend(
    root: PathBuf,
    method: Method,
    path: &str,
    query: &str,
    headers: &HeaderMap,
    body: Bytes,
    old: bool,
) -> Response {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
    let protocol = if old { String::new() } else { text("git-protocol") };
    let (kind, path, query) = (text("content-type"), format!("/{path}"), query.to_owned());
    let output = tokio::task::spawn_blocking(move || {
        #[expect(clippy::disallowed_methods, reason = "the server behind the tests is git's own")]
        let mut child = Command::new("git")
            .arg("http-backend")
            .env_clear()
            .env("PATH", env!("PATH"))
            .env("HOME", &root)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_PROJECT_ROOT", &root)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("GIT_PROTOCOL", protocol)
            .env("REQUEST_METHOD", method.as_str())
            .env("PATH_INFO", path.replace("%20", " "))
            .env("QUERY_STRING", query)
            .env("CONTENT_TYPE", kind)
            .env("CONTENT_LENGTH", body.len().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It may answer before it has read everything; that is its right.
        let _ = child.stdin.take().unwrap().write_all(&body);
        child.wait_with_output().unwrap().stdout
    });
    cgi(&output.await.unwrap())
}

/// The answer of a CGI program as a response.
fn cgi(output: &[u8]) -> Response {
    let end = output.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let mut response = Response::builder();
    for line in String::from_utf8_lossy(&output[..end]).lines() {
        let (name, value) = line.split_once(": ").unwrap();
        response = match name {
            "Status" => response.status(value[..3].parse::<u16>().unwrap()),
            _ => response.header(name, value),
        };
    }
    response.body(Body::from(output[end + 4..].to_vec())).unwrap()
}
