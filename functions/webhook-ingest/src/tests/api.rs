use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use stage::Fault;

use super::world::*;
use crate::Secret;

const NOTIFY: &str = "/api/webhook/change-notification";

fn notification() -> Value {
    json!({
        "source_repo": "acme/api",
        "commit_sha": AFTER,
        "commit_message": "Move health\n\nmore",
        "branch": "main",
        "changed_files": [{"path": "app.py", "change_type": "M", "diff": "@@ -1 +1 @@\n-a\n+b\n"}],
        "pattern_summary": {"patterns": ["API endpoint modification"], "keywords": ["api"], "confidence": 0.3},
        "timestamp": "2026-11-19T08:31:00Z",
        "a field of tomorrow": [1, {"x": null}]
    })
}

fn notification_with(key: &str, value: Value) -> Value {
    let mut body = notification();
    body[key] = value;
    body
}

#[tokio::test]
async fn who_answers_and_how_it_is() {
    let world = World::new();
    let healthy = json!({"service": "Downstream", "status": "healthy", "version": "1.2.3"});
    for path in ["/", "/health"] {
        let answer = world.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.body), (200, healthy.clone()), "{path}");
    }
    let answer = world.get("/ready").await;
    let checks = json!([{"name": "queue", "status": "ok"}, {"name": "disk", "status": "ok"}]);
    assert_eq!((answer.status.as_u16(), answer.body), (200, json!({"status": "ready", "checks": checks})));
    *world.inbox.fault.lock().unwrap() = Some(Fault::retry("disk full"));
    let answer = world.get("/ready").await;
    let checks =
        json!([{"name": "queue", "status": "ok"}, {"name": "disk", "status": "failed", "message": "disk full"}]);
    assert_eq!((answer.status.as_u16(), answer.body), (503, json!({"status": "not_ready", "checks": checks})));
}

#[tokio::test]
async fn what_does_not_exist_is_a_problem_document() {
    let world = World::new();
    let cases: [(&str, &str, u16, &str); 8] = [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/api/nowhere", 404, "not-found"),
        ("GET", "/webhooks/github", 405, "method-not-allowed"),
        ("DELETE", "/", 405, "method-not-allowed"),
        ("PUT", "/api/relationships", 405, "method-not-allowed"),
        ("GET", "/api/relationships/acme/nothing", 404, "no-such-repository"),
        ("GET", "/api/relationships/a%20b/..", 404, "no-such-repository"),
        ("GET", "/api/relationships/%ff/x", 404, "no-such-repository"),
    ];
    for (method, path, status, slug) in cases {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let answer = world.ask(request).await;
        answer.assert_problem(status, slug, path);
        assert_eq!(answer.headers.contains_key("allow"), status == 405, "{method} {path}");
    }
}

#[tokio::test]
async fn relationships_are_shown_as_understood() {
    let world = World::new();
    let all = world.get("/api/relationships").await;
    assert_eq!(all.status, 200);
    let entry = &all.body["relationships"]["acme/Api"];
    assert_eq!(entry["consumers"][0]["repo"], "acme/shop");
    assert_eq!(all.body["notification_settings"]["default_urgency_thresholds"]["critical"]["labels"][1], "urgent");
    let one = world.get("/api/relationships/ACME/api").await;
    assert_eq!((one.status.as_u16(), &one.body), (200, entry), "names have no case");
}

#[tokio::test]
async fn a_notification_schedules_every_dependent() {
    let world = World::new();
    let answer = world.post(NOTIFY, &notification()).await;
    let arrival = world.last();
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(
        answer.body,
        json!({
            "status": "accepted",
            "source_repo": "acme/Api",
            "consumers_scheduled": ["acme/shop", "acme/jobs"],
            "derivatives_scheduled": ["acme/api-eu"],
            "dependents": {"consumers": ["acme/shop", "acme/jobs"], "derivatives": ["acme/api-eu"]},
            "total_dependents": 3,
            "run": arrival.content.run().as_str(),
            "duplicate": false
        })
    );
    let change = arrival.change;
    assert_eq!(change.url, "https://git.example/acme/Api.git");
    assert_eq!(change.git_ref, "refs/heads/main");
    assert_eq!(change.after.unwrap().as_str(), AFTER);
    assert_eq!((change.before, change.summary.as_str()), (None, "Move health"));
    assert_eq!(change.files[0].diff, "@@ -1 +1 @@\n-a\n+b\n");
    assert_eq!(world.post(NOTIFY, &notification()).await.body["duplicate"], true);
    let later = notification_with("timestamp", json!("2026-11-19T08:32:00Z"));
    assert_eq!(world.post(NOTIFY, &later).await.body["duplicate"], false);
}

