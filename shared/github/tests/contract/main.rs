//! What every adapter owes, on both: the outbox, and the API over a GitHub that keeps state.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod fake;

use contracts::RepoName;
use fake::Fake;
use github::{CloseReason, Credentials, Draft, Error, Github, IssueState, Reaction, Settings, StateReason, Token};
use stage::Fault;
use std::time::Duration;

const MARKER: &str = "<!-- downstream:v1 fp=5b1e0c9a77d2f403 ";

fn repo() -> RepoName {
    "acme/caller".parse().unwrap()
}

fn draft(title: &str, body: &str) -> Draft {
    Draft { title: title.to_owned(), body: body.to_owned(), labels: vec!["dependency".into(), "downstream".into()] }
}

fn marked(text: &str) -> String {
    format!("{text}\n{MARKER}run=1 -->\n")
}

fn api(fake: &Fake) -> Github {
    let folder = "/nowhere/outbox".into();
    Github::open(Settings { credentials: Token::new("secret").into(), api_url: fake.url.clone(), outbox: folder })
        .unwrap()
}

fn outbox(folder: &tempfile::TempDir) -> Github {
    let api_url = "http://127.0.0.1:1".to_owned();
    Github::open(Settings { credentials: Credentials::None, api_url, outbox: folder.path().to_owned() }).unwrap()
}

#[tokio::test]
async fn the_outbox_owes_a_life_of_an_issue() {
    let folder = tempfile::tempdir().unwrap();
    life(&outbox(&folder)).await;
    // A new process finds everything again.
    after_life(&outbox(&folder)).await;
}

#[tokio::test]
async fn the_api_owes_a_life_of_an_issue() {
    let fake = Fake::start().await;
    life(&api(&fake)).await;
    after_life(&api(&fake)).await;
    assert!(fake.seen("authorization").iter().all(|value| value == "Bearer secret"));
}

async fn life(github: &Github) {
    let repo = repo();
    assert_eq!(github.find_issue(&repo, MARKER).await.unwrap(), None);
    assert_eq!(github.issue(&repo, 1).await.unwrap(), None);

    let written = github.create_issue(&repo, &draft("GET /health moved", &marked("first"))).await.unwrap();
    assert_eq!(written.dropped_labels, Vec::<String>::new());
    let issue = written.issue;
    assert_eq!((issue.state, issue.state_reason, issue.title.as_str()), (IssueState::Open, None, "GET /health moved"));
    assert_eq!(issue.body, marked("first"));
    assert_eq!(issue.labels, ["dependency", "downstream"]);
    assert_eq!(github.find_issue(&repo, MARKER).await.unwrap(), Some(issue.clone()));
    assert_eq!(github.issue(&repo, issue.number).await.unwrap(), Some(issue.clone()));

    // Neither another repository nor a title is looked at.
    assert_eq!(github.find_issue(&"acme/other".parse().unwrap(), MARKER).await.unwrap(), None);
    assert_eq!(github.find_issue(&repo, "GET /health moved").await.unwrap(), None);
    let second = github.create_issue(&repo, &draft("other", "no marker")).await.unwrap().issue;
    assert_ne!(second.number, issue.number);

    let updated = github.update_issue(&repo, issue.number, "new title", &marked("second")).await.unwrap().issue;
    assert_eq!((updated.number, updated.title.as_str()), (issue.number, "new title"));
    assert_eq!(updated.body, marked("second"));
    github.comment(&repo, issue.number, "worse").await.unwrap();
    github.comment(&repo, issue.number, "worse").await.unwrap();
    for reaction in [Reaction::Eyes, Reaction::Eyes, Reaction::Rocket, Reaction::Confused] {
        github.react(&repo, issue.number, 77, reaction).await.unwrap();
    }

    let edited = github.edit_body(&repo, issue.number, &marked("edited")).await.unwrap();
    assert_eq!((edited.state, edited.title.as_str(), edited.body), (IssueState::Open, "new title", marked("edited")));

    let closed = close(github, issue.number).await;
    assert_eq!((closed.state, closed.state_reason), (IssueState::Closed, Some(StateReason::Completed)));
    assert_eq!(close(github, issue.number).await, closed, "closing twice is closing once");
    assert_eq!(github.find_issue(&repo, MARKER).await.unwrap(), Some(closed));
}

async fn close(github: &Github, number: u64) -> github::Issue {
    github.close_issue(&repo(), number, CloseReason::Completed, &marked("over"), Some("fixed in abc")).await.unwrap()
}

