//! The stand-in refuses what the real ones do, in their own words, before anything of ours is tried on it.

use model_stand_in::{Answer, KEY, StandIn};
use serde_json::{Value, json};

/// A change to a good body: where, and what is put there; nothing takes the field away.
type Change = (&'static str, Option<Value>);

fn changed(mut body: Value, (name, value): &Change) -> Value {
    if let Some(fields) = body.as_object_mut() {
        match value {
            Some(value) => fields.insert((*name).to_owned(), value.clone()),
            None => fields.remove(*name),
        };
    }
    body
}

async fn post(url: &str, headers: &[(&str, &str)], body: String) -> (u16, Value) {
    let mut request = reqwest::Client::new().post(url).body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("it answers");
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

const TYPE: (&str, &str) = ("content-type", "application/json");
const VERSION: (&str, &str) = ("anthropic-version", "2023-06-01");

#[tokio::test]
async fn anthropic_refuses_bad_requests() {
    let stand_in = StandIn::start(|_| Answer::text("{}")).await.unwrap();
    let url = format!("{}/messages", stand_in.url());
    let good = || {
        json!({ "model": "claude-haiku-4-5", "max_tokens": 10, "system": "s", "temperature": 0,
                "messages": [{ "role": "user", "content": "hi" }] })
    };
    let headers = [("x-api-key", KEY), VERSION, TYPE];
    assert_eq!(post(&url, &headers, good().to_string()).await.0, 200);
    let turn = |role: &str, content: Value| json!({ "role": role, "content": content });
    let form = |schema: Value| json!({ "format": { "type": "json_schema", "schema": schema } });
    let open_object = json!({ "type": "object", "properties": {} });
    let bounded = json!({ "type": "object", "additionalProperties": false,
                          "properties": { "n": { "type": "integer", "minimum": 1 } } });
    let cases: Vec<Change> = vec![
        ("model", None),
        ("model", Some(json!(7))),
        ("max_tokens", None),
        ("max_tokens", Some(json!(0))),
        ("max_tokens", Some(json!("10"))),
        ("messages", None),
        ("messages", Some(json!([]))),
        ("messages", Some(json!([turn("assistant", json!("hi"))]))),
        ("messages", Some(json!([turn("system", json!("hi"))]))),
        ("messages", Some(json!([turn("user", json!(" "))]))),
        ("messages", Some(json!([turn("user", json!("a")), turn("user", json!("b"))]))),
        ("messages", Some(json!([turn("user", json!("a")), turn("assistant", json!("b"))]))),
        ("max_completion_tokens", Some(json!(5))),
        ("temperature", Some(json!(1.5))),
        ("response_format", Some(json!({ "type": "json_object" }))),
        ("output_config", Some(form(open_object))),
        ("output_config", Some(form(bounded))),
        ("output_config", Some(json!({ "effort": "low" }))),
    ];
    for case in &cases {
        let (status, body) = post(&url, &headers, changed(good(), case).to_string()).await;
        assert_eq!((status, &body["type"]), (400, &json!("error")), "{case:?}");
        assert_eq!(body["error"]["type"], "invalid_request_error", "{case:?}");
        assert!(body["error"]["message"].is_string());
    }
    let newer = |case: Change| changed(changed(good(), &("model", Some(json!("claude-opus-5-5")))), &case).to_string();
    assert_eq!(post(&url, &headers, newer(("temperature", Some(json!(0))))).await.0, 400, "takes no temperature");
    let thinking = changed(good(), &("temperature", None));
    let thinking = changed(thinking, &("model", Some(json!("claude-opus-5-5"))));
    let thinking = changed(thinking, &("thinking", Some(json!({ "type": "disabled" }))));
    assert_eq!(post(&url, &headers, thinking.to_string()).await.0, 400, "always thinks");
    let unknown = changed(good(), &("model", Some(json!("claude-nobody"))));
    let (status, body) = post(&url, &headers, unknown.to_string()).await;
    assert_eq!((status, &body["error"]["type"]), (404, &json!("not_found_error")));
    for (headers, expected) in [
        (vec![("x-api-key", "wrong"), VERSION, TYPE], 401),
        (vec![VERSION, TYPE], 401),
        (vec![("authorization", KEY), VERSION, TYPE], 401),
        (vec![("x-api-key", KEY), TYPE], 400),
        (vec![("x-api-key", KEY), ("anthropic-version", "2099-01-01"), TYPE], 400),
        (vec![("x-api-key", KEY), VERSION], 400),
    ] {
        assert_eq!(post(&url, &headers, good().to_string()).await.0, expected, "{headers:?}");
    }
    assert_eq!(post(&url, &headers, "{".to_owned()).await.0, 400);
    assert_eq!(post(&format!("{url}s"), &headers, good().to_string()).await.0, 404);
    assert_eq!(stand_in.asked().len(), 1, "only the good one reached the script");
}

#[tokio::test]
async fn openai_refuses_bad_requests() {
    let stand_in = StandIn::start(|_| Answer::text("{}")).await.unwrap();
    let url = format!("{}/chat/completions", stand_in.url());
    let good = || {
        json!({ "model": "gpt-4o-mini", "max_completion_tokens": 10, "temperature": 0,
                "messages": [{ "role": "system", "content": "s" }, { "role": "user", "content": "hi" }] })
    };
    let bearer = format!("Bearer {KEY}");
    let headers = [("authorization", bearer.as_str()), TYPE];
    assert_eq!(post(&url, &headers, good().to_string()).await.0, 200);
    let turn = |role: &str| json!({ "role": role, "content": "x" });
    let form = |name: &str, schema: Value| json!({ "type": "json_schema", "json_schema": { "name": name, "strict": true, "schema": schema } });
    let fine = json!({ "type": "object", "properties": {}, "required": [], "additionalProperties": false });
    let partly = json!({ "type": "object", "properties": { "a": { "type": "string" } }, "required": [],
                         "additionalProperties": false });
    let cases: Vec<Change> = vec![
        ("model", None),
        ("messages", None),
        ("messages", Some(json!([turn("system")]))),
        ("messages", Some(json!([turn("user"), turn("system")]))),
        ("messages", Some(json!([turn("user"), turn("user")]))),
        ("messages", Some(json!([turn("user"), turn("tool")]))),
        ("max_tokens", Some(json!(5))),
        ("max_completion_tokens", Some(json!(0))),
        ("temperature", Some(json!(3))),
        ("system", Some(json!("s"))),
        ("reasoning_effort", Some(json!("low"))),
        ("response_format", Some(form("has spaces", fine.clone()))),
        ("response_format", Some(form("n", partly))),
        ("response_format", Some(form("n", json!({ "type": "array", "items": {} })))),
    ];
    for case in &cases {
        let (status, body) = post(&url, &headers, changed(good(), case).to_string()).await;
        assert_eq!(status, 400, "{case:?}");
        assert_eq!(body["error"]["type"], "invalid_request_error", "{case:?}");
    }
    let thinks = |case: Change| changed(changed(good(), &("model", Some(json!("gpt-5-mini")))), &case).to_string();
    assert_eq!(post(&url, &headers, thinks(("temperature", Some(json!(0))))).await.0, 400);
    assert_eq!(post(&url, &headers, thinks(("temperature", None))).await.0, 200);
    let old = changed(good(), &("model", Some(json!("gpt-4-turbo"))));
    let old = changed(old, &("response_format", Some(form("n", fine))));
    assert_eq!(post(&url, &headers, old.to_string()).await.0, 400);
    let unknown = changed(good(), &("model", Some(json!("nobody"))));
    let (status, body) = post(&url, &headers, unknown.to_string()).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("model_not_found")));
    let (status, body) = post(&url, &[("authorization", "Bearer wrong"), TYPE], good().to_string()).await;
    assert_eq!((status, &body["error"]["code"]), (401, &json!("invalid_api_key")));
    assert_eq!(stand_in.asked().len(), 2, "only the good ones reached the script");
}
