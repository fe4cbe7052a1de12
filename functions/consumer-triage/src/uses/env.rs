//! Environment variables that the consumer sets for the provider.

use contracts::fact::Fact;

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text};

/// Variables that everybody sets for everything.
const COMMON: &[&str] = &[
    "LOG_LEVEL",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "GITHUB_TOKEN",
    "API_KEY",
    "NODE_ENV",
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "PROJECT_ID",
    "GCP_PROJECT",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "LANG",
    "PYTHONPATH",
    "PYTHONUNBUFFERED",
    "DEBIAN_FRONTEND",
    "BASE_URL",
    "API_URL",
    "DOCKER_BUILDKIT",
    "JAVA_HOME",
    "GITHUB_OUTPUT",
    "GITHUB_ENV",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
];

/// Places that set the variable for the provider.
pub(crate) fn find(fact: &Fact, name: &str, renamed_to: Option<&str>, asked: &Asked<'_>) -> Found {
    if fact.rule == "env.required" || COMMON.contains(&name) || name.len() < 5 {
        return Found::default();
    }
    let configures = configures(asked);
    let mut found = Found::default();
    for file in asked.dependent.files.iter().filter(|file| file.place != Place::Test && sets_variables(file)) {
        if !file.text().contains(name) {
            continue;
        }
        let near = asked.contact.is_near(file);
        let blocks = if configures { Vec::new() } else { provider_blocks(file, asked) };
        let lines = file.lines_with(name).filter(|(_, line)| text::word_at(line, name).is_some());
        for (number, line) in lines.filter(|(_, line)| !is_prose(line)) {
            // Elsewhere the same name is a setting of the consumer's own.
            if !configures && !blocks.iter().any(|(first, last)| (*first..=*last).contains(&number)) {
                continue;
            }
            let mut place = Use::at(&file.path, number);
            if !near {
                place = place
                    .but(Certainty::Likely("the variable is set here; for which service is not said in this file"));
            }
            let once = line.matches(name).count() == 1;
            place.replace = renamed_to.filter(|_| once).map(|new| (name.to_owned(), new.to_owned()));
            found.uses.push(place);
        }
    }
    found
}

/// The relationship is about running the provider, so its variables are set here.
pub(crate) fn configures(asked: &Asked<'_>) -> bool {
    let kind = asked.case.consumer.relationship_type.to_ascii_lowercase();
    ["config", "image", "deploy", "infra", "chart", "container"].iter().any(|word| kind.contains(word))
}

/// Lines of the services, jobs and containers that run the provider.
fn provider_blocks(file: &File, asked: &Asked<'_>) -> Vec<(u32, u32)> {
    if outline::format_of(&file.path) != Some(outline::Format::Yaml) {
        return Vec::new();
    }
    let keys = outline::keys(outline::Format::Yaml, file.text());
    let runs = keys.iter().filter(|key| {
        let says =
            matches!(key.name(), "image" | "context" | "build" | "uses") && asked.contact.is_named_in(&key.value);
        says && key.path.len() >= 2
    });
    let block = |key: &outline::Key| {
        let of = &key.path[..key.path.len() - 1];
        let inside = keys.iter().filter(|other| other.path.starts_with(of));
        let lines = inside.map(|other| (other.line, other.end));
        lines.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
    };
    runs.filter_map(block).collect()
}

/// Files in which variables are set for another program.
fn sets_variables(file: &File) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path).to_ascii_lowercase();
    let ends = [
        ".yml",
        ".yaml",
        ".tpl",
        ".env",
        ".sh",
        ".tf",
        ".hcl",
        ".json",
        ".toml",
        ".jsonnet",
        ".libsonnet",
        ".nix",
        ".service",
    ];
    name.starts_with(".env")
        || name.contains("dockerfile")
        || name.contains("makefile")
        || ends.iter().any(|end| name.ends_with(end))
}

/// A commented-out setting is documentation, too.
fn is_prose(line: &str) -> bool {
    text::is_comment(line)
}
