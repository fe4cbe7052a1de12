//! Environment variables that the consumer sets for the provider.

mod value;

use contracts::fact::Fact;

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text, unset};

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

const IN_A_NEAR_FILE: Certainty = Certainty::Likely("the variable is set in a file that configures this service");
const SOMEWHERE: Certainty =
    Certainty::CheckFirst("the variable is set in a repository that is declared to run this service");

/// Places that set the variable for the provider.
pub(crate) fn find(fact: &Fact, name: &str, renamed_to: Option<&str>, asked: &Asked<'_>) -> Found {
    match fact.rule.as_str() {
        "env.value.removed" => return value::find(name, asked),
        "env.required" => return unset::required(name, "does not start", asked),
        "env.required_for_requests" => return unset::required(name, "refuses requests", asked),
        "env.default_changed" => return unset::default_changed(fact, name, asked),
        _ => {}
    }
    if COMMON.contains(&name) || name.len() < 5 {
        return Found::default();
    }
    let configures = configures(asked);
    let mut found = Found::default();
    for file in asked.dependent.files.iter().filter(|file| file.place != Place::Test && sets_variables(file)) {
        let near = asked.contact.is_near(file);
        if !file.text().contains(name) || !(near || (configures && is_distinctive(name))) {
            continue;
        }
        let (own, others) = service_blocks(file, asked);
        let lines = file.lines_with(name).filter(|(_, line)| text::word_at(line, name).is_some());
        for (number, line) in lines.filter(|(_, line)| !text::is_comment(file, line)) {
            // Elsewhere the same name is a setting of the consumer's own.
            let in_block = is_inside(&own, number);
            if !in_block && (!configures || is_inside(&others, number)) {
                continue;
            }
            let mut place = Use::at(&file.path, number);
            if !in_block {
                place = place.but(if near { IN_A_NEAR_FILE } else { SOMEWHERE });
            }
            let once = line.matches(name).count() == 1;
            place.replace = renamed_to.filter(|_| once).map(|new| (name.to_owned(), new.to_owned()));
            found.uses.push(place);
        }
    }
    found
}

/// Three words or more: nobody else calls a variable like that by accident.
fn is_distinctive(name: &str) -> bool {
    name.split('_').filter(|word| !word.is_empty()).count() >= 3
}

/// The relationship is about running the provider, so its variables are set here.
pub(crate) fn configures(asked: &Asked<'_>) -> bool {
    let kind = asked.case.consumer.relationship_type.to_ascii_lowercase();
    ["config", "image", "deploy", "infra", "chart", "container"].iter().any(|word| kind.contains(word))
}

/// First and last lines of services, jobs and containers.
pub(crate) type Blocks = Vec<(u32, u32)>;

/// Those that run the provider, and those that say they run something else. A block that says nothing (its image comes
/// from an anchor or a template) is neither.
pub(crate) fn service_blocks(file: &File, asked: &Asked<'_>) -> (Blocks, Blocks) {
    blocks_by(file, &|image| asked.contact.is_named_in(image))
}

/// The same, by what says that an image is the provider's.
fn blocks_by(file: &File, is_own: &dyn Fn(&str) -> bool) -> (Blocks, Blocks) {
    if outline::format_of(&file.path) != Some(outline::Format::Yaml) {
        return (Vec::new(), Vec::new());
    }
    let keys = outline::keys(outline::Format::Yaml, file.text());
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for key in
        keys.iter().filter(|key| matches!(key.name(), "image" | "context" | "build" | "uses") && key.path.len() >= 2)
    {
        if key.value.is_empty() || key.value.contains("{{") {
            continue;
        }
        let of = &key.path[..key.path.len() - 1];
        let lines = keys.iter().filter(|other| other.path.starts_with(of)).map(|other| (other.line, other.end));
        let block = lines.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)));
        let list = if is_own(&key.value) { &mut own } else { &mut others };
        list.extend(block);
    }
    (own, others)
}

/// Whether a line lies in one of the blocks.
pub(crate) fn is_inside(blocks: &Blocks, line: u32) -> bool {
    blocks.iter().any(|(first, last)| (*first..=*last).contains(&line))
}

/// Files in which variables are set for another program.
pub(crate) fn sets_variables(file: &File) -> bool {
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
