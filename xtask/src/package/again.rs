//! The same sources in another folder must give the same bytes.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use crate::package::manifest::Manifest;

/// Makes everything again by `make` in a copy of the sources, and fails where it differs from `made`. The copy has what git
/// knows or would be told of, and nothing that was built.
pub fn compare(
    root: &Path,
    made: &Manifest,
    make: impl FnOnce(&Path) -> anyhow::Result<Manifest>,
) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("downstream-again-").tempdir().context("no folder for a copy")?;
    for name in sources(root)? {
        let (from, to) = (root.join(&name), folder.path().join(&name));
        std::fs::create_dir_all(to.parent().unwrap_or(&to))?;
        std::fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    println!("== the same again in {}", folder.path().display());
    let differences = made.differences(&make(folder.path())?);
    if !differences.is_empty() {
        bail!("not the same from another folder: {}", differences.join(", "));
    }
    println!("== the same, byte by byte");
    Ok(())
}

fn sources(root: &Path) -> anyhow::Result<Vec<String>> {
    #[expect(clippy::disallowed_methods, reason = "xtask is where automation starts processes")]
    let mut git = Command::new("git");
    let listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = git.args(listed).current_dir(root).output().context("cannot start git")?;
    if !output.status.success() {
        bail!("git does not say what the sources are: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let names = String::from_utf8(output.stdout).context("a name that is no text")?;
    let names = names.split('\0').filter(|name| !name.is_empty() && root.join(name).is_file());
    Ok(names.map(str::to_owned).collect())
}
