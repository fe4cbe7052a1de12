use futures::future::join_all;
use issuer_stand_in::{Answer as Keys, actions_claims};
use serde_json::{Value, json};

use super::*;
use crate::Actions;

#[tokio::test]
async fn what_is_accepted_is_what_the_token_says() {
    let set = Set::new().await;
    let merge = "3333333333333333333333333333333333333333";
    let main = ("refs/heads/main", AFTER, false);
    let seven = |commit: &'static str| ("refs/pull/7/head", commit, true);
    let cases = [
        ("everything named", json!({}), json!({}), main),
        ("branch in short", json!({}), json!({"branch": "main"}), main),
        ("no branch", json!({}), json!({"branch": GONE}), main),
        ("blank branch", json!({}), json!({"branch": " "}), main),
        ("no commit", json!({}), json!({"commit_sha": GONE}), main),
        ("commit in short", json!({}), json!({"commit_sha": &AFTER[..7]}), main),
        ("commit in capitals", json!({}), json!({"commit_sha": AFTER.to_uppercase()}), main),
        (
            "name in another case",
            json!({"repository": "ACME/API", "repository_owner": "Acme"}),
            json!({"source_repo": "acme/api"}),
            main,
        ),
        ("audience with a slash", json!({"aud": format!("{URL}/")}), json!({}), main),
        ("audience in a list", json!({"aud": [URL]}), json!({}), main),
        ("by hand", json!({"event_name": "workflow_dispatch"}), json!({}), main),
        (
            "a branch with @",
            json!({"ref": "refs/heads/a@b"}),
            json!({"branch": "a@b"}),
            ("refs/heads/a@b", AFTER, false),
        ),
        ("a pull request and its head", pull("7"), json!({"branch": "refs/pull/7/head"}), seven(AFTER)),
        (
            "a pull request and its merge",
            pull("7"),
            json!({"branch": "refs/pull/7/merge", "commit_sha": merge}),
            seven(merge),
        ),
        ("a pull request in short", pull("7"), json!({"branch": "7/merge"}), seven(AFTER)),
        ("a pull request and nothing else", pull("7"), json!({"branch": GONE, "commit_sha": GONE}), seven(merge)),
    ];
    for (number, (case, claims, body, (git_ref, commit, dry_run))) in cases.into_iter().enumerate() {
        let world = set.world();
        let token = set.token_called(&number.to_string(), &claims);
        let answer = send(&world, &token, &patched(report(), &body)).await;
        assert_eq!(answer.status, 202, "{case}: {}", answer.text);
        let change = world.last().change;
        assert_eq!((change.repo.as_str(), change.git_ref.as_str()), ("acme/Api", git_ref), "{case}");
        assert_eq!(change.after.as_ref().map(|c| c.as_str()), Some(commit), "{case}");
        assert_eq!(change.before.as_ref().map(|c| c.as_str()), Some(BEFORE), "{case}");
        assert_eq!(change.dry_run, dry_run, "{case}: a pull request is only asked about");
    }
    let zeros =
        send(&set.world(), &set.token(&json!({"jti": "z"})), &patched(report(), &json!({"before": ZEROS}))).await;
    assert_eq!(zeros.status, 202);
}

#[tokio::test]
async fn a_token_is_good_for_one_report() {
    let set = Set::new().await;
    let world = set.world();
    let token = set.token(&json!({}));
    let other = patched(report(), &json!({"commit_message": "another body"}));
    let first = send(&world, &token, &report()).await;
    assert_eq!((first.status.as_u16(), &first.body["duplicate"]), (202, &json!(false)));
    let same = send(&world, &token, &report()).await;
    assert_eq!((&same.body["duplicate"], &same.body["run"]), (&json!(true), &first.body["run"]), "a retry");
    send(&world, &token, &other).await.assert_problem(403, "token-not-for-this", "another body");
    assert_eq!(world.accepted(), 1);

    // Another process remembers no token, but what a run reports has one id.
    for body in [report(), other] {
        let actions = Actions::open(&settings(set.issuer.url())).unwrap();
        let elsewhere = world.beside(|deps| deps.actions = Some(actions));
        let replayed = send(&elsewhere, &token, &body).await;
        assert_eq!((&replayed.body["duplicate"], &replayed.body["run"]), (&json!(true), &first.body["run"]));
    }
    let fresh = set.token(&json!({"jti": "a fresh token of the same run"}));
    assert_eq!(send(&world, &fresh, &report()).await.body["duplicate"], true, "tried again after a lost answer");
    assert_eq!(world.accepted(), 1);
    let next = set.token(&json!({"jti": "next", "run_id": "9012345679"}));
    assert_eq!(send(&world, &next, &report()).await.body["duplicate"], false, "another run");
    assert_eq!(world.accepted(), 2);
}

#[tokio::test]
async fn without_a_token_a_pull_request_is_only_asked_about_too() {
    let world = World::new();
    let body = patched(report(), &json!({"branch": "refs/pull/12/head"}));
    assert_eq!(world.post(NOTIFY, &body).await.status, 202);
    let change = world.last().change;
    assert_eq!((change.git_ref.as_str(), change.dry_run), ("refs/pull/12/head", true));
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_no_fault_of_the_sender() {
    let set = Set::new().await;
    set.issuer.answer(Keys::Status(503));
    let world = set.world();
    let answer = send(&world, &set.token(&json!({})), &report()).await;
    answer.assert_problem(503, "issuer-unreachable", "down");
    assert_eq!(answer.headers["retry-after"], "10");
    assert_eq!(world.accepted(), 0);
}

#[tokio::test]
async fn fifty_first_reports_at_once() {
    let set = Set::new().await;
    let world = set.world();
    let tokens: Vec<String> =
        (0..50).map(|n| set.token(&json!({"jti": format!("t{n}"), "run_id": n.to_string()}))).collect();
    let report = report();
    let answers = join_all(tokens.iter().map(|token| send(&world, token, &report))).await;
    assert!(answers.iter().all(|answer| answer.status == 202 && answer.body["duplicate"] == false));
    assert_eq!((world.accepted(), set.issuer.asked()), (50, 1));
}

#[tokio::test]
async fn a_token_of_an_issuer_that_we_did_not_write() {
    let server = tokio::task::spawn_blocking(counterparts::oidc_issuer).await.unwrap();
    let actions = Actions::open(&settings(&server.url())).unwrap();
    let world = World::with(|deps| deps.actions = Some(actions));
    let sign = async |patch: &Value| {
        let claims = patched(actions_claims(&server.url(), URL, NOW), patch);
        let asked = json!({"claims": claims}).to_string();
        let answer = reqwest::Client::new().post(format!("{}/sign", server.url())).body(asked).send().await.unwrap();
        answer.text().await.unwrap()
    };
    let foreign = sign(&json!({"repository": "acme/shop"})).await;
    send(&world, &foreign, &report()).await.assert_problem(403, "token-not-for-this", "another repository");
    let expired = sign(&json!({"exp": NOW - 60})).await;
    send(&world, &expired, &report()).await.assert_problem(401, "bad-token", "expired");
    let answer = send(&world, &sign(&json!({})).await, &report()).await;
    assert_eq!((answer.status.as_u16(), world.accepted()), (202, 1), "{}", answer.text);
}
