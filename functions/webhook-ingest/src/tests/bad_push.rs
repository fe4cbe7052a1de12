use axum::body::Body;
use axum::http::Request;
use proptest::prelude::*;
use serde_json::{Value, json};
use stage::Fault;

use super::world::*;
use crate::MOST_BODY_BYTES;

#[tokio::test]
async fn wrong_signatures_all_get_the_same_answer() {
    let body = push().to_string().into_bytes();
    let good = sign(&body);
    let wrong = sign(b"another body");
    let headers: [(&str, Option<&str>); 7] = [
        ("missing", None),
        ("wrong", Some(&wrong)),
        ("empty", Some("")),
        ("no prefix", Some(&good[7..])),
        ("cut", Some(&good[..70])),
        ("not hexadecimal", Some("sha256=zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")),
        ("old hash", Some("sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")),
    ];
    let mut answers = Vec::new();
    for (case, header) in headers {
        let world = World::new();
        let mut request = delivery("push", "d", body.clone());
        request.headers_mut().remove("x-hub-signature-256");
        if let Some(value) = header {
            request.headers_mut().insert("x-hub-signature-256", value.parse().unwrap());
        }
        let answer = world.ask(request).await;
        answer.assert_problem(401, "bad-signature", case);
        assert_eq!(world.accepted(), 0, "{case}");
        answers.push(answer.text);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "nothing tells one from another");
}

#[tokio::test]
async fn bad_pushes_are_refused_with_the_place() {
    let cases: [(&str, Vec<u8>, u16, &str, &str); 13] = [
        ("empty", b"".to_vec(), 400, "malformed-json", "line 1 column 0"),
        ("not JSON", b"{\"ref\": nope}".to_vec(), 400, "malformed-json", "line 1 column 10"),
        ("cut off", b"{\"ref\": \"refs/heads/main\",\n \"bef".to_vec(), 400, "malformed-json", "line 2"),
        ("two documents", b"{} {}".to_vec(), 422, "invalid-content", "missing field"),
        ("invalid UTF-8", b"{\"ref\": \"\xff\xfe\"}".to_vec(), 400, "malformed-json", "line 1"),
        ("a list", b"[]".to_vec(), 422, "invalid-content", "line 1"),
        (
            "no repository",
            b"{\"ref\": \"a\", \"before\": \"b\", \"after\": \"c\"}".to_vec(),
            422,
            "invalid-content",
            "repository",
        ),
        (
            "name",
            bytes("/repository/full_name", json!("../../etc/passwd")),
            422,
            "invalid-content",
            "not a repository name",
        ),
        (
            "long name",
            bytes("/repository/full_name", json!("x".repeat(1 << 20))),
            422,
            "invalid-content",
            "repository name",
        ),
        ("commit", bytes("/after", json!("HEAD")), 422, "invalid-content", "not a commit id"),
        ("short before", bytes("/before", json!("1111111")), 422, "invalid-content", "not a commit id"),
        ("stamp", bytes("/repository/pushed_at", json!({"a": 1})), 422, "invalid-content", "a date"),
        ("nested", [b"{\"x\":".to_vec(), b"[".repeat(200_000)].concat(), 400, "malformed-json", "line 1"),
    ];
    for (case, body, status, slug, detail) in cases {
        let world = World::new();
        let answer = world.ask(delivery("push", "d", body)).await;
        answer.assert_problem(status, slug, case);
        assert!(answer.body["detail"].as_str().unwrap().contains(detail), "{case}: {}", answer.text);
        assert_eq!(world.accepted(), 0, "{case}");
    }
    let world = World::new();
    let mut branch = push_with("/ref", json!("refs/heads/a..b"));
    branch["repository"]["default_branch"] = json!("a..b");
    world.deliver("push", "d", &branch).await.assert_problem(422, "invalid-content", "a branch that git refuses");
    world.ask(delivery("ping", "d", b"{".to_vec())).await.assert_problem(400, "malformed-json", "ping");
    world.ask(delivery("issues", "d", b"{".to_vec())).await.assert_problem(400, "malformed-json", "unused event");
    let mut no_event = delivery("push", "d", b"{}".to_vec());
    no_event.headers_mut().remove("x-github-event");
    world.ask(no_event).await.assert_problem(400, "no-event", "no event");
}

fn bytes(pointer: &str, value: Value) -> Vec<u8> {
    push_with(pointer, value).to_string().into_bytes()
}

