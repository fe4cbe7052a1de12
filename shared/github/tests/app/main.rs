//! Asking as a GitHub App: tokens for one repository and one permission, kept, refreshed and refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod fake;
mod hooks;
mod key;
mod secrets;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use contracts::RepoName;
use fake::{Fake, START_MS};
use github::{
    Annotation, App, Check, Checked, CloseReason, Conclusion, Credentials, Draft, Error, Github, Reaction, Settings,
};
use key::{ANOTHER, OURS, Pair};
use serde_json::{Value, json};
use stage::Fault;

const MARKER: &str = "<!-- downstream:v1 fp=5b1e0c9a77d2f403 ";

struct World {
    fake: Fake,
    github: Github,
    /// Our clock.
    now: Arc<AtomicI64>,
}

impl World {
    async fn new() -> Self {
        Self::by(&OURS).await
    }

    async fn by(pair: &Pair) -> Self {
        let fake = Fake::start(&OURS).await;
        let now = Arc::new(AtomicI64::new(START_MS));
        let github = door(&fake.url, pair, now.clone());
        Self { fake, github, now }
    }

    fn tick(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::Relaxed);
        self.fake.with(|world| world.now_ms += ms);
    }
}

fn door(url: &str, pair: &Pair, now: Arc<AtomicI64>) -> Github {
    let app = App::new("77", &pair.private_pem, Arc::new(move || now.load(Ordering::Relaxed))).unwrap();
    Github::open(Settings { credentials: app.into(), api_url: url.to_owned(), outbox: "/nowhere".into() }).unwrap()
}

fn repo() -> RepoName {
    "acme/caller".parse().unwrap()
}

fn draft() -> Draft {
    Draft { title: "t".to_owned(), body: "b".to_owned(), labels: Vec::new() }
}

fn check() -> Check {
    let annotation = Annotation {
        path: "a.py".to_owned(),
        start_line: 1,
        end_line: 1,
        annotation_level: "warning",
        title: "t".to_owned(),
        message: "m".to_owned(),
    };
    Check {
        name: "Downstream impact".to_owned(),
        head: "2".repeat(40).parse().unwrap(),
        external_id: "x".to_owned(),
        conclusion: Conclusion::Neutral,
        title: "t".to_owned(),
        summary: "s".to_owned(),
        annotations: vec![annotation; 60],
        details_url: None,
    }
}

/// Everything that the door can be asked, once.
async fn everything(github: &Github, repo: &RepoName) {
    github.find_issue(repo, MARKER).await.unwrap();
    github.issue(repo, 3).await.unwrap();
    github.create_issue(repo, &draft()).await.unwrap();
    github.update_issue(repo, 3, "t", "b").await.unwrap();
    github.close_issue(repo, 3, CloseReason::Completed, "b", Some("over")).await.unwrap();
    github.edit_body(repo, 3, "b").await.unwrap();
    github.comment(repo, 3, "c").await.unwrap();
    github.react(repo, 3, 5, Reaction::Eyes).await.unwrap();
    assert!(github.is_member(repo, "ann").await.unwrap());
    assert!(github.permissions(repo).await.unwrap().triage);
    assert!(github.pull_request(repo, 7).await.unwrap().unwrap().open);
    github.sticky_comment(repo, 7, None, MARKER).await.unwrap();
    github.create_sticky(repo, 7, "b").await.unwrap();
    github.edit_sticky(repo, 7, 1, "b").await.unwrap();
    assert!(matches!(github.check(repo, &check()).await.unwrap(), Checked::Run(_)));
    assert_eq!(github.head(repo, "trunk").await.unwrap().unwrap().as_str(), "4".repeat(40));
    assert_eq!(github.default_branch(repo).await.unwrap().as_deref(), Some("trunk"));
    github.fetch_token(repo).await.unwrap().unwrap();
}

