//! Into the cache folder, once: whoever comes second waits for the first.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of what was installed under `name`, after `install` filled it if nobody had. Another version needs another
/// name.
pub(crate) fn once(name: &str, install: impl FnOnce(&Path)) -> PathBuf {
    let cache = cache();
    std::fs::create_dir_all(&cache).unwrap_or_else(|e| panic!("cannot make {}: {e}", cache.display()));
    let lock = File::create(cache.join(format!("{name}.lock"))).unwrap_or_else(|e| panic!("cannot lock {name}: {e}"));
    lock.lock().unwrap_or_else(|e| panic!("cannot lock {name}: {e}"));
    let folder = cache.join(name);
    let done = cache.join(format!("{name}.done"));
    if !done.exists() {
        eprintln!("counterparts: installing {name} into {}, once", cache.display());
        // What an interrupted installation left is not to be trusted.
        drop(std::fs::remove_dir_all(&folder));
        install(&folder);
        File::create(&done).unwrap_or_else(|e| panic!("cannot note that {name} is installed: {e}"));
    }
    folder
}

/// A virtual environment of `python` with `packages`; answers its `bin` folder.
pub(crate) fn venv(name: &str, python: &Path, packages: &[&str]) -> PathBuf {
    let install = |folder: &Path| {
        run(command(python).arg("-m").arg("venv").arg(folder));
        run(command(&folder.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(packages));
    };
    once(name, install).join("bin")
}

/// The newest Python of this machine.
///
/// # Panics
/// Where there is none of version `minor`; says where it was looked for.
pub(crate) fn python(minor: u32) -> PathBuf {
    let name = format!("python3.{minor}");
    let path = std::env::split_paths(&variable("PATH").unwrap_or_default()).collect::<Vec<_>>();
    let pyenv = PathBuf::from(variable("HOME").unwrap_or_default()).join(".pyenv/versions");
    let versions = std::fs::read_dir(pyenv).into_iter().flatten().flatten();
    let pyenv = versions.filter(|v| v.file_name().to_string_lossy().starts_with(&format!("3.{minor}.")));
    let folders = pyenv.map(|v| v.path().join("bin")).chain(path);
    let found = folders.map(|folder| folder.join(&name)).find(|program| works(program));
    found.unwrap_or_else(|| panic!("{name} is needed and neither in PATH nor below ~/.pyenv/versions: install it"))
}

/// Runs to the end.
///
/// # Panics
/// If it fails, with what it printed.
pub(crate) fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|e| panic!("cannot start {command:?}: {e}"));
    let printed = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success(), "{command:?} failed: {printed}");
}

/// A command to be started.
pub(crate) fn command(program: &Path) -> Command {
    #[expect(clippy::disallowed_methods, reason = "servers for tests are processes; this is where they start")]
    Command::new(program)
}

/// A shim of pyenv is there for every version and works for one.
fn works(program: &Path) -> bool {
    program.exists() && command(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn cache() -> PathBuf {
    let xdg = variable("XDG_CACHE_HOME").filter(|v| !v.is_empty()).map(PathBuf::from);
    let cache = xdg.unwrap_or_else(|| PathBuf::from(variable("HOME").unwrap_or_default()).join(".cache"));
    cache.join("downstream")
}

fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "where a machine keeps its caches is said by its environment")]
    std::env::var(name).ok()
}
