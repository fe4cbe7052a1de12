//! Comments and checks of pull requests, on both adapters.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod fake;

use contracts::RepoName;
use fake::Fake;
use github::{Annotation, Check, Checked, Conclusion, Credentials, Error, Github, Settings, Token};

const MARKER: &str = "<!-- downstream:v1 preview=";

fn repo() -> RepoName {
    "acme/api".parse().unwrap()
}

fn api(fake: &Fake) -> Github {
    let outbox = "/nowhere/outbox".into();
    Github::open(Settings { credentials: Token::new("secret").into(), api_url: fake.url.clone(), outbox }).unwrap()
}

fn outbox(folder: &tempfile::TempDir) -> Github {
    let api_url = "http://127.0.0.1:1".to_owned();
    Github::open(Settings { credentials: Credentials::None, api_url, outbox: folder.path().to_owned() }).unwrap()
}

fn marked(text: &str) -> String {
    format!("{text}\n{MARKER}7 -->\n")
}

fn check(external_id: &str, annotations: usize) -> Check {
    let annotation = |n: usize| Annotation {
        path: format!("src/{n}.py"),
        start_line: 1,
        end_line: 2,
        annotation_level: "warning",
        title: "acme/shop".to_owned(),
        message: "1 call there will get 404".to_owned(),
    };
    Check {
        name: "Downstream impact".to_owned(),
        head: "2".repeat(40).parse().unwrap(),
        external_id: external_id.to_owned(),
        conclusion: Conclusion::Neutral,
        title: "ä".repeat(200),
        summary: "text".to_owned(),
        annotations: (0..annotations).map(annotation).collect(),
        details_url: Some("https://github.com/c/1".to_owned()),
    }
}

#[tokio::test]
async fn both_adapters_owe_the_life_of_a_comment() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    for github in [api(&fake), outbox(&folder)] {
        assert_eq!(github.sticky_comment(&repo(), 7, None, MARKER).await.unwrap(), None);
        let made = github.create_sticky(&repo(), 7, &marked("first")).await.unwrap();
        for known in [None, Some(made.id), Some(999)] {
            assert_eq!(
                github.sticky_comment(&repo(), 7, known, MARKER).await.unwrap(),
                Some(made.clone()),
                "{known:?}"
            );
        }
        assert_eq!(github.sticky_comment(&repo(), 7, None, "<!-- another").await.unwrap(), None);
        let edited = github.edit_sticky(&repo(), 7, made.id, &marked("second")).await.unwrap().unwrap();
        assert_eq!((edited.id, edited.body.as_str()), (made.id, marked("second").as_str()));
        assert_eq!(github.sticky_comment(&repo(), 7, Some(made.id), MARKER).await.unwrap(), Some(edited));
        assert!(matches!(github.check(&repo(), &check("a", 3)).await.unwrap(), Checked::Run(_)));
    }
    let body = std::fs::read_to_string(folder.path().join("acme__api/pulls/7.md")).unwrap();
    assert_eq!(body, marked("second"));
    assert!(folder.path().join(format!("acme__api/checks/{}.json", "2".repeat(40))).is_file());
    // What lies beside the issues is no issue.
    assert_eq!(outbox(&folder).issue(&repo(), 7).await.unwrap(), None);
}

#[tokio::test]
async fn a_comment_is_ours_only_if_we_wrote_it() {
    let fake = Fake::start().await;
    for n in 0..130 {
        fake.seed("ann", "User", &format!("talk {n}"));
    }
    fake.seed("eve", "User", &marked("forged"));
    fake.seed("Downstream-Bot", "User", &marked("ours"));
    let found = api(&fake).sticky_comment(&repo(), 7, None, MARKER).await.unwrap().unwrap();
    assert_eq!(found.body, marked("ours"), "on the second page, and whatever the case of the login");

    let fake = Fake::start().await;
    fake.with(|world| world.no_account = true);
    fake.seed("eve", "User", &marked("forged"));
    assert_eq!(api(&fake).sticky_comment(&repo(), 7, None, MARKER).await.unwrap(), None);
    fake.seed("downstream[bot]", "Bot", &marked("ours"));
    assert!(api(&fake).sticky_comment(&repo(), 7, None, MARKER).await.unwrap().is_some());
}

