//! The door against a real git server on this machine and against repositories on disk.
#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod local;
mod merge_base;
mod origin;
mod remote;
mod server;
mod trees;
mod walls;

use git::{Before, Fetched, Git, OnProgress, Rev, Settings, Wanted};

/// A door that may go anywhere, with its cache in a folder that goes with it.
pub(crate) struct Door {
    pub(crate) cache: tempfile::TempDir,
    pub(crate) git: Git,
}

impl Door {
    pub(crate) fn open() -> Self {
        Self::with(Settings { allow_private: true, ..Settings::default() })
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let cache = tempfile::tempdir().unwrap();
        let git = Git::open(cache.path().join("cache"), settings);
        Self { cache, git }
    }

    pub(crate) async fn fetch(&self, url: &str, after: Rev, before: Before) -> Result<Fetched, git::Error> {
        let wanted = Wanted { after, before, git_ref: Some("refs/heads/main".to_owned()) };
        self.git.fetch(url, &wanted, OnProgress::silent()).await
    }

    pub(crate) async fn head(&self, url: &str) -> Result<Fetched, git::Error> {
        self.fetch(url, Rev::Head, Before::Nothing).await
    }

    /// The bare repository of the only URL that was fetched.
    pub(crate) fn cached(&self) -> std::path::PathBuf {
        let mut folders = std::fs::read_dir(self.cache.path().join("cache")).unwrap();
        folders.next().unwrap().unwrap().path().join("repository.git")
    }
}

/// All paths of the fetched commit.
pub(crate) async fn paths(fetched: &Fetched) -> Vec<String> {
    let listing = fetched.repository.list(&fetched.after, 1_000).await.unwrap();
    listing.entries.into_iter().map(|entry| entry.path).collect()
}

/// The text at `path` of the fetched commit.
pub(crate) async fn text(fetched: &Fetched, path: &str) -> String {
    let listing = fetched.repository.list(&fetched.after, 1_000).await.unwrap();
    let entry = listing.entries.iter().find(|entry| entry.path == path).unwrap();
    let reader = fetched.repository.reader();
    let bytes = reader.blob(&entry.oid).unwrap().unwrap();
    assert_eq!(reader.size(&entry.oid).unwrap(), Some(bytes.len() as u64));
    String::from_utf8(bytes).unwrap()
}
