//! Fetching over http.

use std::fs;
use std::sync::{Arc, Mutex};

use contracts::CommitId;
use git::{Before, Error, OnProgress, Rev, Settings, Token, TokenSource, Wanted};

use crate::origin::{Origin, noise};
use crate::server::Server;
use crate::{Door, paths, text};

async fn serve(origin: &Origin) -> Server {
    Server::start(origin.path().parent().unwrap()).await
}

#[tokio::test]
async fn a_push_is_fetched_and_read_without_a_checkout() {
    let origin = Origin::with(&[("README.md", "# one\n"), ("src/main.rs", "fn main() {}\n")]);
    let before = origin.head();
    let after = origin.commit(&[("src/main.rs", "fn main() { run() }\n")]);
    let server = serve(&origin).await;
    let door = Door::open();
    let url = server.url("git/origin");

    let fetched = door.fetch(&url, Rev::Commit(after.clone()), Before::Commit(before.clone())).await.unwrap();
    assert_eq!((&fetched.after, fetched.before.as_ref()), (&after, Some(&before)));
    assert_eq!(fetched.default_branch.as_deref(), Some("main"));
    assert_eq!(fetched.notes, Vec::<String>::new());
    assert_eq!(paths(&fetched).await, ["README.md", "src/main.rs"]);
    assert_eq!(text(&fetched, "src/main.rs").await, "fn main() { run() }\n");
    let facts = fetched.repository.facts(&after).await.unwrap();
    assert_eq!((facts.author.as_str(), facts.summary.as_str()), ("Ada", "change"));
    assert_eq!((facts.committed_at, facts.parents), (1_714_564_800, vec![before]));
    assert!(!door.cached().join("index").exists(), "nothing is checked out");
}

#[tokio::test]
async fn one_commit_travels_and_a_later_push_only_its_delta() {
    let origin = Origin::new();
    for n in 0..5 {
        origin.write(&format!("{n}.bin"), &noise(n, 100_000));
        origin.commit_all("history");
    }
    let first = origin.head();
    let server = serve(&origin).await;
    let (door, url) = (Door::open(), server.url("git/origin"));
    door.fetch(&url, Rev::Commit(first.clone()), Before::Nothing).await.unwrap();
    let whole = server.pack_bytes();
    assert!(whole > 500_000, "{whole}");
    assert_eq!(fs::read_to_string(door.cached().join("shallow")).unwrap().trim(), first.as_str());

    let second = origin.commit(&[("new.txt", "x\n")]);
    let fetched = door.fetch(&url, Rev::Commit(second), Before::Commit(first.clone())).await.unwrap();
    assert_eq!((fetched.before.as_ref(), paths(&fetched).await.len()), (Some(&first), 6));
    let delta = server.pack_bytes() - whole;
    assert!(delta < 5_000, "{delta} bytes for one small file");
}

