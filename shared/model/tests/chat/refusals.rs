//! What will fail again, with words that say what to do.

use std::time::Duration;

use model::{Error, Key, MOST_ANSWER_BYTES, Model, Price, Provider, Settings};
use model_stand_in::{Answer, StandIn};
use serde_json::json;

use crate::setup::{DIALECTS, ask, question, settings};

async fn refusal(provider: Provider, name: &str, answer: Answer) -> String {
    let stand_in = StandIn::start(move |_| answer.clone()).await.expect("a port is free");
    let asked = ask(provider, name, &stand_in, &question()).await;
    assert_eq!(stand_in.refused(), [""; 0]);
    match asked {
        Err(Error::Refused(why)) => why,
        other => panic!("{provider:?}: {other:?}"),
    }
}

#[tokio::test]
async fn what_the_provider_refuses_says_what_to_do() {
    let cases = [
        (400, "messages: bad", "check model.name"),
        (401, "invalid x-api-key", "set a valid"),
        (402, "no money", "add credit"),
        (403, "not allowed", "set a valid"),
        (404, "model: x", "check model.name and model.base_url"),
        (413, "too large", "ask with less data"),
        (422, "unprocessable", "check model.name"),
    ];
    for (provider, name) in DIALECTS {
        for (status, message, help) in cases {
            let why = refusal(provider, name, Answer::status(status, message)).await;
            for part in [&format!("{}/{name}", provider.as_str()), &format!("status {status}"), message, help] {
                assert!(why.contains(part), "{part:?} is not in {why:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_refused() {
    let huge = "x".repeat(10 << 20);
    let just_too_long = "x".repeat(MOST_ANSWER_BYTES);
    let cases = [
        (Answer::tool_call(), "asks for a tool"),
        (Answer::declined(), "declined"),
        (Answer::cut_off("{\"verdict\":"), "raise model.max_output_tokens"),
        (Answer::text(""), "no text"),
        (Answer::text(" \n\t "), "no text"),
        (Answer::text("```json\n\n```"), "no text"),
        (Answer::text(huge), "more than 262144 bytes"),
        (Answer::text(just_too_long), "more than 262144 bytes"),
        (Answer::raw(200, ""), "the answer is none of"),
        (Answer::raw(200, "OK"), "the answer is none of"),
        (Answer::raw(200, "[".repeat(100_000)), "the answer is none of"),
        (Answer::raw(200, "<html></html>"), "the answer is none of"),
        (Answer::raw(204, ""), "the answer is none of"),
        (Answer::json(200, &json!({})), "the answer is none of"),
        (Answer::json(200, &json!({ "error": { "message": "no" } })), "the answer is none of"),
        (Answer::json(200, &json!({ "content": [], "choices": [] })), "the answer"),
        (Answer::json(200, &json!({ "content": "text", "choices": "text" })), "the answer is none of"),
    ];
    for (provider, name) in DIALECTS {
        for (answer, words) in &cases {
            let why = refusal(provider, name, answer.clone()).await;
            assert!(why.contains(words), "{words:?} is not in {why:?}");
            assert!(why.len() < 500, "{why}");
        }
    }
}

#[tokio::test]
async fn a_limit_that_waiting_does_not_lift_is_no_reason_to_wait() {
    let body = json!({ "error": { "message": "You exceeded your current quota", "type": "insufficient_quota",
                                  "param": null, "code": "insufficient_quota" } });
    let why = refusal(Provider::Openai, "gpt-4o-mini", Answer::json(429, &body)).await;
    assert!(why.contains("add credit"), "{why}");
}

#[tokio::test]
async fn a_wrong_key_and_an_unknown_model_are_told_apart() {
    for (provider, name) in DIALECTS {
        let stand_in = StandIn::start(|_| Answer::text("{}")).await.unwrap();
        let mut wrong = settings(provider, name, stand_in.url());
        wrong.key = Key::new("sk-somebody-elses-key-0123456789");
        let why = Model::open(wrong).unwrap().ask(&question()).await.unwrap_err().to_string();
        assert!(why.contains(&format!("set a valid {}", provider.key_variable())), "{why}");
        assert!(!why.contains("somebody"), "{why}");
        let why = ask(provider, "no-such-model", &stand_in, &question()).await.unwrap_err().to_string();
        assert!(why.contains("status 404") && why.contains("check model.name"), "{why}");
        assert!(stand_in.asked().is_empty());
    }
}

#[tokio::test]
async fn an_address_that_moved_is_told_and_not_followed() {
    for (provider, name) in DIALECTS {
        let elsewhere = StandIn::start(|_| Answer::text("{}")).await.unwrap();
        let path = if provider == Provider::Anthropic { "messages" } else { "chat/completions" };
        let location = format!("{}/{path}", elsewhere.url());
        for status in [301, 302, 303, 307, 308] {
            let why = refusal(provider, name, Answer::raw(status, "").header("location", &location)).await;
            assert!(why.contains("correct model.base_url"), "{why}");
        }
        assert!(elsewhere.asked().is_empty() && elsewhere.refused().is_empty(), "nothing went there");
    }
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let with = |change: &dyn Fn(&mut Settings)| {
        let mut changed = settings(Provider::Openai, "gpt-4o-mini", "https://127.0.0.1/v1");
        change(&mut changed);
        changed
    };
    let address = |url: &str| with(&|s| s.base_url = Some(url.to_owned()));
    let price =
        |input, output| with(&|s| s.price = Price { input_usd_per_million: input, output_usd_per_million: output });
    let cases = [
        (with(&|s| s.name = String::new()), "model.name"),
        (with(&|s| s.name = "a b".to_owned()), "model.name"),
        (with(&|s| s.name = "a\u{202e}b".to_owned()), "model.name"),
        (with(&|s| s.name = "x".repeat(201)), "model.name"),
        (with(&|s| s.timeout = Duration::ZERO), "model.timeout"),
        (with(&|s| s.timeout = Duration::from_secs(601)), "model.timeout"),
        (with(&|s| s.max_output_tokens = 0), "model.max_output_tokens"),
        (with(&|s| s.max_output_tokens = u32::MAX), "model.max_output_tokens"),
        (price(-0.1, 1.0), "price"),
        (price(1.0, f64::NAN), "price"),
        (price(f64::INFINITY, 1.0), "price"),
        (with(&|s| s.key = None), "set OPENAI_API_KEY"),
        (with(&|s| s.key = Key::new("sk\u{1}-broken")), "the key has characters"),
        (address("nowhere"), "is no address"),
        (address("ftp://127.0.0.1/v1"), "neither https nor http"),
        (address("http://example.com/v1"), "plain http to another machine"),
        (address("http://10.0.0.1/v1"), "plain http to another machine"),
        (address("http://localhost:8080/v1"), "plain http to another machine"),
        (address("http://127.0.0.1.example.com/v1"), "plain http to another machine"),
        (address("https://user:secret@example.com/v1"), "more than a host and a path"),
        (address("https://example.com/v1?key=secret"), "more than a host and a path"),
        (address("https://example.com/v1#secret"), "more than a host and a path"),
        (with(&|s| (s.provider, s.base_url) = (Provider::OpenaiCompatible, None)), "model.base_url is needed"),
    ];
    for (settings, words) in cases {
        match Model::open(settings) {
            Err(Error::Refused(why)) => {
                assert!(why.contains(words), "{words:?} is not in {why:?}");
                assert!(!why.contains("secret"), "{why}");
            }
            other => panic!("{words}: {other:?}"),
        }
    }
    let fine = [
        address("http://127.0.0.1:8080"),
        address("http://[::1]:8080/v1/"),
        address("https://gateway.example.com/openai/v1"),
        with(&|s| (s.provider, s.key, s.base_url) = (Provider::Ollama, None, None)),
        with(&|s| (s.provider, s.key) = (Provider::OpenaiCompatible, None)),
        with(&|s| s.base_url = None),
    ];
    for settings in fine {
        let said = format!("{settings:?}");
        assert!(Model::open(settings).is_ok(), "{said}");
    }
}
