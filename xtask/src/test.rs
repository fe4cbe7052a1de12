//! `cargo xtask test`.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::{infra, root, tidy};

/// What runs, in the order in which a mistake is cheapest to hear of.
const STEPS: [(&str, &[&str]); 3] = [
    ("format", &["fmt", "--all", "--check"]),
    ("lints", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]),
    ("tests", &["test", "--workspace"]),
];

pub fn run(terraform: &Path) -> anyhow::Result<()> {
    let (first, rest) = STEPS.split_at(1);
    first.iter().try_for_each(step)?;
    println!("== tidy");
    tidy::run()?;
    infra::run(terraform)?;
    rest.iter().try_for_each(step)?;
    println!("== all good");
    Ok(())
}

fn step((name, arguments): &(&str, &[&str])) -> anyhow::Result<()> {
    println!("== {name}: cargo {}", arguments.join(" "));
    let started = Instant::now();
    #[expect(clippy::disallowed_methods, reason = "xtask is where automation starts processes")]
    let status = Command::new(env!("CARGO")).args(*arguments).current_dir(root()).status();
    if !status.with_context(|| format!("cannot start cargo for {name}"))?.success() {
        bail!("{name} failed: the lines above say why");
    }
    println!("== {name}: {} s", started.elapsed().as_secs());
    Ok(())
}
