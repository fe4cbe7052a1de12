//! `setup github`, end to end: the page, the way to GitHub and back, and what is left on disk.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path as At, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, response};
use response::IntoResponse;
use serde_json::{Value, json};

use crate::process::{Said, downstream, run};

/// What GitHub answers to codes, and which it was given.
#[derive(Default)]
struct World {
    status: u16,
    body: Value,
    codes: Vec<String>,
}

type Shared = Arc<Mutex<World>>;

struct FakeGithub {
    url: String,
    world: Shared,
    _runtime: tokio::runtime::Runtime,
}

impl FakeGithub {
    fn start() -> Self {
        let (runtime, world) = (tokio::runtime::Runtime::new().expect("a runtime"), Shared::default());
        let router = Router::new()
            .route("/app-manifests/{code}/conversions", post(convert))
            .route("/app", get(app))
            .with_state(world.clone());
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("binds");
        let url = format!("http://{}", listener.local_addr().expect("has one"));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, world, _runtime: runtime }
    }

    fn answer(&self, status: u16, body: Value) {
        let mut world = self.world.lock().expect("not poisoned");
        (world.status, world.body) = (status, body);
    }

    fn codes(&self) -> Vec<String> {
        self.world.lock().expect("not poisoned").codes.clone()
    }

    /// What it gives for a good code.
    fn new_app(&self, pem: &str) -> Value {
        json!({ "id": 4711, "slug": "river-acme", "name": "<b>River</b>", "html_url": format!("{}/apps/river-acme", self.url),
            "pem": pem, "webhook_secret": "hush-hush", "client_id": "Iv1.x", "client_secret": "never-stored" })
    }
}

async fn convert(State(world): State<Shared>, At(code): At<String>, body: String) -> response::Response {
    assert_eq!(body, "", "GitHub's document knows no body there");
    let (status, body) = {
        let mut world = world.lock().expect("not poisoned");
        world.codes.push(code);
        (world.status, world.body.clone())
    };
    // Long enough for a second click to come while the first is under way.
    tokio::time::sleep(Duration::from_millis(300)).await;
    (StatusCode::from_u16(status).expect("a status"), Json(body)).into_response()
}