#[tokio::test]
async fn a_comment_that_a_person_deleted_is_none_and_a_refusal_is_an_error() {
    let fake = Fake::start().await;
    let github = api(&fake);
    let made = github.create_sticky(&repo(), 7, &marked("first")).await.unwrap();
    fake.with(|world| world.comments[0] = serde_json::Value::Null);
    assert_eq!(github.sticky_comment(&repo(), 7, Some(made.id), MARKER).await.unwrap(), None);
    assert_eq!(github.edit_sticky(&repo(), 7, made.id, "x").await.unwrap(), None);

    let again = github.create_sticky(&repo(), 7, &marked("again")).await.unwrap();
    fake.refuse("/issues/comments/", 403);
    let refused = github.edit_sticky(&repo(), 7, again.id, "x").await;
    assert!(matches!(refused, Err(Error::Denied { .. })), "{refused:?}");
}

#[tokio::test]
async fn where_a_pull_request_stands() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    let stands = async |number| {
        let found = api(&fake).pull_request(&repo(), number).await.unwrap();
        found.map(|pull| (pull.head == "2".repeat(40), pull.open, pull.merged_as))
    };
    assert_eq!((stands(7).await, stands(8).await), (Some((true, true, None)), Some((true, false, None))));
    assert_eq!(stands(9).await, Some((true, false, Some("5".repeat(40)))));
    assert_eq!(
        stands(10).await,
        Some((true, false, Some("2".repeat(40)))),
        "its own newest commit, where no other is told"
    );
    assert_eq!(stands(11).await, None);
    assert_eq!(outbox(&folder).pull_request(&repo(), 7).await.unwrap(), None, "a folder cannot be asked");
}

#[tokio::test]
async fn annotations_go_by_fifties() {
    for (count, requests) in [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (230, 5)] {
        let fake = Fake::start().await;
        let github = api(&fake);
        assert_eq!(
            github.check(&repo(), &check("a", count)).await.unwrap(),
            Checked::Run("https://github.com/run/1".into())
        );
        fake.with(|world| {
            assert_eq!(world.writes.len(), requests, "{count}: {:?}", world.writes);
            let shown = world.runs[0]["output"]["annotations"].as_array().unwrap();
            let paths: std::collections::BTreeSet<&str> = shown.iter().map(|a| a["path"].as_str().unwrap()).collect();
            assert_eq!((shown.len(), paths.len()), (count, count), "each once");
            let run = &world.runs[0];
            assert_eq!((&run["status"], &run["conclusion"]), (&"completed".into(), &"neutral".into()));
        });
        // The same again says nothing more; another finding is another run, and the newest of a name counts.
        github.check(&repo(), &check("a", count)).await.unwrap();
        assert_eq!(fake.with(|world| world.writes.len()), requests);
        github.check(&repo(), &check("b", 0)).await.unwrap();
        assert_eq!(fake.with(|world| world.runs.len()), 2);
    }
}

#[tokio::test]
async fn what_a_lost_answer_left_half_said_is_completed() {
    for lost in 0..4 {
        let fake = Fake::start().await;
        let github = api(&fake);
        fake.with(|world| world.lost_after = Some(lost));
        let first = github.check(&repo(), &check("a", 170)).await;
        assert!(matches!(first, Err(Error::Server { .. })), "{first:?}");
        fake.with(|world| world.lost_after = None);
        github.check(&repo(), &check("a", 170)).await.unwrap();
        fake.with(|world| {
            assert_eq!(world.runs.len(), 1, "answer {lost} was lost");
            assert_eq!(world.runs[0]["output"]["annotations_count"], 170, "answer {lost} was lost");
        });
    }
}

#[tokio::test]
async fn a_token_without_checks_says_a_status() {
    for (conclusion, state) in
        [(Conclusion::Neutral, "success"), (Conclusion::Success, "success"), (Conclusion::Failure, "failure")]
    {
        let fake = Fake::start().await;
        fake.refuse("/check-runs", 403);
        let check = Check { conclusion, ..check("a", 60) };
        assert_eq!(api(&fake).check(&repo(), &check).await.unwrap(), Checked::Status);
        fake.with(|world| {
            let [status] = &world.statuses[..] else { panic!("{:?}", world.statuses) };
            assert_eq!(
                (status["state"].as_str(), status["context"].as_str()),
                (Some(state), Some("Downstream impact"))
            );
            assert_eq!(status["description"].as_str().unwrap().chars().count(), 140);
            assert_eq!(status["target_url"], "https://github.com/c/1");
        });
        fake.refuse("/statuses", 403);
        assert!(matches!(api(&fake).check(&repo(), &check).await, Err(Error::Denied { .. })));
    }
}
