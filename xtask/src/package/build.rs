//! Programs whose bytes do not depend on where, when and by whom they were built.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::package::functions::Function;

/// The moment that everything packaged is from: the first one that a zip can tell (1980-01-01T00:00:00Z).
pub const EPOCH: u64 = 315_532_800;
/// The glibc of the image in which Lambda runs programs (`provided.al2023`: Amazon Linux 2023,
/// <https://docs.aws.amazon.com/linux/al2023/ug/glibc.html>).
pub const LAMBDA_GLIBC: (u32, u32) = (2, 34);

/// A processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arch {
    Arm64,
    X86_64,
}

impl Arch {
    /// As Amazon writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }

    /// As container images write it.
    pub fn of_images(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "amd64",
        }
    }

    /// As Rust writes it.
    pub fn triple(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }

    fn is_native(self) -> bool {
        self.triple().starts_with(std::env::consts::ARCH)
    }
}

/// Which features the programs are built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cloud {
    Aws,
    Gcp,
}

/// A built program.
#[derive(Debug)]
pub struct Program {
    /// The function.
    pub name: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// One run of cargo.
pub struct Build<'a> {
    pub root: &'a Path,
    pub target: &'a Path,
    pub arch: Arch,
    pub cloud: Cloud,
}

impl Build<'_> {
    /// Builds all functions together, so that what they share is compiled once.
    pub fn run(&self, functions: &[Function]) -> anyhow::Result<Vec<Program>> {
        let mut cargo = self.command(functions)?;
        let shown = format!("{} for {} ({:?})", functions.len(), self.arch.name(), self.cloud);
        println!("== functions: {shown}");
        if !cargo.status().context("cannot start cargo")?.success() {
            bail!("the functions cannot be built ({shown}): the lines above say why");
        }
        let folder = self.target.join(self.arch.triple()).join("small");
        let read = |function: &Function| {
            let path = folder.join(&function.program);
            let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(Program { name: function.program.clone(), bytes })
        };
        functions.iter().map(read).collect()
    }

    fn command(&self, functions: &[Function]) -> anyhow::Result<Command> {
        let cloud = if self.cloud == Cloud::Aws { "aws" } else { "gcp" };
        #[expect(clippy::disallowed_methods, reason = "xtask is where automation starts processes")]
        let mut cargo = Command::new(env!("CARGO"));
        let triple = self.arch.triple();
        if let Some((most, least)) = zig(self.arch)? {
            cargo.args(["zigbuild", "--target", &format!("{triple}.{most}.{least}")]);
        } else {
            cargo.args(["build", "--target", triple]);
        }
        cargo.args(["--locked", "--profile", "small"]);
        for Function { package, program } in functions {
            cargo.args(["--package", package, "--bin", program]);
            cargo.args(["--features", &format!("{package}/cloud,{package}/{cloud}")]);
        }
        let (rust, c) = self.flags()?;
        cargo.env("CARGO_ENCODED_RUSTFLAGS", rust.join("\u{1f}")).env_remove("RUSTFLAGS");
        cargo.env(format!("CFLAGS_{}", triple.replace('-', "_")), &c);
        cargo.env(format!("CXXFLAGS_{}", triple.replace('-', "_")), &c);
        cargo.env("SOURCE_DATE_EPOCH", EPOCH.to_string()).env("CARGO_INCREMENTAL", "0");
        cargo.env("CARGO_TARGET_DIR", self.target).current_dir(self.root);
        Ok(cargo)
    }

    /// Flags for Rust and for C: folders get names that are the same on every machine, and there is no id of the build.
    fn flags(&self) -> anyhow::Result<(Vec<String>, String)> {
        let folders = [
            (self.root.to_path_buf(), "/downstream"),
            (self.target.to_path_buf(), "/target"),
            (cargo_home()?, "/cargo"),
            (ask_rustc(&["--print", "sysroot"])?.into(), "/rust"),
        ];
        let mut rust = vec!["-Clink-arg=-Wl,--build-id=none".to_owned()];
        let mut c = String::from("-g0");
        for (folder, name) in &folders {
            let folder = folder.display();
            rust.push(format!("--remap-path-prefix={folder}={name}"));
            c.push_str(&format!(" -ffile-prefix-map={folder}={name}"));
        }
        Ok((rust, c))
    }
}

/// The glibc to build for with zig, which brings the headers of every version and every processor; none where this machine's
/// own compiler is used.
fn zig(arch: Arch) -> anyhow::Result<Option<(u32, u32)>> {
    if on_path("cargo-zigbuild") {
        return Ok(Some(LAMBDA_GLIBC));
    }
    if arch.is_native() {
        return Ok(None);
    }
    bail!(
        "no compiler for C on {}: install one that serves all (pip install ziglang cargo-zigbuild, or cargo install cargo-zigbuild)",
        arch.name()
    )
}

/// Whether Rust's own library is there for a processor.
pub fn check_installed(arch: Arch) -> anyhow::Result<()> {
    let triple = arch.triple();
    let library = ask_rustc(&["--target", triple, "--print", "target-libdir"])?;
    if Path::new(&library).is_dir() {
        return Ok(());
    }
    bail!("Rust's library for {} is not installed: rustup target add {triple}", arch.name())
}

fn ask_rustc(arguments: &[&str]) -> anyhow::Result<String> {
    #[expect(clippy::disallowed_methods, reason = "xtask is where automation starts processes")]
    let output = Command::new("rustc").args(arguments).output().context("cannot start rustc")?;
    if !output.status.success() {
        bail!("rustc {} failed: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What it is built with, for people who compare two packages.
pub fn compiler() -> anyhow::Result<String> {
    let zig = if on_path("cargo-zigbuild") { ", C by zig" } else { "" };
    Ok(format!("{}{zig}", ask_rustc(&["--version"])?))
}

#[expect(clippy::disallowed_methods, reason = "where a machine keeps its programs is said by its environment")]
fn on_path(program: &str) -> bool {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(program).is_file())
}

#[expect(clippy::disallowed_methods, reason = "where cargo keeps sources is said by cargo's own variable")]
fn cargo_home() -> anyhow::Result<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    home.context("neither CARGO_HOME nor a home folder: where does cargo keep its sources?")
}
