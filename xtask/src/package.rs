//! `cargo xtask package`: what the clouds are given, the same bytes from the same sources wherever it is made.
//!
//! For Amazon a zip a function (`dist/lambda/<architecture>/<function>.zip`), for Google one image of all functions, as a
//! layout of the Open Container Initiative (`dist/image`), and `dist/manifest.json` with what was made.

mod again;
mod build;
mod elf;
mod functions;
mod image;
mod layer;
mod manifest;
mod root_certificates;
mod zip;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use crate::package::build::{Arch, Build, Cloud};
use crate::package::manifest::Manifest;

#[derive(Debug, Args)]
pub struct Wanted {
    /// Zips for AWS Lambda; without --aws and --gcp both clouds are packaged for
    #[arg(long)]
    aws: bool,
    /// An image for Google Cloud Run
    #[arg(long)]
    gcp: bool,
    /// For which processor; Cloud Run has x86_64 only
    #[arg(long, value_enum, default_value_t = Archs::native())]
    arch: Archs,
    /// Only this function, and again for more of them; for a trial, its bytes may differ from those in a whole package
    #[arg(long = "function", value_name = "NAME")]
    only: Vec<String>,
    /// Make everything a second time from a copy of the sources in another folder, and fail where a byte differs
    #[arg(long)]
    check: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Archs {
    Arm64,
    #[value(name = "x86_64")]
    X86_64,
    All,
}

impl Archs {
    /// What this machine has: everything is there to build for it.
    fn native() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::X86_64 }
    }

    fn each(self) -> &'static [Arch] {
        match self {
            Self::Arm64 => &[Arch::Arm64],
            Self::X86_64 => &[Arch::X86_64],
            Self::All => &[Arch::Arm64, Arch::X86_64],
        }
    }
}

pub fn run(wanted: &Wanted) -> anyhow::Result<()> {
    let root = crate::root().canonicalize().context("cannot find the workspace")?;
    let target = target_folder(&root);
    let made = make(&root, &target, wanted)?;
    println!("{made}");
    if wanted.check {
        again::compare(&root, &made, |copy| make(copy, &copy.join("target"), wanted))?;
    }
    Ok(())
}

/// Makes `dist` below `root` anew: what lies there is what its manifest says, all of it from one run.
fn make(root: &Path, target: &Path, wanted: &Wanted) -> anyhow::Result<Manifest> {
    let functions = functions::deployed(root, &wanted.only)?;
    if functions.is_empty() {
        bail!("nothing to package: no function has a program that requires the feature cloud");
    }
    let archs = wanted.arch.each();
    archs.iter().try_for_each(|arch| build::check_installed(*arch))?;
    let dist = root.join("dist");
    drop(std::fs::remove_dir_all(&dist));
    let mut manifest = Manifest::default();
    let is_both = wanted.aws == wanted.gcp;
    let build = |arch, cloud| Build { root, target, arch, cloud }.run(&functions);
    if wanted.aws || is_both {
        for &arch in archs {
            zip::write(root, &dist.join("lambda").join(arch.name()), &build(arch, Cloud::Aws)?, arch, &mut manifest)?;
        }
    }
    if wanted.gcp || is_both {
        let mut platforms = Vec::new();
        for &arch in archs {
            platforms.push((arch, build(arch, Cloud::Gcp)?));
        }
        image::write(root, &dist.join("image"), &platforms, &mut manifest)?;
    }
    manifest.write(&dist)?;
    Ok(manifest)
}

fn target_folder(root: &Path) -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "where cargo builds is said by cargo's own variable")]
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}
