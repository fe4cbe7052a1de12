//! Which functions are deployed: cargo knows.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde::Deserialize;

/// What a program requires that runs in a cloud, and nowhere else.
const FEATURE: &str = "cloud";

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    #[serde(default, rename = "required-features")]
    required_features: Vec<String>,
}

/// A function and its program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Function {
    /// Its crate.
    pub package: String,
    /// The name of its program, and of what is packaged.
    pub program: String,
}

/// All of them by name, or those that are called in `only`.
pub fn deployed(root: &Path, only: &[String]) -> anyhow::Result<Vec<Function>> {
    #[expect(clippy::disallowed_methods, reason = "xtask is where automation starts processes")]
    let mut cargo = Command::new(env!("CARGO"));
    let output = cargo.args(["metadata", "--format-version", "1", "--no-deps"]).current_dir(root).output()?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout).context("cargo metadata cannot be understood")?;
    let all = programs(metadata);
    if let Some(unknown) = only.iter().find(|name| !all.iter().any(|function| function.program == **name)) {
        let names: Vec<&str> = all.iter().map(|function| function.program.as_str()).collect();
        bail!("no function {unknown} is deployed; there are: {}", names.join(", "));
    }
    Ok(all.into_iter().filter(|function| only.is_empty() || only.contains(&function.program)).collect())
}

fn programs(metadata: Metadata) -> Vec<Function> {
    let mut functions = Vec::new();
    for Package { name, targets } in metadata.packages {
        let is_deployed = |target: &Target| {
            target.kind.iter().any(|kind| kind == "bin") && target.required_features.iter().any(|it| it == FEATURE)
        };
        for target in targets.into_iter().filter(is_deployed) {
            functions.push(Function { package: name.clone(), program: target.name });
        }
    }
    functions.sort();
    functions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_programs_that_require_a_cloud_are_deployed() {
        let target = |name: &str, kind: &str, features: &[&str]| serde_json::json!({ "name": name, "kind": [kind], "required-features": features });
        let packages = serde_json::json!({ "packages": [
            { "name": "notify", "targets": [target("notify", "lib", &[]), target("notify", "bin", &["cloud"])] },
            { "name": "local", "targets": [{ "name": "downstream", "kind": ["bin"] }] },
            { "name": "bench", "targets": [target("bench", "bin", &["server"]), target("cloud", "test", &["cloud"])] },
            { "name": "metadata", "targets": [target("metadata", "bin", &["cloud", "other"])] },
        ]});
        let found = programs(serde_json::from_value(packages).expect("as cargo writes it"));
        let names: Vec<&str> = found.iter().map(|function| function.program.as_str()).collect();
        assert_eq!(names, ["metadata", "notify"]);
    }

    #[test]
    fn an_unknown_function_is_named() {
        let error = deployed(&crate::root(), &["no-such".to_owned()]).expect_err("there is none").to_string();
        assert!(error.contains("no-such"), "{error}");
    }
}
