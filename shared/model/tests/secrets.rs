//! The key goes to its provider and nowhere else. Alone in its program, for it listens to everything that is logged.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::{Key, Model, Price, Provider, Question, Settings};
use model_stand_in::{Answer, KEY, StandIn};
use serde_json::json;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn settings(provider: Provider, name: &str, url: &str) -> Settings {
    Settings {
        provider,
        name: name.to_owned(),
        base_url: Some(url.to_owned()),
        key: Key::new(KEY),
        timeout: Duration::from_secs(5),
        max_output_tokens: 64,
        price: Price { input_usd_per_million: 1.0, output_usd_per_million: 5.0 },
    }
}

/// Answers of a server that wants the key to be seen.
fn repeating() -> Vec<Answer> {
    let hidden = format!("{}\u{200b}{}", &KEY[..9], &KEY[9..]);
    let mut answers = vec![Answer::text(format!("{{\"note\":\"{KEY}\"}}")), Answer::lost(KEY), Answer::raw(200, KEY)];
    for status in [400, 401, 404, 429, 500] {
        answers.push(Answer::status(status, format!("Incorrect API key provided: {KEY}")));
        answers.push(Answer::status(status, format!("{}{KEY}", "x".repeat(290))));
        answers.push(Answer::status(status, &hidden));
        answers.push(Answer::raw(status, format!("<html>{KEY}{KEY}")));
        answers.push(Answer::json(status, &json!({ "error": KEY })));
    }
    answers
}

#[tokio::test]
async fn the_key_is_never_seen() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::TRACE);
    subscriber.with_ansi(false).with_writer(move || writer.clone()).init();
    let question = Question {
        instructions: "Say so.".to_owned(),
        data: "data".to_owned(),
        answer_name: "answer".to_owned(),
        answer_schema: json!({ "type": "object", "properties": {} }),
        repair: None,
    };
    let mut seen = String::new();
    for (provider, name) in [(Provider::Anthropic, "claude-haiku-5-5"), (Provider::Openai, "gpt-4o-mini")] {
        for answer in repeating() {
            let stand_in = StandIn::start(move |_| answer.clone()).await.unwrap();
            let settings = settings(provider, name, stand_in.url());
            seen.push_str(&format!("{settings:?} {settings:#?}"));
            let model = Model::open(settings).unwrap();
            let outcome = model.ask(&question).await;
            assert_eq!(stand_in.asked().len(), 1, "the right key was sent");
            seen.push_str(&format!("{model:?} {model:#?} {outcome:?} {outcome:#?}"));
            if let Err(error) = outcome {
                seen.push_str(&error.to_string());
            }
        }
        // A key that no header can hold, and nobody to ask.
        let mut broken = settings(provider, name, "http://127.0.0.1:1/v1");
        let unreachable = Model::open(broken.clone()).unwrap().ask(&question).await;
        broken.key = Key::new(&format!("{KEY}\n{KEY}"));
        seen.push_str(&format!("{unreachable:?} {:?} {broken:?}", Model::open(broken.clone())));
    }
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(logged.contains("TRACE") && logged.contains("127.0.0.1"), "everything is listened to: {logged:.500}");
    assert!(seen.contains("[key]"), "what was repeated is hidden");
    for text in [&seen, &logged] {
        assert!(!text.contains(KEY), "the key is in {text:.2000}");
        assert!(!text.contains(&KEY[..20]), "most of the key is there");
    }
}
