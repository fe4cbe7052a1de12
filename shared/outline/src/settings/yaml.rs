//! Settings in YAML: compose, Kubernetes, Knative, serverless, pipelines.

use std::collections::HashMap;

use super::plain::{flags, variable};
use super::{Kind, Setting};
use crate::{Command, Format, Key, Word, commands, keys};

/// What a path says about the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// `serverless.yml`: keys of functions.
    Serverless,
    /// A pipeline: its own keys are about the pipeline, only what it runs is about the service.
    Pipeline,
    /// Everything else.
    Plain,
}

pub(super) fn settings(path: &str, text: &str) -> Vec<Setting> {
    let keys = keys(Format::Yaml, text);
    let dialect = dialect(path);
    let names = item_names(&keys);
    let mut out = Vec::new();
    let mut list = Words::default();
    for (at, key) in keys.iter().enumerate() {
        let owner = owner(key, &names);
        if is_probe(key) {
            continue;
        }
        if is_item(key) && !key.value.is_empty() && !in_environment(key) {
            list.push(key, &owner, &mut out);
            continue;
        }
        list.end(&mut out);
        if let Some(setting) = in_list_of_variables(key, keys.get(at + 1), &owner) {
            out.push(setting);
        } else if in_environment(key) {
            let (name, value) = pair(key);
            out.extend(variable(&owner, name, value, key.line, key.end));
        } else if key.end > key.line {
            flags(&commands(&key.value, key.line.saturating_add(1)), &owner, runs(key), &mut out);
        } else if key.value.contains("--") {
            flags(&commands(&key.value, key.line), &owner, runs(key), &mut out);
        } else if let Some(kind) = keyed(key, dialect) {
            out.push(Setting { kind, owner, value: key.value.clone(), line: key.line, end: key.line });
        }
    }
    list.end(&mut out);
    out
}

fn dialect(path: &str) -> Dialect {
    let name = path.rsplit('/').next().unwrap_or(path);
    let pipeline = path.starts_with(".github/")
        || ["cloudbuild", ".gitlab-ci", "azure-pipelines", "bitbucket-pipelines", "action."]
            .iter()
            .any(|start| name.starts_with(start));
    match () {
        () if name.starts_with("serverless") => Dialect::Serverless,
        () if pipeline => Dialect::Pipeline,
        () => Dialect::Plain,
    }
}

/// What asks whether the service is well has numbers of its own.
fn is_probe(key: &Key) -> bool {
    key.path.iter().any(|part| part == "healthcheck" || part.ends_with("Probe") || part == "depends_on")
}

fn is_item(key: &Key) -> bool {
    !key.name().is_empty() && key.name().bytes().all(|b| b.is_ascii_digit())
}

/// Below `environment:`, `env:` or `substitutions:`, as a map or as a list of `A=1`.
fn in_environment(key: &Key) -> bool {
    let [.., parent, _] = key.path.as_slice() else { return false };
    matches!(parent.as_str(), "environment" | "env" | "substitutions" | "envVars" | "variables")
}

fn pair(key: &Key) -> (&str, &str) {
    if is_item(key) { key.value.split_once('=').unwrap_or((&key.value, "")) } else { (key.name(), &key.value) }
}

/// `- name: A` and `value: 1` below it.
fn in_list_of_variables(key: &Key, next: Option<&Key>, owner: &str) -> Option<Setting> {
    let next = next.filter(|next| key.name() == "name" && next.name() == "value")?;
    let same = key.path[..key.path.len() - 1] == next.path[..next.path.len() - 1];
    same.then(|| variable(owner, &key.value, &next.value, key.line, next.line)).flatten()
}

/// The command of a container: whatever its image is, these are its words.
fn runs(key: &Key) -> bool {
    key.path.iter().any(|part| matches!(part.as_str(), "command" | "args" | "entrypoint" | "extraArgs"))
        && !key.path.iter().any(|part| part == "steps" || part == "jobs")
}

/// Keys that set something by themselves.
fn keyed(key: &Key, dialect: Dialect) -> Option<Kind> {
    let kind = Kind::of(key.name())?;
    let within = |parts: &[&str]| key.path.iter().any(|part| parts.contains(&part.as_str()));
    let good = match (kind, dialect) {
        (_, Dialect::Pipeline) => false,
        (Kind::Memory | Kind::Cpu | Kind::Timeout | Kind::Region, Dialect::Serverless) => {
            within(&["provider", "functions"])
        }
        (Kind::Memory | Kind::Cpu, Dialect::Plain) => {
            within(&["limits"]) || matches!(key.name(), "mem_limit" | "cpus") && within(&["services"])
        }
        (Kind::Timeout, Dialect::Plain) => key.name() == "timeoutSeconds" && within(&["spec"]),
        (Kind::Retries, _) => key.name() != "retries",
        (Kind::Region, Dialect::Plain) => false,
        // One word says too little where everybody has models.
        (Kind::Model, _) => key.name() != "model" || within(&["vllm", "llm", "inference"]),
        _ => true,
    };
    good.then_some(kind)
}

/// The path with the names of list items in place of their positions.
fn owner(key: &Key, names: &HashMap<&[String], &str>) -> String {
    let mut out = String::new();
    for (at, part) in key.path.iter().enumerate() {
        out.push_str(names.get(&key.path[..=at]).copied().unwrap_or(part));
        out.push('.');
    }
    out
}

fn item_names(keys: &[Key]) -> HashMap<&[String], &str> {
    let named = keys.iter().filter(|key| key.name() == "name" && key.path.len() >= 2 && !key.value.is_empty());
    named.map(|key| (&key.path[..key.path.len() - 1], key.value.as_str())).collect()
}

/// The words of one command, written as items of a list.
#[derive(Default)]
struct Words {
    of: Vec<String>,
    owner: String,
    serves: bool,
    words: Vec<Word>,
}

impl Words {
    fn push(&mut self, key: &Key, owner: &str, out: &mut Vec<Setting>) {
        let of = &key.path[..key.path.len() - 1];
        if self.of != of {
            self.end(out);
            self.of = of.to_vec();
            self.serves = runs(key);
            let parent = owner.trim_end_matches('.');
            self.owner = parent.rsplit_once('.').map_or("", |(parent, _)| parent).to_owned();
        }
        if key.value.contains('\n') {
            flags(&commands(&key.value, key.line.saturating_add(1)), &self.owner, self.serves, out);
        } else {
            self.words.push(Word { text: key.value.clone(), line: key.line });
        }
    }

    fn end(&mut self, out: &mut Vec<Setting>) {
        let words = std::mem::take(&mut self.words);
        if let Some(line) = words.first().map(|word| word.line) {
            flags(&[Command { words, line }], &self.owner, self.serves, out);
        }
        self.of.clear();
    }
}
