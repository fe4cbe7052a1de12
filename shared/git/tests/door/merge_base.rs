//! Where a pull request branched off, over http and on disk.

use contracts::CommitId;
use git::{Before, Error, OnProgress, Rev, Wanted};

use crate::origin::Origin;
use crate::server::Server;
use crate::{Door, paths};

/// A main branch that went on by `main` commits since a branch of `branch` commits left it; only the pull request's own
/// ref names the branch, as with a fork that is gone.
struct Parted {
    origin: Origin,
    base: CommitId,
    main: CommitId,
    head: CommitId,
}

fn part(main: usize, branch: usize) -> Parted {
    let origin = Origin::with(&[("a", "1\n")]);
    let base = origin.commit(&[("a", "2\n")]);
    origin.git(&["checkout", "--quiet", "-b", "side"]);
    for n in 0..branch {
        origin.commit(&[("b", &format!("{n}\n"))]);
    }
    let head = origin.head();
    origin.git(&["update-ref", "refs/pull/7/head", head.as_str()]);
    origin.git(&["checkout", "--quiet", "main"]);
    origin.git(&["branch", "--quiet", "-D", "side"]);
    for n in 0..main {
        origin.commit(&[("c", &format!("{n}\n"))]);
    }
    Parted { main: origin.head(), origin, base, head }
}

fn wanted(parted: &Parted) -> Wanted {
    Wanted {
        after: Rev::Commit(parted.head.clone()),
        before: Before::MergeBase(parted.main.clone()),
        git_ref: Some("refs/pull/7/head".to_owned()),
    }
}

#[tokio::test]
async fn a_pull_request_is_held_against_where_it_branched_off() {
    for (main, branch) in [(0, 1), (1, 1), (3, 2), (30, 1), (2, 30), (230, 2)] {
        let parted = part(main, branch);
        let server = Server::start(parted.origin.path().parent().unwrap()).await;
        for url in [server.url("git/origin"), parted.origin.path().display().to_string()] {
            let case = format!("{main} commits on main, {branch} on the branch, {url}");
            let door = Door::open();
            let fetched = door.git.fetch(&url, &wanted(&parted), OnProgress::silent()).await.unwrap();
            assert_eq!((&fetched.after, fetched.before.as_ref()), (&parted.head, Some(&parted.base)), "{case}");
            assert_eq!(fetched.notes, Vec::<String>::new(), "{case}");
            assert_eq!(paths(&fetched).await, ["a", "b"], "{case}: what main did since is no part of it");
            let listing = fetched.repository.list(&parted.base, 10).await.unwrap();
            assert_eq!(listing.entries.len(), 1, "{case}: the base can be read");
            // A push between two looks has left a shallow copy of main's tip only.
            let again = door.git.fetch(&url, &wanted(&parted), OnProgress::silent()).await.unwrap();
            assert_eq!(again.before, fetched.before, "{case}");
        }
    }
}

#[tokio::test]
async fn a_copy_at_depth_one_is_deepened() {
    let parted = part(5, 1);
    let server = Server::start(parted.origin.path().parent().unwrap()).await;
    let (door, url) = (Door::open(), server.url("git/origin"));
    door.fetch(&url, Rev::Commit(parted.main.clone()), Before::Nothing).await.unwrap();
    let fetched = door.git.fetch(&url, &wanted(&parted), OnProgress::silent()).await.unwrap();
    assert_eq!(fetched.before, Some(parted.base));
}

#[tokio::test]
async fn histories_that_never_met_have_no_base_and_say_so() {
    let parted = part(1, 1);
    parted.origin.git(&["checkout", "--quiet", "--orphan", "other"]);
    let other = parted.origin.commit(&[("z", "1\n")]);
    parted.origin.git(&["update-ref", "refs/pull/7/head", other.as_str()]);
    let parted = Parted { head: other, ..parted };
    let server = Server::start(parted.origin.path().parent().unwrap()).await;
    for url in [server.url("git/origin"), parted.origin.path().display().to_string()] {
        let fetched = Door::open().git.fetch(&url, &wanted(&parted), OnProgress::silent()).await.unwrap();
        assert_eq!((fetched.before, fetched.notes.len()), (None, 1), "{url}");
    }
}

#[tokio::test]
async fn a_head_that_is_gone_is_unknown_and_a_base_that_is_gone_is_told() {
    let parted = part(1, 1);
    let absent: CommitId = "00000000000000000000000000000000000000aa".parse().unwrap();
    let server = Server::start(parted.origin.path().parent().unwrap()).await;
    for url in [server.url("git/origin"), parted.origin.path().display().to_string()] {
        let gone = Wanted { after: Rev::Commit(absent.clone()), ..wanted(&parted) };
        let error = Door::open().git.fetch(&url, &gone, OnProgress::silent()).await.unwrap_err();
        assert!(matches!(error, Error::UnknownCommit { .. }), "{url}: {error}");
        let without_base = Wanted { before: Before::MergeBase(absent.clone()), ..wanted(&parted) };
        let fetched = Door::open().git.fetch(&url, &without_base, OnProgress::silent()).await.unwrap();
        assert_eq!((&fetched.after, fetched.before, fetched.notes.len()), (&parted.head, None, 1), "{url}");
    }
}

#[tokio::test]
async fn a_branch_went_on_from_a_commit_or_it_did_not() {
    for (commits, over_network, on_disk) in [(0, true, true), (3, true, true), (60, false, true)] {
        let parted = part(commits, 1);
        let server = Server::start(parted.origin.path().parent().unwrap()).await;
        for (url, expected) in
            [(server.url("git/origin"), over_network), (parted.origin.path().display().to_string(), on_disk)]
        {
            let door = Door::open();
            let went_on =
                |from: &CommitId| Wanted { after: Rev::Head, before: Before::Ancestor(from.clone()), git_ref: None };
            let case = format!("{commits} commits since, {url}");
            let fetched = door.git.fetch(&url, &went_on(&parted.base), OnProgress::silent()).await.unwrap();
            assert_eq!(fetched.before.as_ref() == Some(&parted.base), expected, "{case}");
            assert_eq!((&fetched.after, fetched.notes.is_empty()), (&parted.main, expected), "{case}");
            let aside = door.git.fetch(&url, &went_on(&parted.head), OnProgress::silent()).await.unwrap();
            assert_eq!((aside.before, aside.notes.len()), (None, 1), "{case}: the branch aside");
        }
    }
}
