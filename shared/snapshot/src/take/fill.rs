//! Finding a place for every path of a commit: remembered, or read and packed.

use std::collections::HashMap;

use contracts::manifest::{Content, Entry, EntryKind, Place};
use git::{Limits, Reader, TreeEntry};
use stage::StageProgress;
use tokio::sync::mpsc;

use crate::Error;
use crate::pack::{Pack, Packer};

/// git's own rule: a NUL byte this early makes a file binary.
const BINARY_HEAD: usize = 8_000;
/// First line of a pointer file of git LFS, and the largest such file.
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";
const MAX_LFS_POINTER: usize = 1_024;
/// How often progress is told, in files.
const EVERY: usize = 256;

/// Runs on a blocking thread, in the order of the paths, so that the same tree always gives the same answer.
pub(super) struct Filler {
    pub reader: Reader,
    pub packer: Packer,
    pub full: mpsc::Sender<Pack>,
    pub known: HashMap<String, (u64, Content)>,
    pub limits: Limits,
    pub progress: Option<StageProgress>,
    /// Bytes of text kept so far.
    pub kept: u64,
    /// Texts for which there was no room.
    pub beyond: u64,
    pub notes: Vec<String>,
}

impl Filler {
    /// Finds a place for every entry; answers them with the notes.
    pub fn fill(mut self, listed: Vec<TreeEntry>) -> Result<(Vec<Entry>, Vec<String>), Error> {
        let total = listed.len();
        let mut entries = Vec::with_capacity(total);
        for (done, TreeEntry { path, kind, oid }) in listed.into_iter().enumerate() {
            if done % EVERY == 0 {
                self.tell(done, total);
            }
            let (size, mut content) = match kind {
                EntryKind::Submodule => (0, Content::Absent),
                EntryKind::File | EntryKind::Executable | EntryKind::Symlink => self.content(&path, &oid)?,
            };
            if content.place().is_some() {
                if self.has_room(size) {
                    self.kept += size;
                } else {
                    content = Content::TooLarge;
                }
            }
            entries.push(Entry { path, kind, oid, size, content });
        }
        self.tell(total, total);
        if self.beyond > 0 {
            let (beyond, max) = (self.beyond, self.limits.max_total_bytes);
            self.notes.push(format!("{beyond} files were not kept: all together may have {max} bytes"));
        }
        if let Some(pack) = self.packer.finish() {
            send(&self.full, pack)?;
        }
        Ok((entries, self.notes))
    }

    /// Size and place of one content: remembered, or read.
    fn content(&mut self, path: &str, oid: &contracts::ObjectId) -> Result<(u64, Content), Error> {
        let max = self.limits.max_file_bytes;
        match self.known.get(oid.as_str()) {
            Some(&(size, Content::TooLarge)) if size <= max => {} // there was no room for it then; there may be now
            Some(&(size, _)) if size > max => return Ok((size, Content::TooLarge)),
            Some(&known) => return Ok(known),
            None => {}
        }
        let found = self.read(path, oid)?;
        self.known.insert(oid.to_string(), found);
        Ok(found)
    }

    fn read(&mut self, path: &str, oid: &contracts::ObjectId) -> Result<(u64, Content), Error> {
        let Some(size) = self.reader.size(oid)? else {
            self.notes.push(format!("{path}: its content {oid} is not in the repository"));
            return Ok((0, Content::Absent));
        };
        if size > self.limits.max_file_bytes {
            return Ok((size, Content::TooLarge));
        }
        let Some(bytes) = self.reader.blob(oid)? else {
            self.notes.push(format!("{path}: its content {oid} is no file"));
            return Ok((0, Content::Absent));
        };
        if is_binary(&bytes) {
            return Ok((size, Content::Binary));
        }
        if !self.has_room(size) {
            return Ok((size, Content::TooLarge));
        }
        let place = self.pack(&bytes)?;
        Ok((size, if is_lfs_pointer(&bytes) { Content::Lfs(place) } else { Content::Packed(place) }))
    }

    /// Whether a text of this size may still be kept; if not, it is counted.
    fn has_room(&mut self, size: u64) -> bool {
        let fits = self.kept.saturating_add(size) <= self.limits.max_total_bytes;
        self.beyond += u64::from(!fits);
        fits
    }

    fn pack(&mut self, bytes: &[u8]) -> Result<Place, Error> {
        let (place, full) = self.packer.add(bytes).map_err(|e| Error::Pack(e.to_string()))?;
        if let Some(pack) = full {
            send(&self.full, pack)?;
        }
        Ok(place)
    }

    fn tell(&self, done: usize, total: usize) {
        if let Some(progress) = &self.progress {
            progress.report(done as u64, Some(total as u64), "reading files");
        }
    }
}

fn send(full: &mpsc::Sender<Pack>, pack: Pack) -> Result<(), Error> {
    full.blocking_send(pack).map_err(|_| Error::Pack("object storage did not take a pack".to_owned()))
}

fn is_binary(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(BINARY_HEAD)].contains(&0)
}

fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_LFS_POINTER && bytes.starts_with(LFS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_is_what_git_says() {
        let late = [vec![b'a'; BINARY_HEAD], vec![0]].concat();
        let early = [vec![b'a'; BINARY_HEAD - 1], vec![0]].concat();
        let cases: [(&[u8], bool); 5] =
            [(b"", false), (b"text\xff", false), (b"\0", true), (&late, false), (&early, true)];
        for (bytes, expected) in cases {
            assert_eq!(is_binary(bytes), expected, "{} bytes", bytes.len());
        }
    }

    #[test]
    fn pointers_of_lfs_are_recognised() {
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
        assert!(is_lfs_pointer(pointer));
        assert!(!is_lfs_pointer(b"version https://git-lfs.github.com/spec/v2\n"));
        assert!(!is_lfs_pointer(&[pointer.as_slice(), &[b'x'; 2_000]].concat()));
    }
}
