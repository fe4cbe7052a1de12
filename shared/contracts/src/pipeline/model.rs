//! The `model` section: which language model is asked, how long it may take and what it may cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The `model` section. Whoever writes it names the model and its prices, for a budget without prices is none.
///
/// The key is never here: it comes from the environment, as `ANTHROPIC_API_KEY`, `OPENAI_API_KEY` or, for
/// any other provider, `ORCHESTRATOR_MODEL_API_KEY`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelSettings {
    /// Who runs the model.
    pub provider: ModelProvider,
    /// The model's name as its provider spells it.
    pub name: String,
    /// Where the API is, with its version (`https://gateway.example.com/v1`); the provider's own address where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Seconds that one question may take.
    #[serde(default = "default_timeout")]
    pub timeout: u64,
    /// Tokens that one answer may have; what a model thinks before it answers counts too.
    #[serde(default = "default_max_output_tokens")]
    pub max_output_tokens: u32,
    /// US dollars for a million tokens of questions.
    pub input_usd_per_million: f64,
    /// US dollars for a million tokens of answers.
    pub output_usd_per_million: f64,
    /// US dollars that questions about the changes of one repository may cost in a day; 0 asks nothing.
    #[serde(default = "default_budget")]
    pub budget_usd_per_repository_and_day: f64,
}

impl Default for ModelSettings {
    /// As in the committed `config/pipeline.yaml`, which says where the prices are from.
    fn default() -> Self {
        Self {
            provider: ModelProvider::Anthropic,
            name: "claude-haiku-5-5".to_owned(),
            base_url: None,
            timeout: default_timeout(),
            max_output_tokens: default_max_output_tokens(),
            input_usd_per_million: 0.5,
            output_usd_per_million: 2.5,
            budget_usd_per_repository_and_day: default_budget(),
        }
    }
}

impl ModelSettings {
    /// The budget in millionths of a US dollar; what is no amount of money is nothing.
    pub fn budget_micro_usd(&self) -> u64 {
        (self.budget_usd_per_repository_and_day * 1e6).round() as u64
    }
}

fn default_timeout() -> u64 {
    60
}

fn default_max_output_tokens() -> u32 {
    2048
}

fn default_budget() -> f64 {
    0.5
}

/// Who runs a model. Whatever is not listed and speaks OpenAI's chat completions is `openai_compatible`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelProvider {
    /// Anthropic's Messages API.
    Anthropic,
    /// OpenAI's chat completions.
    Openai,
    /// Google's Gemini API.
    Gemini,
    /// Mistral AI.
    Mistral,
    /// Groq.
    Groq,
    /// OpenRouter.
    Openrouter,
    /// Ollama on this machine. Needs no key.
    Ollama,
    /// Any other server that speaks OpenAI's chat completions. Needs `base_url`, and a key only if the server does.
    OpenaiCompatible,
}

impl ModelProvider {
    /// As it is written in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::Openai => "openai",
            Self::Gemini => "gemini",
            Self::Mistral => "mistral",
            Self::Groq => "groq",
            Self::Openrouter => "openrouter",
            Self::Ollama => "ollama",
            Self::OpenaiCompatible => "openai_compatible",
        }
    }

    /// The environment variable that its key is taken from.
    pub fn key_variable(self) -> &'static str {
        match self {
            Self::Anthropic => "ANTHROPIC_API_KEY",
            Self::Openai => "OPENAI_API_KEY",
            _ => "ORCHESTRATOR_MODEL_API_KEY",
        }
    }

    /// Whether it cannot be asked without a key.
    pub fn needs_key(self) -> bool {
        !matches!(self, Self::Ollama | Self::OpenaiCompatible)
    }
}
