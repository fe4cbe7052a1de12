//! Repositories on this machine.

use std::fs;

use git::{Before, Error, Rev};

use crate::origin::Origin;
use crate::{Door, paths, text};

#[tokio::test]
async fn every_shape_of_a_repository_is_opened_where_it_lies() {
    let origin = Origin::with(&[("a", "1\n"), ("dir/b", "2\n")]);
    let path = |name: &str| origin.beside(name).display().to_string();
    let source = path("origin");
    origin.git(&["clone", "--quiet", "--bare", &source, &path("bare.git")]);
    origin.git(&["worktree", "add", "--quiet", &path("linked"), "-b", "linked"]);
    origin.git(&["clone", "--quiet", "--shared", &source, &path("alternates")]);
    origin.git(&["clone", "--quiet", "--mirror", &source, &path("packed.git")]);
    origin.git_in(&origin.beside("packed.git"), &["repack", "-adq"], b"");
    for name in ["origin", "origin/.git", "bare.git", "linked", "alternates", "packed.git"] {
        for url in [path(name), format!("file://{}", path(name))] {
            let door = Door::open();
            let fetched = door.head(&url).await.unwrap_or_else(|e| panic!("{url}: {e}"));
            assert_eq!(fetched.after, origin.head(), "{url}");
            assert_eq!(paths(&fetched).await, ["a", "dir/b"], "{url}");
            assert_eq!(text(&fetched, "dir/b").await, "2\n", "{url}");
            assert!(!door.cache.path().join("cache").exists(), "nothing is copied");
        }
    }
}

#[tokio::test]
async fn what_is_no_repository_is_called_so() {
    let origin = Origin::with(&[("dir/a", "1\n")]);
    fs::create_dir(origin.beside("plain")).unwrap();
    fs::write(origin.beside("file"), "x").unwrap();
    fs::create_dir_all(origin.beside("fake/.git")).unwrap();
    for name in ["nowhere", "plain", "file", "fake", "origin/dir"] {
        let error = Door::open().head(&origin.beside(name).display().to_string()).await.unwrap_err();
        assert!(matches!(error, Error::NotARepository { .. }), "{name}: {error}");
    }
}

#[tokio::test]
async fn a_repository_of_another_kind_says_which() {
    let origin = Origin::new();
    let sha256 = origin.beside("sha256");
    origin.git(&["init", "--quiet", "--object-format=sha256", &sha256.display().to_string()]);
    let error = Door::open().head(&sha256.display().to_string()).await.unwrap_err();
    assert!(error.to_string().contains("sha256"), "{error}");
    // The branch that HEAD names is not there, but others are: not empty.
    let moved = Origin::with(&[("a", "1\n")]);
    moved.git(&["symbolic-ref", "HEAD", "refs/heads/elsewhere"]);
    let error = Door::open().head(&moved.path().display().to_string()).await.unwrap_err();
    assert!(matches!(error, Error::UnknownCommit { .. }) && error.to_string().contains("has no HEAD"), "{error}");
}

#[tokio::test]
async fn befores_are_found_or_noted() {
    let origin = Origin::with(&[("a", "1\n")]);
    let first = origin.head();
    let second = origin.commit(&[("a", "2\n")]);
    let whole = origin.path().display().to_string();
    let cut = origin.beside("cut").display().to_string();
    origin.git(&["clone", "--quiet", "--depth=1", &format!("file://{whole}"), &cut]);
    let gone = "00000000000000000000000000000000000000aa".parse().unwrap();
    let cases = [
        (&whole, Before::Nothing, None, 0),
        (&whole, Before::Commit(first.clone()), Some(&first), 0),
        (&whole, Before::FirstParent, Some(&first), 0),
        (&whole, Before::Commit(gone), None, 1),
        (&cut, Before::Commit(first.clone()), None, 1),
        (&cut, Before::FirstParent, None, 1),
    ];
    for (url, before, expected, notes) in cases {
        let fetched = Door::open().fetch(url, Rev::Commit(second.clone()), before.clone()).await.unwrap();
        assert_eq!(fetched.before.as_ref(), expected, "{before:?} of {url}");
        assert_eq!(fetched.notes.len(), notes, "{before:?} of {url}: {:?}", fetched.notes);
    }
}

#[tokio::test]
async fn revisions_of_a_repository_on_disk_are_git_s() {
    let origin = Origin::with(&[("a", "1\n")]);
    let first = origin.head();
    origin.commit(&[("a", "2\n")]);
    let url = origin.path().display().to_string();
    for name in ["main~1", "HEAD^", "main^{commit}~1", first.short()] {
        let fetched = Door::open().fetch(&url, Rev::Ref(name.to_owned()), Before::Nothing).await;
        assert_eq!(fetched.unwrap().after, first, "{name}");
    }
}

#[tokio::test]
async fn configuration_of_a_strange_repository_runs_nothing() {
    let origin = Origin::with(&[("a", "1\n")]);
    let trap = origin.beside("trap");
    let run = format!("touch {}", trap.display());
    for key in
        ["core.fsmonitor", "core.sshCommand", "uploadpack.packObjectsHook", "filter.x.smudge", "filter.x.process"]
    {
        origin.git(&["config", key, &run]);
    }
    origin.git(&["config", "include.path", "/dev/stdin"]);
    fs::write(origin.path().join(".git/hooks/post-checkout"), format!("#!/bin/sh\n{run}\n")).unwrap();
    let fetched = Door::open().head(&origin.path().display().to_string()).await.unwrap();
    assert_eq!(text(&fetched, "a").await, "1\n");
    assert!(!trap.exists());
}

#[tokio::test]
async fn a_replaced_commit_is_read_as_it_was_pushed() {
    let origin = Origin::with(&[("a", "1\n")]);
    let first = origin.head();
    let second = origin.commit(&[("a", "2\n")]);
    origin.git(&["replace", second.as_str(), first.as_str()]);
    let fetched = Door::open().fetch(&origin.path().display().to_string(), Rev::Commit(second), Before::Nothing).await;
    assert_eq!(text(&fetched.unwrap(), "a").await, "2\n");
}
