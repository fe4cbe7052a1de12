//! `relationships.json` and `pipeline.yaml`, read from disk.

use std::path::Path;

use anyhow::{Context, anyhow};
use contracts::RepoName;
use contracts::pipeline::Pipeline;
use relationships::Relationships;
use serde_json::json;

use crate::exit::Failure;

/// The relationships of a file; none where there is no such file.
pub fn read(path: &Path) -> Result<Option<Relationships>, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let parsed = Relationships::parse(&text);
            Ok(Some(parsed.map_err(|problem| anyhow!("{}:{problem}", path.display()))?))
        }
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(Failure::Environment(format!("cannot read {}: {error}", path.display()))),
    }
}

/// The settings of a file, or the built-in ones where there is no such file.
pub fn read_pipeline(path: &Path) -> Result<Pipeline, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(parse_pipeline(&text).with_context(|| format!("cannot use {}", path.display()))?),
        Err(error) if is_absent(&error) => Ok(built_in_pipeline()?),
        Err(error) => Err(Failure::Environment(format!("cannot read {}: {error}", path.display()))),
    }
}

/// Nothing is there; also where a part of the path is a file, as `config` is in a bare repository.
fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

/// The committed settings: what an installation without a file of its own gets.
fn built_in_pipeline() -> anyhow::Result<Pipeline> {
    parse_pipeline(include_str!("../../config/pipeline.yaml")).context("the built-in pipeline.yaml")
}

fn parse_pipeline(text: &str) -> anyhow::Result<Pipeline> {
    Ok(serde_saphyr::from_str(text)?)
}

/// One provider and its dependents, related as said, beside nothing else.
pub fn one_off(source: &RepoName, targets: &[RepoName], relationship: &str) -> Result<Relationships, Failure> {
    let declared = if relationship == "template_fork" {
        let of = |repo: &RepoName| {
            json!({ "repo": repo, "relationship_type": relationship,
                    "shared_concerns": ["infrastructure", "docker", "deployment", "gpu_configuration", "health_checks", "logging", "monitoring"],
                    "divergent_concerns": [] })
        };
        json!({ "type": "template", "derivatives": targets.iter().map(of).collect::<Vec<_>>() })
    } else {
        let of = |repo: &RepoName| json!({ "repo": repo, "relationship_type": relationship });
        json!({ "type": "service_provider", "consumers": targets.iter().map(of).collect::<Vec<_>>() })
    };
    let text = json!({ "relationships": { source.as_str(): declared } }).to_string();
    Relationships::parse(&text).map_err(Failure::environment)
}

#[cfg(test)]
mod tests {
    use contracts::pipeline::ModelSettings;

    use super::*;

    #[test]
    fn the_committed_configuration_is_understood() {
        let pipeline = built_in_pipeline().expect("pipeline.yaml is understood");
        for stage in crate::river::wiring().stages {
            assert!(pipeline.orchestrator.stages.contains_key(stage.stage), "{} has limits", stage.stage);
        }
        assert_eq!(pipeline.model, ModelSettings::default(), "a file without the section gets the same model");
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/relationships.json");
        assert!(read(&committed).expect("is understood").is_some());
    }

    #[test]
    fn one_off_relationships_are_valid() {
        let repo = |name: &str| name.parse::<RepoName>().expect("a name");
        for relationship in ["api_consumer", "template_fork", "reusable_workflow", "library"] {
            let made = one_off(&repo("a/b"), &[repo("c/d"), repo("e/f")], relationship).expect("is understood");
            assert_eq!(made.dependents_of(&repo("a/b")).len(), 2);
            assert!(made.validate().is_empty(), "{:?}", made.validate());
        }
    }

    #[test]
    fn a_file_where_a_folder_should_be_is_no_configuration() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("config"), "[core]\n").expect("writes");
        let path = folder.path().join("config/relationships.json");
        assert!(read(&path).expect("is absent").is_none());
        assert_eq!(read_pipeline(&path).expect("is built in"), built_in_pipeline().expect("is understood"));
    }

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let model = "model:\n  provider: openai\n  name: gpt-5-mini\n  input_usd_per_million: 0.25\n";
        let cases = [
            ("orchestrator:\n  stges: {}\n".to_owned(), "stges"),
            (model.to_owned(), "output_usd_per_million"),
            (format!("{model}  output_usd_per_million: 2\n  temprature: 1\n"), "temprature"),
            (format!("{model}  output_usd_per_million: 2\n  api_key: x\n"), "api_key"),
            (model.replace("openai", "nobody"), "nobody"),
        ];
        for (text, name) in cases {
            let error = format!("{:#}", parse_pipeline(&text).expect_err("a typo"));
            assert!(error.contains(name), "{error}");
        }
        parse_pipeline(&format!("{model}  output_usd_per_million: 2\n")).expect("the rest has defaults");
    }
}
