//! Git repositories: fetched over http and https or opened where they lie, and read without a checkout.
//!
//! What this door owes:
//!
//! - **Nothing of a repository is ever run.** No checkout, no hook, no filter, no credential helper, no git
//!   program. A repository on disk is opened with its own configuration only, and nothing of that starts a process.
//! - **Little travels.** Each remote has a bare repository in the cache folder; a fetch asks for exact commits at
//!   depth 1, so a later push transfers only its delta.
//! - **Only where it may.** Without [`Settings::allow_private`] no byte goes to a loopback, private, link-local or
//!   metadata address, neither directly nor by a redirect, and the address that was checked is the one that is used.
//! - **A killed process blocks nobody.** Locks die with their process, and what a dead fetch left is swept away by the
//!   next one.
//! - **Errors say what to do**, and each knows whether trying again can help ([`Error`] into [`stage::Fault`]).
//!
//! Blocking work runs on tokio's blocking threads; dropping a future interrupts its fetch.

mod address;
mod cache;
mod endpoint;
mod error;
mod listing;
mod local;
mod location;
mod meter;
mod repository;
mod settings;
mod token_source;
mod transfer;
mod wanted;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cache::Cache;
use crate::endpoint::Endpoint;
use crate::location::Location;
use crate::transfer::Transfer;

pub use crate::error::Error;
pub use crate::listing::{Listing, TreeEntry};
pub use crate::meter::{OnProgress, Received};
pub use crate::repository::{Reader, Repository};
pub use crate::settings::{Limits, Settings, Token};
pub use crate::token_source::TokenSource;
pub use crate::wanted::{Before, Fetched, Resolved, Rev, Wanted};

/// Fetches and reads repositories. Cloning shares the cache and its locks.
#[derive(Debug, Clone)]
pub struct Git {
    cache: Cache,
    settings: Arc<Settings>,
}

impl Git {
    /// A door with its cache under `cache_dir`, which is created by the first fetch.
    pub fn open(cache_dir: impl Into<PathBuf>, settings: Settings) -> Self {
        Self { cache: Cache::new(cache_dir.into()), settings: Arc::new(settings) }
    }

    /// What `rev` is at the remote now, and which branch its `HEAD` names. Transfers no objects.
    ///
    /// # Errors
    ///
    /// Every [`Error`] but the ones about size.
    pub async fn resolve(&self, url: &str, rev: &Rev) -> Result<Resolved, Error> {
        let rev = rev.clone();
        match Location::parse(url, &self.settings)? {
            Location::Local(path) => blocking(url, move || local::open(&path)?.resolve(&rev)).await,
            Location::Remote(remote) => {
                let ask = move |transfer: &Transfer| transfer.resolve(&rev);
                self.transfer(&remote, OnProgress::silent(), ask).await
            }
        }
    }

    /// Brings the wanted commits within reach, one fetch for all of them, and answers where they are.
    ///
    /// A `before` that is gone (force push, shallow clone) is `None` with a note in [`Fetched::notes`].
    ///
    /// # Errors
    ///
    /// Every [`Error`]; [`Error::UnknownCommit`] if the remote does not have `after`.
    pub async fn fetch(&self, url: &str, wanted: &Wanted, on_progress: OnProgress) -> Result<Fetched, Error> {
        let wanted = wanted.clone();
        match Location::parse(url, &self.settings)? {
            Location::Local(path) => blocking(url, move || local::open(&path)?.fetch(&wanted)).await,
            Location::Remote(remote) => {
                self.transfer(&remote, on_progress, move |transfer| transfer.fetch(&wanted)).await
            }
        }
    }

    /// The caps that readers of this door's repositories should keep to.
    pub fn limits(&self) -> &Limits {
        &self.settings.limits
    }

    /// Finds the endpoint, takes the URL's turn and runs `work` with both, all within the time limit.
    async fn transfer<T: Send + 'static>(
        &self,
        remote: &url::Url,
        on_progress: OnProgress,
        work: impl Fn(&Transfer) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let interrupt = InterruptOnDrop(Arc::new(AtomicBool::new(false)));
        let flag = interrupt.0.clone();
        let limit = self.settings.limits.timeout;
        let all = async {
            let endpoint = Endpoint::find(remote, &self.settings).await?;
            // Waiting for one's turn here costs no thread; the lock file only stands between processes.
            let turn = self.cache.turn(remote).await;
            let (cache, limits) = (self.cache.clone(), self.settings.limits.clone());
            let name = remote.to_string();
            blocking(remote.as_str(), move || {
                let _turn = turn;
                let place = cache.enter(&name)?;
                work(&Transfer::new(name, endpoint, place, limits, flag, on_progress))
            })
            .await
        };
        match tokio::time::timeout(limit, all).await {
            Ok(done) => done,
            Err(_) => Err(Error::Timeout { url: remote.to_string(), seconds: limit.as_secs_f64() }),
        }
    }
}

/// Stops the transfer on its blocking thread when nobody waits for it any more.
struct InterruptOnDrop(Arc<AtomicBool>);

impl Drop for InterruptOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs `work` on a blocking thread. A panic in a foreign parser costs this call, not the process.
pub(crate) async fn blocking<T: Send + 'static>(
    url: &str,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(e) => Err(Error::Damaged { url: url.to_owned(), why: format!("reading it ended in a crash: {e}") }),
    }
}
