//! Repositories that can be read.

use contracts::messages::ChangeReported;
use stage::Fault;

use crate::{World, hunk, nowhere};

#[tokio::test]
async fn a_push_becomes_two_snapshots() {
    let world = World::new().await;
    let before = world.origin.commit(&[("a.py", "old\n"), ("b.py", "same\n")]);
    let after = world.origin.commit(&[("a.py", "new\n")]);
    let report = world.report(Some(&before), Some(&after));
    let (taken, record) = world.hear_well(&report).await;

    assert_eq!(world.text(&taken.after, "a.py").await.as_deref(), Some("new\n"));
    assert_eq!(world.text(taken.before.as_ref().unwrap(), "a.py").await.as_deref(), Some("old\n"));
    let change = &taken.change;
    assert_eq!((change.before.as_ref(), change.after.as_ref()), (Some(&before), Some(&after)));
    assert_eq!((change.summary.as_str(), change.partial), ("change", false), "git's word, not the reporter's");
    assert_eq!((&change.repo, &change.url, &change.git_ref), (&report.repo, &report.url, &report.git_ref));
    assert_eq!(
        (change.reported_at, change.seq, change.dry_run, &change.only),
        (report.reported_at, 7, false, &report.only)
    );
    let record = record.unwrap();
    assert_eq!((record.head.as_ref(), &record.snapshot, record.seq), (Some(&after), &taken.after, 7));

    let heard = world.heard.lock().unwrap();
    assert!(heard.iter().all(|p| p.stage == "initialization" && p.repo == report.repo));
    assert!(heard.iter().any(|p| p.message == "reading files" && p.done == 2 && p.total == Some(2)), "{heard:?}");
}

#[tokio::test]
async fn what_is_only_asked_about_is_not_where_the_repository_stands() {
    let world = World::new().await;
    let commit = world.origin.commit(&[("a.py", "1\n")]);
    let report = ChangeReported { dry_run: true, ..world.report(None, Some(&commit)) };
    let (taken, record) = world.hear_well(&report).await;
    assert!(taken.change.dry_run && record.is_none());
}

#[tokio::test]
async fn the_next_push_uses_the_last_snapshot_as_its_before() {
    let world = World::new().await;
    let first = world.origin.commit(&[("a.py", "1\n"), ("b.py", "same\n")]);
    let (one, _) = world.hear_well(&world.report(None, Some(&first))).await;
    let second = world.origin.commit(&[("a.py", "2\n")]);
    let push = world.report(Some(&first), Some(&second));
    let (two, _) = world.hear_well(&push).await;
    assert_eq!(two.before, Some(one.after));
    // A redelivery says the same again, though its bytes may lie in other packs.
    let (again, _) = world.hear_well(&push).await;
    assert_eq!(again.change, two.change);
    assert_eq!(world.text(&again.after, "a.py").await.as_deref(), Some("2\n"));
    assert_eq!(world.text(&again.before.unwrap(), "a.py").await.as_deref(), Some("1\n"));
    // A snapshot that was lost costs only the time to read everything again.
    let lost = world.folder.path().join("blobs").join(two.after.as_str());
    let third = world.origin.commit(&[("a.py", "3\n")]);
    if lost.exists() {
        std::fs::remove_file(lost).unwrap();
    } else {
        std::fs::remove_dir_all(world.folder.path().join("blobs/snapshot")).unwrap();
    }
    let (three, _) = world.hear_well(&world.report(Some(&second), Some(&third))).await;
    assert_eq!(world.text(&three.after, "a.py").await.as_deref(), Some("3\n"));
}

