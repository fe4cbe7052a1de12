//! Old objects go. A bucket does that by its lifecycle; a folder is tidied by whoever looks after it.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use contracts::BlobKey;

use crate::directory::Directory;
use crate::{Adapter, Blobs, Error};

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Objects.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Blobs {
    /// Removes objects that were last put before `before` (milliseconds since the Unix epoch) and are not in `keep`; none
    /// where the storage does so itself. May be ended anywhere and run twice at once.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder cannot be read; what was removed until then is gone.
    pub async fn expire(&self, before: i64, keep: &BTreeSet<BlobKey>) -> Result<Option<Expired>, Error> {
        match &self.adapter {
            Adapter::Directory(directory) => expire(directory, before, keep.clone()).await.map(Some),
            Adapter::Bucket(_) => Ok(None),
        }
    }
}

async fn expire(directory: &Directory, before: i64, keep: BTreeSet<BlobKey>) -> Result<Expired, Error> {
    let root = directory.root().to_owned();
    let before = SystemTime::UNIX_EPOCH + Duration::from_millis(before.max(0) as u64);
    let done = tokio::task::spawn_blocking(move || tidy(&root, before, &keep)).await;
    // An error names an object; the folder as a whole has none.
    let (key, done) = (crate::key_of("folder", b""), done.unwrap_or_else(|e| Err(io::Error::other(e))));
    done.map_err(|source| Error::Io { key, source })
}

/// Folders are `<kind>/<two digits>/<rest>`; whatever lies elsewhere or has another name is left alone.
fn tidy(root: &Path, before: SystemTime, keep: &BTreeSet<BlobKey>) -> io::Result<Expired> {
    let mut expired = Expired::default();
    for kind in folders(root)? {
        for start in folders(&root.join(&kind))? {
            for entry in std::fs::read_dir(root.join(&kind).join(&start))? {
                let entry = entry?;
                let Ok(key) = format!("{kind}/{start}{}", entry.file_name().to_string_lossy()).parse::<BlobKey>()
                else {
                    continue;
                };
                let Ok(metadata) = entry.metadata() else { continue };
                let is_old = metadata.is_file() && metadata.modified()? < before;
                if is_old && !keep.contains(&key) && std::fs::remove_file(entry.path()).is_ok() {
                    expired.objects += 1;
                    expired.bytes += metadata.len();
                }
            }
        }
    }
    Ok(expired)
}

fn folders(folder: &Path) -> io::Result<Vec<String>> {
    let entries = std::fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let is_folder = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    Ok(entries.iter().filter(|e| is_folder(e)).map(|e| e.file_name().to_string_lossy().into_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_of;

    /// An object that was put so many days after the epoch.
    async fn put(blobs: &Blobs, root: &Path, text: &str, day: u64) -> BlobKey {
        let key = key_of("pack", text.as_bytes());
        blobs.put(&key, text.as_bytes().to_vec()).await.expect("is put");
        let digest = key.as_str().trim_start_matches("pack/");
        let file = std::fs::File::options().write(true).open(root.join("pack").join(&digest[..2]).join(&digest[2..]));
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(day * 86_400);
        file.and_then(|file| file.set_modified(at)).expect("is dated");
        key
    }

    #[tokio::test]
    async fn what_is_old_goes_unless_somebody_needs_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let blobs = Blobs::open(&format!("dir:{}", folder.path().display())).await.expect("opens");
        let old = put(&blobs, folder.path(), "old", 10).await;
        let needed = put(&blobs, folder.path(), "needed", 10).await;
        let young = put(&blobs, folder.path(), "young", 20).await;
        let again = put(&blobs, folder.path(), "put again", 10).await;
        blobs.put(&again, b"put again".to_vec()).await.expect("is there");
        std::fs::write(folder.path().join("pack").join("not-ours"), "x").expect("writes");
        let keep: BTreeSet<BlobKey> = [needed.clone()].into();
        let limit = 15 * 86_400_000;
        let expired = blobs.expire(limit, &keep).await.expect("expires");
        assert_eq!(expired, Some(Expired { objects: 1, bytes: 3 }));
        for (key, is_there) in [(&old, false), (&needed, true), (&young, true), (&again, true)] {
            assert_eq!(blobs.exists(key).await.expect("answers"), is_there, "{key}");
        }
        assert!(folder.path().join("pack").join("not-ours").exists());
        assert_eq!(blobs.expire(limit, &keep).await.expect("expires"), Some(Expired::default()));
        assert_eq!(blobs.expire(i64::MIN, &BTreeSet::new()).await.expect("expires"), Some(Expired::default()));
    }

    #[tokio::test]
    async fn every_request_is_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let blobs = Blobs::open(&format!("dir:{}", folder.path().display())).await.expect("opens");
        let key = key_of("pack", b"abc");
        for _ in 0..2 {
            blobs.put(&key, b"abc".to_vec()).await.expect("is put");
        }
        blobs.get(&key).await.expect("is there");
        blobs.get_range(&key, 1, 2).await.expect("is there");
        blobs.clone().get(&key_of("pack", b"no")).await.expect_err("is missing");
        blobs.exists(&key).await.expect("answers");
        let expected = crate::Counts { puts: 2, put_bytes: 6, gets: 3, get_bytes: 5, heads: 1, remembered: 0 };
        assert_eq!(blobs.counts(), expected);
    }
}