#[tokio::test]
async fn notifications_that_are_taken_with_less() {
    let cases: [(&str, Value, usize); 8] = [
        ("only the name", json!({"source_repo": "acme/Api"}), 0),
        ("nulls", json!({"source_repo": "acme/Api", "changed_files": null, "timestamp": null, "branch": null}), 0),
        ("upper-case commit", notification_with("commit_sha", json!(AFTER.replace('2', "A"))), 0),
        ("short commit", notification_with("commit_sha", json!("abc123")), 1),
        ("empty commit", notification_with("commit_sha", json!("")), 0),
        ("huge diff", notification_with("changed_files", json!([{"path": "a", "diff": "+x\n".repeat(30_000)}])), 1),
        ("a derivative's own change", notification_with("source_repo", json!("acme/api-eu")), 0),
        ("a consumer's own change", notification_with("source_repo", json!("acme/shop")), 0),
    ];
    for (case, body, notes) in cases {
        let world = World::new();
        let answer = world.post(NOTIFY, &body).await;
        assert_eq!(answer.status, 202, "{case}: {}", answer.text);
        assert_eq!(answer.body["notes"].as_array().map_or(0, Vec::len), notes, "{case}: {}", answer.text);
        assert_eq!(world.accepted(), 1, "{case}");
    }
    let world = World::new();
    let upstream = world.post(NOTIFY, &notification_with("source_repo", json!("acme/api-eu"))).await;
    assert_eq!(upstream.body["upstream_scheduled"], json!(["acme/Api"]));
    assert_eq!(upstream.body["total_dependents"], 1);
    let world = World::new();
    let stranger = world.post(NOTIFY, &notification_with("source_repo", json!("some/body"))).await;
    assert_eq!((stranger.status.as_u16(), &stranger.body["status"]), (200, &json!("no_relationships")));
    assert!(stranger.body["message"].as_str().unwrap().contains("some/body"));
    assert_eq!(world.accepted(), 0);
}

#[tokio::test]
async fn bad_notifications_are_refused_with_the_place() {
    let cases: [(&str, String, u16, &str, &str); 9] = [
        ("empty", String::new(), 400, "malformed-json", ""),
        ("not JSON", "{]".into(), 400, "malformed-json", ""),
        ("a list", "[]".into(), 422, "invalid-content", ""),
        ("no repository", "{}".into(), 422, "invalid-content", ""),
        ("name", notification_with("source_repo", json!("nobody")).to_string(), 422, "invalid-content", "/source_repo"),
        ("branch", notification_with("branch", json!("a b")).to_string(), 422, "invalid-content", "/branch"),
        ("files", notification_with("changed_files", json!("app.py")).to_string(), 422, "invalid-content", ""),
        (
            "change type",
            notification_with("changed_files", json!([{"path": "a"}, {"path": "b", "change_type": "X".repeat(9000)}]))
                .to_string(),
            422,
            "invalid-content",
            "/changed_files/1/change_type",
        ),
        (
            "path",
            notification_with("changed_files", json!([{"path": ""}])).to_string(),
            422,
            "invalid-content",
            "/changed_files/0/path",
        ),
    ];
    for (case, body, status, slug, pointer) in cases {
        let world = World::new();
        let answer = world.ask(Request::post(NOTIFY).body(body.into()).unwrap()).await;
        answer.assert_problem(status, slug, case);
        if status == 422 {
            assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{case}: {}", answer.text);
        }
        assert_eq!(world.accepted(), 0, "{case}");
    }
    let world = World::new();
    let large = Request::post(NOTIFY).body(Body::from(vec![b' '; crate::MOST_BODY_BYTES + 1])).unwrap();
    world.ask(large).await.assert_problem(413, "body-too-large", "large");
}

#[tokio::test]
async fn the_key_guards_everything_under_api_and_nothing_else() {
    let world = World::with(|deps| deps.api_key = Secret::new("k-123"));
    let ask = async |method: &str, path: &str, key: Option<&str>| {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(key) = key {
            request = request.header("X-API-Key", key);
        }
        world.ask(request.body(notification().to_string().into()).unwrap()).await
    };
    for (method, path) in [
        ("POST", NOTIFY),
        ("POST", "/api/test/consumer-triage"),
        ("POST", "/api/test/template-triage"),
        ("GET", "/api/relationships"),
        ("GET", "/api/relationships/acme/Api"),
    ] {
        for key in [None, Some(""), Some("k-12"), Some("k-1234")] {
            ask(method, path, key).await.assert_problem(401, "bad-api-key", path);
        }
        assert_ne!(ask(method, path, Some("k-123")).await.status, 401, "{path}");
    }
    assert_eq!(ask("GET", "/health", None).await.status, 200);
    assert_eq!(world.deliver("push", "d", &push()).await.status, 202, "GitHub signs, it has no key");
}
