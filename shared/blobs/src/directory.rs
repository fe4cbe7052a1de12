//! Objects as files: `<root>/<kind>/<first two digits>/<rest>`, so that no folder grows too long.

use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use contracts::BlobKey;

use crate::{Error, too_short};

#[derive(Debug, Clone)]
pub(crate) struct Directory {
    root: Arc<PathBuf>,
}

impl Directory {
    pub(crate) async fn open(root: PathBuf) -> std::io::Result<Self> {
        tokio::fs::create_dir_all(&root).await?;
        Ok(Self { root: Arc::new(root) })
    }

    pub(crate) async fn put(&self, key: &BlobKey, bytes: Vec<u8>) -> Result<(), Error> {
        let path = self.path(key);
        blocking(key, move || {
            if path.exists() {
                touch(&path);
                return Ok(());
            }
            let folder = path.parent().map_or_else(PathBuf::new, PathBuf::from);
            std::fs::create_dir_all(&folder)?;
            // Written beside its place and moved in whole, so a reader sees all of it or nothing. The data is
            // synced before the move and the folder after it: whoever is told "stored" may rely on it.
            let mut file = tempfile::NamedTempFile::new_in(&folder)?;
            file.write_all(&bytes)?;
            file.as_file().sync_data()?;
            match file.persist(&path) {
                Ok(_) => std::fs::File::open(&folder)?.sync_all(),
                Err(_) if path.exists() => Ok(()),
                Err(e) => Err(e.error),
            }
        })
        .await
    }

    pub(crate) async fn get(&self, key: &BlobKey) -> Result<Vec<u8>, Error> {
        let path = self.path(key);
        blocking(key, move || std::fs::read(path)).await
    }

    pub(crate) async fn get_range(&self, key: &BlobKey, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
        let path = self.path(key);
        let read = move || {
            let mut file = std::fs::File::open(path)?;
            file.seek(SeekFrom::Start(offset))?;
            let mut bytes = Vec::new();
            file.take(u64::from(length)).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = blocking(key, read).await?;
        if bytes.len() == length as usize {
            return Ok(bytes);
        }
        Err(too_short(key, bytes.len(), offset, length))
    }

    pub(crate) async fn exists(&self, key: &BlobKey) -> Result<bool, Error> {
        let path = self.path(key);
        blocking(key, move || path.try_exists()).await
    }

    pub(crate) fn root(&self) -> &std::path::Path {
        &self.root
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        match key.as_str().rsplit_once('/') {
            Some((kind, digest)) if digest.len() > 2 => self.root.join(kind).join(&digest[..2]).join(&digest[2..]),
            _ => self.root.join(key.as_str()),
        }
    }
}

/// An object that is put again is needed again: it is as young as if it were new. Where that cannot be noted it stays old.
fn touch(path: &std::path::Path) {
    #[expect(clippy::disallowed_methods, reason = "the time that the file system gives a new file, and no other")]
    let now = std::time::SystemTime::now();
    drop(std::fs::File::options().append(true).open(path).and_then(|file| file.set_modified(now)));
}

async fn blocking<T: Send + 'static>(
    key: &BlobKey,
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| Err(std::io::Error::other(e)));
    done.map_err(|source| match source.kind() {
        ErrorKind::NotFound => Error::Missing(key.clone()),
        _ => Error::Io { key: key.clone(), source },
    })
}
