//! Anthropic's Messages API, as <https://platform.claude.com/docs/en/api/messages> has it.

use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

use crate::answer::{Ended, Said};
use crate::{Asked, Complaint, Dialect, KEY, form};

/// What a model takes beside the plain request.
struct Takes {
    temperature: bool,
    thinking_disabled: bool,
    form: bool,
    effort: bool,
}

/// From the pages on thinking, structured outputs and effort.
const MODELS: [(&str, Takes); 5] = [
    ("claude-haiku-5-5", Takes { temperature: false, thinking_disabled: true, form: true, effort: true }),
    ("claude-opus-5-5", Takes { temperature: false, thinking_disabled: false, form: true, effort: true }),
    ("claude-opus-4-7", Takes { temperature: false, thinking_disabled: true, form: true, effort: true }),
    ("claude-haiku-4-5", Takes { temperature: true, thinking_disabled: true, form: true, effort: false }),
    ("claude-3-haiku-20240307", Takes { temperature: true, thinking_disabled: false, form: false, effort: false }),
];
const FIELDS: [&str; 8] =
    ["model", "max_tokens", "messages", "system", "temperature", "stream", "thinking", "output_config"];

pub(crate) fn check(headers: &HeaderMap, body: &[u8]) -> Result<Asked, Complaint> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if header("x-api-key") != Some(KEY) {
        let message = "invalid x-api-key".to_owned();
        return Err(Complaint { status: 401, kind: "authentication_error", message });
    }
    match header("anthropic-version") {
        Some("2023-06-01") => {}
        Some(other) => return Err(Complaint::invalid(format!("anthropic-version: {other:?} is not a valid version"))),
        None => return Err(Complaint::invalid("anthropic-version: header is required")),
    }
    let body: Value = serde_json::from_slice(body)
        .map_err(|e| Complaint::invalid(format!("The request body is not valid JSON: {e}")))?;
    let Value::Object(fields) = &body else {
        return Err(Complaint::invalid("Input should be a valid dictionary"));
    };
    form::known(fields, &FIELDS, "Extra inputs are not permitted")?;
    let model = form::text(fields, "model")?.to_owned();
    let Some((_, takes)) = MODELS.iter().find(|(name, _)| *name == model) else {
        return Err(Complaint { status: 404, kind: "not_found_error", message: format!("model: {model}") });
    };
    if fields.get("max_tokens").and_then(Value::as_u64).is_none_or(|tokens| tokens == 0) {
        return Err(Complaint::invalid("max_tokens: Field required, a number of 1 or more"));
    }
    let instructions = match fields.get("system") {
        Some(_) => form::text(fields, "system")?.to_owned(),
        None => String::new(),
    };
    let turns = form::turns(fields, &["user", "assistant"])?;
    let schema = settings(fields, takes)?;
    Ok(Asked { number: 0, dialect: Dialect::Anthropic, model, instructions, turns, schema, body })
}

/// The settings that depend on the model; answers the form of the answer.
fn settings(fields: &Map<String, Value>, takes: &Takes) -> Result<Option<Value>, Complaint> {
    if let Some(temperature) = fields.get("temperature") {
        if !takes.temperature {
            return Err(Complaint::invalid("`temperature` is deprecated for this model."));
        }
        form::between(temperature, "temperature", 1.0)?;
    }
    if let Some(thinking) = fields.get("thinking")
        && (thinking != &json!({ "type": "disabled" }) || !takes.thinking_disabled)
    {
        return Err(Complaint::invalid("\"thinking.type.disabled\" is not supported for this model."));
    }
    let Some(output) = fields.get("output_config") else { return Ok(None) };
    let Some(output) = output.as_object() else {
        return Err(Complaint::invalid("output_config: Input should be a valid dictionary"));
    };
    form::known(output, &["format", "effort"], "Extra inputs are not permitted")?;
    if let Some(effort) = output.get("effort")
        && (!takes.effort || !["low", "medium", "high", "max"].iter().any(|known| effort == known))
    {
        return Err(Complaint::invalid("This model does not support the effort parameter."));
    }
    let Some(format) = output.get("format") else { return Ok(None) };
    if !takes.form || format.get("type") != Some(&json!("json_schema")) {
        return Err(Complaint::invalid("output_config.format: This model does not support structured outputs."));
    }
    let schema = format.get("schema").cloned().unwrap_or_default();
    form::strict(&schema, false)?;
    Ok(Some(schema))
}

/// How an error of this status is called.
pub(crate) fn kind(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        500..=599 => "api_error",
        _ => "invalid_request_error",
    }
}

pub(crate) fn complete(model: &str, said: &Said, input: u64, output: u64) -> Value {
    let (content, reason) = match said.ended {
        Ended::Well => (json!([{ "type": "text", "text": said.text }]), "end_turn"),
        Ended::CutOff => (json!([{ "type": "text", "text": said.text }]), "max_tokens"),
        Ended::ForATool => {
            (json!([{ "type": "tool_use", "id": "toolu_0", "name": "run", "input": { "x": 1 } }]), "tool_use")
        }
        Ended::Declined => (json!([]), "refusal"),
    };
    json!({
        "id": "msg_0", "type": "message", "role": "assistant", "model": model, "content": content,
        "stop_reason": reason, "stop_sequence": null,
        "usage": { "input_tokens": input, "output_tokens": output,
                   "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0 },
    })
}