#[tokio::test]
async fn every_call_has_a_token_for_its_repository_and_its_permission_alone() {
    let world = World::new().await;
    world.fake.install("acme/other", 5);
    everything(&world.github, &repo()).await;
    everything(&world.github, &"acme/other".parse().unwrap()).await;
    let permission = |name: &str, level: &str| json!({ name: level });
    let expected = [
        ("checks", "read"),
        ("checks", "write"),
        ("contents", "read"),
        ("issues", "read"),
        ("issues", "write"),
        ("metadata", "read"),
        ("pull_requests", "read"),
        ("pull_requests", "write"),
    ];
    world.fake.with(|world| {
        assert_eq!(world.violations, Vec::<String>::new());
        for name in ["caller", "other"] {
            let of = |body: &&Value| body["repositories"] == json!([name]);
            let mut asked: Vec<String> =
                world.token_requests.iter().filter(of).map(|b| b["permissions"].to_string()).collect();
            asked.sort();
            let wanted: Vec<String> = expected.iter().map(|(n, l)| permission(n, l).to_string()).collect();
            assert_eq!(asked, wanted, "each once for {name}, none beyond");
        }
        assert_eq!(world.token_requests.len(), 2 * expected.len());
        assert!(world.calls.len() > 30, "{}", world.calls.len());
        assert_eq!(world.lookups, 2);
    });
}

#[tokio::test]
async fn callers_at_once_are_one_request() {
    let world = World::new().await;
    let (repo, rounds) = (repo(), 3);
    for round in 1..=rounds {
        let asked = futures::future::join_all((0..100).map(|_| world.github.issue(&repo, 3))).await;
        assert!(asked.iter().all(Result::is_ok));
        assert_eq!((world.fake.tokens(), world.fake.with(|w| w.lookups)), (round, 1));
        // All of them find it too old at the same moment.
        world.tick(3_600_000);
    }
}

