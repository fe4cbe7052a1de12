//! The language model of an installation.

use contracts::pipeline::Pipeline;
use model::Model;

use crate::cli::Common;
use crate::exit::Failure;

/// The model that may be asked; none where its key is not set or its budget is 0: then the rules decide alone.
///
/// # Errors
/// [`Failure::Usage`] where the `model` section makes no sense; nothing is sent to find out.
pub fn open(common: &Common, pipeline: &Pipeline) -> Result<Option<Model>, Failure> {
    let usage = |why: String| Failure::Usage(format!("cannot use the model of {}: {why}", common.pipeline.display()));
    installation::model(&common.secrets.model_keys, pipeline).map_err(usage)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use contracts::pipeline::{ModelProvider, ModelSettings};
    use installation::ModelKeys;

    use super::*;
    use crate::cli::{Cli, Secrets};

    fn common(anthropic: Option<&str>, openai: Option<&str>, other: Option<&str>) -> Common {
        let owned = |key: Option<&str>| key.map(str::to_owned);
        let model_keys = ModelKeys { anthropic: owned(anthropic), openai: owned(openai), other: owned(other) };
        let cli = Cli::try_parse_from(["downstream", "doctor"]).expect("parses");
        Common { secrets: Secrets { model_keys, ..Secrets::default() }, ..cli.common }
    }

    fn opened(common: &Common, change: impl Fn(&mut ModelSettings)) -> Result<Option<String>, String> {
        let mut pipeline = Pipeline::default();
        change(&mut pipeline.model);
        let model = open(common, &pipeline).map_err(|failure| failure.to_string())?;
        Ok(model.map(|model| model.name().to_owned()))
    }

    #[test]
    fn a_model_is_there_where_its_own_key_is() {
        let named = |name: &str| Ok(Some(name.to_owned()));
        let of = |provider, name: &'static str| {
            move |s: &mut ModelSettings| (s.provider, s.name) = (provider, name.to_owned())
        };
        let (none, all) = (common(None, None, None), common(Some("a"), Some("o"), Some("x")));
        assert_eq!(opened(&none, |_| ()), Ok(None));
        assert_eq!(opened(&common(None, Some("o"), Some("x")), |_| ()), Ok(None));
        assert_eq!(opened(&common(Some("a"), None, None), |_| ()), named("anthropic/claude-haiku-5-5"));
        assert_eq!(opened(&common(Some("a"), None, Some("x")), of(ModelProvider::Openai, "gpt-5-mini")), Ok(None));
        assert_eq!(opened(&all, of(ModelProvider::Openai, "gpt-5-mini")), named("openai/gpt-5-mini"));
        assert_eq!(opened(&common(Some("a"), Some("o"), None), of(ModelProvider::Groq, "m")), Ok(None));
        assert_eq!(opened(&all, of(ModelProvider::Groq, "m")), named("groq/m"));
        assert_eq!(opened(&none, of(ModelProvider::Ollama, "qwen3:8b")), named("ollama/qwen3:8b"));
        assert_eq!(opened(&all, |s| s.budget_usd_per_repository_and_day = 0.0), Ok(None));
    }

    #[test]
    fn every_setting_acts_or_is_refused() {
        let all = common(Some("a"), Some("o"), Some("x"));
        let refused = |change: &dyn Fn(&mut ModelSettings), words: &str| {
            let why = opened(&all, change).expect_err(words);
            assert!(why.contains("config/pipeline.yaml") && why.contains(words), "{why}");
        };
        refused(&|s| s.budget_usd_per_repository_and_day = -1.0, "budget_usd_per_repository_and_day");
        refused(&|s| s.budget_usd_per_repository_and_day = f64::NAN, "budget_usd_per_repository_and_day");
        refused(&|s| s.timeout = 0, "model.timeout");
        refused(&|s| s.timeout = u64::MAX, "model.timeout");
        refused(&|s| s.max_output_tokens = 0, "model.max_output_tokens");
        refused(&|s| s.input_usd_per_million = -0.1, "price");
        refused(&|s| s.output_usd_per_million = f64::INFINITY, "price");
        refused(&|s| s.name = String::new(), "model.name");
        refused(&|s| s.base_url = Some("http://example.com/v1".to_owned()), "model.base_url");
        refused(&|s| s.provider = ModelProvider::OpenaiCompatible, "model.base_url");
    }
}
