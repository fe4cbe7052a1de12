//! The language model of an installation: `model` in pipeline.yaml says which, the environment has its key.

use std::time::Duration;

use contracts::pipeline::{ModelProvider, ModelSettings, Pipeline};
use environment::Environment;
use model::{Key, Model, Price, Settings};

/// What providers of language models know us by; which of them is asked is said in pipeline.yaml.
#[derive(Clone, Default)]
pub struct ModelKeys {
    /// `ANTHROPIC_API_KEY`.
    pub anthropic: Option<String>,
    /// `OPENAI_API_KEY`.
    pub openai: Option<String>,
    /// `ORCHESTRATOR_MODEL_API_KEY`: any other provider's.
    pub other: Option<String>,
}

impl ModelKeys {
    /// What is set.
    pub fn of(environment: &Environment) -> Self {
        let of = |provider: ModelProvider| environment.optional(provider.key_variable()).map(str::to_owned);
        Self {
            anthropic: of(ModelProvider::Anthropic),
            openai: of(ModelProvider::Openai),
            other: of(ModelProvider::OpenaiCompatible),
        }
    }

    /// The key of a provider, if it is set.
    pub fn key(&self, provider: ModelProvider) -> Option<&str> {
        let key = match provider {
            ModelProvider::Anthropic => &self.anthropic,
            ModelProvider::Openai => &self.openai,
            _ => &self.other,
        };
        key.as_deref()
    }
}

/// The model that may be asked; none where its key is not set or its budget is 0: then the rules decide alone.
///
/// # Errors
/// Which setting of the `model` section makes no sense; nothing is sent to find out.
pub fn model(keys: &ModelKeys, pipeline: &Pipeline) -> Result<Option<Model>, String> {
    let ModelSettings { provider, name, base_url, timeout, max_output_tokens, .. } = pipeline.model.clone();
    let budget = pipeline.model.budget_usd_per_repository_and_day;
    // A million dollars a day is somebody's mistake.
    if !(0.0..=1e6).contains(&budget) {
        return Err("model.budget_usd_per_repository_and_day is no amount of money".to_owned());
    }
    let key = keys.key(provider).and_then(Key::new);
    if pipeline.model.budget_micro_usd() == 0 || (provider.needs_key() && key.is_none()) {
        return Ok(None);
    }
    let price = Price {
        input_usd_per_million: pipeline.model.input_usd_per_million,
        output_usd_per_million: pipeline.model.output_usd_per_million,
    };
    let timeout = Duration::from_secs(timeout);
    let settings = Settings { provider, name, base_url, key, timeout, max_output_tokens, price };
    Model::open(settings).map(Some).map_err(|error| error.to_string())
}