#[tokio::test]
async fn revisions_are_resolved_and_fetched() {
    let origin = Origin::with(&[("a", "1\n")]);
    let first = origin.head();
    origin.git(&["tag", "-a", "v1", "-m", "one"]);
    origin.git(&["tag", "light"]);
    let tag: CommitId = origin.git(&["rev-parse", "v1"]).parse().unwrap();
    for branch in ["side", "dependabot/@types/node-20", "c++"] {
        origin.git(&["branch", branch]);
    }
    let second = origin.commit(&[("a", "2\n")]);
    let server = serve(&origin).await;
    let (remote, local) = (server.url("git/origin"), origin.path().display().to_string());
    let by_ref = |name: &str| Rev::Ref(name.to_owned());
    let cases = [
        (Rev::Head, Some(&second)),
        (by_ref("refs/heads/main"), Some(&second)),
        (by_ref("main"), Some(&second)),
        (by_ref("refs/heads/side"), Some(&first)),
        (by_ref("refs/heads/dependabot/@types/node-20"), Some(&first)),
        (by_ref("c++"), Some(&first)),
        (by_ref("HEAD"), Some(&second)),
        (by_ref("refs/tags/v1"), Some(&first)),
        (by_ref("v1"), Some(&first)),
        (by_ref("light"), Some(&first)),
        (Rev::Commit(first.clone()), Some(&first)),
        (Rev::Commit(tag), Some(&first)),
        (by_ref("refs/heads/gone"), None),
        (by_ref("a:b"), None),
        (by_ref("+main"), None),
        (by_ref("refs/heads/*"), None),
        (by_ref(""), None),
        (by_ref("../x"), None),
        (Rev::Commit("00000000000000000000000000000000000000aa".parse().unwrap()), None),
    ];
    for url in [&remote, &local] {
        let door = Door::open();
        for (rev, expected) in &cases {
            let fetched = door.fetch(url, rev.clone(), Before::Nothing).await;
            match (expected, fetched) {
                (Some(commit), Ok(fetched)) => assert_eq!(fetched.after, **commit, "{rev} of {url}"),
                (None, Err(Error::UnknownCommit { .. })) => {}
                (expected, fetched) => panic!("{rev} of {url}: expected {expected:?}, got {fetched:?}"),
            }
        }
        let resolved = door.git.resolve(url, &by_ref("side")).await.unwrap();
        assert_eq!((resolved.commit, resolved.default_branch.as_deref()), (first.clone(), Some("main")));
    }
}

#[tokio::test]
async fn an_empty_repository_is_called_empty() {
    let origin = Origin::new();
    let server = serve(&origin).await;
    for url in [server.url("git/origin"), origin.path().display().to_string()] {
        for rev in [Rev::Head, Rev::Ref("refs/heads/main".to_owned())] {
            let error = Door::open().fetch(&url, rev.clone(), Before::Nothing).await.unwrap_err();
            assert!(matches!(error, Error::EmptyRepository { .. }), "{rev} of {url}: {error}");
        }
    }
}

#[tokio::test]
async fn a_parent_stands_in_for_a_missing_before() {
    let origin = Origin::with(&[("a", "1\n")]);
    let first = origin.head();
    let second = origin.commit(&[("a", "2\n")]);
    let server = serve(&origin).await;
    let url = server.url("git/origin");
    let cases = [(second, Some(first.clone())), (first, None)];
    for (commit, parent) in cases {
        let fetched = Door::open().fetch(&url, Rev::Commit(commit), Before::FirstParent).await.unwrap();
        assert_eq!(fetched.before, parent);
        assert!(fetched.notes.is_empty());
    }
}

#[tokio::test]
async fn a_forced_push_leaves_no_before_unless_it_was_seen() {
    let origin = Origin::with(&[("a", "1\n")]);
    let lost = origin.commit(&[("a", "2\n")]);
    let server = serve(&origin).await;
    let url = server.url("git/origin");
    let (seen, unseen) = (Door::open(), Door::open());
    seen.fetch(&url, Rev::Commit(lost.clone()), Before::Nothing).await.unwrap();
    origin.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    let after = origin.commit(&[("a", "3\n")]);
    origin.forget();

    for door in [&seen, &unseen] {
        let fetched = door.fetch(&url, Rev::Commit(after.clone()), Before::Commit(lost.clone())).await.unwrap();
        assert_eq!(fetched.after, after);
        let kept = std::ptr::eq(door, &seen).then(|| lost.clone());
        assert_eq!(fetched.before, kept);
        assert_eq!(fetched.notes.len(), usize::from(kept.is_none()), "{:?}", fetched.notes);
    }
}