#[tokio::test]
async fn a_token_is_used_until_five_minutes_before_its_end() {
    let world = World::new().await;
    for (tick_ms, tokens) in
        [(0, 1), (54 * 60_000, 1), (59_999, 1), (1, 2), (54 * 60_000, 2), (60_000, 3), (7_200_000, 4)]
    {
        world.tick(tick_ms);
        world.github.issue(&repo(), 3).await.unwrap();
        assert_eq!(world.fake.tokens(), tokens, "after {tick_ms} ms more");
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let world = World::new().await;
    world.github.create_issue(&repo(), &draft()).await.unwrap();
    world.fake.with(|world| world.issued.clear());
    let (repo, draft) = (repo(), draft());
    let writes = futures::future::join_all((0..20).map(|_| world.github.create_issue(&repo, &draft))).await;
    assert!(writes.iter().all(Result::is_ok));
    assert_eq!(world.fake.tokens(), 2, "one new one for all that were refused");
    world.fake.with(|world| world.refuses_all = true);
    let refused = world.github.create_issue(&repo, &draft).await;
    assert!(matches!(refused, Err(Error::Unauthorized { .. })), "{refused:?}");
    assert_eq!(world.fake.tokens(), 3, "once, not for ever");
}

#[tokio::test]
async fn where_it_is_not_installed_it_says_where_to_install_it() {
    let world = World::new().await;
    let elsewhere: RepoName = "acme/elsewhere".parse().unwrap();
    let error = world.github.issue(&elsewhere, 3).await.unwrap_err();
    assert!(matches!(error, Error::NotInstalled { .. }), "{error:?}");
    let text = error.to_string();
    assert!(
        text.contains("acme/elsewhere") && text.contains("https://github.com/apps/downstream-acme/installations/new"),
        "{text}"
    );
    assert!(matches!(Fault::from(error), Fault::Reject { .. }));
    assert_eq!(world.github.fetch_token(&elsewhere).await.unwrap(), None, "it may be public");
    assert!(matches!(world.github.lacking(&elsewhere).await, Err(Error::NotInstalled { .. })));
    assert_eq!(world.fake.tokens(), 0);
    // Installed a moment later: seen at once.
    world.fake.install("acme/elsewhere", 6);
    assert!(world.github.fetch_token(&elsewhere).await.unwrap().is_some());
    assert_eq!(world.github.lacking(&elsewhere).await.unwrap(), []);
}

#[tokio::test]
async fn an_app_that_was_taken_away_suspended_or_installed_anew() {
    let world = World::new().await;
    world.github.issue(&repo(), 3).await.unwrap();
    // Installed anew, under another number; the old tokens went with the old one.
    world.fake.with(|world| world.issued.clear());
    world.fake.install("acme/caller", 6);
    world.github.issue(&repo(), 3).await.unwrap();
    // Suspended while its number is known.
    world.fake.with(|world| {
        world.issued.clear();
        world.installed.get_mut("acme/caller").unwrap().suspended = true;
    });
    for _ in 0..2 {
        let suspended = world.github.issue(&repo(), 3).await;
        assert!(matches!(suspended, Err(Error::Suspended { .. })), "{suspended:?}");
    }
    assert!(matches!(world.github.lacking(&repo()).await, Err(Error::Suspended { .. })));
    world.fake.with(|world| world.installed.get_mut("acme/caller").unwrap().suspended = false);
    world.github.issue(&repo(), 3).await.unwrap();
    // Taken out of the installation that stays, and taken away altogether.
    world.fake.with(|world| {
        world.issued.clear();
        world.installed.clear();
    });
    world.fake.install("acme/other", 6);
    let gone = world.github.issue(&repo(), 3).await;
    assert!(matches!(gone, Err(Error::NotInstalled { .. })), "{gone:?}");
    world.fake.with(|world| world.installed.clear());
    let gone = world.github.issue(&repo(), 3).await;
    assert!(matches!(gone, Err(Error::NotInstalled { .. })), "{gone:?}");
}

#[tokio::test]
async fn what_was_not_granted_is_named() {
    let world = World::new().await;
    world.fake.with(|world| {
        let permissions = &mut world.installed.get_mut("acme/caller").unwrap().permissions;
        permissions.remove("checks");
        permissions.insert("issues".to_owned(), "read".to_owned());
    });
    let lacking: Vec<String> = world.github.lacking(&repo()).await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(lacking, ["checks: write", "issues: write"]);
    assert!(!world.github.permissions(&repo()).await.unwrap().triage);
    world.github.issue(&repo(), 3).await.unwrap();
    let error = world.github.create_issue(&repo(), &draft()).await.unwrap_err();
    assert!(matches!(&error, Error::NotGranted { permission, .. } if permission == "issues: write"), "{error:?}");
    // No commit status stands in for an App's check run.
    let error = world.github.check(&repo(), &check()).await.unwrap_err();
    assert!(matches!(&error, Error::NotGranted { permission, .. } if permission == "checks: read"), "{error:?}");
    world.fake.install("acme/caller", 5);
    world.github.create_issue(&repo(), &draft()).await.unwrap();
}

#[tokio::test]
async fn a_wrong_key_and_a_deleted_app_are_told_apart_from_a_missing_installation() {
    let wrong = World::by(&ANOTHER).await;
    let deleted = World::new().await;
    deleted.fake.with(|world| world.app = None);
    for world in [wrong, deleted] {
        let error = world.github.issue(&repo(), 3).await.unwrap_err();
        assert!(matches!(error, Error::AppRefused { .. }), "{error:?}");
        assert!(
            matches!(world.github.fetch_token(&repo()).await, Err(Error::AppRefused { .. })),
            "never without a word"
        );
        assert!(matches!(world.github.app().await, Err(Error::AppRefused { .. })));
        assert!(matches!(world.github.find_issue(&repo(), MARKER).await, Err(Error::AppRefused { .. })));
        assert_eq!(world.fake.tokens(), 0);
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_allowed_for() {
    for (off_s, retried) in
        [(0, false), (-45, false), (59, false), (-3_600, true), (7_200, true), (90, true), (-86_400 * 365, true)]
    {
        let world = World::new().await;
        world.now.fetch_add(off_s * 1000, Ordering::Relaxed);
        world.github.issue(&repo(), 3).await.unwrap_or_else(|e| panic!("{off_s} s: {e}"));
        // Its token ends by GitHub's clock, and not by ours.
        world.tick(54 * 60_000);
        world.github.issue(&repo(), 3).await.unwrap();
        if retried {
            assert_eq!(world.fake.tokens(), 1, "{off_s} s");
        }
    }
}

#[tokio::test]
async fn a_renamed_repository_is_asked_for_by_its_number() {
    let world = World::new().await;
    world.fake.with(|world| world.renamed.insert("acme/former".to_owned(), 4242));
    let token = world.github.fetch_token(&"acme/former".parse().unwrap()).await.unwrap();
    assert!(token.is_some());
    assert_eq!(
        world.fake.with(|w| w.token_requests[0].clone()),
        json!({ "permissions": { "contents": "read" }, "repository_ids": [4242] })
    );
}

#[tokio::test]
async fn an_issue_is_ours_only_if_the_apps_own_account_opened_it() {
    let world = World::new().await;
    let issue = |login: Value, number: u64| {
        json!({ "number": number, "html_url": "https://github.com/i", "state": "open", "title": "t",
            "body": format!("{MARKER}run=1 -->"), "user": login })
    };
    let user = |login: &str, kind: &str| json!({ "login": login, "type": kind });
    let strangers = [user("mallory", "User"), user("other[bot]", "Bot"), user("downstream-acme", "User"), Value::Null];
    world.fake.with(|w| w.issues = strangers.iter().map(|login| issue(login.clone(), 1)).collect());
    assert_eq!(world.github.find_issue(&repo(), MARKER).await.unwrap(), None, "even where the filter is not heeded");
    world.fake.with(|w| w.issues.push(issue(user("Downstream-Acme[bot]", "Bot"), 2)));
    assert_eq!(world.github.find_issue(&repo(), MARKER).await.unwrap().unwrap().number, 2);
}

#[tokio::test]
async fn answers_that_make_no_sense_end_in_an_error() {
    let cases = [
        (201, json!({}), None),
        (201, json!({ "token": "", "expires_at": "2026-09-21T15:00:00Z" }), None),
        (201, json!({ "token": "a\nb", "expires_at": "2026-09-21T15:00:00Z" }), None),
        (201, json!({ "token": "x", "expires_at": "tomorrow" }), None),
        (201, json!({ "token": 5, "expires_at": 5 }), None),
        (200, json!({ "token": "x" }), None),
        (422, json!({ "message": "\u{1b}[31mno" }), None),
        (403, json!({ "message": "You have exceeded a secondary rate limit" }), Some(Some(60))),
        (502, json!("<html>"), Some(None)),
    ];
    for (status, answer, again) in cases {
        let world = World::new().await;
        world.fake.with(|w| w.token_answer = Some((status, answer.clone())));
        let error = world.github.issue(&repo(), 3).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(!text.contains('\u{1b}') && !text.contains("eyJ"), "{text}");
        match (Fault::from(error), again) {
            (Fault::Reject { .. }, None) => {}
            (Fault::Retry { after, .. }, Some(seconds)) => assert_eq!(after.map(|a| a.as_secs()), seconds),
            (fault, _) => panic!("{status} {answer}: {fault:?}"),
        }
    }
}

#[tokio::test]
async fn a_token_of_the_past_is_used_and_not_kept() {
    let world = World::new().await;
    let answer = json!({ "token": "ghs_old", "expires_at": "2001-01-01T00:00:00Z" });
    world.fake.with(|w| w.token_answer = Some((201, answer)));
    assert!(world.github.fetch_token(&repo()).await.unwrap().is_some());
    assert!(world.github.fetch_token(&repo()).await.unwrap().is_some());
    assert_eq!(world.fake.tokens(), 2);
}

#[tokio::test]
async fn a_token_and_the_outbox_know_nothing_of_apps() {
    let token = github::Token::new("secret");
    let by_token = Settings {
        credentials: token.clone().into(),
        api_url: "http://127.0.0.1:1".to_owned(),
        outbox: "/nowhere".into(),
    };
    let github = Github::open(by_token.clone()).unwrap();
    assert_eq!((github.app().await.unwrap(), github.lacking(&repo()).await.unwrap()), (None, Vec::new()));
    assert_eq!(github.fetch_token(&repo()).await.unwrap(), token);
    let github = Github::open(Settings { credentials: Credentials::None, ..by_token }).unwrap();
    assert_eq!((github.app().await.unwrap(), github.fetch_token(&repo()).await.unwrap()), (None, None));
    assert!(github.outbox().is_some());
}
