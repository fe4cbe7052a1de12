//! The stage on real object storage and a real store.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its world has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use blobs::Blobs;
use contracts::manifest::{Content, Entry, EntryKind, GitFacts, Manifest, Place};
use contracts::messages::{Change, MetadataExtracted};
use contracts::record::{Index, Record};
use contracts::structure::Structure as Document;
use contracts::{BlobKey, Envelope, MessageId};
use stage::{Outcome, ProgressHandle, Stage};
use store::Store;
use structure::{Deps, Out, Structure};

struct World {
    folder: tempfile::TempDir,
    deps: Deps,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        fs::create_dir(at("blobs")).unwrap();
        let blobs = Blobs::open(&format!("dir:{}", at("blobs"))).await.unwrap();
        let store = Store::open(&format!("sqlite:{}", at("store.sqlite"))).await.unwrap();
        Self { deps: Deps { blobs, store, progress: ProgressHandle::silent() }, folder }
    }

    /// One pack a file, so that a test can take one away.
    async fn snapshot(&self, files: &[(&str, &str)]) -> BlobKey {
        let (mut entries, mut packs) = (Vec::new(), Vec::new());
        for (path, text) in files {
            let frame = zstd::bulk::compress(text.as_bytes(), 1).unwrap();
            let (pack, length) = (packs.len() as u32, frame.len() as u32);
            let key = blobs::key_of("pack", &frame);
            self.deps.blobs.put(&key, frame).await.unwrap();
            packs.push(key);
            entries.push(Entry {
                path: (*path).to_owned(),
                kind: EntryKind::File,
                oid: contracts::ids::digest_hex(&[text], 40).parse().unwrap(),
                size: text.len() as u64,
                content: Content::Packed(Place { pack, offset: 0, length }),
            });
        }
        let manifest = Manifest { commit: None, entries, packs, git: GitFacts::default(), notes: vec![] };
        self.deps.blobs.put_json("snapshot", &manifest).await.unwrap()
    }

    async fn handle(&self, snapshot: &BlobKey) -> Outcome<Out> {
        Structure::handle(&message(snapshot), &self.deps).await.unwrap()
    }

    /// What the runtime does with an outcome, and what the last stage of the line does at its end.
    async fn perform(&self, outcome: &Outcome<Out>) {
        for put in &outcome.put {
            self.deps.blobs.put(&put.key, put.bytes.clone()).await.unwrap();
        }
        let Out::StructureAnalyzed(said) = &outcome.emit[0];
        let record = Index {
            repo: said.change.repo.clone(),
            snapshot: said.snapshot.clone(),
            metadata: said.metadata.clone(),
            structure: said.structure.clone(),
            code: said.metadata.clone(),
            digest: String::new(),
            seq: 1,
        };
        self.deps.store.save(vec![Record::Index(record)]).await.unwrap();
    }

    fn remove(&self, kind: &str) {
        for file in files_below(self.folder.path()) {
            if file.components().any(|part| part.as_os_str() == kind) {
                fs::remove_file(file).unwrap();
            }
        }
    }
}

fn files_below(root: &Path) -> Vec<PathBuf> {
    let mut open = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(directory) = open.pop() {
        for path in fs::read_dir(directory).unwrap().map(|item| item.unwrap().path()) {
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files
}

fn message(snapshot: &BlobKey) -> Envelope<MetadataExtracted> {
    let change = serde_json::json!({
        "repo": "o/r", "url": "https://example.com/o/r", "git_ref": "refs/heads/main", "reported_at": 0, "seq": 1
    });
    let change: Change = serde_json::from_value(change).unwrap();
    let body = MetadataExtracted { change, snapshot: snapshot.clone(), metadata: blobs::key_of("metadata", b"") };
    Envelope::first(MessageId::derive(&["test"]), body)
}

fn document(outcome: &Outcome<Out>) -> Document {
    serde_json::from_slice(&outcome.put[0].bytes).unwrap()
}

const FILES: [(&str, &str); 3] = [("a.py", "x\n"), ("main.go", "package main\nfunc main() {}\n"), ("z.md", "# z\n")];

#[tokio::test]
async fn a_snapshot_becomes_a_document_and_a_message() {
    let world = World::new().await;
    let snapshot = world.snapshot(&FILES).await;
    let outcome = world.handle(&snapshot).await;
    let Out::StructureAnalyzed(said) = &outcome.emit[0];
    assert_eq!(said.structure, outcome.put[0].key);
    assert_eq!(said.snapshot, snapshot);
    assert!(outcome.save.is_empty());
    let lines: Vec<_> = document(&outcome).files.into_iter().map(|file| (file.path, file.lines)).collect();
    assert_eq!(lines, [("a.py".to_owned(), Some(1)), ("main.go".to_owned(), Some(2)), ("z.md".to_owned(), Some(1))]);
}

#[tokio::test]
async fn unchanged_files_are_not_read_again() {
    let world = World::new().await;
    let first = world.handle(&world.snapshot(&FILES).await).await;
    world.perform(&first).await;
    world.remove("pack");
    let changed = [FILES[0], FILES[1], ("z.md", "# z\nmore\n")];
    let frame = zstd::bulk::compress(changed[2].1.as_bytes(), 1).unwrap();
    let snapshot = world.snapshot(&changed).await;
    world.remove("pack");
    world.deps.blobs.put(&blobs::key_of("pack", &frame), frame).await.unwrap();
    let second = world.handle(&snapshot).await;
    let lines: Vec<_> = document(&second).files.into_iter().map(|file| file.lines).collect();
    assert_eq!(lines, [Some(1), Some(2), Some(2)]);
    assert_eq!(document(&second).entry_points, document(&first).entry_points);
}

#[tokio::test]
async fn a_lost_index_costs_time_and_nothing_else() {
    let world = World::new().await;
    let snapshot = world.snapshot(&FILES).await;
    let first = world.handle(&snapshot).await;
    world.perform(&first).await;
    world.remove(structure::KIND);
    let second = world.handle(&snapshot).await;
    assert_eq!(second.put, first.put);
    world.remove("snapshot");
    // Another process, which remembers no document.
    let blobs = Blobs::open(&format!("dir:{}", world.folder.path().join("blobs").display())).await.unwrap();
    let deps = Deps { blobs, store: world.deps.store.clone(), progress: ProgressHandle::silent() };
    assert!(Structure::handle(&message(&snapshot), &deps).await.is_err());
}