#[tokio::test]
async fn a_server_that_gives_no_commits_by_id_is_searched() {
    let origin = Origin::with(&[("a", "0\n")]);
    let commits: Vec<CommitId> = (1..=60).map(|n| origin.commit(&[("a", &format!("{n}\n"))])).collect();
    let server = serve(&origin).await;
    let url = server.url("old/origin");
    let newest = Rev::Commit(commits[59].clone());
    // The tip is given by its id, its parent must be dug for, and so must one beyond the first depth.
    let fetched = Door::open().fetch(&url, newest.clone(), Before::Commit(commits[58].clone())).await.unwrap();
    assert_eq!(fetched.before.as_ref(), Some(&commits[58]));
    let fetched = Door::open().fetch(&url, Rev::Commit(commits[3].clone()), Before::Nothing).await.unwrap();
    assert_eq!(text(&fetched, "a").await, "4\n");
    // Where no ref is named, the default branch is searched.
    let wanted = Wanted::only(Rev::Commit(commits[30].clone()));
    let fetched = Door::open().git.fetch(&url, &wanted, OnProgress::silent()).await.unwrap();
    assert_eq!((text(&fetched, "a").await.as_str(), fetched.default_branch.as_deref()), ("31\n", Some("main")));
    let nowhere = "00000000000000000000000000000000000000aa".parse::<CommitId>().unwrap();
    let fetched = Door::open().fetch(&url, newest, Before::Commit(nowhere.clone())).await.unwrap();
    assert_eq!((fetched.before, fetched.notes.len()), (None, 1));
    let error = Door::open().fetch(&url, Rev::Commit(nowhere), Before::Nothing).await.unwrap_err();
    assert!(matches!(error, Error::UnknownCommit { .. }), "{error}");
}

#[tokio::test]
async fn many_fetches_of_one_repository_take_turns() {
    let origin = Origin::with(&[("a", "0\n")]);
    let commits: Vec<CommitId> = (1..=8).map(|n| origin.commit(&[("a", &format!("{n}\n"))])).collect();
    let server = serve(&origin).await;
    let (door, url) = (Door::open(), server.url("git/origin"));
    // A second door on the same folder stands for a second process.
    let other =
        git::Git::open(door.cache.path().join("cache"), Settings { allow_private: true, ..Settings::default() });
    let fetch = |n: usize| {
        let git = if n.is_multiple_of(2) { door.git.clone() } else { other.clone() };
        let (url, wanted) = (url.clone(), Wanted::only(Rev::Commit(commits[n].clone())));
        async move { git.fetch(&url, &wanted, OnProgress::silent()).await.unwrap() }
    };
    let (a, b, c, d, e, f, g, h) =
        tokio::join!(fetch(0), fetch(1), fetch(2), fetch(3), fetch(4), fetch(5), fetch(6), fetch(7));
    for (n, fetched) in [a, b, c, d, e, f, g, h].iter().enumerate() {
        assert_eq!(text(fetched, "a").await, format!("{}\n", n + 1));
    }
}

#[tokio::test]
async fn what_a_killed_process_left_blocks_nobody() {
    let origin = Origin::with(&[("a", "1\n")]);
    let server = serve(&origin).await;
    let (door, url) = (Door::open(), server.url("git/origin"));
    let first = door.head(&url).await.unwrap().after;
    let second = origin.commit(&[("a", "2\n")]);
    for left in ["shallow.lock", "HEAD.lock", &format!("refs/pin/{second}.lock"), "objects/pack/tmp_pack_x"] {
        fs::write(door.cached().join(left), "").unwrap();
    }
    let fetched = door.fetch(&url, Rev::Commit(second), Before::Commit(first)).await.unwrap();
    assert_eq!(text(&fetched, "a").await, "2\n");
}

#[tokio::test]
async fn a_broken_cache_is_filled_again() {
    let origin = Origin::with(&[("a", "1\n")]);
    let server = serve(&origin).await;
    let url = server.url("git/origin");
    let breaks: [fn(&std::path::Path); 4] = [
        |dir| fs::remove_file(dir.join("HEAD")).unwrap(),
        |dir| fs::write(dir.join("config"), "[core\n").unwrap(),
        |dir| fs::remove_dir_all(dir.join("objects/pack")).unwrap(),
        |dir| fs::write(dir.join("shallow"), "not a commit\n").unwrap(),
    ];
    for (n, damage) in breaks.iter().enumerate() {
        let door = Door::open();
        door.head(&url).await.unwrap();
        damage(&door.cached());
        let fetched = door.head(&url).await.unwrap_or_else(|e| panic!("damage {n}: {e}"));
        assert_eq!(text(&fetched, "a").await, "1\n", "damage {n}");
    }
}