#[tokio::test]
async fn every_kind_of_report_finds_its_commits() {
    let world = World::new().await;
    let first = world.origin.commit(&[("a", "1\n")]);
    let second = world.origin.commit(&[("a", "2\n")]);
    world.origin.git(&["tag", "-a", "v1", "-m", "one"]);
    let tag = world.origin.git(&["rev-parse", "v1"]).parse().unwrap();
    let push = |before, after| world.report(before, after);
    let with = |change: fn(&mut ChangeReported), mut report: ChangeReported| {
        change(&mut report);
        report
    };
    let cases = [
        ("a push", push(Some(&first), Some(&second)), Some(&first), &second),
        ("a new branch", push(None, Some(&second)), None, &second),
        ("a forced push", push(Some(&nowhere()), Some(&second)), None, &second),
        ("a push back", push(Some(&second), Some(&first)), Some(&second), &first),
        ("the same commit twice", push(Some(&second), Some(&second)), Some(&second), &second),
        ("only a ref", push(None, None), None, &second),
        ("nothing at all", with(|r| r.git_ref.clear(), push(None, None)), None, &second),
        ("a tag's own id", with(|r| r.git_ref = "refs/tags/v1".into(), push(None, Some(&tag))), None, &second),
        ("a tag", with(|r| r.git_ref = "refs/tags/v1".into(), push(None, None)), None, &second),
        (
            "a commit with its diff",
            with(|r| r.files = vec![hunk("a", "M")], push(None, Some(&second))),
            Some(&first),
            &second,
        ),
        (
            "the first commit with its diff",
            with(|r| r.files = vec![hunk("a", "A")], push(None, Some(&first))),
            None,
            &first,
        ),
    ];
    for (name, report, before, after) in cases {
        let (taken, record) = world.hear_well(&report).await;
        assert_eq!((taken.change.before.as_ref(), taken.change.after.as_ref()), (before, Some(after)), "{name}");
        assert_eq!(taken.before.is_some(), before.is_some(), "{name}");
        assert!(!taken.change.partial && record.is_some(), "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_rejected_with_its_reason() {
    let world = World::new().await;
    let empty = World::new().await;
    let commit = world.origin.commit(&[("a", "1\n")]);
    let at = |url: &str| ChangeReported { url: url.to_owned(), ..world.report(None, Some(&commit)) };
    let gone = ChangeReported { git_ref: "refs/heads/gone".to_owned(), ..world.report(None, None) };
    let plain = world.folder.path().display().to_string();
    let cases = [
        (at("ssh://github.com/o/r"), "is not a way to fetch"),
        (at("https://user:pass@h/r"), "has credentials in it"),
        (at("not a url"), "cannot fetch \"not a url\""),
        (at("/nowhere/at/all"), "there is no such folder"),
        (at(&plain), "is not a git repository"),
        (world.report(None, Some(&nowhere())), "has no commit 00000000000000000000000000000000000000aa"),
        (gone, "has no \"refs/heads/gone\": it was deleted"),
        (empty.report(None, None), "is empty: it has no commit yet"),
    ];
    for (report, words) in cases {
        match world.hear(&report).await {
            Err(Fault::Reject { why }) => assert!(why.contains(words), "{}: {why}", report.url),
            other => panic!("{}: {other:?}", report.url),
        }
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    let world = World::new().await;
    let commit = world.origin.commit(&[("a", "1\n")]);
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // Nobody listens; even a reporter's own diff is not used for what may pass.
    let mut report = ChangeReported { url: format!("http://{address}/r"), ..world.report(None, Some(&commit)) };
    assert!(matches!(world.hear(&report).await, Err(Fault::Retry { .. })));
    report.files.push(hunk("a", "M"));
    assert!(matches!(world.hear(&report).await, Err(Fault::Retry { .. })));
    // Storage that takes nothing, as a full disk does.
    std::fs::write(world.folder.path().join("blobs/pack"), "in the way").unwrap();
    match world.hear(&world.report(None, Some(&commit))).await {
        Err(Fault::Retry { why, .. }) => assert!(why.contains("object storage failed"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_message_from_outside_is_cut() {
    let world = World::new().await;
    world.origin.write("a", b"1\n");
    let commit = world.origin.commit_all(&format!("{}\n\nbody", "ä".repeat(2_000)));
    let (taken, _) = world.hear_well(&world.report(None, Some(&commit))).await;
    assert_eq!(taken.change.summary, "ä".repeat(500));
}

#[tokio::test]
async fn a_pull_request_is_held_against_where_it_branched_off_and_changes_no_record() {
    let world = World::new().await;
    let parted = world.origin.commit(&[("a.py", "1\n")]);
    world.origin.git(&["checkout", "--quiet", "-b", "side"]);
    let head = world.origin.commit(&[("a.py", "2\n")]);
    world.origin.git(&["checkout", "--quiet", "main"]);
    let main = world.origin.commit(&[("b.py", "main went on\n")]);
    let pull = |before: Option<&contracts::CommitId>, after: Option<&contracts::CommitId>| ChangeReported {
        dry_run: true,
        git_ref: "refs/pull/12/head".to_owned(),
        ..world.report(before, after)
    };
    let (taken, record) = world.hear_well(&pull(Some(&main), Some(&head))).await;
    assert_eq!((taken.change.before.as_ref(), taken.change.after.as_ref()), (Some(&parted), Some(&head)));
    assert_eq!(world.text(taken.before.as_ref().unwrap(), "b.py").await, None, "what main did is no part of it");
    assert!(record.is_none() && taken.change.pull_request() == Some(12));
    // Without anything to hold it against, that is all that is said.
    let (taken, _) = world.hear_well(&pull(Some(&nowhere()), Some(&head))).await;
    assert_eq!((taken.before, taken.change.before), (None, None));
    // A head that is gone is given up with its name; nobody can be told.
    let gone = world.hear(&pull(Some(&main), Some(&nowhere()))).await;
    assert!(matches!(gone, Err(Fault::Reject { ref why }) if why.contains(nowhere().as_str())), "{gone:?}");
}
