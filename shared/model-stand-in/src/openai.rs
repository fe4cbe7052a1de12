//! OpenAI's chat completions, as <https://platform.openai.com/docs/api-reference/chat/create> has it.

use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

use crate::answer::{Ended, Said};
use crate::{Asked, Complaint, Dialect, KEY, form};

/// What a model takes beside the plain request.
struct Takes {
    /// It thinks: no temperature but 1, `reasoning_effort`, and no `max_tokens`.
    thinks: bool,
    form: bool,
}

const MODELS: [(&str, Takes); 6] = [
    ("gpt-4o-mini", Takes { thinks: false, form: true }),
    ("gpt-4-turbo", Takes { thinks: false, form: false }),
    ("gpt-5-mini", Takes { thinks: true, form: true }),
    ("gpt-6-astra", Takes { thinks: true, form: true }),
    ("o4-mini", Takes { thinks: true, form: true }),
    // As a server on one's own machine has it.
    ("qwen3:8b", Takes { thinks: false, form: true }),
];
const FIELDS: [&str; 8] = [
    "model",
    "messages",
    "max_tokens",
    "max_completion_tokens",
    "temperature",
    "stream",
    "response_format",
    "reasoning_effort",
];

pub(crate) fn check(headers: &HeaderMap, body: &[u8]) -> Result<Asked, Complaint> {
    let authorization = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if authorization.strip_prefix("Bearer ") != Some(KEY) {
        // The real one repeats the key with stars in it; one that repeats all of it is worse.
        let message = format!("Incorrect API key provided: {}.", authorization.trim_start_matches("Bearer "));
        return Err(Complaint { status: 401, kind: "invalid_api_key", message });
    }
    let body: Value = serde_json::from_slice(body)
        .map_err(|e| Complaint::invalid(format!("We could not parse the JSON body of your request: {e}")))?;
    let Value::Object(fields) = &body else {
        return Err(Complaint::invalid("The body of the request is no object."));
    };
    form::known(fields, &FIELDS, "Unrecognized request argument supplied")?;
    let model = form::text(fields, "model")?.to_owned();
    let Some((_, takes)) = MODELS.iter().find(|(name, _)| *name == model) else {
        let message = format!("The model `{model}` does not exist or you do not have access to it.");
        return Err(Complaint { status: 404, kind: "model_not_found", message });
    };
    let mut turns = form::turns(fields, &["system", "user", "assistant"])?;
    let instructions = match turns.first() {
        Some((role, _)) if role == "system" => turns.remove(0).1,
        _ => String::new(),
    };
    limits(fields, takes)?;
    let schema = fields.get("response_format").map(|format| response_format(format, takes)).transpose()?;
    Ok(Asked { number: 0, dialect: Dialect::Openai, model, instructions, turns, schema, body })
}

fn limits(fields: &Map<String, Value>, takes: &Takes) -> Result<(), Complaint> {
    let is_limit = |name: &str| fields.get(name).is_none_or(|value| value.as_u64().is_some_and(|tokens| tokens > 0));
    if !is_limit("max_tokens") || !is_limit("max_completion_tokens") {
        return Err(Complaint::invalid("Invalid 'max_tokens': below the minimum value of 1."));
    }
    if fields.contains_key("max_tokens") && fields.contains_key("max_completion_tokens") {
        let message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
        return Err(Complaint::invalid(message));
    }
    if takes.thinks && fields.contains_key("max_tokens") {
        let message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
                       'max_completion_tokens' instead.";
        return Err(Complaint::invalid(message));
    }
    if let Some(temperature) = fields.get("temperature") {
        if takes.thinks && temperature.as_f64() != Some(1.0) {
            let message = "Unsupported value: 'temperature' does not support this value with this model. Only the \
                           default (1) value is supported.";
            return Err(Complaint::invalid(message));
        }
        form::between(temperature, "temperature", 2.0)?;
    }
    if let Some(effort) = fields.get("reasoning_effort")
        && (!takes.thinks || !["low", "medium", "high"].iter().any(|known| effort == known))
    {
        return Err(Complaint::invalid("Unrecognized request argument supplied: reasoning_effort"));
    }
    Ok(())
}

/// The form of the answer.
fn response_format(format: &Value, takes: &Takes) -> Result<Value, Complaint> {
    let named = format.get("json_schema").and_then(Value::as_object);
    let (true, Some(named)) = (format.get("type") == Some(&json!("json_schema")) && takes.form, named) else {
        let message = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.";
        return Err(Complaint::invalid(message));
    };
    form::known(named, &["name", "description", "schema", "strict"], "Unknown parameter")?;
    let name = form::text(named, "name")?;
    if name.len() > 64 || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
        return Err(Complaint::invalid("Invalid 'response_format.json_schema.name': does not match the pattern."));
    }
    let schema = named.get("schema").cloned().unwrap_or_default();
    if named.get("strict") == Some(&json!(true)) {
        form::strict(&schema, true)?;
    }
    Ok(schema)
}

/// How an error of this status is called.
pub(crate) fn kind(status: u16) -> &'static str {
    match status {
        401 => "invalid_api_key",
        402 => "insufficient_quota",
        404 => "model_not_found",
        429 => "rate_limit_exceeded",
        500..=599 => "server_error",
        _ => "invalid_request_error",
    }
}

pub(crate) fn complete(model: &str, said: &Said, input: u64, output: u64) -> Value {
    let call = json!({ "id": "call_0", "type": "function", "function": { "name": "run", "arguments": "{}" } });
    let (message, reason) = match said.ended {
        Ended::Well => (json!({ "role": "assistant", "content": said.text, "refusal": null }), "stop"),
        Ended::CutOff => (json!({ "role": "assistant", "content": said.text, "refusal": null }), "length"),
        Ended::ForATool => (json!({ "role": "assistant", "content": null, "tool_calls": [call] }), "tool_calls"),
        Ended::Declined => (json!({ "role": "assistant", "content": null, "refusal": "I cannot help." }), "stop"),
    };
    json!({
        "id": "chatcmpl-0", "object": "chat.completion", "created": 1_700_000_000, "model": model,
        "choices": [{ "index": 0, "message": message, "logprobs": null, "finish_reason": reason }],
        "usage": { "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output },
    })
}
