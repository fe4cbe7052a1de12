//! `infra/terraform/wiring.json`: who is deployed, who hears what, and what each may do. Queues, functions and their rights
//! are made from it; a deployed function reads in it where to send what it says.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, bail};
use contracts::Message;
use contracts::messages::{ChangeReported, IssueTouched};
use runtime::Wiring;
use runtime::wiring::Place;
use serde::Serialize;

use crate::root;

/// What a function may ask for. The only list: its rights in every cloud are derived from here.
struct Asks {
    /// The crate that is deployed.
    function: &'static str,
    /// What starts it.
    trigger: Trigger,
    /// What GitHub has to let it do, as the permissions of an App are called.
    github: &'static [(&'static str, &'static str)],
    /// Secrets beside those that follow from `github`, `model` and the database, which all of them use.
    secrets: &'static [&'static str],
    /// Asks a language model.
    model: bool,
    /// What it does with objects.
    blobs: &'static [&'static str],
}

/// What most of them are.
const WORKER: Asks =
    Asks { function: "", trigger: Trigger::Queue, github: &[], secrets: &[], model: false, blobs: &["get", "put"] };
const READS_CODE: Asks = Asks { github: &[("contents", "read")], ..WORKER };

const ASKS: [Asks; 11] = [
    // Reads the store only where a test endpoint waits for a verdict; puts only what is too large for a queue.
    Asks {
        function: "webhook-ingest",
        trigger: Trigger::Http,
        secrets: &["GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY"],
        ..WORKER
    },
    Asks { function: "initialize", ..READS_CODE },
    Asks { function: "metadata", ..WORKER },
    Asks { function: "structure", ..WORKER },
    Asks { function: "code-analysis", ..WORKER },
    Asks { function: "rag-index", ..WORKER },
    Asks { function: "change-detection", ..READS_CODE },
    Asks { function: "consumer-triage", model: true, ..READS_CODE },
    Asks { function: "template-triage", ..READS_CODE },
    Asks {
        function: "notify",
        github: &[("checks", "write"), ("contents", "read"), ("issues", "write"), ("pull_requests", "write")],
        secrets: &["WEBHOOK_URL"],
        ..WORKER
    },
    // Looks for deliveries that never arrived and for messages that nobody performed. Old objects go by the bucket's own
    // rules, so nobody may delete one.
    Asks {
        function: "sweeper",
        trigger: Trigger::Schedule,
        github: &[("contents", "read"), ("metadata", "read"), ("repository_hooks", "read")],
        ..WORKER
    },
];

const DATABASE: &str = "ORCHESTRATOR_DATABASE_URL";
/// A token, or an App's id and key: whichever is set.
const GITHUB: [&str; 3] = ["GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY", "GITHUB_TOKEN"];
/// The key of whichever provider is set in `pipeline.yaml`.
const MODEL: [&str; 3] = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "ORCHESTRATOR_MODEL_API_KEY"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Trigger {
    Queue,
    Http,
    Schedule,
}

/// The whole file.
#[derive(Serialize)]
struct File {
    stages: Vec<Place>,
    functions: Vec<Function>,
}

/// What Terraform makes a function of.
#[derive(Serialize)]
struct Function {
    name: &'static str,
    trigger: Trigger,
    /// Stages that it hosts: queues that it may receive from.
    stages: Vec<&'static str>,
    /// Stages that hear what it says: queues that it may send to.
    sends: Vec<&'static str>,
    asks: Asked,
}

#[derive(Serialize)]
struct Asked {
    database: bool,
    blobs: Vec<&'static str>,
    model: bool,
    github: BTreeMap<&'static str, &'static str>,
    secrets: Vec<&'static str>,
}

pub fn write() -> anyhow::Result<()> {
    std::fs::write(path(), text()?).with_context(|| format!("cannot write {}", path().display()))
}

pub fn check() -> anyhow::Result<Vec<String>> {
    let is_current = std::fs::read_to_string(path()).ok() == Some(text()?);
    Ok(if is_current { Vec::new() } else { vec!["wiring.json is not current: run cargo xtask wiring".to_owned()] })
}

fn path() -> PathBuf {
    root().join("infra/terraform/wiring.json")
}

fn text() -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(&file(local::river::wiring())?)? + "\n")
}