async fn after_life(github: &Github) {
    let repo = repo();
    let found = github.find_issue(&repo, MARKER).await.unwrap().unwrap();
    assert_eq!(found.body, marked("over"));
    let back = github.update_issue(&repo, found.number, "back", &marked("third")).await.unwrap().issue;
    assert_eq!((back.state, back.state_reason), (IssueState::Open, Some(StateReason::Reopened)));
    let reverted = github.close_issue(&repo, found.number, CloseReason::NotPlanned, &marked("over"), None).await;
    assert_eq!(reverted.unwrap().state_reason, Some(StateReason::NotPlanned));
    let edited = github.edit_body(&repo, found.number, &marked("again")).await.unwrap();
    assert_eq!((edited.state, edited.state_reason), (IssueState::Closed, Some(StateReason::NotPlanned)));
    assert!(matches!(github.edit_body(&repo, 999, "x").await, Err(Error::Missing { .. })));
    let missing = github.update_issue(&repo, 999, "x", "y").await;
    assert!(matches!(missing, Err(Error::Missing { status: 404, .. })), "{missing:?}");
    let permissions = github.permissions(&repo).await.unwrap();
    assert!(permissions.has_issues && permissions.triage && !permissions.archived);
    let pushed_at = github.pushed_at(&repo).await.unwrap();
    assert!(matches!(pushed_at, None | Some(1_767_323_045)), "as a delivery tells it, or not at all: {pushed_at:?}");
    assert_eq!(pushed_at.is_none(), github.outbox().is_some());
}

#[tokio::test]
async fn who_may_command_is_asked_of_github() {
    let fake = Fake::start().await;
    for (login, is_member) in [
        ("admin", true),
        ("maintainer", true),
        ("writer", true),
        ("sorter", true),
        ("reader", false),
        ("stranger", false),
        ("nobody", false),
    ] {
        assert_eq!(api(&fake).is_member(&repo(), login).await.unwrap(), is_member, "{login}");
    }
    let denied = api(&fake).is_member(&repo(), "hidden").await;
    assert!(matches!(denied, Err(Error::Denied { .. })), "{denied:?}");
    let asked = fake.requests();
    for login in ["", "..", "a/b", "admin/../x", "a?b", "a b", "é", "dependabot[bot]", &"x".repeat(101)] {
        assert!(!api(&fake).is_member(&repo(), login).await.unwrap(), "{login}");
    }
    assert_eq!(fake.requests(), asked, "what is no account is not asked about");
    let folder = tempfile::tempdir().unwrap();
    assert!(outbox(&folder).is_member(&repo(), "anybody").await.unwrap());
}

#[tokio::test]
async fn a_reaction_goes_to_its_comment() {
    let fake = Fake::start().await;
    for reaction in [Reaction::Eyes, Reaction::Rocket] {
        api(&fake).react(&repo(), 1, 77, reaction).await.unwrap();
    }
    assert_eq!(fake.reactions(), [(77, "eyes".to_owned()), (77, "rocket".to_owned())]);
    let folder = tempfile::tempdir().unwrap();
    let gone = outbox(&folder).react(&repo(), 1, 77, Reaction::Eyes).await;
    assert!(matches!(gone, Err(Error::Missing { .. })), "{gone:?}");
}

#[tokio::test]
async fn the_outbox_is_files_that_people_can_read() {
    let folder = tempfile::tempdir().unwrap();
    let github = outbox(&folder);
    let body = marked("exact *bytes* ✓");
    let written = github.create_issue(&repo(), &draft("t", &body)).await.unwrap();
    let file = folder.path().join("acme__caller/1.md");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), body);
    assert_eq!(written.issue.url, file.display().to_string());

    // A crash between the two files: the next look puts the second right.
    std::fs::remove_file(&file).unwrap();
    github.find_issue(&repo(), MARKER).await.unwrap().unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), body);

    // Half a draft of a dead process is nobody's issue.
    std::fs::write(folder.path().join("acme__caller/2.draft-1"), "{").unwrap();
    assert_eq!(github.create_issue(&repo(), &draft("u", "b")).await.unwrap().issue.number, 2);
    std::fs::write(folder.path().join("acme__caller/2.json"), "{").unwrap();
    assert!(matches!(github.issue(&repo(), 2).await, Err(Error::Malformed { .. })));
}

