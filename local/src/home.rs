//! The folder that everything durable lies in, and the doors over it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::Context;
use blobs::Blobs;
use queue::Queue;
use runtime::Clock;
use store::Store;

use crate::exit::Failure;

/// An open folder: nobody else has it while this lives.
pub struct Home {
    /// Where it is.
    pub path: PathBuf,
    /// State.
    pub store: Store,
    /// Messages.
    pub queue: Queue,
    /// Documents.
    pub blobs: Blobs,
    _lock: File,
}

impl Home {
    /// Opens `path`, made if absent.
    pub async fn open(path: &Path, clock: Clock) -> Result<Self, Failure> {
        std::fs::create_dir_all(path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        let lock = lock(path)?;
        let place = |name: &str| path.join(name).display().to_string();
        let store = Store::open(&format!("sqlite:{}", place("state.db"))).await?;
        let queue = Queue::open(&format!("sqlite:{}", place("queue.db")), clock).await?;
        let blobs = Blobs::open(&format!("dir:{}", place("objects"))).await?;
        Ok(Self { path: path.to_owned(), store, queue, blobs, _lock: lock })
    }

    /// Where fetched repositories are kept between runs.
    pub fn repositories(&self) -> PathBuf {
        self.path.join("repositories")
    }

    /// Where bodies land that are not sent.
    pub fn outbox(&self) -> PathBuf {
        self.path.join("outbox")
    }
}

/// A lock of the operating system: it goes with the process, however that ends.
fn lock(path: &Path) -> Result<File, Failure> {
    let name = path.join("lock");
    let file = File::options().create(true).append(true).open(&name);
    let file = file.with_context(|| format!("cannot open {}", name.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::Environment(format!(
            "another downstream process uses {}; stop it, or give this one a folder of its own with --home",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => {
            Err(Failure::Environment(format!("cannot lock {}: {error}", name.display())))
        }
    }
}

/// The user's own data folder: `$XDG_DATA_HOME/downstream`, else `~/.local/share/downstream`
/// (<https://specifications.freedesktop.org/basedir-spec/latest/>).
pub fn default_path() -> Result<PathBuf, Failure> {
    #[expect(clippy::disallowed_methods, reason = "the default of a setting; its home is here")]
    let of = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let data = of("XDG_DATA_HOME").or_else(|| Some(of("HOME")?.join(".local/share")));
    match data {
        Some(data) => Ok(data.join("downstream")),
        None => {
            Err(Failure::Environment("neither HOME nor XDG_DATA_HOME is set; give a folder with --home".to_owned()))
        }
    }
}