#[tokio::test]
async fn bodies_over_the_cap_are_refused() {
    let world = World::new();
    let declared = Request::post("/webhooks/github").body(Body::from(vec![b' '; MOST_BODY_BYTES + 1])).unwrap();
    world.ask(declared).await.assert_problem(413, "body-too-large", "declared");
    let pieces = (0..26).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1 << 20]));
    let streamed = Body::from_stream(futures::stream::iter(pieces));
    let streamed = Request::post("/webhooks/github").body(streamed).unwrap();
    world.ask(streamed).await.assert_problem(413, "body-too-large", "streamed without a length");
    let broken = Body::from_stream(futures::stream::iter([Ok(vec![b'{']), Err(std::io::Error::other("reset"))]));
    let broken = Request::post("/webhooks/github").body(broken).unwrap();
    world.ask(broken).await.assert_problem(400, "body-incomplete", "cut connection");
    let mut largest = push().to_string().into_bytes();
    largest.resize(MOST_BODY_BYTES, b' ');
    assert_eq!(world.ask(delivery("push", "d", largest)).await.status, 202, "exactly the cap");
}

#[tokio::test]
async fn both_content_types_carry_the_same_push() {
    let json = push().to_string();
    let form: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("payload", &json).finish();
    let cases: [(&str, &str, &str, u16); 6] = [
        ("json", "application/json", &json, 202),
        ("json with charset", "application/json; charset=utf-8", &json, 202),
        ("form", "application/x-www-form-urlencoded", &form, 202),
        ("form without payload", "application/x-www-form-urlencoded", "a=b", 422),
        ("form with broken payload", "application/x-www-form-urlencoded", "payload=%7B", 400),
        ("something else", "text/plain", &json, 415),
    ];
    for (case, content_type, body, status) in cases {
        let world = World::new();
        let mut request = delivery("push", "d", body.as_bytes().to_vec());
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        let answer = world.ask(request).await;
        assert_eq!(answer.status, status, "{case}: {}", answer.text);
        assert_eq!(world.accepted(), usize::from(status == 202), "{case}");
    }
}

#[tokio::test]
async fn without_a_secret_deliveries_are_refused_unless_the_program_says_otherwise() {
    let unsigned = || {
        let mut request = delivery("push", "d", push().to_string().into_bytes());
        request.headers_mut().remove("x-hub-signature-256");
        request
    };
    let world = World::with(|deps| deps.webhook_secret = None);
    let answer = world.ask(unsigned()).await;
    answer.assert_problem(503, "no-webhook-secret", "no secret");
    assert!(answer.text.contains(crate::WEBHOOK_SECRET_SETTING));
    let world = World::with(|deps| {
        deps.webhook_secret = None;
        deps.unsigned_ok = true;
    });
    assert_eq!(world.ask(unsigned()).await.status, 202);
    let world = World::with(|deps| deps.unsigned_ok = true);
    world.ask(unsigned()).await.assert_problem(401, "bad-signature", "a secret is asked for all the same");
}

#[tokio::test]
async fn nothing_is_acknowledged_that_is_not_durable() {
    let world = World::new();
    let cases = [
        (Fault::retry("/var/lib/secret-place: no space left on device"), 503, "not-durable"),
        (Fault::reject("/var/lib/secret-place: belongs to another process"), 422, "rejected"),
    ];
    for (fault, status, slug) in cases {
        *world.inbox.fault.lock().unwrap() = Some(fault);
        let answer = world.deliver("push", "d", &push()).await;
        answer.assert_problem(status, slug, slug);
        assert!(!answer.text.contains("secret-place"), "inner reasons stay inside");
        assert_eq!(answer.headers.contains_key("retry-after"), status == 503);
    }
}

#[tokio::test]
async fn delivery_ids_are_taken_only_where_they_look_like_one() {
    let long = "x".repeat(65);
    let cases = [("72d3162e-cc78-11e3-81ab-4c9367dc0958", true), ("", false), (&long, false), ("a b", false)];
    for (id, taken) in cases {
        let world = World::new();
        assert_eq!(world.deliver("push", id, &push()).await.status, 202, "{id}");
        assert_eq!(world.last().delivery.is_some(), taken, "{id}");
    }
}

proptest! {
    #[test]
    fn random_bytes_never_panic(body: Vec<u8>, event in "push|ping|x", form: bool, path in 0_usize..4) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let paths = ["", "/api/webhook/change-notification", "/api/test/consumer-triage", "/api/test/template-triage"];
        let answer = runtime.block_on(async {
            let mut request = delivery(&event, "d", body);
            if form {
                request.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
            }
            if path > 0 {
                *request.uri_mut() = paths[path].parse().unwrap();
            }
            World::new().ask(request).await
        });
        prop_assert!(answer.status.as_u16() < 500, "{}", answer.text);
    }

    #[test]
    fn random_values_in_a_push_never_panic(place in 0_usize..7, text: String, number: i64, kind in 0_u8..4) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let places = ["/ref", "/before", "/after", "/head_commit/message", "/repository/full_name",
            "/repository/default_branch", "/repository/pushed_at"];
        let value = [json!(text), json!(number), json!(null), json!([{"a": text}])][usize::from(kind)].clone();
        let answer = runtime.block_on(World::new().deliver("push", "d", &push_with(places[place], value)));
        prop_assert!(answer.status.as_u16() < 500, "{}", answer.text);
    }
}
