//! Trees as people make them, and as nobody should.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};

use contracts::CommitId;
use contracts::manifest::EntryKind;
use git::{Before, Listing, Rev};

use crate::Door;
use crate::origin::Origin;

async fn list(origin: &Origin, commit: &CommitId, max_files: usize) -> Listing {
    let url = origin.path().display().to_string();
    let fetched = Door::open().fetch(&url, Rev::Commit(commit.clone()), Before::Nothing).await.unwrap();
    fetched.repository.list(commit, max_files).await.unwrap()
}

fn shown(listing: &Listing) -> Vec<(&str, EntryKind)> {
    listing.entries.iter().map(|entry| (entry.path.as_str(), entry.kind)).collect()
}

/// One raw entry of a tree.
fn entry(mode: &str, name: &[u8], oid: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&oid[at..at + 2], 16).unwrap();
    let oid: Vec<u8> = (0..40).step_by(2).map(digit).collect();
    [mode.as_bytes(), b" ", name, b"\0", &oid].concat()
}

#[tokio::test]
async fn every_kind_of_entry_is_told_apart() {
    let origin = Origin::with(&[("file", "x\n"), ("run.sh", "#!/bin/sh\n"), ("deep/er/est/file", "y\n")]);
    fs::set_permissions(origin.path().join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("/etc/passwd", origin.path().join("link")).unwrap();
    fs::write(origin.path().join(OsStr::from_bytes(b"caf\xe9.txt")), "z\n").unwrap();
    fs::write(origin.path().join("größe\n.txt"), "z\n").unwrap();
    let sub = origin.head();
    origin.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{sub},vendor/sub")]);
    origin.git(&["add", "--all"]);
    // `add --all` forgets a submodule whose folder is not there.
    origin.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{sub},vendor/sub")]);
    origin.git(&["commit", "--quiet", "-m", "kinds"]);
    let listing = list(&origin, &origin.head(), 100).await;
    let expected = [
        ("caf\\xe9.txt", EntryKind::File),
        ("deep/er/est/file", EntryKind::File),
        ("file", EntryKind::File),
        ("größe\n.txt", EntryKind::File),
        ("link", EntryKind::Symlink),
        ("run.sh", EntryKind::Executable),
        ("vendor/sub", EntryKind::Submodule),
    ];
    assert_eq!(shown(&listing), expected);
    assert!(listing.notes.is_empty(), "{:?}", listing.notes);
}

#[tokio::test]
async fn names_that_lead_elsewhere_are_left_out_and_told() {
    let origin = Origin::with(&[("a", "x\n")]);
    let blob = origin.git(&["rev-parse", "HEAD:a"]);
    let inner = origin.write_object("tree", &entry("100644", b"passwd", &blob));
    let bytes = [
        entry("100644", b"", &blob),
        entry("100644", b".", &blob),
        entry("40000", b"..", &inner),
        entry("40000", b".GIT", &inner),
        entry("100644", b"/etc/passwd", &blob),
        entry("100644", b"a/b", &blob),
        entry("100644", b"good", &blob),
        entry("120000", b"good", &blob),
        entry("40000", b"missing", &format!("{}1", "0".repeat(39))),
    ];
    let commit = origin.commit_tree(&origin.write_object("tree", &bytes.concat()));
    let listing = list(&origin, &commit, 100).await;
    assert_eq!(shown(&listing), [("good", EntryKind::File)]);
    assert_eq!(listing.notes.len(), 8, "{:#?}", listing.notes);
}

#[tokio::test]
async fn a_malformed_tree_costs_only_itself() {
    let origin = Origin::with(&[("a", "x\n")]);
    let blob = origin.git(&["rev-parse", "HEAD:a"]);
    let cut = [entry("100644", b"first", &blob), entry("100644", b"cut", &blob)[..20].to_vec()].concat();
    let cut = origin.write_object("tree", &cut);
    let tree = origin.write_object("tree", &[entry("40000", b"cut", &cut), entry("100644", b"whole", &blob)].concat());
    let listing = list(&origin, &origin.commit_tree(&tree), 100).await;
    let paths: Vec<&str> = listing.entries.iter().map(|e| e.path.as_str()).collect();
    assert_eq!(paths.last(), Some(&"whole"));
    assert_eq!(listing.notes.len(), 1, "{:?}", listing.notes);
}

#[tokio::test]
async fn trees_that_explode_end_at_the_cap() {
    let origin = Origin::with(&[("a", "x\n")]);
    let blob = origin.git(&["rev-parse", "HEAD:a"]);
    let file = origin.write_object("tree", &entry("100644", b"f", &blob));
    let empty = origin.write_object("tree", b"");
    for leaf in [file, empty] {
        // Ten to the tenth paths in eleven objects.
        let mut tree = leaf;
        for _ in 0..10 {
            let ten: Vec<u8> = (0..10).flat_map(|n| entry("40000", format!("{n}").as_bytes(), &tree)).collect();
            tree = origin.write_object("tree", &ten);
        }
        let listing = list(&origin, &origin.commit_tree(&tree), 500).await;
        assert!(listing.entries.len() <= 500);
        assert!(listing.notes.iter().any(|note| note.contains("more than 500 files")), "{:?}", listing.notes);
    }
}

#[tokio::test]
async fn a_bottomless_tree_ends_at_the_longest_path() {
    let origin = Origin::with(&[("a", "x\n")]);
    let blob = origin.git(&["rev-parse", "HEAD:a"]);
    let mut tree = origin.write_object("tree", &entry("100644", b"bottom", &blob));
    for _ in 0..60 {
        tree = origin.write_object("tree", &entry("40000", &[b'd'; 100], &tree));
    }
    let listing = list(&origin, &origin.commit_tree(&tree), 100).await;
    assert!(listing.entries.is_empty());
    assert!(listing.notes[0].contains("the path is too long"), "{:?}", listing.notes);
}

#[tokio::test]
async fn thousands_of_files_are_listed_up_to_the_cap() {
    let origin = Origin::new();
    for n in 0..3_000 {
        origin.write(&format!("d{}/f{n}.txt", n % 50), format!("{n}\n").as_bytes());
    }
    let commit = origin.commit_all("many");
    let all = list(&origin, &commit, 3_000).await;
    assert_eq!((all.entries.len(), all.notes.len()), (3_000, 0));
    assert!(all.entries.is_sorted_by(|a, b| a.path < b.path));
    let some = list(&origin, &commit, 1_000).await;
    assert_eq!((some.entries.len(), some.notes.len()), (1_000, 1));
}