#[tokio::test]
async fn whoever_watches_hears_bytes_and_objects() {
    let origin = Origin::new();
    for n in 0..40_u64 {
        origin.write(&format!("{n}.bin"), &noise(n, 20_000));
    }
    origin.commit_all("many");
    let server = serve(&origin).await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let sink = heard.clone();
    let on_progress = OnProgress::new(move |received| sink.lock().unwrap().push(received));
    Door::open().git.fetch(&server.url("git/origin"), &Wanted::only(Rev::Head), on_progress).await.unwrap();
    let heard = heard.lock().unwrap();
    assert!(heard.iter().any(|received| received.bytes > 500_000), "{heard:?}");
    assert!(heard.iter().any(|received| received.objects_total == Some(42)), "{heard:?}");
}

#[tokio::test]
async fn a_token_opens_a_private_repository() {
    let origin = Origin::with(&[("a", "1\n")]);
    let server = serve(&origin).await;
    let url = server.url("private/origin");
    let with = |token: &str| Settings {
        token: Some(Token::new(token)),
        token_hosts: vec!["127.0.0.1".into(), "localhost".into()],
        allow_private: true,
        ..Settings::default()
    };
    let fetched = Door::with(with("sesame")).head(&url).await.unwrap();
    assert_eq!(text(&fetched, "a").await, "1\n");
    for door in [Door::open(), Door::with(with("wrong"))] {
        let error = door.head(&url).await.unwrap_err();
        assert!(matches!(error, Error::NeedsAccess { status: 401, .. }), "{error}");
        assert!(!error.to_string().contains("wrong"));
    }
    // A redirect to a host that may not see the token does not show it there.
    let elsewhere = Door::with(with("sesame")).head(&server.url("other/origin")).await.unwrap_err();
    assert!(matches!(elsewhere, Error::NeedsAccess { .. }), "{elsewhere}");
    let last = server.asked().pop().unwrap();
    assert_eq!((last.path.as_str(), last.authorization), ("/private/origin/info/refs", None));
}

#[tokio::test]
async fn a_source_of_tokens_is_asked_for_the_repository_before_each_fetch() {
    let origin = Origin::with(&[("a", "1\n")]);
    let server = serve(&origin).await;
    let url = server.url("private/origin");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    let source = TokenSource::new(move |repo| {
        let mut heard = heard.lock().unwrap();
        heard.push(repo.to_string());
        // The second time it has run out.
        std::future::ready(match heard.len() {
            1 => Ok(Some(Token::new("sesame"))),
            2 => Ok(None),
            _ => Err(stage::Fault::reject("the App is suspended")),
        })
    });
    let door = Door::with(Settings {
        tokens: Some(source),
        token_hosts: vec!["127.0.0.1".into()],
        allow_private: true,
        ..Settings::default()
    });
    assert_eq!(text(&door.head(&url).await.unwrap(), "a").await, "1\n");
    assert!(matches!(door.head(&url).await, Err(Error::NeedsAccess { status: 401, .. })));
    let error = door.head(&url).await.unwrap_err();
    assert!(matches!(error, Error::NoToken { .. }) && error.to_string().contains("suspended"), "{error}");
    assert_eq!(*asked.lock().unwrap(), ["private/origin"; 3]);
}

#[tokio::test]
async fn addresses_with_spaces_work() {
    let origin = Origin::with(&[("a", "1\n")]);
    fs::rename(origin.path(), origin.beside("two words")).unwrap();
    let server = serve(&origin).await;
    let fetched = Door::open().head(&server.url("git/two%20words")).await.unwrap();
    assert_eq!(paths(&fetched).await, ["a"]);
}
