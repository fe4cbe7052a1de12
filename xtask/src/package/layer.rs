//! A layer of an image: files, as tar, compressed.

use std::io::Write;

use anyhow::Context;
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use tar::{EntryType, Header};

/// What lies where in a layer.
#[derive(Debug)]
pub struct File {
    /// Relative to the root.
    pub path: String,
    /// Its permissions.
    pub mode: u32,
    /// What is in it; none for a folder.
    pub bytes: Option<Vec<u8>>,
}

impl File {
    /// A file.
    pub fn new(path: impl Into<String>, mode: u32, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), mode, bytes: Some(bytes.into()) }
    }

    /// A folder.
    pub fn folder(path: &str, mode: u32) -> Self {
        Self { path: path.to_owned(), mode, bytes: None }
    }
}

/// A finished layer.
#[derive(Debug)]
pub struct Layer {
    /// As it is stored.
    pub compressed: Vec<u8>,
    /// `sha256:…` of what it is when unpacked, which an image's configuration names.
    pub diff_id: String,
}

/// Packs files in the given order: owned by root, from the first second of time.
pub fn layer(files: &[File]) -> anyhow::Result<Layer> {
    let mut tar = tar::Builder::new(Vec::new());
    for File { path, mode, bytes } in files {
        let mut header = Header::new_ustar();
        header.set_mode(*mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_entry_type(if bytes.is_some() { EntryType::Regular } else { EntryType::Directory });
        let bytes = bytes.as_deref().unwrap_or_default();
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, path, bytes).with_context(|| format!("cannot pack {path}"))?;
    }
    let tar = tar.into_inner()?;
    let mut gz = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    gz.write_all(&tar)?;
    Ok(Layer { compressed: gz.finish()?, diff_id: digest(&tar) })
}

/// `sha256:<hexadecimal>`.
pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_give_the_same_layer() {
        let files = || [File::folder("tmp", 0o1777), File::new("app/a", 0o755, b"program".to_vec())];
        let (one, other) = (layer(&files()).expect("packs"), layer(&files()).expect("packs"));
        assert_eq!((&one.compressed, &one.diff_id), (&other.compressed, &other.diff_id));
        assert_ne!(one.diff_id, digest(&one.compressed));
    }

    #[test]
    fn what_goes_in_comes_out() {
        let packed =
            layer(&[File::folder("tmp", 0o1777), File::new("app/a", 0o755, b"program".to_vec())]).expect("packs");
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed.compressed.as_slice()));
        let mut found = Vec::new();
        for entry in archive.entries().expect("a tar") {
            let entry = entry.expect("an entry");
            let header = entry.header();
            let path = entry.path().expect("a path").display().to_string();
            let time = header.mtime().expect("a time");
            found.push((path, header.mode().expect("a mode"), header.uid().expect("an owner"), time, entry.size()));
        }
        assert_eq!(found, [("tmp".to_owned(), 0o1777, 0, 0, 0), ("app/a".to_owned(), 0o755, 0, 0, 7)]);
    }
}
