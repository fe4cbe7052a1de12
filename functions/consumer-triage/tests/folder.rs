//! A folder as a snapshot: what `initialize` would have stored for a commit with these files.

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use blobs::Blobs;
use contracts::BlobKey;
use contracts::manifest::{Content, Entry, EntryKind, GitFacts, Manifest, Place};

/// Folders directly inside, sorted.
pub fn children(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Stores the files below `folder` as a snapshot of a commit whose id is `digit` forty times; those in `padded` are filled
/// up with empty lines to a size in bytes.
pub async fn snapshot(
    folder: &Path,
    digit: char,
    padded: &HashMap<String, usize>,
    blobs: &Blobs,
) -> Result<BlobKey, Box<dyn Error>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        open.extend(if next.is_dir() { children(&next)? } else { Vec::new() });
        for entry in if next.is_dir() { std::fs::read_dir(&next)?.collect() } else { Vec::new() } {
            let path = entry?.path();
            if path.is_file() {
                let name = path.strip_prefix(folder)?.display().to_string();
                let mut bytes = std::fs::read(&path)?;
                bytes.resize(padded.get(&name).copied().unwrap_or(0).max(bytes.len()), b'\n');
                files.push((name, bytes));
            }
        }
    }
    files.sort();
    let (mut pack, mut entries) = (Vec::new(), Vec::new());
    for (path, bytes) in files {
        let frame = zstd::bulk::compress(&bytes, 1)?;
        let place = Place { pack: 0, offset: pack.len() as u64, length: u32::try_from(frame.len())? };
        pack.extend(frame);
        let oid = snapshot::object_id(&bytes).parse()?;
        let content = if bytes.contains(&0) { Content::Binary } else { Content::Packed(place) };
        entries.push(Entry { path, kind: EntryKind::File, oid, size: bytes.len() as u64, content });
    }
    let key = blobs::key_of("pack", &pack);
    blobs.put(&key, pack).await?;
    let commit = Some(String::from(digit).repeat(40).parse()?);
    let manifest = Manifest { commit, entries, packs: vec![key], git: GitFacts::default(), notes: Vec::new() };
    Ok(blobs.put_json("snapshot", &manifest).await?)
}
