//! Models of every kind, and a question.

use std::time::Duration;

use model::{Error, Key, Model, Price, Provider, Question, Reply, Settings};
use model_stand_in::{KEY, StandIn};
use serde_json::json;

pub const PRICE: Price = Price { input_usd_per_million: 0.5, output_usd_per_million: 2.5 };

/// Provider, model, and whether it is held to the form of the answer.
pub const WAYS: [(Provider, &str, bool); 11] = [
    (Provider::Anthropic, "claude-haiku-5-5", true),
    (Provider::Anthropic, "claude-opus-5-5", true),
    (Provider::Anthropic, "claude-opus-4-7", true),
    (Provider::Anthropic, "claude-haiku-4-5", true),
    (Provider::Anthropic, "claude-3-haiku-20240307", false),
    (Provider::Openai, "gpt-4o-mini", true),
    (Provider::Openai, "gpt-4-turbo", false),
    (Provider::Openai, "gpt-5-mini", true),
    (Provider::Openai, "o4-mini", true),
    (Provider::Ollama, "qwen3:8b", true),
    (Provider::OpenaiCompatible, "qwen3:8b", false),
];

/// One of each dialect, where the model makes no difference.
pub const DIALECTS: [(Provider, &str); 2] =
    [(Provider::Anthropic, "claude-haiku-5-5"), (Provider::Openai, "gpt-4o-mini")];

pub fn settings(provider: Provider, name: &str, url: &str) -> Settings {
    Settings {
        provider,
        name: name.to_owned(),
        base_url: Some(url.to_owned()),
        key: Key::new(KEY),
        timeout: Duration::from_secs(20),
        max_output_tokens: 256,
        price: PRICE,
    }
}

pub fn question() -> Question {
    Question {
        instructions: "Say whether the dependent is affected. Cite evidence by its id.".to_owned(),
        data: "<<data>>\nE1 GET /health is gone\nE2 axios.get(`${base}/health`)\n<<end>>".to_owned(),
        answer_name: "verdict".to_owned(),
        // With what a derived schema has in it and no provider takes.
        answer_schema: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Verdict", "type": "object",
            "properties": {
                "verdict": { "oneOf": [{ "const": "affected" }, { "const": "not_affected" }] },
                "evidence": { "type": "array", "maxItems": 8, "items": { "$ref": "#/$defs/Evidence" } },
                "title": { "type": ["string", "null"], "maxLength": 200, "default": null },
            },
            "required": ["verdict", "evidence"],
            "$defs": { "Evidence": {
                "type": "object", "properties": { "id": { "type": "string", "pattern": "^E[0-9]+$" } }, "required": ["id"],
            } },
        }),
        repair: None,
    }
}

pub async fn ask(provider: Provider, name: &str, stand_in: &StandIn, question: &Question) -> Result<Reply, Error> {
    Model::open(settings(provider, name, stand_in.url()))?.ask(question).await
}
