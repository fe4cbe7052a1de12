use contracts::RepoName;
use serde_json::{Value, json};

use super::world::*;

#[tokio::test]
async fn a_push_becomes_one_reported_change() {
    let world = World::new();
    let answer = world.deliver("push", "d-1", &push()).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/json");
    let arrival = world.last();
    assert_eq!(
        answer.body,
        json!({
            "status": "accepted", "run": arrival.content.run().as_str(), "duplicate": false,
            "repository": "acme/Api", "commit": AFTER, "total_dependents": 3
        })
    );
    assert_eq!(arrival.delivery.as_deref(), Some("d-1"));
    let change = arrival.change;
    assert_eq!(change.repo, "acme/Api".parse::<RepoName>().unwrap());
    assert_eq!(change.url, "https://git.example/acme/Api.git", "never the payload's own address");
    assert_eq!(change.git_ref, "refs/heads/main");
    assert_eq!(change.before.unwrap().as_str(), BEFORE);
    assert_eq!(change.after.unwrap().as_str(), AFTER);
    assert_eq!(change.summary, "Move \"health\"");
    assert_eq!(change.reported_at, 1_700_000_000_000);
    assert!(!change.dry_run && change.only.is_empty() && change.files.is_empty());
}

#[tokio::test]
async fn a_replay_is_known_and_a_real_repeat_is_not() {
    let world = World::new();
    let later = push_with("/repository/pushed_at", json!(1_700_000_002));
    let as_text = push_with("/repository/pushed_at", json!("2026-11-19T08:31:00Z"));
    let forced = push_with("/before", json!("3333333333333333333333333333333333333333"));
    let story = [
        ("first", "d-1", push(), false),
        ("GitHub delivers it again", "d-1", push(), true),
        ("replayed under another id, which is not signed", "d-2", push(), true),
        ("the same commits pushed again", "d-3", later.clone(), false),
        ("a known id with other content", "d-3", later, true),
        ("pushed_at as a date", "d-4", as_text, false),
        ("from another commit", "d-5", forced, false),
    ];
    for (step, id, payload, duplicate) in story {
        let answer = world.deliver("push", id, &payload).await;
        assert_eq!(answer.status, 202, "{step}");
        assert_eq!(answer.body["duplicate"], duplicate, "{step}");
    }
    assert_eq!(world.accepted(), 4);
}

#[tokio::test]
async fn pushes_that_are_heard() {
    let cases: [(&str, Value, Value); 7] = [
        ("new default branch", push_with("/before", json!(ZEROS)), json!({"total_dependents": 3})),
        ("force push", push_with("/forced", json!(true)), json!({"forced": true})),
        ("no head commit", push_with("/head_commit", json!(null)), json!({"status": "accepted"})),
        ("stranger", push_with("/repository/full_name", json!("a/b")), json!({"total_dependents": 0})),
        ("other case", push_with("/repository/full_name", json!("ACME/api")), json!({"total_dependents": 3})),
        ("no pushed_at", push_with("/repository/pushed_at", json!(null)), json!({"status": "accepted"})),
        ("escapes", push_with("/head_commit/message", json!("\u{1F600} \"é\\n\t")), json!({"status": "accepted"})),
    ];
    for (case, payload, expected) in cases {
        let world = World::new();
        let answer = world.deliver("push", "d", &payload).await;
        assert_eq!(answer.status, 202, "{case}: {}", answer.text);
        assert_eq!(world.accepted(), 1, "{case}");
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(&answer.body[key], value, "{case}: {}", answer.text);
        }
    }
    let world = World::new();
    let answer = world.deliver("push", "d", &push_with("/before", json!(ZEROS))).await;
    assert_eq!(world.last().change.before, None);
    assert!(answer.body["note"].as_str().unwrap().contains("indexed, nobody is told"));
}

#[tokio::test]
async fn what_is_not_used_is_answered_politely() {
    let mut tag = push_with("/ref", json!("refs/tags/v1"));
    tag["before"] = json!(ZEROS);
    let mut deleted = push_with("/after", json!(ZEROS));
    deleted["deleted"] = json!(true);
    deleted["head_commit"] = json!(null);
    let other = push_with("/ref", json!("refs/heads/feature"));
    let mut new_other = other.clone();
    new_other["before"] = json!(ZEROS);
    let cases: [(&str, &str, Value, &str); 7] = [
        ("tag", "push", tag, "not a branch"),
        ("deleted branch", "push", deleted, "the branch was deleted"),
        ("other branch", "push", other, "not the default branch"),
        ("new other branch", "push", new_other, "not the default branch"),
        ("nothing moved", "push", push_with("/after", json!(BEFORE)), "nothing moved"),
        ("notes ref", "push", push_with("/ref", json!("refs/notes/x")), "not a branch"),
        ("unknown event", "no_such_event", json!({}), "not used yet"),
    ];
    for (case, event, payload, reason) in cases {
        let world = World::new();
        let answer = world.deliver(event, "d", &payload).await;
        assert_eq!(answer.status, 202, "{case}: {}", answer.text);
        assert_eq!(answer.body["status"], "ignored", "{case}");
        assert!(answer.body["reason"].as_str().unwrap().contains(reason), "{case}: {}", answer.text);
        assert_eq!(world.accepted(), 0, "{case}");
    }
    let world = World::new();
    let answer = world.deliver("ping", "d", &json!({"zen": "Keep it logically awesome.", "hook_id": 1})).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"status": "pong"})));
}
