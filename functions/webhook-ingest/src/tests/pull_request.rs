use contracts::messages::IssueAct;
use serde_json::{Value, json};

use super::world::*;

/// A pull request of a fork, with some of the many fields that nobody asks for.
fn event() -> Value {
    json!({
        "action": "opened",
        "number": 12,
        "pull_request": {
            "url": "https://169.254.169.254/latest/meta-data",
            "number": 12,
            "state": "open",
            "draft": false,
            "title": "Move \"health\"",
            "body": "/etc/passwd",
            "updated_at": "2026-11-19T08:31:00Z",
            "merge_commit_sha": null,
            "base": {"ref": "main", "sha": BEFORE, "repo": {"full_name": "acme/Api", "default_branch": "main"}},
            "head": {"ref": "health", "sha": AFTER, "repo": {"full_name": "eve/Api", "clone_url": "https://evil.example"}},
            "user": {"login": "eve"}
        },
        "repository": {"id": 1, "full_name": "acme/Api", "default_branch": "main", "pushed_at": "2026-11-19T08:30:00Z"},
        "sender": {"login": "eve", "id": 2}
    })
}

fn event_with(changes: &[(&str, Value)]) -> Value {
    let mut event = event();
    for (pointer, value) in changes {
        *event.pointer_mut(pointer).unwrap() = value.clone();
    }
    event
}

#[tokio::test]
async fn a_pull_request_becomes_a_change_that_is_only_asked_about() {
    let world = World::new();
    let answer = world.deliver("pull_request", "d-1", &event()).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let arrival = world.last();
    assert_eq!(
        answer.body,
        json!({
            "status": "accepted", "run": arrival.content.run().as_str(), "duplicate": false,
            "repository": "acme/Api", "pull_request": 12, "commit": AFTER, "total_dependents": 3
        })
    );
    let change = arrival.change;
    assert_eq!(change.url, "https://git.example/acme/Api.git", "the base repository, never the fork's address");
    assert_eq!(change.git_ref, "refs/pull/12/head");
    assert_eq!((change.before.unwrap().as_str(), change.after.unwrap().as_str()), (BEFORE, AFTER));
    assert_eq!(change.summary, "Move \"health\"");
    assert!(change.dry_run && change.only.is_empty() && change.files.is_empty());
}

#[tokio::test]
async fn pull_requests_that_are_heard() {
    let cases = [
        ("synchronize", event_with(&[("/action", json!("synchronize"))])),
        ("reopened", event_with(&[("/action", json!("reopened"))])),
        ("a draft", event_with(&[("/pull_request/draft", json!(true))])),
        ("a fork that was deleted", event_with(&[("/pull_request/head/repo", json!(null))])),
        ("no title", event_with(&[("/pull_request/title", json!(null))])),
        ("no date", event_with(&[("/pull_request/updated_at", json!(null))])),
        ("other case", event_with(&[("/repository/full_name", json!("ACME/api"))])),
        ("no default branch told", event_with(&[("/repository/default_branch", json!(null))])),
    ];
    for (case, payload) in cases {
        let world = World::new();
        let answer = world.deliver("pull_request", "d", &payload).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["status"]),
            (202, &json!("accepted")),
            "{case}: {}",
            answer.text
        );
        assert_eq!(world.accepted(), 1, "{case}");
    }
}

#[tokio::test]
async fn what_is_not_looked_at_is_answered_politely() {
    let cases = [
        ("another branch", event_with(&[("/pull_request/base/ref", json!("release"))]), "not into the default branch"),
        ("closed", event_with(&[("/action", json!("closed"))]), "nothing of the pull request"),
        ("labelled", event_with(&[("/action", json!("labeled"))]), "nothing of the pull request"),
        ("closed meanwhile", event_with(&[("/pull_request/state", json!("closed"))]), "is closed"),
        ("empty", event_with(&[("/pull_request/head/sha", json!(BEFORE))]), "the same commit"),
        ("no relationships", event_with(&[("/repository/full_name", json!("acme/lonely"))]), "nobody depends"),
    ];
    for (case, payload, reason) in cases {
        let world = World::new();
        let answer = world.deliver("pull_request", "d", &payload).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["status"]),
            (202, &json!("ignored")),
            "{case}: {}",
            answer.text
        );
        assert!(answer.body["reason"].as_str().unwrap().contains(reason), "{case}: {}", answer.text);
        assert_eq!(world.accepted(), 0, "{case}");
    }
}

