//! The two ways in which questions are put on the wire.

use serde_json::{Value, json};

use super::settings::Provider;
use super::{Question, anthropic, openai};

/// More than any provider counts for one answer; what claims more is no count.
const MOST_TOKENS: u64 = u32::MAX as u64;

/// How a provider is spoken to, and what this model can do.
#[derive(Debug, Clone)]
pub(super) enum Dialect {
    Anthropic(anthropic::Speech),
    Openai(openai::Speech),
}

/// An answer, still as it came.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub text: String,
    /// None where the provider did not count.
    pub usage: Option<Usage>,
}

/// Tokens, as the provider counted them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usage {
    pub input: u64,
    pub output: u64,
}

impl Dialect {
    pub(super) fn of(provider: Provider, model: &str, max_output_tokens: u32) -> Self {
        match provider {
            Provider::Anthropic => Self::Anthropic(anthropic::Speech::of(model, max_output_tokens)),
            _ => Self::Openai(openai::Speech::of(provider, model, max_output_tokens)),
        }
    }

    /// Where questions go, below the base address.
    pub(super) fn path(&self) -> &'static str {
        match self {
            Self::Anthropic(_) => "messages",
            Self::Openai(_) => "chat/completions",
        }
    }

    pub(super) fn request(&self, question: &Question) -> Value {
        match self {
            Self::Anthropic(speech) => speech.request(question),
            Self::Openai(speech) => speech.request(question),
        }
    }

    /// The answer, or what is wrong with it.
    pub(super) fn read(&self, answer: &[u8]) -> Result<Said, String> {
        let said = match self {
            Self::Anthropic(_) => anthropic::read(answer),
            Self::Openai(_) => openai::read(answer),
        }?;
        let text = without_fence(said.text.trim());
        if text.is_empty() {
            return Err("the answer has no text in it".to_owned());
        }
        // Who counts nothing for a question that was answered has not counted.
        let usage = said.usage.filter(|usage| usage.input > 0 && usage.output > 0);
        Ok(Said { text: text.to_owned(), usage })
    }
}

/// The turns after the instructions: the data, and what is to be mended. They alternate, and the last is the user's.
pub(super) fn turns(question: &Question) -> Vec<Value> {
    let mut turns = vec![json!({ "role": "user", "content": question.data })];
    if let Some(repair) = &question.repair {
        // No provider takes an empty turn.
        let answer = if repair.answer.trim().is_empty() { "(nothing)" } else { repair.answer.trim() };
        let ask = format!(
            "That answer cannot be used: {}\nAnswer the same question again, with one JSON document in the form that was \
             asked for and nothing else.",
            repair.problem
        );
        turns.push(json!({ "role": "assistant", "content": answer }));
        turns.push(json!({ "role": "user", "content": ask }));
    }
    turns
}

/// The instructions, and the form of the answer in words for a model that cannot be held to it otherwise.
pub(super) fn instructions(question: &Question, is_held: bool) -> String {
    if is_held {
        return question.instructions.clone();
    }
    format!(
        "{}\n\nAnswer with one JSON document that fits this JSON Schema, and with nothing else:\n{}",
        question.instructions, question.answer_schema
    )
}

/// A count of tokens, if it is one.
pub(super) fn count(value: Option<&Value>) -> Option<u64> {
    value?.as_u64().filter(|tokens| *tokens <= MOST_TOKENS)
}

/// What is inside a fence of Markdown, where it is around all of the text.
fn without_fence(text: &str) -> &str {
    let inner = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    let inner = inner.and_then(|inner| inner.split_once('\n'));
    match inner {
        Some((language, inner)) if language.trim().chars().all(char::is_alphanumeric) => inner.trim(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_taken_off_only_where_it_is_around_everything() {
        let cases = [
            ("{}", "{}"),
            ("```json\n{\"a\":1}\n```", "{\"a\":1}"),
            ("```\n{}\n```", "{}"),
            ("```json\n{}", "```json\n{}"),
            ("see ```json\n{}\n```", "see ```json\n{}\n```"),
            ("```", "```"),
            ("``````", "``````"),
            ("```{}```", "```{}```"),
        ];
        for (text, inner) in cases {
            assert_eq!(without_fence(text), inner, "{text}");
        }
    }

    #[test]
    fn only_what_may_be_a_count_is_one() {
        let cases = [
            (json!(0), Some(0)),
            (json!(17), Some(17)),
            (json!(u32::MAX), Some(MOST_TOKENS)),
            (json!(u64::MAX), None),
            (json!(-1), None),
            (json!(1.5), None),
            (json!("17"), None),
            (json!(null), None),
        ];
        for (value, expected) in cases {
            assert_eq!(count(Some(&value)), expected, "{value}");
        }
    }
}
