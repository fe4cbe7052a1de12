//! Snapshots of real repositories, taken, taken again, and read back.
#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

#[path = "../../../git/tests/door/origin.rs"]
#[expect(dead_code, reason = "shared with the tests of `git`, which use more of it")]
mod origin;

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;

use blobs::Blobs;
use contracts::CommitId;
use contracts::manifest::{Content, EntryKind, Manifest};
use contracts::messages::{Change, ChangeReported};
use git::{Git, Limits, Rev, Settings};
use origin::{Origin, noise};
use snapshot::{Error, Snapshot, Take, later, take};

struct World {
    origin: Origin,
    git: Git,
    blobs: Blobs,
    folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&format!("dir:{}", folder.path().join("blobs").display())).await.unwrap();
        let git = Git::open(folder.path().join("cache"), Settings { allow_private: true, ..Settings::default() });
        Self { origin: Origin::new(), git, blobs, folder }
    }

    async fn take(&self, previous: Option<&Snapshot>) -> Snapshot {
        self.take_within(previous, Limits::default()).await.unwrap()
    }

    async fn take_within(&self, previous: Option<&Snapshot>, limits: Limits) -> Result<Snapshot, Error> {
        let url = self.origin.path().display().to_string();
        take(&self.git, &self.blobs, Take { url: &url, rev: Rev::Head, previous, limits }, None).await
    }

    /// Names of all packs in storage.
    fn packs(&self) -> Vec<std::path::PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().join("blobs/pack")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
            }
        }
        found
    }
}