#[tokio::test]
async fn the_same_head_is_looked_at_once_an_event() {
    let world = World::new();
    let reopened =
        event_with(&[("/action", json!("reopened")), ("/pull_request/updated_at", json!("2026-11-19T09:00:00Z"))]);
    let other = event_with(&[("/number", json!(13))]);
    let story = [
        ("first", "d-1", event(), false),
        ("GitHub delivers it again", "d-1", event(), true),
        ("replayed under another id, which is not signed", "d-2", event(), true),
        ("reopened with the same head", "d-3", reopened, false),
        ("another pull request of the same commits", "d-4", other, false),
    ];
    for (step, id, payload, duplicate) in story {
        let answer = world.deliver("pull_request", id, &payload).await;
        assert_eq!((answer.status.as_u16(), &answer.body["duplicate"]), (202, &json!(duplicate)), "{step}");
    }
    assert_eq!(world.accepted(), 3);
}

#[tokio::test]
async fn nonsense_is_refused_with_its_place() {
    let cases = [
        ("no number", event_with(&[("/number", json!("x"))])),
        ("number zero", event_with(&[("/number", json!(0))])),
        ("a negative number", event_with(&[("/number", json!(-1))])),
        ("no commit", event_with(&[("/pull_request/head/sha", json!("HEAD"))])),
        ("a name that is none", event_with(&[("/repository/full_name", json!("../x"))])),
        ("no pull request", event_with(&[("/pull_request", json!(null))])),
    ];
    for (case, payload) in cases {
        let world = World::new();
        let answer = world.deliver("pull_request", "d", &payload).await;
        assert_eq!(answer.status.as_u16(), 422, "{case}: {}", answer.text);
        assert!(answer.text.len() < 2000 && answer.body["detail"].is_string(), "{case}: {}", answer.text);
        assert_eq!(world.accepted(), 0, "{case}");
    }
    let world = World::new();
    let mut unsigned = delivery("pull_request", "d", event().to_string().into_bytes());
    unsigned.headers_mut().remove("x-hub-signature-256");
    world.ask(unsigned).await.assert_problem(401, "bad-signature", "unsigned");
}

#[tokio::test]
async fn a_merge_is_remembered_with_its_commits() {
    let merged = |changes: &[(&str, Value)]| {
        let mut all = vec![("/action", json!("closed")), ("/pull_request/state", json!("closed"))];
        all.extend_from_slice(changes);
        let mut event = event_with(&all);
        event["pull_request"]["merged"].is_null().then(|| event["pull_request"]["merged"] = json!(true));
        event
    };
    let other = "3333333333333333333333333333333333333333";
    for (payload, commits) in [
        (merged(&[("/pull_request/merge_commit_sha", json!(other))]), Some(vec![AFTER, other])),
        (merged(&[]), Some(vec![AFTER])),
        (merged(&[("/pull_request/base/ref", json!("release"))]), None),
        (merged(&[("/repository/full_name", json!("acme/lonely"))]), None),
    ] {
        let world = World::new();
        for delivery in ["d-1", "d-2"] {
            let answer = world.deliver("pull_request", delivery, &payload).await;
            assert_eq!(answer.status.as_u16(), 202, "{}", answer.text);
        }
        assert_eq!(world.accepted(), 0, "no change is reported: the push is");
        let touched = world.inbox.touched.lock().unwrap().clone();
        assert_eq!(touched.len(), usize::from(commits.is_some()), "once");
        let told = touched.first().map(|touched| touched.said.act.clone());
        let parse = |commits: Vec<&str>| commits.iter().map(|commit| commit.parse().unwrap()).collect();
        assert_eq!(told, commits.map(|commits| IssueAct::Merged { commits: parse(commits) }));
    }
    let bad = merged(&[("/pull_request/merge_commit_sha", json!("HEAD"))]);
    assert_eq!(World::new().deliver("pull_request", "d", &bad).await.status.as_u16(), 422);
}