#[tokio::test]
async fn writers_at_once_get_numbers_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    // Two doors on one folder are two processes as far as the folder can tell, but for the drafts' names.
    let github = outbox(&folder);
    let (repo, draft) = (repo(), draft("t", "b"));
    let writers = (0..20).map(|_| github.create_issue(&repo, &draft));
    let mut numbers: Vec<u64> =
        futures::future::join_all(writers).await.into_iter().map(|w| w.unwrap().issue.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_marker_counts_only_where_it_is_ours() {
    let fake = Fake::start().await;
    // A pull request, and an issue that somebody else opened with our marker in it.
    fake.seed("downstream-bot", &marked("a pull request"), true, &[]);
    fake.seed("mallory", &marked("a trap"), false, &["downstream"]);
    assert_eq!(api(&fake).find_issue(&repo(), MARKER).await.unwrap(), None);
    // The token of some app has no account to compare with: a program's issue may be ours, a person's is not.
    fake.without_account();
    assert_eq!(api(&fake).find_issue(&repo(), MARKER).await.unwrap(), None);
    fake.seed("some-app[bot]", &marked("by a program"), false, &["downstream"]);
    let found = api(&fake).find_issue(&repo(), MARKER).await.unwrap().unwrap();
    assert_eq!(found.body, marked("by a program"));
}

#[tokio::test]
async fn an_old_issue_without_our_label_is_found_on_a_later_page() {
    let fake = Fake::start().await;
    fake.seed("downstream-bot", &marked("old"), false, &[]);
    for i in 0..250 {
        fake.seed("downstream-bot", &format!("issue {i}"), false, &["downstream"]);
    }
    let found = api(&fake).find_issue(&repo(), MARKER).await.unwrap().unwrap();
    assert_eq!(found.number, 1);
    assert!(fake.requests() <= 8, "{} requests", fake.requests());
}

#[tokio::test]
async fn dropped_labels_are_reported() {
    let fake = Fake::start().await;
    fake.drop_labels();
    let written = api(&fake).create_issue(&repo(), &draft("t", "b")).await.unwrap();
    assert_eq!(written.dropped_labels, ["dependency", "downstream"]);
}

type Headers<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn every_bad_answer_says_what_happens_next() {
    let later = |seconds| Some(Some(Duration::from_secs(seconds)));
    let secondary = r#"{"message":"You have exceeded a secondary rate limit. Please wait"}"#;
    let forbidden = r#"{"message":"Resource not accessible by personal access token"}"#;
    // Status, headers, body; then: none for "never", some for "again", with the time where it is told.
    let cases: &[(u16, Headers, &str, Option<Option<Duration>>)] = &[
        (429, &[("retry-after", "7")], "{}", later(7)),
        (403, &[("retry-after", "42")], secondary, later(42)),
        (403, &[], secondary, later(60)),
        (429, &[], "slow down", later(60)),
        (
            403,
            &[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "784111817"),
                ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ],
            r#"{"message":"API rate limit exceeded"}"#,
            later(41),
        ),
        (429, &[("retry-after", "99999999")], "{}", later(3600)),
        (403, &[("x-ratelimit-remaining", "4000")], forbidden, None),
        (401, &[], r#"{"message":"Bad credentials"}"#, None),
        (404, &[], r#"{"message":"Not Found"}"#, None),
        (410, &[], r#"{"message":"Issues are disabled for this repo"}"#, None),
        (301, &[("location", "https://elsewhere.example/x")], "", None),
        (307, &[("location", "https://elsewhere.example/x")], "", None),
        (422, &[], r#"{"message":"Validation Failed","errors":[{"field":"title"}]}"#, None),
        (400, &[], "\u{1b}[31mnot json", None),
        (500, &[], "", Some(None)),
        (502, &[], "<html>", Some(None)),
        (201, &[], "not json", None),
        (201, &[], r#"{"number":"one"}"#, None),
    ];
    for (status, headers, body, expected) in cases {
        let fake = Fake::start().await;
        fake.answer_writes_with(*status, headers, body);
        let error = api(&fake).create_issue(&repo(), &draft("t", "b")).await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("/repos/acme/caller/issues") && !text.contains('\u{1b}'), "{text}");
        match (Fault::from(error), expected) {
            (Fault::Retry { after, .. }, Some(expected)) => assert_eq!(after, *expected, "{status} {body}"),
            (Fault::Reject { .. }, None) => {}
            (fault, _) => panic!("{status} {body}: {fault:?}"),
        }
        assert_eq!(fake.writes(), 1, "{status}: a write is never repeated by the door");
    }
}

#[tokio::test]
async fn after_a_limit_nothing_more_is_asked() {
    let fake = Fake::start().await;
    fake.answer_writes_with(429, &[("retry-after", "30")], "{}");
    let github = api(&fake);
    github.create_issue(&repo(), &draft("t", "b")).await.unwrap_err();
    let asked = fake.requests();
    let next = github.find_issue(&repo(), MARKER).await;
    assert!(matches!(next, Err(Error::Later { after, .. }) if after.as_secs() >= 29), "{next:?}");
    assert_eq!(fake.requests(), asked);
}

#[tokio::test]
async fn a_renamed_repository_is_followed_once() {
    let fake = Fake::start().await;
    let old: RepoName = "acme/renamed".parse().unwrap();
    let written = api(&fake).create_issue(&old, &draft("t", &marked("b"))).await.unwrap();
    assert_eq!(api(&fake).find_issue(&repo(), MARKER).await.unwrap(), Some(written.issue.clone()));
    assert_eq!(api(&fake).find_issue(&old, MARKER).await.unwrap(), Some(written.issue));
}

#[tokio::test]
async fn nobody_there_is_worth_another_try() {
    let fake = Fake::start().await;
    let mut settings =
        Settings { credentials: Token::new("secret").into(), api_url: String::new(), outbox: "o".into() };
    for bad in ["", "ftp://x", "not an address"] {
        settings.api_url = bad.to_owned();
        assert!(matches!(Github::open(settings.clone()), Err(Error::Settings(_))), "{bad}");
    }
    settings.api_url = "http://127.0.0.1:1/api/v3".to_owned();
    let github = Github::open(settings).unwrap();
    assert_eq!(github.web_url(), "http://127.0.0.1:1");
    let error = github.issue(&repo(), 1).await.unwrap_err();
    assert!(!error.to_string().contains("secret"));
    assert!(matches!(Fault::from(error), Fault::Retry { after: None, .. }));
    drop(fake);
}
