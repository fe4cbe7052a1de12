//! `cargo xtask test`.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::{infra, root, tidy};

/// What runs, in the order in which a mistake is cheapest to hear of.
const STEPS: [(&str, &[&str]); 3] = [
    ("format", &["fmt", "--all", "--check"]),
    ("lints", &["clippy", "--workspace", "--all-targets", "--all-features", "--quiet", "--", "--deny", "warnings"]),
    ("tests", &["test", "--workspace", "--all-features", "--no-fail-fast"]),
];

/// Programs that are tested where they lie, by Python's own means; they need bash, git, jq and curl.
const SCRIPTS: [(&str, &str); 2] = [
    ("notify action", ".github/actions/notify/tests/test_notify.py"),
    ("deploy scripts", "infra/deploy/tests/test_deploy.py"),
];

pub fn run(terraform: &Path) -> anyhow::Result<()> {
    let (first, rest) = STEPS.split_at(1);
    first.iter().try_for_each(|(name, arguments)| step(name, env!("CARGO"), arguments))?;
    println!("== tidy");
    tidy::run()?;
    infra::run(terraform)?;
    SCRIPTS.iter().try_for_each(|(name, script)| step(name, "python3", &[script]))?;
    rest.iter().try_for_each(|(name, arguments)| step(name, env!("CARGO"), arguments))?;
    println!("== all good");
    Ok(())
}

fn step(name: &str, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    println!("== {name}: {} {}", if program == "python3" { program } else { "cargo" }, arguments.join(" "));
    let started = Instant::now();
    #[expect(clippy::disallowed_methods, reason = "xtask is where automation starts processes")]
    let status = Command::new(program).args(arguments).current_dir(root()).status();
    if !status.with_context(|| format!("cannot start {program} for {name}"))?.success() {
        bail!("{name} failed: the lines above say why");
    }
    println!("== {name}: {} s", started.elapsed().as_secs());
    Ok(())
}