/// All kept contents by path.
async fn contents(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let entries: Vec<_> = snapshot.manifest().entries.iter().collect();
    let read = snapshot.read_many(&entries).await.unwrap();
    let kept = entries.iter().zip(read).filter_map(|(entry, bytes)| Some((entry.path.clone(), bytes?)));
    kept.map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

/// The manifest without where the bytes lie: equal for equal commits, however they were reached.
fn essence(manifest: &Manifest) -> Vec<(String, EntryKind, String, u64, std::mem::Discriminant<Content>)> {
    let entries = manifest.entries.iter();
    entries.map(|e| (e.path.clone(), e.kind, e.oid.to_string(), e.size, std::mem::discriminant(&e.content))).collect()
}

#[tokio::test]
async fn every_kind_of_content_is_told_apart_and_read_back() {
    let world = World::new().await;
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 99\n";
    world.origin.write("a.txt", b"hello\n");
    world.origin.write("same.txt", b"hello\n");
    world.origin.write("empty", b"");
    world.origin.write("latin1.txt", b"caf\xe9\n");
    world.origin.write("logo.png", b"\x89PNG\0\0");
    world.origin.write("big.txt", &b"x\n".repeat(600_000));
    world.origin.write("model.bin", pointer.as_bytes());
    symlink("../../etc/passwd", world.origin.path().join("link")).unwrap();
    world.origin.commit_all("kinds");
    let sub = world.origin.head();
    world.origin.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{sub},sub")]);
    world.origin.git(&["commit", "--quiet", "-m", "one submodule"]);

    let snapshot = world.take(None).await;
    let manifest = snapshot.manifest();
    let place = |path: &str| manifest.entry(path).unwrap().content;
    assert_eq!(place("a.txt"), place("same.txt"), "equal contents are kept once");
    assert_eq!(place("logo.png"), Content::Binary);
    assert_eq!(place("big.txt"), Content::TooLarge);
    assert!(matches!(place("model.bin"), Content::Lfs(_)));
    assert_eq!((place("sub"), manifest.entry("sub").unwrap().size), (Content::Absent, 0));
    assert_eq!(manifest.entry("link").unwrap().kind, EntryKind::Symlink);
    assert_eq!(manifest.entry("big.txt").unwrap().size, 1_200_000);
    let texts = [
        ("a.txt", "hello\n"),
        ("empty", ""),
        ("link", "../../etc/passwd"),
        ("latin1.txt", "caf\u{fffd}\n"),
        ("model.bin", pointer),
    ];
    for (path, text) in texts {
        assert_eq!(snapshot.text(path).await.unwrap().as_deref(), Some(text), "{path}");
    }
    for path in ["logo.png", "big.txt", "sub", "nowhere"] {
        assert_eq!(snapshot.text(path).await.unwrap(), None, "{path}");
    }
    assert_eq!(manifest.commit.as_ref(), Some(&world.origin.head()));
    assert_eq!(manifest.git.default_branch.as_deref(), Some("main"));
    assert_eq!(manifest.git.summary, "one submodule");
    let opened = Snapshot::open(&world.blobs, snapshot.key()).await.unwrap();
    assert_eq!(opened.manifest(), manifest);
}

#[tokio::test]
async fn a_push_stores_only_what_it_brought() {
    let world = World::new().await;
    for n in 0..200_u64 {
        world.origin.write(&format!("d{}/{n}.bin.txt", n % 7), format!("{:?}\n", noise(n, 500)).as_bytes());
    }
    world.origin.commit_all("first");
    let first = world.take(None).await;
    world.origin.write("d1/1.bin.txt", b"changed\n");
    world.origin.write("new", b"new\n");
    std::fs::remove_file(world.origin.path().join("d2/2.bin.txt")).unwrap();
    world.origin.commit_all("second");

    let second = world.take(Some(&first)).await;
    assert_eq!(second.manifest().packs[0], first.manifest().packs[0]);
    assert_eq!(second.manifest().packs.len(), 2);
    let sizes: Vec<u64> = world.packs().iter().map(|path| path.metadata().unwrap().len()).collect();
    assert!(sizes.iter().any(|size| *size < 100), "the second pack holds two small files: {sizes:?}");
    let rebuilt = world.take(None).await;
    assert_eq!(essence(second.manifest()), essence(rebuilt.manifest()));
    assert_eq!(contents(&second).await, contents(&rebuilt).await);
    assert_eq!(contents(&second).await.len(), 200);
}

#[tokio::test]
async fn what_is_known_is_not_read_again() {
    let world = World::new().await;
    world.origin.commit(&[("a", "1\n"), ("b", "2\n")]);
    let first = world.take(None).await;
    let known = world.origin.git(&["rev-parse", "HEAD:a"]);
    world.origin.commit(&[("b", "3\n")]);
    // Without its object, `a` can only come from the snapshot before.
    std::fs::remove_file(world.origin.path().join(".git/objects").join(&known[..2]).join(&known[2..])).unwrap();
    let second = world.take(Some(&first)).await;
    assert_eq!(second.text("a").await.unwrap().as_deref(), Some("1\n"));
    // And without both it is absent, with a note, and the rest is there.
    let without = world.take(None).await;
    assert_eq!(without.manifest().entry("a").unwrap().content, Content::Absent);
    assert!(without.manifest().notes[0].contains("is not in the repository"), "{:?}", without.manifest().notes);
    assert_eq!(without.text("b").await.unwrap().as_deref(), Some("3\n"));
}

#[tokio::test]
async fn many_pushes_are_packed_anew_in_the_end() {
    let world = World::new().await;
    let mut last: Option<Snapshot> = None;
    let mut most = 0;
    for n in 0..60 {
        world.origin.commit(&[(&format!("{n}.txt"), &format!("{n}\n"))]);
        let next = world.take(last.as_ref()).await;
        most = most.max(next.manifest().packs.len());
        last = Some(next);
    }
    let last = last.unwrap();
    assert_eq!(most, 50);
    assert_eq!(last.manifest().packs.len(), 10, "one of everything, and nine pushes after it");
    assert_eq!(contents(&last).await.len(), 60);
}

#[tokio::test]
async fn the_whole_has_a_size_at_most() {
    let world = World::new().await;
    world.origin.commit(&[("a", &"a".repeat(400)), ("b", &"b".repeat(400)), ("c", &"c".repeat(400)), ("d", "d")]);
    let limits = Limits { max_total_bytes: 900, ..Limits::default() };
    let capped = world.take_within(None, limits.clone()).await.unwrap();
    let kept: Vec<String> = contents(&capped).await.into_keys().collect();
    assert_eq!(kept, ["a", "b", "d"]);
    assert_eq!(capped.manifest().entry("c").unwrap().content, Content::TooLarge);
    assert!(capped.manifest().notes[0].contains("1 files were not kept"), "{:?}", capped.manifest().notes);
    // More room later: what was left out is read then. Less room: what was kept is dropped.
    assert_eq!(contents(&world.take_within(Some(&capped), Limits::default()).await.unwrap()).await.len(), 4);
    let full = world.take(None).await;
    let again = world.take_within(Some(&full), limits).await.unwrap();
    assert_eq!(essence(again.manifest()), essence(capped.manifest()));
    let few = world.take_within(None, Limits { max_files: 2, ..Limits::default() }).await.unwrap();
    assert_eq!((few.manifest().entries.len(), few.manifest().notes.len()), (2, 1));
}

#[tokio::test]
async fn storage_that_fails_or_lies_is_a_clear_error() {
    let world = World::new().await;
    world.origin.commit(&[("a", "1\n")]);
    let snapshot = world.take(None).await;
    let pack = &world.packs()[0];
    std::fs::write(pack, "not a pack at all, but long enough").unwrap();
    let error = snapshot.text("a").await.unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    // A frame as good as the one that was put, of another text.
    std::fs::write(pack, zstd::bulk::compress(b"2\n", 1).unwrap()).unwrap();
    let error = snapshot.text("a").await.unwrap_err();
    assert!(matches!(&error, Error::Damaged { why, .. } if why.contains("altered")), "{error}");
    std::fs::write(pack, zstd::bulk::compress(b"1\n", 1).unwrap()).unwrap();
    assert_eq!(snapshot.text("a").await.unwrap().as_deref(), Some("1\n"));
    assert!(error.to_string().contains("does not hold \"a\""), "{error}");
    std::fs::remove_file(pack).unwrap();
    assert!(matches!(snapshot.text("a").await.unwrap_err(), Error::Blobs(blobs::Error::Missing(_))));
    let nowhere = "snapshot/none".parse().unwrap();
    assert!(matches!(Snapshot::open(&world.blobs, &nowhere).await.unwrap_err(), Error::Blobs(_)));
    // A folder where the packs should go that is a file: as a full disk, it fails the taking, and says where.
    let world = World::new().await;
    world.origin.commit(&[("a", "1\n")]);
    std::fs::write(world.folder.path().join("blobs/pack"), "in the way").unwrap();
    let error = world.take_within(None, Limits::default()).await.unwrap_err();
    assert!(error.to_string().contains("object storage failed at pack/"), "{error}");
    assert!(matches!(stage::Fault::from(error), stage::Fault::Retry { .. }));
}

#[tokio::test]
async fn a_commit_that_is_not_there_is_said_so() {
    let world = World::new().await;
    world.origin.commit(&[("a", "1\n")]);
    let url = world.origin.path().display().to_string();
    let gone: CommitId = "00000000000000000000000000000000000000aa".parse().unwrap();
    let wanted = Take { url: &url, rev: Rev::Commit(gone), previous: None, limits: Limits::default() };
    let error = take(&world.git, &world.blobs, wanted, None).await.unwrap_err();
    assert!(matches!(error, Error::Git(git::Error::UnknownCommit { .. })), "{error}");
}

#[tokio::test]
async fn what_became_of_a_change_is_where_its_branch_went_on_to() {
    let world = World::new().await;
    let url = world.origin.path().display().to_string();
    let first = world.origin.commit(&[("a", "1\n")]);
    let after = world.take(None).await;
    let change = |pin: Option<&CommitId>| Change {
        pinned: pin.map(|commit| ("o/r".parse().unwrap(), commit.clone())).into_iter().collect(),
        ..ChangeReported::of("o/r".parse().unwrap(), url.clone(), Some(first.clone())).change()
    };
    let look = async |change: Change| {
        let found = later(&world.git, &world.blobs, &change, &after).await.unwrap();
        found.and_then(|snapshot| snapshot.manifest().commit.clone())
    };
    assert_eq!(look(change(None)).await, None, "it is the newest one");
    let second = world.origin.commit(&[("a", "2\n")]);
    let third = world.origin.commit(&[("a", "1\n")]);
    assert_eq!(look(change(None)).await, Some(third));
    assert_eq!(look(change(Some(&second))).await, Some(second.clone()));
    assert_eq!(look(change(Some(&first))).await, None, "pinned to itself");
    let other = Change { url: "/nowhere/at/all".to_owned(), ..change(None) };
    assert_eq!(look(other).await, None, "cannot be read");
    let proposed = Change { git_ref: "refs/pull/1/head".to_owned(), dry_run: true, ..change(None) };
    assert_eq!(look(proposed).await, None, "is on no branch yet");
    assert_eq!(look(Change { partial: true, ..change(None) }).await, None, "a report of some lines");
    world.origin.git(&["checkout", "--quiet", "--orphan", "other"]);
    world.origin.commit(&[("a", "9\n")]);
    assert_eq!(look(change(None)).await, None, "another branch");
}
