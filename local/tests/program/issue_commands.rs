//! A person answers on an issue: obeyed once it is acknowledged, whatever happens to the process, and for good.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::kill::wait_until_over;
use crate::process::{Dev, downstream};
use crate::repositories::{Repository, client, service};

#[test]
fn a_member_is_obeyed_over_a_kill_and_a_stranger_is_not() {
    let home = tempfile::tempdir().expect("a folder");
    let provider = Repository::create(&home.path().join("acme/api"));
    let first = provider.commit(&[("app.py", &service("/v0/health"))]);
    Repository::create(&home.path().join("acme/shop")).commit(&[("client.py", &client("/v0/health"))]);
    let declared = json!({ "relationships": { "acme/api": { "type": "service_provider",
        "consumers": [{ "repo": "acme/shop", "relationship_type": "api_consumer" }] } } });
    std::fs::write(home.path().join("relationships.json"), declared.to_string()).expect("writes");

    let dev = Dev::start(&mut program(home.path()));
    let second = provider.commit(&[("app.py", &service("/v1/health"))]);
    post(dev.address, "push", "d-1", &push(&first, &second));
    let issue = wait_for(home.path(), |issue| issue["state"] == "open");
    for (delivery, association, status) in [("d-2", "NONE", "ignored"), ("d-3", "MEMBER", "accepted")] {
        let answer = post(dev.address, "issue_comment", delivery, &comment(&issue, association));
        assert_eq!(answer["status"], status, "{answer}");
    }
    dev.kill();

    let dev = Dev::start(&mut program(home.path()));
    let again = post(dev.address, "issue_comment", "d-3", &comment(&issue, "MEMBER"));
    assert_eq!((&again["status"], &again["duplicate"]), (&json!("accepted"), &json!(true)));
    let issue = wait_for(home.path(), |issue| issue["reactions"].as_array().is_some_and(|r| r.len() == 2));
    assert_eq!((&issue["state"], &issue["state_reason"]), (&json!("closed"), &json!("not_planned")));
    assert_eq!(issue["reactions"], json!([[77, "eyes"], [77, "rocket"]]));
    assert!(issue["body"].as_str().is_some_and(|body| body.contains("Ignored for good by `ann`: we move next week")));
    // The route moves on: worse than before, and nobody wants to know.
    let third = provider.commit(&[("app.py", &service("/v2/health"))]);
    let answer = post(dev.address, "push", "d-4", &push(&second, &third));
    let run = answer["run"].as_str().and_then(|run| run.parse().ok()).expect("has a run");
    wait_until_over(home.path(), &[("the last push".to_owned(), run)].into());
    dev.stop();
    let issue = wait_for(home.path(), |_| true);
    assert_eq!((&issue["state"], issue.get("comments")), (&json!("closed"), None), "{issue}");
}

fn program(home: &Path) -> Command {
    let mut command = downstream(home);
    command.args(["--relationships", "relationships.json", "--git-base-url", &format!("file://{}", home.display())]);
    command
}

fn push(before: &str, after: &str) -> Value {
    json!({ "ref": "refs/heads/main", "before": before, "after": after, "created": false, "deleted": false, "forced": false,
        "repository": { "full_name": "acme/api", "default_branch": "main", "pushed_at": after },
        "head_commit": { "id": after, "message": "Move the route" } })
}

fn comment(issue: &Value, association: &str) -> Value {
    let ann = json!({ "login": "ann", "type": "User" });
    json!({ "action": "created", "repository": { "full_name": "acme/shop" }, "sender": ann,
        "issue": { "number": 1, "body": issue["body"], "updated_at": "2026-11-19T08:31:00Z" },
        "comment": { "id": 77, "body": "/downstream ignore we move next week", "author_association": association,
            "user": ann, "performed_via_github_app": null } })
}

fn post(address: SocketAddr, event: &str, delivery: &str, body: &Value) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let request = reqwest::Client::new().post(format!("http://{address}/webhooks/github")).json(body);
        let request = request.header("X-GitHub-Event", event).header("X-GitHub-Delivery", delivery);
        let answer = request.send().await.expect("answers");
        assert_eq!(answer.status(), 202);
        answer.json().await.expect("is JSON")
    })
}

/// The only issue, as soon as it is as it should be.
fn wait_for(home: &Path, is_so: impl Fn(&Value) -> bool) -> Value {
    let file = home.join("state/outbox/acme__shop/1.json");
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let issue = std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        if let Some(issue) = issue.filter(|issue| is_so(issue)) {
            assert!(!home.join("state/outbox/acme__shop/2.json").exists(), "one issue");
            return issue;
        }
        assert!(Instant::now() < deadline, "{}: nothing came of it", file.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}
