//! What was made, so that two packages can be compared without unpacking them.

use std::fmt;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use crate::package::build::compiler;
use crate::package::layer::digest;

/// Everything that was made, in that order.
#[derive(Debug, Default, Serialize)]
pub struct Manifest {
    compiler: String,
    artifacts: Vec<Artifact>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Artifact {
    name: String,
    /// `lambda`, `layer` or `image`.
    kind: &'static str,
    arch: &'static str,
    bytes: u64,
    sha256: String,
}

impl Manifest {
    /// Notes one thing.
    pub fn add(&mut self, name: &str, kind: &'static str, arch: &'static str, bytes: &[u8]) {
        let sha256 = digest(bytes).trim_start_matches("sha256:").to_owned();
        self.artifacts.push(Artifact { name: name.to_owned(), kind, arch, bytes: bytes.len() as u64, sha256 });
    }

    /// Writes `manifest.json`.
    pub fn write(&mut self, dist: &Path) -> anyhow::Result<()> {
        self.compiler = compiler()?;
        let path = dist.join("manifest.json");
        let text = serde_json::to_string_pretty(self)? + "\n";
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// What is not the same in `other`, by name.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let name = |artifact: &Artifact| format!("{} {} ({})", artifact.kind, artifact.name, artifact.arch);
        let here = self.artifacts.iter().filter(|artifact| !other.artifacts.contains(artifact)).map(name);
        let there = other.artifacts.iter().filter(|artifact| !self.artifacts.contains(artifact)).map(name);
        let mut names: Vec<String> = here.chain(there).collect();
        names.sort();
        names.dedup();
        names
    }
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Artifact { name, kind, arch, bytes, sha256 } in &self.artifacts {
            writeln!(f, "{kind:<6} {arch:<6} {bytes:>10} {} {name}", &sha256[..16])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named_once() {
        let (mut one, mut other) = (Manifest::default(), Manifest::default());
        for manifest in [&mut one, &mut other] {
            manifest.add("same", "lambda", "arm64", b"1");
        }
        assert!(one.differences(&other).is_empty());
        one.add("changed", "lambda", "arm64", b"2");
        other.add("changed", "lambda", "arm64", b"3");
        other.add("new", "layer", "x86_64", b"4");
        assert_eq!(one.differences(&other), ["lambda changed (arm64)", "layer new (x86_64)"]);
    }
}
