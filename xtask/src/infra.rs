//! `cargo xtask infra`: everything below `infra/` that Terraform reads is formatted, valid, and does what its tests say.
//!
//! It is checked in a copy below `target/`, so that neither providers nor lock files are left in the tree: these are modules
//! and examples, and a lock belongs to the configuration that somebody deploys.

pub mod docs;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use anyhow::{Context, bail};

use crate::root;

/// What is started where nothing else is named.
pub const TERRAFORM: &str = "terraform";

const HOW_TO_GET_IT: &str = "install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install), \
                             or say where it is: DOWNSTREAM_TERRAFORM=path";

pub fn run(terraform: &Path) -> anyhow::Result<()> {
    let started = Instant::now();
    let terraform = &program(terraform)?;
    println!("== infra: {} fmt, validate, test", terraform.display());
    let copy = copy()?;
    let formatted = start(terraform, &copy.join("infra"), &["fmt", "-check", "-recursive", "-diff"])?;
    if !formatted.status.success() {
        bail!("not formatted, run terraform fmt -recursive infra:\n{}", text(&formatted));
    }
    let mut problems = Vec::new();
    // One after another: they share a cache of providers, which terraform does not lock.
    for folder in folders(&copy.join("infra"))? {
        let name = folder.strip_prefix(&copy).unwrap_or(&folder).display();
        match check(terraform, &folder) {
            Ok(said) => println!("   {name}: {said}"),
            Err(error) => problems.push(format!("{name}: {error:#}")),
        }
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n\n"));
    }
    println!("== infra: {} s", started.elapsed().as_secs());
    Ok(())
}

/// A path is meant from here, also for a process that runs elsewhere; a name is looked up as always.
fn program(terraform: &Path) -> anyhow::Result<PathBuf> {
    if terraform.components().count() == 1 {
        return Ok(terraform.to_owned());
    }
    terraform.canonicalize().with_context(|| format!("there is no {}: {HOW_TO_GET_IT}", terraform.display()))
}

/// What Terraform reads, where it may leave files: `infra/`, and the settings that it takes its numbers from.
fn copy() -> anyhow::Result<PathBuf> {
    let copy = root().join("target/terraform");
    if copy.exists() {
        std::fs::remove_dir_all(&copy).with_context(|| format!("cannot empty {}", copy.display()))?;
    }
    for folder in ["infra", "config"] {
        copy_folder(&root().join(folder), &copy.join(folder))?;
    }
    Ok(copy)
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in std::fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        // Whatever somebody's own terraform left there.
        if name == ".terraform" || name == ".terraform.lock.hcl" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_folder(&path, &to.join(name))?;
        } else {
            std::fs::copy(&path, to.join(name)).with_context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    Ok(())
}

/// Every folder with a configuration, by name.
pub fn folders(below: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut left = vec![below.to_owned()];
    while let Some(folder) = left.pop() {
        let mut is_configuration = false;
        for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            is_configuration |= path.extension().is_some_and(|extension| extension == "tf");
            if path.is_dir() && !path.ends_with(".terraform") {
                left.push(path);
            }
        }
        if is_configuration {
            found.push(folder);
        }
    }
    found.sort();
    Ok(found)
}

/// Answers what the tests say in the end. They validate what they plan, so that only a folder without is asked to.
fn check(terraform: &Path, folder: &Path) -> anyhow::Result<String> {
    expect(terraform, folder, &["init", "-backend=false", "-input=false", "-no-color"])?;
    if !folder.join("tests").is_dir() {
        expect(terraform, folder, &["validate", "-no-color"])?;
        return Ok("valid, without tests".to_owned());
    }
    let said = expect(terraform, folder, &["test", "-no-color"])?;
    let sum = said.lines().rev().find(|line| line.contains(" passed, ")).unwrap_or_default().trim();
    match sum.strip_prefix("Success! ") {
        // No test at all succeeds, too.
        Some(sum) if !sum.starts_with("0 ") => Ok(sum.trim_end_matches('.').to_owned()),
        _ => bail!("its folder of tests has none that terraform runs:\n{said}"),
    }
}

fn expect(terraform: &Path, folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = start(terraform, folder, arguments)?;
    if !output.status.success() {
        bail!("terraform {} failed:\n{}", arguments.join(" "), text(&output));
    }
    Ok(text(&output))
}

fn start(terraform: &Path, folder: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    #[expect(clippy::disallowed_methods, reason = "xtask is where automation starts processes")]
    let mut command = Command::new(terraform);
    command.args(arguments).current_dir(folder).env("TF_IN_AUTOMATION", "1").env("CHECKPOINT_DISABLE", "1");
    command.output().with_context(|| format!("cannot start {}: {HOW_TO_GET_IT}", terraform.display()))
}

fn text(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&both).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terraform_that_is_missing_is_told_with_the_way_to_get_it() {
        let path = program(Path::new("nowhere/terraform")).expect_err("there is none").to_string();
        assert!(path.contains("nowhere/terraform") && path.contains("DOWNSTREAM_TERRAFORM"), "{path}");
        let name = start(Path::new("no-such-terraform"), Path::new("."), &["version"]).expect_err("there is none");
        assert!(name.to_string().contains("DOWNSTREAM_TERRAFORM"), "{name}");
    }

    #[test]
    fn every_folder_that_is_deployed_has_tests() {
        let terraform = root().join("infra/terraform");
        let without: Vec<_> =
            folders(&terraform).expect("lists").into_iter().filter(|folder| !folder.join("tests").is_dir()).collect();
        assert!(without.is_empty(), "{without:?}");
    }
}
