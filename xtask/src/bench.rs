//! `cargo xtask bench`: the bench itself is a crate of its own, built for speed.

use std::process::Command;

use anyhow::{Context, bail};

use crate::root;

pub fn run(arguments: &[String]) -> anyhow::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "xtask is where automation starts processes")]
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--release", "--quiet", "--package", "bench", "--", "run"]).args(arguments);
    if !command.current_dir(root()).status().context("cannot start cargo")?.success() {
        bail!("the bench did not come to its end");
    }
    Ok(())
}
