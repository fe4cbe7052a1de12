//! SIGKILL under a burst of pushes, again and again: every acknowledged push ends in its verdict, every issue exists once.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use contracts::RunId;
use serde_json::{Value, json};
use store::Store;

use crate::fake_github::FakeGithub;
use crate::process::{Dev, downstream};
use crate::repositories::{Repository, client, service};

/// Providers, each with one consumer.
const PAIRS: usize = 4;
/// Pushes to each provider: the route moves on every one.
const PUSHES: usize = 5;
/// How long the program lives before each kill, in milliseconds: from hardly started to well under way.
const LIVES: [u64; 8] = [20, 60, 150, 40, 300, 90, 500, 200];

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_told_twice() {
    let home = tempfile::tempdir().expect("a folder");
    let github = FakeGithub::start();
    let pushes = pushes(home.path());
    write_relationships(home.path());
    let mut acknowledged: BTreeMap<String, RunId> = BTreeMap::new();
    for life in LIVES {
        let dev = Dev::start(&mut program(home.path(), &github));
        let ends = Instant::now() + Duration::from_millis(life);
        // Whoever got no answer sends again; whoever did sends again, too, sometimes.
        for (name, body) in &pushes {
            if Instant::now() > ends {
                break;
            }
            if let Some(run) = send(dev.address, body) {
                acknowledged.insert(name.clone(), run);
            }
        }
        std::thread::sleep(ends.saturating_duration_since(Instant::now()));
        dev.kill();
    }
    let dev = Dev::start(&mut program(home.path(), &github));
    for (name, body) in &pushes {
        acknowledged.insert(name.clone(), send(dev.address, body).expect("is acknowledged"));
    }
    wait_until_over(home.path(), &acknowledged);
    dev.stop();
    check_the_store(home.path(), &acknowledged);
    check_the_issues(&github.bodies());
}

fn program(home: &Path, github: &FakeGithub) -> Command {
    let mut command = downstream(home);
    command.args(["--relationships", "relationships.json", "--git-base-url", &format!("file://{}", home.display())]);
    command.env("GITHUB_TOKEN", "of-the-fake").env("ORCHESTRATOR_GITHUB_API_URL", format!("http://{}", github.address));
    command
}

/// Makes the repositories; answers every push with a name of its own.
fn pushes(home: &Path) -> Vec<(String, String)> {
    let mut pushes = Vec::new();
    for pair in 0..PAIRS {
        let provider = Repository::create(&home.join(format!("acme/api{pair}")));
        let mut before = provider.commit(&[("app.py", &service("/v0/health"))]);
        let consumer = Repository::create(&home.join(format!("acme/shop{pair}")));
        consumer.commit(&[("client.py", &client("/v0/health"))]);
        for push in 1..=PUSHES {
            let after = provider.commit(&[("app.py", &service(&format!("/v{push}/health")))]);
            let body = json!({
                "ref": "refs/heads/main", "before": before, "after": after, "created": false, "deleted": false, "forced": false,
                "repository": { "full_name": format!("acme/api{pair}"), "default_branch": "main", "pushed_at": 1_767_323_045 + push },
                "head_commit": { "id": after, "message": "Move the route" },
            });
            pushes.push((format!("{pair}/{push}"), body.to_string()));
            before = after;
        }
    }
    pushes
}

fn write_relationships(home: &Path) {
    let declare = |pair: usize| {
        let consumer = json!({ "repo": format!("acme/shop{pair}"), "relationship_type": "api_consumer" });
        (format!("acme/api{pair}"), json!({ "type": "service_provider", "consumers": [consumer] }))
    };
    let declared: serde_json::Map<String, Value> = (0..PAIRS).map(declare).collect();
    let text = json!({ "relationships": declared }).to_string();
    std::fs::write(home.join("relationships.json"), text).expect("writes");
}

/// The run, if the push was acknowledged.
fn send(address: SocketAddr, body: &str) -> Option<RunId> {
    let delivery = contracts::ids::digest_hex(&[body], 32);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build().expect("a client");
        let request = client.post(format!("http://{address}/webhooks/github")).body(body.to_owned());
        let request = request.header("X-GitHub-Event", "push").header("X-GitHub-Delivery", delivery);
        let answer = request.header("Content-Type", "application/json").send().await.ok()?;
        let is_acknowledged = answer.status() == 202;
        let answer: Value = answer.json().await.ok()?;
        assert!(is_acknowledged, "{answer}");
        answer["run"].as_str()?.parse().ok()
    })
}

/// Waits until every acknowledged run is over, reading the store beside the program, as SQLite allows.
pub fn wait_until_over(home: &Path, acknowledged: &BTreeMap<String, RunId>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&format!("sqlite:{}", home.join("state/state.db").display())).await.expect("opens");
        let deadline = Instant::now() + Duration::from_secs(180);
        for (name, run) in acknowledged {
            while store.finished(run).await.expect("answers") != Some(true) {
                assert!(Instant::now() < deadline, "push {name} came to no end");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    });
}

fn check_the_store(home: &Path, acknowledged: &BTreeMap<String, RunId>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&format!("sqlite:{}", home.join("state/state.db").display())).await.expect("opens");
        for (name, run) in acknowledged {
            let verdicts = store.verdicts(run).await.expect("reads");
            assert_eq!(store.finished(run).await.expect("answers"), Some(true), "{name}");
            assert!(!verdicts.is_empty(), "{name} has no verdict");
        }
        assert_eq!(acknowledged.len(), PAIRS * PUSHES);
    });
}

fn check_the_issues(bodies: &[String]) {
    let marker = |body: &String| {
        let at = body.find("fp=").expect("has a marker");
        body[at + 3..at + 19].to_owned()
    };
    let all: Vec<String> = bodies.iter().map(marker).collect();
    let once: BTreeSet<&String> = all.iter().collect();
    assert_eq!(all.len(), once.len(), "an issue exists twice: {all:?}");
    // The consumers call the first route, so each pair has the issue about that one.
    assert!(once.len() >= PAIRS, "{} issues for {PAIRS} consumers", once.len());
}