fn file(wiring: Wiring) -> anyhow::Result<File> {
    let functions = ASKS.iter().map(|asks| function(asks, &wiring)).collect::<anyhow::Result<_>>()?;
    let is_known = |place: &&Place| ASKS.iter().all(|asks| asks.function != place.function);
    if let Some(place) = wiring.stages.iter().find(is_known) {
        bail!(
            "{} hosts {} and asks for nothing: say in xtask/src/wiring.rs what it may do",
            place.function,
            place.stage
        );
    }
    Ok(File { stages: wiring.stages, functions })
}

fn function(asks: &Asks, wiring: &Wiring) -> anyhow::Result<Function> {
    let own: Vec<&Place> = wiring.stages.iter().filter(|place| place.function == asks.function).collect();
    let said: Vec<&str> = match asks.function {
        "webhook-ingest" => vec![ChangeReported::TOPIC, IssueTouched::TOPIC],
        // Sends again what was decided and not sent, whoever decided it.
        "sweeper" => wiring.stages.iter().map(|place| place.hears).collect(),
        _ => own.iter().flat_map(|place| place.says.iter().copied()).collect(),
    };
    if own.is_empty() == (asks.trigger == Trigger::Queue) {
        bail!(
            "{} is started by {:?} and hosts {} stages: correct xtask/src/wiring.rs",
            asks.function,
            asks.trigger,
            own.len()
        );
    }
    let hears_one_of = |place: &&Place| said.contains(&place.hears);
    let mut secrets: Vec<&str> = asks.secrets.to_vec();
    secrets.push(DATABASE);
    secrets.extend(GITHUB.iter().filter(|_| !asks.github.is_empty()));
    secrets.extend(MODEL.iter().filter(|_| asks.model));
    secrets.sort_unstable();
    Ok(Function {
        name: asks.function,
        trigger: asks.trigger,
        stages: own.iter().map(|place| place.stage).collect(),
        sends: wiring.stages.iter().filter(hears_one_of).map(|place| place.stage).collect(),
        asks: Asked {
            database: true,
            blobs: asks.blobs.to_vec(),
            model: asks.model,
            github: asks.github.iter().copied().collect(),
            secrets,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Function {
        let file = file(local::river::wiring()).expect("is complete");
        file.functions.into_iter().find(|function| function.name == name).expect("is deployed")
    }

    #[test]
    fn who_may_send_to_whom_follows_from_the_types() {
        let cases: [(&str, &[&str]); 6] = [
            ("webhook-ingest", &["initialization", "issue_commands"]),
            ("initialize", &["metadata", "change_detection"]),
            ("rag-index", &[]),
            ("consumer-triage", &["notify", "preview"]),
            ("notify", &["consumer_triage", "template_triage", "dashboard"]),
            ("change-detection", &["consumer_triage", "template_triage", "notify", "preview"]),
        ];
        for (name, sends) in cases {
            assert_eq!(of(name).sends, sends, "{name}");
        }
        assert_eq!(of("sweeper").sends.len(), local::river::wiring().stages.len());
    }

    #[test]
    fn secrets_follow_from_what_is_asked() {
        assert_eq!(of("metadata").asks.secrets, [DATABASE]);
        assert_eq!(of("webhook-ingest").asks.secrets, ["GITHUB_WEBHOOK_SECRET", "ORCHESTRATOR_API_KEY", DATABASE]);
        assert!(MODEL.iter().all(|key| of("consumer-triage").asks.secrets.contains(key)));
        assert!(MODEL.iter().all(|key| !of("template-triage").asks.secrets.contains(key)));
        assert!(GITHUB.iter().all(|key| of("template-triage").asks.secrets.contains(key)));
    }

    #[test]
    fn a_function_that_nobody_listed_is_refused() {
        let wiring = Wiring::default().with::<metadata::Metadata>("nobody");
        assert!(file(wiring).is_err());
    }

    #[test]
    fn every_crate_of_functions_is_deployed() {
        for entry in std::fs::read_dir(root().join("functions")).expect("lists") {
            let name = entry.expect("is listed").file_name();
            assert!(ASKS.iter().any(|asks| *name == *asks.function), "{} is missing in ASKS", name.display());
        }
    }
}