/// Only whoever signs is told.
async fn app(headers: HeaderMap) -> response::Response {
    let signed = headers.get("authorization").is_some_and(|v| v.as_bytes().starts_with(b"Bearer ey"));
    let status = if signed { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
    (status, Json(json!({ "slug": "river-acme", "name": "R", "html_url": "https://github.com/apps/river-acme" })))
        .into_response()
}

/// A key that was never anybody's.
fn pem() -> String {
    #[expect(clippy::disallowed_methods, reason = "the tests make a key")]
    let made = Command::new("openssl").args(["genrsa", "2048"]).output().expect("openssl starts");
    String::from_utf8(made.stdout).expect("is text")
}

/// `setup github`, waiting for a click.
struct Setup {
    child: Child,
    /// `127.0.0.1:port`.
    address: String,
    start: String,
    errors: Arc<Mutex<String>>,
}

impl Setup {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("is piped")).lines();
        let url = loop {
            let line = lines.next().expect("says where the page is").expect("is text");
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.to_owned();
            }
        };
        let errors = Arc::<Mutex<String>>::default();
        let sink = errors.clone();
        std::thread::spawn(move || {
            lines.for_each(|line| *sink.lock().expect("fine") += &(line.unwrap_or_default() + "\n"))
        });
        let (address, start) = url.split_once('/').expect("a path");
        Self { child, address: address.to_owned(), start: format!("/{start}"), errors }
    }

    fn get(&self, path: &str, cookie: &str) -> Page {
        self.get_as(path, cookie, &self.address)
    }

    fn get_as(&self, path: &str, cookie: &str, host: &str) -> Page {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("writes");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("reads");
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        Page { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// Looks at the page with the button: where it leads, and what the browser keeps.
    fn look(&self) -> (Page, String, String) {
        let page = self.get(&self.start, "");
        assert_eq!(page.status, 200);
        let cookie = page.header("set-cookie").split(';').next().expect("a cookie").to_owned();
        let state = page.body.split_once("?state=").expect("a state").1;
        let state = state.split('"').next().expect("ends").to_owned();
        (page, state, cookie)
    }

    fn end(mut self) -> Said {
        let mut out = String::new();
        self.child.stdout.take().expect("is piped").read_to_string(&mut out).expect("is text");
        let code = self.child.wait().expect("ends").code();
        // The reader ends with the process.
        for _ in 0..100 {
            if Arc::strong_count(&self.errors) == 1 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let err = self.errors.lock().expect("fine").clone();
        Said { code, out, err }
    }
}

struct Page {
    status: u16,
    head: String,
    body: String,
}

impl Page {
    fn header(&self, name: &str) -> String {
        let of =
            |line: &str| line.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.to_owned());
        self.head.lines().find_map(of).unwrap_or_default()
    }
}

fn command(home: &Path, github: &FakeGithub, args: &[&str]) -> Command {
    let mut command = downstream(home);
    command.args(["setup", "github"]).args(args).env("ORCHESTRATOR_GITHUB_API_URL", &github.url);
    command
}

fn saved(home: &Path) -> PathBuf {
    home.join("state/github-app.env")
}

#[test]
fn one_click_and_the_key_lies_on_this_machine_alone() {
    let (home, github, pem) = (tempfile::tempdir().expect("a folder"), FakeGithub::start(), pem());
    let args = ["--org", "acme-corp", "--name", "River \"<x>\"", "--url", "https://river.example.com/"];
    let setup = Setup::start(&mut command(home.path(), &github, &args));
    let (page, state, cookie) = setup.look();
    assert_page(&page, &setup, &github, &state);

    // GitHub is down: nothing is lost, the same address once more does.
    github.answer(503, json!({}));
    let back = format!("/callback?code=c0de&state={state}&installation_id=666");
    let down = setup.get(&back, &cookie);
    assert!(down.status == 502 && down.body.contains("GitHub does not answer"), "{}", down.body);
    assert!(!saved(home.path()).exists());
    github.answer(201, github.new_app(&pem));
    let done = setup.get(&back, &cookie);
    assert!(done.status == 200 && done.body.contains("/apps/river-acme/installations/new"), "{}", done.body);
    assert!(!done.body.contains("666") && !done.body.contains("hush"));

    let said = setup.end();
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("/apps/river-acme/installations/new"), "{}", said.out);
    let all = format!("{}{}", said.out, said.err);
    for secret in ["PRIVATE", "hush", "c0de", &state] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
    let file = std::fs::read_to_string(saved(home.path())).expect("is saved");
    assert!(file.contains("GITHUB_APP_ID=\"4711\"") && file.contains("hush-hush") && !file.contains("never-stored"));
    assert_eq!(std::fs::metadata(saved(home.path())).expect("is there").permissions().mode() & 0o777, 0o600);
    assert_eq!(github.codes(), ["c0de", "c0de"]);
}

fn assert_page(page: &Page, setup: &Setup, github: &FakeGithub, state: &str) {
    let action = format!("action=\"{}/organizations/acme-corp/settings/apps/new?state={state}\"", github.url);
    assert!(page.body.contains(&action), "{}", page.body);
    assert!(page.header("set-cookie").contains("HttpOnly; SameSite=Lax"));
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action {}; base-uri 'none'; frame-ancestors 'none'",
        github.url
    );
    assert_eq!(page.header("content-security-policy"), policy);
    assert!(!page.body.contains("<script") && !page.body.contains("River \"<x>"), "{}", page.body);
    let manifest = page.body.split_once("name=\"manifest\" value=\"").expect("a manifest").1;
    let manifest = manifest.split('"').next().expect("ends");
    let plain = manifest.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    let expected = json!({
        "name": "River \"<x>\"", "url": "https://river.example.com", "public": false,
        "hook_attributes": { "url": "https://river.example.com/webhooks/github", "active": true },
        "redirect_url": format!("http://{}/callback", setup.address),
        "default_permissions": { "checks": "write", "contents": "read", "issues": "write", "metadata": "read",
            "pull_requests": "write" },
        "default_events": ["push", "pull_request", "issues", "issue_comment"],
    });
    assert_eq!(serde_json::from_str::<Value>(&plain).expect("JSON"), expected);
    assert_eq!(setup.get("/style.css", "").header("content-type"), "text/css; charset=utf-8");
}

