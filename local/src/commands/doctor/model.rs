//! Whether a language model is asked, which, and for how much. It is not asked here: that costs money.

use contracts::pipeline::{ModelProvider, Pipeline};

use installation::ModelKeys;

use super::Check;
use crate::cli::Common;
use crate::{model, relations};

const ID: &str = "model";

/// None where the settings cannot be read at all, which is said elsewhere.
pub(super) fn check(common: &Common) -> Option<Check> {
    let pipeline = relations::read_pipeline(&common.pipeline).ok()?;
    Some(match model::open(common, &pipeline) {
        Ok(Some(model)) => {
            let budget = pipeline.model.budget_usd_per_repository_and_day;
            let message = format!(
                "{} is asked what the rules leave open, for at most {budget} USD a repository and day",
                model.name()
            );
            Check::ok(ID, message)
        }
        Ok(None) => rules_only(&common.secrets.model_keys, &pipeline),
        Err(failure) => {
            Check::failed(ID, failure.to_string(), format!("correct model in {}", common.pipeline.display()))
        }
    })
}

fn rules_only(keys: &ModelKeys, pipeline: &Pipeline) -> Check {
    let provider = pipeline.model.provider;
    if pipeline.model.budget_micro_usd() == 0 {
        return Check::ok(ID, "rules only: model.budget_usd_per_repository_and_day is 0");
    }
    let missing = format!("rules only: {} is not set, which {} needs", provider.key_variable(), provider.as_str());
    let others = [ModelProvider::Anthropic, ModelProvider::Openai, ModelProvider::OpenaiCompatible];
    match others.into_iter().find(|other| keys.key(*other).is_some()) {
        None => Check::ok(ID, missing),
        Some(other) => Check::warning(
            ID,
            format!("{missing}; {} is", other.key_variable()),
            "name its provider, model and prices as model in pipeline.yaml",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;

    #[test]
    fn a_key_that_is_not_used_is_told() {
        let cases = [
            (ModelKeys::default(), 0.5, Status::Ok, "ANTHROPIC_API_KEY is not set"),
            (ModelKeys { openai: Some("k".into()), ..ModelKeys::default() }, 0.5, Status::Warning, "OPENAI_API_KEY is"),
            (ModelKeys { anthropic: Some("k".into()), ..ModelKeys::default() }, 0.0, Status::Ok, "is 0"),
        ];
        for (keys, budget, status, words) in cases {
            let mut pipeline = Pipeline::default();
            pipeline.model.budget_usd_per_repository_and_day = budget;
            let check = rules_only(&keys, &pipeline);
            assert_eq!(check.status, status, "{check:?}");
            assert!(check.message.contains(words), "{check:?}");
        }
    }
}
