//! An edge between crates only goes down, and never from function to function.

use std::collections::BTreeMap;

use anyhow::Context;

use crate::root;

/// Crates by floor, the ground first. A function stands on [`FUNCTIONS`] by lying in `functions/`.
const FLOORS: [&[&str]; 7] = [
    &["contracts", "relationships"],
    &["stage", "sqlite", "outline", "environment"],
    &[
        "queue",
        "store",
        "blobs",
        "git",
        "syntax",
        "github",
        "model",
        "oidc",
        "model-stand-in",
        "issuer-stand-in",
        "counterparts",
    ],
    &["snapshot"],
    &["runtime", "installation"],
    &[],
    &["local", "bench", "xtask"],
];
const FUNCTIONS: usize = 5;
/// Crates of one floor that may see each other, and why.
const SAME_FLOOR: [(&str, &str); 1] = [
    // The words of a configuration file are made of the words of messages.
    ("relationships", "contracts"),
];
/// Only these may depend on `queue`: a stage cannot compile a send.
const MAY_SEND: [&str; 3] = ["runtime", "local", "bench"];

pub fn check() -> anyhow::Result<Vec<String>> {
    let crates = crates()?;
    let mut problems = Vec::new();
    for (name, (floor, dependencies)) in &crates {
        let Some(floor) = floor else {
            problems.push(format!("crate {name} stands on no floor: add it to FLOORS in xtask"));
            continue;
        };
        for dependency in dependencies {
            let Some((Some(below), _)) = crates.get(dependency) else { continue };
            let is_agreed = SAME_FLOOR.contains(&(name.as_str(), dependency.as_str()));
            if below >= floor && !is_agreed && *floor != FLOORS.len() - 1 {
                problems.push(format!("{name} (floor {floor}) may not depend on {dependency} (floor {below})"));
            }
            if matches!(dependency.as_str(), "model-stand-in" | "issuer-stand-in" | "counterparts") && name != "bench" {
                problems.push(format!("{name} may not depend on {dependency}: it is for tests (dev-dependencies)"));
            }
            if dependency == "queue" && !MAY_SEND.contains(&name.as_str()) {
                problems.push(format!("{name} may not depend on queue: a stage says, the runtime sends"));
            }
        }
    }
    Ok(problems)
}

type Crates = BTreeMap<String, (Option<usize>, Vec<String>)>;

/// Every crate of the workspace with its floor and what its code depends on. Tests may see more.
fn crates() -> anyhow::Result<Crates> {
    let mut crates = Crates::new();
    for manifest in manifests()? {
        let text = std::fs::read_to_string(&manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
        let document: toml::Table = text.parse().with_context(|| format!("{} is no manifest", manifest.display()))?;
        let name = manifest.parent().and_then(|p| p.file_name()).map(|n| n.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let dependencies = document.get("dependencies").and_then(toml::Value::as_table);
        let dependencies = dependencies.map(|table| table.keys().cloned().collect()).unwrap_or_default();
        let is_function = manifest.components().any(|part| part.as_os_str() == "functions");
        let floor = FLOORS.iter().position(|floor| floor.contains(&name.as_str()));
        crates.insert(name, (if is_function { Some(FUNCTIONS) } else { floor }, dependencies));
    }
    Ok(crates)
}

pub fn manifests() -> anyhow::Result<Vec<std::path::PathBuf>> {
    let mut manifests: Vec<_> = ["local", "bench", "xtask"].map(|name| root().join(name).join("Cargo.toml")).into();
    for folder in ["shared", "functions"] {
        for entry in std::fs::read_dir(root().join(folder))? {
            let manifest = entry?.path().join("Cargo.toml");
            if manifest.is_file() {
                manifests.push(manifest);
            }
        }
    }
    manifests.sort();
    Ok(manifests)
}