#[test]
fn whoever_comes_back_with_something_else_is_told_so_and_changes_nothing() {
    let (home, github, pem) = (tempfile::tempdir().expect("a folder"), FakeGithub::start(), pem());
    github.answer(201, github.new_app(&pem));
    let setup = Setup::start(&mut command(home.path(), &github, &[]));
    let (page, state, cookie) = setup.look();
    assert!(page.body.contains(&format!("{}/settings/apps/new?state=", github.url)) && page.body.contains("No events"));
    let wrong = "0".repeat(64);
    let long = "c".repeat(5_000);
    for (query, cookie) in [
        (format!("code=c&state={wrong}"), cookie.as_str()),
        ("code=c".to_owned(), &cookie),
        (format!("state={state}"), &cookie),
        (format!("code=&state={state}"), &cookie),
        (format!("code=c&state={state}&state={wrong}"), &cookie),
        (format!("code=c&code=d&state={state}"), &cookie),
        (format!("code={long}&state={state}"), &cookie),
        (format!("code=c&state={state}"), ""),
        (format!("code=c&state={state}"), "downstream_setup=1"),
        (String::new(), &cookie),
    ] {
        let page = setup.get(&format!("/callback?{query}"), cookie);
        assert!(page.status == 400 && page.body.contains("another set-up"), "{query}: {}", page.status);
    }
    let named_elsewhere = setup.get_as(&format!("/callback?code=c&state={state}"), &cookie, "evil.example");
    assert_eq!(named_elsewhere.status, 421);
    for nobody in ["/", "/start/", "/start/0", "/../etc/passwd", "/start/%3Cscript%3E"] {
        assert_eq!(setup.get(nobody, "").status, 404, "{nobody}");
    }
    assert_eq!(github.codes(), Vec::<String>::new());
    assert_eq!(setup.get(&format!("/callback?code=c&state={state}"), &cookie).status, 200);
    assert_eq!(setup.end().code, Some(0));
}

#[test]
fn a_second_click_is_the_first_and_another_code_is_too_late() {
    let (home, github, pem) = (tempfile::tempdir().expect("a folder"), FakeGithub::start(), pem());
    github.answer(201, github.new_app(&pem));
    let setup = Setup::start(&mut command(home.path(), &github, &[]));
    let (_, state, cookie) = setup.look();
    let click = |code: &str| setup.get(&format!("/callback?code={code}&state={state}"), &cookie).status;
    let mut clicks: Vec<(&str, u16)> = std::thread::scope(|scope| {
        let clicks = ["one", "one", "two"].map(|code| scope.spawn(move || (code, click(code))));
        clicks.into_iter().map(|click| click.join().expect("ends")).collect()
    });
    clicks.sort_unstable();
    let codes = github.codes();
    let expected = if codes == ["one"] {
        [("one", 200), ("one", 200), ("two", 409)]
    } else {
        [("one", 409), ("one", 409), ("two", 200)]
    };
    assert_eq!((clicks, codes.len()), (expected.to_vec(), 1));
    assert_eq!(setup.end().code, Some(0));
}

