//! Walks `tests/cases/<format>/`: the files below `files/` are a repository, `expected.json` is its document.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its world has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use contracts::manifest::{Content, Entry, EntryKind, GitFacts, Manifest, Place};
use serde_json::Value;

#[test]
fn every_case_gives_its_document() {
    let mut wrong = Vec::new();
    let cases = directories(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"));
    assert!(cases.len() >= 15, "the cases were not found");
    for case in &cases {
        let document = document_of(&case.join("files"));
        let expected =
            fs::read(case.join("expected.json")).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        if expected.as_ref() != Some(&document) {
            let shown = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.json", name(case)));
            fs::write(&shown, serde_json::to_string_pretty(&document).unwrap() + "\n").unwrap();
            wrong.push(format!("{} gives {}", name(case), shown.display()));
        }
    }
    assert!(wrong.is_empty(), "compare with the cases' expected.json:\n{}", wrong.join("\n"));
}

/// The document without what is the same everywhere: git facts, and the README's size.
fn document_of(root: &Path) -> Value {
    let files = files_below(root);
    let manifest = Manifest {
        commit: None,
        entries: files.iter().map(|(path, bytes)| entry(path, bytes.len())).collect(),
        packs: Vec::new(),
        git: GitFacts::default(),
        notes: Vec::new(),
    };
    let picked = metadata::pick(&manifest).read;
    let read = files.iter().filter(|(path, _)| picked.iter().any(|entry| entry.path == *path));
    let contents: Vec<(String, Vec<u8>)> = read.cloned().collect();
    let mut document = serde_json::to_value(metadata::decide(&manifest, &contents)).unwrap();
    document.as_object_mut().unwrap().remove("git");
    document
}

fn entry(path: &str, size: usize) -> Entry {
    Entry {
        path: path.to_owned(),
        kind: EntryKind::File,
        oid: "0".repeat(40).parse().unwrap(),
        size: u64::try_from(size).unwrap(),
        content: Content::Packed(Place { pack: 0, offset: 0, length: 1 }),
    }
}

/// Every file with its path from `root`, sorted.
fn files_below(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut open = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(directory) = open.pop() {
        for item in fs::read_dir(&directory).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

fn directories(root: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|item| item.unwrap().path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

fn name(case: &Path) -> String {
    case.file_name().unwrap().to_string_lossy().into_owned()
}
