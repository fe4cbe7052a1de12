//! Anthropic's Messages API (<https://platform.claude.com/docs/en/api/messages>).

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Question;
use super::dialect::{Said, Usage, count, instructions, turns};
use super::schema::strict;

/// The version of the API that requests and answers are written for.
pub(super) const VERSION: &str = "2023-06-01";

/// What is said to one model.
#[derive(Debug, Clone)]
pub(super) struct Speech {
    model: String,
    max_output_tokens: u32,
    abilities: Abilities,
}

/// What differs between Claude models, by family and version. A name that is not understood is taken for a new model,
/// which take fewer settings than old ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Abilities {
    /// Since 4.5: <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>.
    structured: bool,
    /// Up to 4.6; newer ones refuse it.
    temperature: bool,
    /// Thinks unless told not to, and lets itself be told:
    /// <https://platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting>.
    thinking_off: bool,
    /// Since 5; for models that cannot be told not to think, the way to have them think little.
    effort: bool,
}

impl Speech {
    pub(super) fn of(model: &str, max_output_tokens: u32) -> Self {
        Self { model: model.to_owned(), max_output_tokens, abilities: Abilities::of(model) }
    }

    pub(super) fn request(&self, question: &Question) -> Value {
        let Abilities { structured, temperature, thinking_off, effort } = self.abilities;
        let mut request = json!({
            "model": self.model,
            "max_tokens": self.max_output_tokens,
            "system": instructions(question, structured),
            "messages": turns(question),
        });
        let mut output = Map::new();
        if structured {
            let schema = strict(&question.answer_schema);
            output.insert("format".to_owned(), json!({ "type": "json_schema", "schema": schema }));
        }
        if effort {
            output.insert("effort".to_owned(), json!("low"));
        }
        if !output.is_empty() {
            request["output_config"] = Value::Object(output);
        }
        if temperature {
            request["temperature"] = json!(0);
        }
        if thinking_off {
            request["thinking"] = json!({ "type": "disabled" });
        }
        request
    }
}

impl Abilities {
    fn of(model: &str) -> Self {
        let (family, version) = family_and_version(model);
        let thinking_off = match family {
            "haiku" => version >= (5, 0),
            // Later ones always think, or have another word for it.
            "opus" | "sonnet" => version == (5, 0),
            _ => false,
        };
        Self { structured: version >= (4, 5), temperature: version <= (4, 6), thinking_off, effort: version >= (5, 0) }
    }
}

/// `claude-haiku-4-5-20251001` and `claude-3-5-haiku-latest` alike; the newest version where none is told.
fn family_and_version(model: &str) -> (&str, (u32, u32)) {
    let families = ["haiku", "sonnet", "opus", "fable", "mythos"];
    let parts = || model.split(|c: char| !c.is_ascii_alphanumeric());
    let family = parts().find(|part| families.contains(part)).unwrap_or_default();
    // Longer numbers are dates.
    let mut numbers = parts().filter(|part| part.len() <= 2).filter_map(|part| part.parse().ok());
    let version = numbers.next().map(|major| (major, numbers.next().unwrap_or(0)));
    (family, version.unwrap_or((u32::MAX, 0)))
}

#[derive(Deserialize)]
struct Answer {
    content: Vec<Block>,
    stop_reason: Option<String>,
    #[serde(default)]
    usage: Value,
}

#[derive(Deserialize)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: String,
}

/// The answer, or what is wrong with it.
pub(super) fn read(answer: &[u8]) -> Result<Said, String> {
    let answer: Answer =
        serde_json::from_slice(answer).map_err(|e| format!("the answer is none of the Messages API: {e}"))?;
    match answer.stop_reason.as_deref() {
        Some("end_turn" | "stop_sequence") => {}
        Some("max_tokens" | "model_context_window_exceeded") => {
            return Err("the answer was cut off; raise model.max_output_tokens".to_owned());
        }
        Some("refusal") => return Err("the model declined to answer".to_owned()),
        Some("tool_use" | "pause_turn") => return Err("the model asks for a tool, and has none".to_owned()),
        other => return Err(format!("the answer ended for an unknown reason: {other:?}")),
    }
    let mut text = String::new();
    for block in answer.content {
        match block.kind.as_str() {
            "text" => text.push_str(&block.text),
            "thinking" | "redacted_thinking" => {}
            other => return Err(format!("the answer holds something else than text: {other:?}")),
        }
    }
    Ok(Said { text, usage: usage(&answer.usage) })
}

/// Tokens read from a cache are counted as if they had been sent: dearer than they were, never cheaper.
fn usage(usage: &Value) -> Option<Usage> {
    let cached = ["cache_creation_input_tokens", "cache_read_input_tokens"];
    let cached: u64 = cached.iter().filter_map(|name| count(usage.get(*name))).sum();
    let input = count(usage.get("input_tokens"))?.saturating_add(cached);
    Some(Usage { input, output: count(usage.get("output_tokens"))? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_told_what_it_takes() {
        // Structured, temperature, thinking off, effort.
        let cases = [
            ("claude-haiku-5-5", (true, false, true, true)),
            ("claude-haiku-4-5", (true, true, false, false)),
            ("claude-haiku-4-5-20251001", (true, true, false, false)),
            ("claude-3-5-haiku-20241022", (false, true, false, false)),
            ("claude-3-haiku-20240307", (false, true, false, false)),
            ("claude-opus-4-20250514", (false, true, false, false)),
            ("claude-sonnet-4-6", (true, true, false, false)),
            ("claude-opus-4-7", (true, false, false, false)),
            ("claude-sonnet-5", (true, false, true, true)),
            ("claude-sonnet-5-5", (true, false, false, true)),
            ("claude-opus-5-5", (true, false, false, true)),
            ("claude-fable-5-1", (true, false, false, true)),
            ("claude-mythos-preview", (true, false, false, true)),
            ("anthropic.claude-haiku-4.5", (true, true, false, false)),
            ("", (true, false, false, true)),
            ("99999999999999999999-é-5", (true, false, false, true)),
        ];
        for (model, (structured, temperature, thinking_off, effort)) in cases {
            let expected = Abilities { structured, temperature, thinking_off, effort };
            assert_eq!(Abilities::of(model), expected, "{model}");
        }
    }
}