#[test]
fn what_github_no_longer_takes_or_cannot_mean_ends_it_and_stores_nothing() {
    let (github, pem) = (FakeGithub::start(), pem());
    let with = |name: &str, value: Value| {
        let mut app = github.new_app(&pem);
        app[name] = value;
        (201, app)
    };
    for (status, body) in [
        (404, json!({ "message": "Not Found" })),
        (422, json!({ "message": "<script>alert(1)</script>" })),
        (201, json!({})),
        with("slug", json!("<script>")),
        with("slug", json!("")),
        with("html_url", json!("https://evil.example/apps/river-acme")),
        with("html_url", json!("javascript:alert(1)")),
        with("pem", json!("no key")),
        with("webhook_secret", json!("a\nGITHUB_TOKEN=x")),
    ] {
        let home = tempfile::tempdir().expect("a folder");
        github.answer(status, body.clone());
        let setup = Setup::start(&mut command(home.path(), &github, &[]));
        let (_, state, cookie) = setup.look();
        let page = setup.get(&format!("/callback?code=secretcode&state={state}"), &cookie);
        assert!(
            page.status == 410 && !page.body.contains("<script") && !page.body.contains("evil"),
            "{body}: {}",
            page.body
        );
        let said = setup.end();
        assert_eq!(said.code, Some(3), "{body}: {}", said.err);
        assert!(
            said.err.contains("error: ") && !said.err.contains("secretcode") && !said.err.contains("BEGIN"),
            "{}",
            said.err
        );
        assert_eq!(std::fs::read_dir(home.path().join("state")).expect("lists").count(), 0, "{body}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_starts() {
    let (home, github) = (tempfile::tempdir().expect("a folder"), FakeGithub::start());
    for args in [
        ["--org", "a/b"],
        ["--org", ""],
        ["--name", ""],
        ["--name", "a name of more than thirty-four characters"],
        ["--url", "ftp://x"],
        ["--url", "https://u:p@x"],
        ["--url", "https://x/?a=b"],
        ["--app-id", "7 7"],
    ] {
        let said = run(&mut command(home.path(), &github, &args));
        assert_eq!(said.code, Some(2), "{args:?}: {}", said.err);
    }
    let said = run(command(home.path(), &github, &[]).args(["--wait", "0"]));
    assert!(said.code == Some(3) && said.err.contains("nothing was saved"), "{}", said.err);
    std::fs::write(saved(home.path()), "GITHUB_APP_ID=1\n").expect("writes");
    let said = run(&mut command(home.path(), &github, &[]));
    assert!(said.code == Some(2) && said.err.contains("--replace"), "{}", said.err);
    assert_eq!(std::fs::read_to_string(saved(home.path())).expect("is there"), "GITHUB_APP_ID=1\n");
}

/// `setup github --app-id 77` with this on standard input.
fn existing(home: &Path, github: &FakeGithub, key: &str) -> Said {
    let mut command = downstream(home);
    command.args(["setup", "github", "--app-id", "77"]).env("ORCHESTRATOR_GITHUB_API_URL", &github.url);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    // It may have ended before it read all of it.
    drop(child.stdin.take().expect("is piped").write_all(key.as_bytes()));
    child.wait_with_output().expect("ends").into()
}

#[test]
fn an_app_that_exists_is_taken_when_its_key_is_right_and_used_from_then_on() {
    let (home, github, pem) = (tempfile::tempdir().expect("a folder"), FakeGithub::start(), pem());
    for key in ["", "no key", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"] {
        let said = existing(home.path(), &github, key);
        assert_eq!(said.code, Some(2), "{}", said.err);
    }
    assert!(!saved(home.path()).exists());
    let said = existing(home.path(), &github, &pem);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("https://github.com/apps/river-acme/installations/new") && !said.out.contains("BEGIN"));

    let config = json!({ "relationships": { "acme/api": { "consumers": [
        { "repo": "acme/shop", "relationship_type": "api_consumer", "interface_files": [] }] } } });
    std::fs::write(home.path().join("r.json"), config.to_string()).expect("writes");
    let doctor = || {
        let mut command = downstream(home.path());
        command.args(["doctor", "--json", "--relationships", "r.json", "--git-base-url", "http://127.0.0.1:1"]);
        command.env("ORCHESTRATOR_GITHUB_API_URL", &github.url);
        command
    };
    let as_app = run(&mut doctor());
    assert!(as_app.out.contains("github knows the App river-acme"), "{}{}", as_app.out, as_app.err);
    assert!(as_app.out.contains("the GitHub App is not installed on acme/shop"), "{}", as_app.out);
    assert!(as_app.out.contains("installations/new"), "{}", as_app.out);
    // The environment goes first, whole or not at all.
    let by_token = run(doctor().env("GITHUB_TOKEN", "x"));
    assert!(!by_token.out.contains("river-acme"), "{}", by_token.out);
    let half = run(doctor().env("GITHUB_APP_ID", "5"));
    assert!(half.out.contains("GITHUB_APP_PRIVATE_KEY is not"), "{}", half.out);
    let both = run(doctor().env("GITHUB_TOKEN", "x").env("GITHUB_APP_ID", "77").env("GITHUB_APP_PRIVATE_KEY", &pem));
    assert!(both.out.contains("the App is used and the token is not"), "{}", both.out);
    std::fs::set_permissions(saved(home.path()), std::fs::Permissions::from_mode(0o644)).expect("is set");
    assert!(run(&mut doctor()).out.contains("can be read by others"));
}
