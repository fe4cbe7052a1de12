//! OpenAI's chat completions (<https://platform.openai.com/docs/api-reference/chat>), which most other providers and
//! servers speak as well.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Question;
use super::dialect::{Said, Usage, count, instructions, turns};
use super::schema::strict;
use super::settings::Provider;

/// What is said to one model.
#[derive(Debug, Clone)]
pub(super) struct Speech {
    model: String,
    max_output_tokens: u32,
    abilities: Abilities,
}

/// What differs between providers and models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Abilities {
    /// Takes a JSON Schema as `response_format`.
    structured: bool,
    /// Takes a temperature; models that think refuse one.
    temperature: bool,
    /// Takes `reasoning_effort`. Low is the one value that all of them know.
    effort: bool,
    /// What the limit of an answer is called: OpenAI has renamed it, most others have not.
    limit: &'static str,
}

impl Speech {
    pub(super) fn of(provider: Provider, model: &str, max_output_tokens: u32) -> Self {
        Self { model: model.to_owned(), max_output_tokens, abilities: Abilities::of(provider, model) }
    }

    pub(super) fn request(&self, question: &Question) -> Value {
        let Abilities { structured, temperature, effort, limit } = self.abilities;
        let mut messages = vec![json!({ "role": "system", "content": instructions(question, structured) })];
        messages.extend(turns(question));
        let mut request = json!({ "model": self.model, "messages": messages });
        request[limit] = json!(self.max_output_tokens);
        if structured {
            let schema = strict(&question.answer_schema);
            let named = json!({ "name": question.answer_name, "strict": true, "schema": schema });
            request["response_format"] = json!({ "type": "json_schema", "json_schema": named });
        }
        if temperature {
            request["temperature"] = json!(0);
        }
        if effort {
            request["reasoning_effort"] = json!("low");
        }
        request
    }
}

impl Abilities {
    fn of(provider: Provider, model: &str) -> Self {
        match provider {
            Provider::Openai => Self::of_openai(model),
            // Each documents that its models can be held to a schema; not so Groq, and nobody knows of other servers.
            Provider::Gemini | Provider::Mistral | Provider::Openrouter | Provider::Ollama => {
                Self { structured: true, temperature: true, effort: false, limit: "max_tokens" }
            }
            _ => Self { structured: false, temperature: true, effort: false, limit: "max_tokens" },
        }
    }

    /// Reasoning models are the o series and gpt-5 and later, but for the variants that only chat.
    fn of_openai(model: &str) -> Self {
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
        let version = model.strip_prefix("gpt-").map(|rest| digits(rest).parse::<u32>().unwrap_or(0));
        let is_o_series = model.strip_prefix('o').is_some_and(|rest| !digits(rest).is_empty());
        let thinks = is_o_series || version.is_some_and(|version| version >= 5);
        let is_old = model.starts_with("gpt-3") || model == "gpt-4" || model.starts_with("gpt-4-");
        let is_fixed = ["-chat", "-pro", "o1-mini", "o1-preview"].iter().any(|part| model.contains(part));
        Self {
            structured: !is_old && !model.starts_with("o1-"),
            temperature: !thinks,
            effort: thinks && !is_fixed,
            limit: "max_completion_tokens",
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Value,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<Value>>,
}

/// The answer, or what is wrong with it.
pub(super) fn read(answer: &[u8]) -> Result<Said, String> {
    let answer: Answer =
        serde_json::from_slice(answer).map_err(|e| format!("the answer is none of chat completions: {e}"))?;
    let Some(Choice { message, finish_reason }) = answer.choices.into_iter().next() else {
        return Err("the answer has no choice in it".to_owned());
    };
    if message.tool_calls.is_some_and(|calls| !calls.is_empty()) {
        return Err("the model asks for a tool, and has none".to_owned());
    }
    if let Some(refusal) = message.refusal {
        return Err(format!("the model declined to answer: {refusal}"));
    }
    match finish_reason.as_deref() {
        Some("stop") => {}
        Some("length") => return Err("the answer was cut off; raise model.max_output_tokens".to_owned()),
        Some("content_filter") => return Err("the provider's filter held the answer back".to_owned()),
        other => return Err(format!("the answer ended for an unknown reason: {other:?}")),
    }
    Ok(Said { text: message.content.unwrap_or_default(), usage: usage(&answer.usage) })
}

/// Some count what the model thought in the sum only.
fn usage(usage: &Value) -> Option<Usage> {
    let input = count(usage.get("prompt_tokens"))?;
    let output = count(usage.get("completion_tokens"))?;
    let beyond = count(usage.get("total_tokens")).map_or(0, |total| total.saturating_sub(input));
    Some(Usage { input, output: output.max(beyond) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_told_what_it_takes() {
        let (long, short) = ("max_completion_tokens", "max_tokens");
        // Structured, temperature, effort, name of the limit.
        let cases = [
            (Provider::Openai, "gpt-4o-mini", (true, true, false, long)),
            (Provider::Openai, "gpt-4.1-nano", (true, true, false, long)),
            (Provider::Openai, "gpt-4-turbo", (false, true, false, long)),
            (Provider::Openai, "gpt-4", (false, true, false, long)),
            (Provider::Openai, "gpt-3.5-turbo", (false, true, false, long)),
            (Provider::Openai, "gpt-5", (true, false, true, long)),
            (Provider::Openai, "gpt-5.4-nano", (true, false, true, long)),
            (Provider::Openai, "gpt-5-chat-latest", (true, false, false, long)),
            (Provider::Openai, "gpt-6-astra", (true, false, true, long)),
            (Provider::Openai, "o4-mini", (true, false, true, long)),
            (Provider::Openai, "o1-mini", (false, false, false, long)),
            (Provider::Openai, "ours", (true, true, false, long)),
            (Provider::Openai, "", (true, true, false, long)),
            (Provider::Ollama, "qwen3:8b", (true, true, false, short)),
            (Provider::Groq, "llama-3.3-70b-versatile", (false, true, false, short)),
            (Provider::OpenaiCompatible, "gpt-5", (false, true, false, short)),
        ];
        for (provider, model, (structured, temperature, effort, limit)) in cases {
            let expected = Abilities { structured, temperature, effort, limit };
            assert_eq!(Abilities::of(provider, model), expected, "{provider:?} {model}");
        }
    }
}
