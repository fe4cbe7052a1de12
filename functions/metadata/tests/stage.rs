//! The stage on real object storage.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its world has failed")]

use blobs::Blobs;
use contracts::manifest::{Content, Entry, EntryKind, GitFacts, Manifest, Place};
use contracts::messages::{Change, SnapshotTaken};
use contracts::metadata::Metadata as Document;
use contracts::{BlobKey, Envelope, MessageId};
use metadata::{Deps, Metadata, Out};
use stage::{ProgressHandle, Stage};

async fn deps(folder: &tempfile::TempDir) -> Deps {
    let blobs = Blobs::open(&format!("dir:{}", folder.path().display())).await.unwrap();
    Deps { blobs, progress: ProgressHandle::silent() }
}

/// All files in one pack.
async fn snapshot(deps: &Deps, files: &[(&str, &[u8])]) -> BlobKey {
    let (mut entries, mut pack) = (Vec::new(), Vec::new());
    for (path, bytes) in files {
        let frame = zstd::bulk::compress(bytes, 1).unwrap();
        let place = Place { pack: 0, offset: pack.len() as u64, length: frame.len() as u32 };
        pack.extend(frame);
        entries.push(Entry {
            path: (*path).to_owned(),
            kind: EntryKind::File,
            oid: "0".repeat(40).parse().unwrap(),
            size: bytes.len() as u64,
            content: Content::Packed(place),
        });
    }
    let key = blobs::key_of("pack", &pack);
    deps.blobs.put(&key, pack).await.unwrap();
    let git = GitFacts { author: "Ada".to_owned(), ..GitFacts::default() };
    let manifest = Manifest { commit: None, entries, packs: vec![key], git, notes: vec![] };
    deps.blobs.put_json("snapshot", &manifest).await.unwrap()
}

fn message(after: &BlobKey, partial: bool) -> Envelope<SnapshotTaken> {
    let change = serde_json::json!({
        "repo": "o/r", "url": "https://example.com/o/r", "git_ref": "refs/heads/main", "reported_at": 0, "seq": 1,
        "partial": partial
    });
    let change: Change = serde_json::from_value(change).unwrap();
    let body = SnapshotTaken { change, after: after.clone(), before: None };
    Envelope::first(MessageId::derive(&["test"]), body)
}

#[tokio::test]
async fn a_snapshot_becomes_a_document_and_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let deps = deps(&folder).await;
    let files: [(&str, &[u8]); 4] =
        [("README.md", b"# T\xff\n"), ("a.bin", b"x"), ("go.mod", b"module x\nrequire a v1\n"), ("pom.xml", b"<x")];
    let after = snapshot(&deps, &files).await;
    let outcome = Metadata::handle(&message(&after, false), &deps).await.unwrap();
    let Out::MetadataExtracted(said) = &outcome.emit[0];
    assert_eq!((&said.metadata, &said.snapshot), (&outcome.put[0].key, &after));
    let document: Document = serde_json::from_slice(&outcome.put[0].bytes).unwrap();
    assert_eq!(document.readme.map(|readme| readme.title).as_deref(), Some("T\u{fffd}"));
    assert_eq!(document.dependencies.len(), 1);
    assert_eq!(document.git.author, "Ada");
    assert_eq!(document.problems.len(), 1);
    let again = Metadata::handle(&message(&after, false), &deps).await.unwrap();
    assert_eq!(again.put, outcome.put);
}

#[tokio::test]
async fn an_empty_repository_has_an_empty_document() {
    let folder = tempfile::tempdir().unwrap();
    let deps = deps(&folder).await;
    let after = snapshot(&deps, &[]).await;
    let outcome = Metadata::handle(&message(&after, false), &deps).await.unwrap();
    let document: Document = serde_json::from_slice(&outcome.put[0].bytes).unwrap();
    assert_eq!(document, Document { git: document.git.clone(), ..Document::default() });
}

#[test]
fn what_was_left_out_of_the_snapshot_is_told() {
    let notes = vec!["\"..\" is left out:\nno name for a file".to_owned(), "b.py: its content is gone".to_owned()];
    let manifest = Manifest { commit: None, entries: vec![], packs: vec![], git: GitFacts::default(), notes };
    let problems = metadata::decide(&manifest, &[]).problems;
    assert_eq!(problems, ["\"..\" is left out: no name for a file", "b.py: its content is gone"]);
}

#[tokio::test]
async fn hunks_of_a_diff_are_not_indexed() {
    let folder = tempfile::tempdir().unwrap();
    let deps = deps(&folder).await;
    // Not even the snapshot is asked for.
    let nowhere = blobs::key_of("snapshot", b"nothing");
    let outcome = Metadata::handle(&message(&nowhere, true), &deps).await.unwrap();
    assert!(outcome.put.is_empty() && outcome.save.is_empty() && outcome.emit.is_empty());
    assert!(Metadata::handle(&message(&nowhere, false), &deps).await.is_err());
}
