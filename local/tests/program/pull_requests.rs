//! A pull request from its webhook to its comment, and the decisions behind it made again.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use store::Store;

use crate::process::{Dev, downstream, run};
use crate::repositories::{Repository, client, service};

/// Of all routes these are called by nobody else.
const OLD: &str = "/health-of-payments";
const NEW: &str = "/v1/health-of-payments";

struct Place {
    home: tempfile::TempDir,
    api: Repository,
    main: String,
}

impl Place {
    /// A provider whose main branch goes on after a pull request left it, one consumer that calls it, one that does not.
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let api = Repository::create(&home.path().join("acme/api"));
        api.commit(&[("app.py", &service(OLD))]);
        let shop = Repository::create(&home.path().join("acme/shop"));
        shop.commit(&[
            ("client.py", &client(OLD).replace("{base}", "http://api:8080")),
            (".github/CODEOWNERS", "*.py @acme/shop-team\n"),
        ]);
        Repository::create(&home.path().join("acme/calm")).commit(&[("README.md", "# Calm\n")]);
        let declared = r#"{ "relationships": { "acme/api": { "type": "service_provider", "consumers": [
            { "repo": "acme/shop", "relationship_type": "api_consumer" },
            { "repo": "acme/calm", "relationship_type": "api_consumer" } ] } } }"#;
        std::fs::write(home.path().join("relationships.json"), declared).expect("writes");
        Self { main: api.git(&["rev-parse", "HEAD"]), home, api }
    }

    /// The pull request's newest commit; only its own ref leads there, as with a fork that was deleted.
    fn proposes(&self, route: &str) -> String {
        self.api.git(&["checkout", "--quiet", "--detach", &self.main]);
        let head = self.api.commit(&[("app.py", &service(route))]);
        self.api.git(&["update-ref", "refs/pull/12/head", &head]);
        self.api.git(&["checkout", "--quiet", "main"]);
        head
    }

    fn program(&self) -> std::process::Command {
        let mut command = downstream(self.home.path());
        let base = format!("file://{}", self.home.path().display());
        command.arg("--relationships").arg(self.home.path().join("relationships.json")).args(["--git-base-url", &base]);
        // Where acme/api is no folder, but the name of a repository.
        command.current_dir("/");
        command
    }

    fn comment(&self) -> PathBuf {
        self.home.path().join("state/outbox/acme__api/pulls/12.md")
    }

    /// Delivers the event and waits until its run is over.
    fn look(&self, dev: &Dev, base: &str, head: &str, at: &str) -> String {
        let event = json!({
            "action": "synchronize", "number": 12,
            "pull_request": { "state": "open", "title": "Move the route", "updated_at": at, "draft": true,
                "base": { "ref": "main", "sha": base }, "head": { "ref": "x", "sha": head, "repo": null } },
            "repository": { "full_name": "acme/api", "default_branch": "main" },
        });
        let answer = post(dev.address, "pull_request", &event);
        assert_eq!(answer["status"], "accepted", "{answer}");
        answer["run"].as_str().expect("a run").to_owned()
    }

    fn wait_for(&self, what: &str) -> String {
        let ends = Instant::now() + Duration::from_secs(60);
        loop {
            let text = std::fs::read_to_string(self.comment()).unwrap_or_default();
            if text.contains(what) || Instant::now() > ends {
                return text;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Delivers an event.
pub fn post(address: SocketAddr, event: &str, body: &Value) -> Value {
    let body = body.to_string();
    let mut stream = TcpStream::connect(address).expect("connects");
    let head = format!(
        "POST /webhooks/github HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         x-github-event: {event}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).expect("writes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("reads");
    let start = answer.find('{').expect("is JSON");
    let end = answer.rfind('}').expect("is JSON");
    serde_json::from_str(&answer[start..=end]).expect("is JSON")
}

#[test]
fn a_pull_request_is_told_once_in_place_and_nowhere_else() {
    let place = Place::new();
    let head = place.proposes(NEW);
    // What main did since is no part of the pull request, and nobody is told that it was removed.
    let more = "\n\n@app.get(\"/extra\")\ndef extra():\n    return {}\n";
    let base = place.api.commit(&[("app.py", &(service(OLD) + more))]);
    let dev = Dev::start(&mut place.program());
    let run_id = place.look(&dev, &base, &head, "2026-01-02T03:04:05Z");
    let body = place.wait_for("1 breaking, 1 unaffected");
    for part in ["### Downstream impact: 1 breaking, 1 unaffected", "client.py:5", "`@acme/shop-team`", "preview=12"] {
        assert!(body.contains(part), "no {part} in {body}");
    }
    assert!(!body.contains("/extra"), "{body}");
    let fixed = place.proposes(OLD);
    place.look(&dev, &base, &fixed, "2026-01-02T04:04:05Z");
    let body = place.wait_for("impact: none");
    assert!(body.contains("### Downstream impact: none"), "{body}");
    dev.stop();
    nothing_else_happened(&place);
    decisions_come_out_equal(&place, &run_id);
}

fn nothing_else_happened(place: &Place) {
    let outbox = place.home.path().join("state/outbox");
    let folders: Vec<_> =
        std::fs::read_dir(outbox).expect("is there").map(|e| e.expect("an entry").file_name()).collect();
    assert_eq!(folders, ["acme__api"], "nothing was said elsewhere");
    let checks = std::fs::read_dir(place.home.path().join("state/outbox/acme__api/checks")).expect("is there").count();
    assert_eq!(checks, 2, "one a head");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let url = format!("sqlite:{}", place.home.path().join("state/state.db").display());
        let store = Store::open(&url).await.expect("opens");
        assert!(store.findings().await.expect("reads").is_empty(), "nothing is open before the merge");
        let api = "acme/api".parse().expect("a name");
        assert_eq!(store.repository(&api).await.expect("reads"), None, "it is not where the repository stands");
        assert_eq!(store.index(&api).await.expect("reads"), None, "and nothing is indexed");
    });
}

fn decisions_come_out_equal(place: &Place, run_id: &str) {
    let said = run(place.program().args(["replay", "--decision", run_id]));
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(said.out.matches("equal").count(), 2, "{}", said.out);
    let said = run(place.program().args(["replay", "--decision", run_id, "--json"]));
    let answer: Value = serde_json::from_str(&said.out).expect("is JSON");
    let affected = answer["decisions"].as_array().expect("an array").iter().find(|d| d["record"]["uses"] != json!([]));
    let affected = affected.expect("one found a use");
    assert_eq!((&affected["equal"], &affected["record"]["model_calls"]), (&json!(true), &json!([])));
    assert_eq!(affected["record"]["uses"][0], "http.route.moved client.py:5-5");
    let key = affected["decision"].as_str().expect("a key").to_owned();
    let said = run(place.program().args(["replay", "--decision", &key]));
    assert_eq!((said.code, said.out.matches("equal").count()), (Some(0), 1), "{}{}", said.out, said.err);
    what_was_altered_is_told(place, &key);
}

/// The record with another verdict in it, which its key tells; then without the snapshot that it names.
fn what_was_altered_is_told(place: &Place, key: &str) {
    let objects = place.home.path().join("state/objects");
    let (kind, digest) = key.split_once('/').expect("a key");
    let file = objects.join(kind).join(&digest[..2]).join(&digest[2..]);
    let text = std::fs::read_to_string(&file).expect("reads");
    let altered = text.replace("\"tier\":\"confirmed\"", "\"tier\":\"likely\"");
    assert_ne!(altered, text);
    std::fs::write(&file, altered).expect("writes");
    let said = run(place.program().args(["replay", "--decision", key]));
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
    assert!(said.err.contains("it was altered"), "{}", said.err);
    std::fs::write(&file, "{ \"stage\": ").expect("writes");
    let said = run(place.program().args(["replay", "--decision", key]));
    assert_eq!(said.code, Some(3), "half a record: {}{}", said.out, said.err);
    std::fs::write(&file, &text).expect("writes");
    std::fs::remove_dir_all(objects.join("snapshot")).expect("removes");
    let said = run(place.program().args(["replay", "--decision", key]));
    assert_eq!(said.code, Some(3), "what it names is gone: {}{}", said.out, said.err);
    assert!(said.err.contains("snapshot/"), "{}", said.err);
}

#[test]
fn what_cannot_be_decided_again_is_said_with_its_exit_code() {
    let home = tempfile::tempdir().expect("a folder");
    std::fs::write(home.path().join("push.json"), "{}").expect("writes");
    let absent = format!("decision/{}", "0".repeat(64));
    let cases: &[(&[&str], i32, &str)] = &[
        (&["replay"], 2, "required"),
        (&["replay", "push.json", "--decision", "x"], 2, "cannot be used"),
        (&["replay", "--decision", "../x"], 2, "neither a run"),
        (&["replay", "--decision", "facts/0"], 2, "no decision"),
        (&["replay", "--decision", &absent], 2, "no decision"),
        (&["replay", "--decision", "0123456789abcdef0123456789abcdef"], 2, "no recorded decision"),
        (&["check", "--output", "sarif", "--json", "--repo", "a", "--base", "b", "--head", "c"], 2, "cannot be used"),
        (&["check", "--output", "xml", "--repo", "a", "--base", "b", "--head", "c"], 2, "possible values"),
    ];
    for (typed, code, says) in cases {
        let said = run(downstream(home.path()).args(*typed));
        assert_eq!(said.code, Some(*code), "{typed:?}: {}{}", said.out, said.err);
        assert!(said.err.contains(says), "{typed:?}: expected {says:?} in {}", said.err);
    }
}

#[test]
fn a_check_speaks_four_languages() {
    let place = Place::new();
    let head = place.proposes(NEW);
    let check = |output: &[&str]| {
        let mut command = place.program();
        command.args(["check", "--repo", "acme/api", "--base", &place.main, "--head", &head]).args(output);
        let said = run(&mut command);
        assert_eq!(said.code, Some(1), "{output:?}: {}{}", said.out, said.err);
        said.out
    };
    let json: Value = serde_json::from_str(&check(&["--output", "json"])).expect("is JSON");
    let short: Value = serde_json::from_str(&check(&["--json"])).expect("is JSON");
    assert_eq!((&json, json["verdicts"].as_array().map(Vec::len)), (&short, Some(2)));
    assert_eq!(check(&[]), check(&["--output", "human"]));
    let markdown = check(&["--output", "markdown"]);
    assert!(markdown.starts_with("### Downstream impact: 1 breaking, 1 unaffected\n"), "{markdown}");
    assert!(markdown.contains("| `acme/shop` | **breaking** (confirmed, high) |"), "{markdown}");
    let sarif: Value = serde_json::from_str(&check(&["--output", "sarif"])).expect("is JSON");
    let result = &sarif["runs"][0]["results"][0];
    let at = &result["locations"][0]["physicalLocation"];
    assert_eq!((&at["artifactLocation"]["uri"], &at["region"]["startLine"]), (&json!("app.py"), &json!(6)));
    let there = &result["relatedLocations"][0]["physicalLocation"];
    assert_eq!((&there["artifactLocation"]["uri"], &there["region"]["startLine"]), (&json!("client.py"), &json!(5)));
    assert_eq!(
        result["partialFingerprints"]["downstreamFinding/v1"],
        json["verdicts"][1]["findings"][0]["fingerprint"]
    );
}
