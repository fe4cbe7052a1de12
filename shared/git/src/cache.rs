//! The cache folder: one bare repository a URL, entered by one fetch at a time, in this process and in others.
//!
//! ```text
//! <cache>/<digest of the URL>/lock            held by the fetch that is inside
//! <cache>/<digest of the URL>/reading         held, shared, by everybody who reads the repository
//! <cache>/<digest of the URL>/repository.git  the bare repository
//! ```
//!
//! Both locks are the kernel's: they die with the process that holds them. Whoever holds `lock` therefore knows that every
//! lock file of git inside the repository was left by somebody dead, and removes it.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use contracts::ids::digest_hex;
use tokio::sync::OwnedMutexGuard;
use url::Url;

use crate::Error;

/// Each fetch leaves a pack, and reading slows with their number. Beyond this the repository is fetched anew.
const MAX_PACKS: usize = 64;

/// The cache folder and who is waiting for what in this process.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    root: PathBuf,
    turns: Arc<Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>>,
}

/// The right to change one repository of the cache.
#[derive(Debug)]
pub(crate) struct Place {
    /// The bare repository; not there before the first fetch.
    pub git_dir: PathBuf,
    dir: PathBuf,
    _lock: File,
}

impl Cache {
    pub fn new(root: PathBuf) -> Self {
        Self { root, turns: Arc::default() }
    }

    /// Waits until no other fetch of `url` runs in this process.
    pub async fn turn(&self, url: &Url) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody waits for a turn that only this map knows.
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            turns.entry(url.to_string()).or_default().clone()
        };
        turn.lock_owned().await
    }

    /// Waits until no other process fetches `url`, and sweeps what dead ones left. Blocking.
    pub fn enter(&self, url: &str) -> Result<Place, Error> {
        let dir = self.root.join(digest_hex(&[url], 32));
        enter(&dir).map_err(|e| failed(&dir, &e))
    }
}

fn enter(dir: &Path) -> io::Result<Place> {
    fs::create_dir_all(dir)?;
    let lock = open_lock(&dir.join("lock"))?;
    lock.lock()?;
    let git_dir = dir.join("repository.git");
    sweep(&git_dir)?;
    if count_packs(&git_dir)? > MAX_PACKS {
        let reading = open_lock(&dir.join("reading"))?;
        match reading.try_lock() {
            Ok(()) => fs::remove_dir_all(&git_dir)?,
            // Somebody reads from it; the next fetch will find it idle.
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(e)) => return Err(e),
        }
    }
    Ok(Place { git_dir, dir: dir.to_owned(), _lock: lock })
}

impl Place {
    /// Keeps the repository from being fetched anew for as long as the answer lives.
    pub fn reading(&self) -> Result<Arc<File>, Error> {
        let take = || {
            let file = open_lock(&self.dir.join("reading"))?;
            file.lock_shared()?;
            Ok(Arc::new(file))
        };
        take().map_err(|e| failed(&self.dir, &e))
    }

    /// Throws the repository away, because it is broken.
    pub fn discard(&self) -> Result<(), Error> {
        match fs::remove_dir_all(&self.git_dir) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(failed(&self.git_dir, &e)),
            _ => Ok(()),
        }
    }
}

fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path)
}

/// Removes lock files, half-written packs and keep files below `git_dir`. Safe only for the holder of the lock.
fn sweep(git_dir: &Path) -> io::Result<()> {
    let mut folders = vec![git_dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if is_left_over(&entry.path()) {
                tracing::info!(path = %entry.path().display(), "removed what an interrupted fetch left behind");
                fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

fn is_left_over(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let in_packs = path.parent().is_some_and(|parent| parent.ends_with("objects/pack"));
    let is_pack_file = [".pack", ".idx"].iter().any(|end| name.ends_with(end));
    name.ends_with(".lock") || (in_packs && !is_pack_file)
}

fn count_packs(git_dir: &Path) -> io::Result<usize> {
    match fs::read_dir(git_dir.join("objects/pack")) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(0),
        entries => {
            Ok(entries?.filter_map(Result::ok).filter(|e| e.path().extension().is_some_and(|x| x == "pack")).count())
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> Error {
    Error::Cache { path: path.to_owned(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        dir
    }

    #[test]
    fn what_a_dead_fetch_left_is_swept_and_nothing_else() {
        let kept = ["HEAD", "refs/pin/a", "objects/pack/p.pack", "objects/pack/p.idx", "objects/ab/cdef"];
        let left =
            ["shallow.lock", "refs/pin/a.lock", "objects/pack/p.keep", "objects/pack/.tmpAbC", "packed-refs.lock"];
        let dir = folder_with(&[kept, left].concat());
        sweep(dir.path()).unwrap();
        for file in kept {
            assert!(dir.path().join(file).exists(), "{file}");
        }
        for file in left {
            assert!(!dir.path().join(file).exists(), "{file}");
        }
    }

    #[test]
    fn a_full_repository_is_made_anew_unless_somebody_reads_it() {
        let packs: Vec<String> = (0..=MAX_PACKS).map(|i| format!("d/repository.git/objects/pack/{i}.pack")).collect();
        let dir = folder_with(&packs.iter().map(String::as_str).collect::<Vec<_>>());
        let home = dir.path().join("d");
        let reader = enter(&home).map(|place| place.git_dir.exists().then(|| place.reading()));
        // The first entry already found it full and idle.
        assert!(reader.unwrap().is_none());

        let dir = folder_with(&packs.iter().map(String::as_str).collect::<Vec<_>>());
        let home = dir.path().join("d");
        let reading = open_lock(&home.join("reading")).unwrap();
        reading.lock_shared().unwrap();
        assert!(enter(&home).unwrap().git_dir.exists());
        drop(reading);
        assert!(!enter(&home).unwrap().git_dir.exists());
    }

    #[test]
    fn a_folder_that_cannot_be_used_is_a_clear_error_to_try_again() {
        let dir = folder_with(&["cache"]);
        let error = Cache::new(dir.path().join("cache")).enter("https://h/r").unwrap_err();
        assert!(matches!(error, Error::Cache { .. }) && error.is_transient());
        assert!(error.to_string().contains("cannot be used"), "{error}");
    }
}
