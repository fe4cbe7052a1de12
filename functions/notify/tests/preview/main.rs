//! A pull request's life: what is said on it, once and in place, over a GitHub that keeps state.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "made for the door that it belongs to, which needs more of it")]
#[path = "../../../../shared/github/tests/pulls/fake.rs"]
mod fake;
mod world;

use contracts::messages::IssueAct;
use contracts::verdict::{Answer, Urgency};
use stage::Fault;
use world::{HEAD, OTHER, World, affected, calm, unknown};

#[tokio::test]
async fn a_clean_pull_request_hears_nothing() {
    let world = World::new().await;
    let run = world.asks(1, HEAD, &["acme/shop", "acme/calm"]).await;
    assert_eq!(world.hear(&run).await, [] as [&str; 0], "nobody has answered yet");
    world.answers(&run, "acme/shop", Some(calm("acme/shop"))).await;
    world.answers(&run, "acme/calm", Some(calm("acme/calm"))).await;
    assert_eq!(world.hear(&run).await, [] as [&str; 0]);
    let alone = world.asks(2, HEAD, &[]).await;
    assert_eq!(world.hear(&alone).await, [] as [&str; 0], "nobody had to be asked");
    world.github(|github| assert_eq!(github.writes, [] as [String; 0]));
}

#[tokio::test]
async fn one_comment_is_edited_in_place_as_answers_come() {
    let world = World::new().await;
    let run = world.asks(1, HEAD, &["acme/shop", "acme/jobs", "acme/calm"]).await;
    world.answers(&run, "acme/shop", Some(affected("acme/shop", HEAD))).await;
    assert_eq!(world.hear(&run).await, ["created"]);
    world.github(|github| {
        assert_eq!((github.comments.len(), github.runs.len()), (1, 1));
        let body = github.comments[0]["body"].as_str().unwrap();
        assert!(body.contains("1 breaking, 2 without an answer yet") && body.contains("acme/jobs"), "{body}");
    });
    world.answers(&run, "acme/calm", Some(calm("acme/calm"))).await;
    world.answers(&run, "acme/jobs", Some(affected("acme/jobs", HEAD))).await;
    assert_eq!(world.hear(&run).await, ["updated"]);
    let writes = world.github(|github| {
        let body = github.comments[0]["body"].as_str().unwrap();
        assert!(body.contains("### Downstream impact: 2 breaking, 1 unaffected"), "{body}");
        assert_eq!((github.comments.len(), github.runs.last().unwrap()["conclusion"].as_str()), (1, Some("neutral")));
        let shown = github.runs.last().unwrap()["output"]["annotations"].as_array().unwrap().len();
        assert_eq!(shown, 2, "beside the provider's line, once a dependent");
        github.writes.len()
    });
    // Heard again, by another message or the same one: it is said.
    assert_eq!(world.hear(&run).await, [] as [&str; 0]);
    // A reopened pull request with the same head and the same answers.
    let again = world.asks(2, HEAD, &["acme/shop", "acme/jobs", "acme/calm"]).await;
    for verdict in [affected("acme/shop", HEAD), affected("acme/jobs", HEAD), calm("acme/calm")] {
        let target = verdict.target.to_string();
        world.answers(&again, &target, Some(verdict)).await;
    }
    assert_eq!(world.hear(&again).await, [] as [&str; 0]);
    assert_eq!(world.github(|github| github.writes.len()), writes);
}

#[tokio::test]
async fn what_is_over_is_said_in_the_same_comment() {
    let world = World::new().await;
    world.whole_run(1, HEAD, vec![affected("acme/shop", HEAD)]).await;
    world.moves_to(OTHER);
    assert_eq!(world.whole_run(2, OTHER, vec![calm("acme/shop")]).await, ["closed"]);
    world.github(|github| {
        let body = github.comments[0]["body"].as_str().unwrap();
        assert!(body.contains("### Downstream impact: none, 1 unaffected"), "{body}");
        assert_eq!(github.comments.len(), 1);
        let run = github.runs.last().unwrap();
        assert_eq!((run["head_sha"].as_str(), run["conclusion"].as_str()), (Some(OTHER), Some("success")));
    });
    // And back again.
    world.moves_to(HEAD);
    assert_eq!(world.whole_run(3, HEAD, vec![affected("acme/shop", HEAD)]).await, ["updated"]);
    assert_eq!(world.github(|github| github.comments.len()), 1);
}

#[tokio::test]
async fn what_cannot_be_told_is_a_neutral_check_and_no_comment() {
    for (problem, verdicts) in [
        (None, vec![unknown("acme/dark"), calm("acme/calm")]),
        (Some("where it branched off could not be found"), vec![]),
    ] {
        let world = World::new().await;
        assert_eq!(world.run_with(1, HEAD, verdicts, problem).await, [] as [&str; 0]);
        world.github(|github| {
            assert_eq!((github.comments.len(), github.runs.len()), (0, 1));
            assert_eq!(github.runs[0]["conclusion"], "neutral");
            assert!(github.runs[0]["output"]["summary"].as_str().unwrap().starts_with("- "), "{:?}", github.runs);
        });
    }
    // A stage that gave up is no silence either, and what was told before does not become "none".
    let world = World::new().await;
    world.whole_run(1, HEAD, vec![affected("acme/shop", HEAD)]).await;
    world.moves_to(OTHER);
    let run = world.asks(2, OTHER, &["acme/shop"]).await;
    world.answers(&run, "acme/shop", None).await;
    assert_eq!(world.hear(&run).await, ["updated"]);
    world.github(|github| {
        let body = github.comments[0]["body"].as_str().unwrap();
        assert!(body.contains("### Downstream impact: 1 unknown") && body.contains("gave up"), "{body}");
    });
}

#[tokio::test]
async fn a_comment_that_a_person_deleted_comes_back_only_with_news() {
    let world = World::new().await;
    world.whole_run(1, HEAD, vec![affected("acme/shop", HEAD)]).await;
    world.github(|github| github.comments[0] = serde_json::Value::Null);
    assert_eq!(world.whole_run(2, HEAD, vec![affected("acme/shop", HEAD)]).await, [] as [&str; 0], "no news");
    world.moves_to(OTHER);
    assert_eq!(world.whole_run(3, OTHER, vec![calm("acme/shop")]).await, [] as [&str; 0], "nothing to tell");
    assert_eq!(world.github(|github| github.comments.len()), 1);
    assert_eq!(world.whole_run(4, OTHER, vec![affected("acme/shop", OTHER)]).await, ["created"]);
    assert_eq!(world.github(|github| github.comments.len()), 2);
}

#[tokio::test]
async fn a_comment_that_may_not_be_edited_is_given_up_with_its_reason_after_the_check() {
    let world = World::new().await;
    world.whole_run(1, HEAD, vec![affected("acme/shop", HEAD)]).await;
    world.moves_to(OTHER);
    world.github(|github| github.refused = vec![("/issues/comments/".to_owned(), 403)]);
    let run = world.asks(2, OTHER, &["acme/shop", "acme/jobs"]).await;
    world.answers(&run, "acme/shop", Some(affected("acme/shop", OTHER))).await;
    world.answers(&run, "acme/jobs", Some(affected("acme/jobs", OTHER))).await;
    let refused = world.try_hear(&run).await;
    assert!(matches!(&refused, Err(Fault::Reject { why }) if why.contains("forbids")), "{refused:?}");
    assert!(world.github(|github| github.runs.last().unwrap()["head_sha"] == OTHER));
}

#[tokio::test]
async fn a_token_without_checks_leaves_a_status_and_without_both_the_comment() {
    let world = World::new().await;
    world.github(|github| github.refused = vec![("/check-runs".to_owned(), 403)]);
    assert_eq!(world.whole_run(1, HEAD, vec![affected("acme/shop", HEAD)]).await, ["created"]);
    world.github(|github| {
        assert_eq!(github.statuses[0]["description"], "1 breaking");
        github.refused.push(("/statuses/".to_owned(), 403));
    });
    world.moves_to(OTHER);
    assert_eq!(world.whole_run(2, OTHER, vec![affected("acme/shop", OTHER)]).await, ["updated"]);
}

#[tokio::test]
async fn who_went_on_or_is_closed_hears_nothing() {
    let world = World::new().await;
    world.moves_to(OTHER);
    assert_eq!(world.whole_run(1, HEAD, vec![affected("acme/shop", HEAD)]).await, [] as [&str; 0], "a newer head");
    let world = world.on(8);
    assert_eq!(world.whole_run(2, HEAD, vec![affected("acme/shop", HEAD)]).await, [] as [&str; 0], "closed");
    world.github(|github| assert_eq!(github.writes, [] as [String; 0]));
}

#[tokio::test]
async fn an_older_answer_does_not_overwrite_a_newer_one() {
    let world = World::in_outbox().await;
    world.whole_run(5, OTHER, vec![affected("acme/shop", OTHER), affected("acme/jobs", OTHER)]).await;
    let body = world.outbox_comment();
    assert_eq!(world.whole_run(3, HEAD, vec![affected("acme/shop", HEAD)]).await, [] as [&str; 0]);
    assert_eq!(world.outbox_comment(), body);
    assert!(body.contains("### Downstream impact: 2 breaking") && body.contains("preview=7 seq=5"), "{body}");
}

#[tokio::test]
async fn a_store_that_was_lost_finds_its_comment_by_the_marker() {
    let world = World::new().await;
    world.whole_run(1, HEAD, vec![affected("acme/shop", HEAD)]).await;
    let writes = world.github(|github| github.writes.len());
    let other = world.with_empty_store().await;
    assert_eq!(other.whole_run(2, HEAD, vec![affected("acme/shop", HEAD)]).await, ["unchanged"]);
    assert_eq!(world.github(|github| github.writes.len()), writes, "and its check by the digest");
    other.moves_to(OTHER);
    assert_eq!(other.with_empty_store().await.whole_run(3, OTHER, vec![calm("acme/shop")]).await, ["closed"]);
    assert_eq!(world.github(|github| github.comments.len()), 1);
}

#[tokio::test]
async fn a_check_fails_only_where_that_is_asked_for() {
    for (fail_on, verdict, conclusion) in [
        (None, affected("acme/shop", HEAD), Some("neutral")),
        (Some(Urgency::High), affected("acme/shop", HEAD), Some("failure")),
        (Some(Urgency::Critical), affected("acme/shop", HEAD), Some("neutral")),
        (Some(Urgency::High), unknown("acme/shop"), Some("neutral")),
        // People wait for a check that may fail.
        (Some(Urgency::High), calm("acme/shop"), Some("success")),
        (None, calm("acme/shop"), None),
    ] {
        let world = World::new().await.failing_from(fail_on);
        let case = format!("{fail_on:?} {:?}", verdict.answer);
        let quiet = verdict.answer != Answer::Affected;
        world.whole_run(1, HEAD, vec![verdict]).await;
        world.github(|github| {
            assert_eq!(github.runs.last().and_then(|run| run["conclusion"].as_str()), conclusion, "{case}");
            assert_eq!(github.comments.is_empty(), quiet, "{case}");
        });
    }
}

#[tokio::test]
async fn an_outage_is_tried_again_and_a_lost_answer_makes_no_second_comment() {
    for lost in 0..3 {
        let world = World::new().await;
        let run = world.asks(1, HEAD, &["acme/shop"]).await;
        world.answers(&run, "acme/shop", Some(affected("acme/shop", HEAD))).await;
        world.github(|github| github.lost_after = Some(lost));
        let first = world.try_hear(&run).await;
        assert_eq!(matches!(first, Err(Fault::Retry { .. })), lost < 2, "{lost}: {first:?}");
        world.github(|github| github.lost_after = None);
        world.hear(&run).await;
        world.github(|github| assert_eq!((github.comments.len(), github.runs.len()), (1, 1), "{lost}"));
    }
}

#[tokio::test]
async fn what_is_no_pull_request_is_not_for_here() {
    let world = World::new().await;
    assert_eq!(world.pushed().await, [] as [&str; 0]);
    world.github(|github| assert_eq!(github.writes, [] as [String; 0]));
}

#[tokio::test]
async fn a_hundred_answers_are_not_looked_at_a_hundred_times() {
    let world = World::new().await;
    let targets: Vec<String> = (0..100).map(|n| format!("acme/repo-{n}")).collect();
    let names: Vec<&str> = targets.iter().map(String::as_str).collect();
    let run = world.asks(1, HEAD, &names).await;
    for target in &targets {
        world.answers(&run, target, Some(affected(target, HEAD))).await;
        world.hear(&run).await;
    }
    let comments = |writes: &[String]| writes.iter().filter(|write| write.contains("/comments")).count();
    world.github(|github| {
        let body = github.comments[0]["body"].as_str().unwrap();
        assert!(body.contains("### Downstream impact: 100 breaking"), "{body}");
        assert!((2..=9).contains(&comments(&github.writes)), "{:?}", github.writes);
    });
    // Messages that were waiting all that time find nothing more to do.
    let writes = world.github(|github| github.writes.len());
    assert_eq!(world.hear(&run).await, [] as [&str; 0]);
    assert_eq!(world.github(|github| github.writes.len()), writes);
}

#[tokio::test]
async fn a_triage_that_was_given_up_is_an_unknown_answer() {
    let world = World::new().await;
    let run = world.asks(1, HEAD, &["acme/shop", "acme/dark"]).await;
    world.answers(&run, "acme/shop", Some(affected("acme/shop", HEAD))).await;
    world.hear(&run).await;
    world.gives_up(&run, "acme/dark", "consumer_triage did not finish within 300 s").await;
    assert_eq!(world.hear(&run).await, ["updated"]);
    world.github(|github| {
        let body = github.comments[0]["body"].as_str().unwrap();
        assert!(body.contains("1 breaking, 1 unknown") && !body.contains("no answer yet"), "{body}");
        assert!(body.contains("did not finish within 300 s"), "{body}");
        let summary = github.runs.last().unwrap()["output"]["summary"].as_str().unwrap();
        assert!(summary.contains("`acme/dark`: unknown: given up:"), "{summary}");
    });
}

#[tokio::test]
async fn who_holds_it_is_told_in_the_same_comment_and_stays_there() {
    let world = World::new().await;
    world.whole_run(1, HEAD, vec![affected("acme/shop", HEAD)]).await;
    let body = |github: &mut fake::World| github.comments[0]["body"].as_str().unwrap().to_owned();
    let plain = world.github(body);
    for (act, is_held) in
        [(IssueAct::Hold, true), (IssueAct::Hold, true), (IssueAct::Unhold, false), (IssueAct::Hold, true)]
    {
        world.says(act).await;
        let now = world.github(body);
        assert_eq!(now.starts_with("> [!NOTE]\n> **Held.** `ann` asked"), is_held, "{now}");
        assert!(is_held || now == plain, "as it was: {now}");
    }
    // Our own edit is what the next answer finds: nothing new, and after that it is said again.
    assert_eq!(world.whole_run(2, HEAD, vec![affected("acme/shop", HEAD)]).await, [] as [&str; 0]);
    world.moves_to(OTHER);
    assert_eq!(world.whole_run(3, OTHER, vec![affected("acme/shop", OTHER)]).await, ["updated"]);
    let now = world.github(body);
    assert!(now.starts_with("> [!NOTE]\n> **Held.**") && now.contains(&OTHER[..7]), "{now}");
    assert_eq!(world.github(|github| github.comments.len()), 1);
    // Before there is a comment it is kept for when there is one.
    let early = World::new().await;
    early.says(IssueAct::Hold).await;
    early.github(|github| assert_eq!(github.comments.len(), 0));
    early.whole_run(1, HEAD, vec![affected("acme/shop", HEAD)]).await;
    assert!(early.github(body).starts_with("> [!NOTE]\n> **Held.**"));
}

#[tokio::test]
async fn what_was_said_and_not_kept_is_kept_when_the_message_comes_back() {
    let world = World::new().await;
    let run = world.asks(1, HEAD, &["acme/shop"]).await;
    world.answers(&run, "acme/shop", Some(affected("acme/shop", HEAD))).await;
    assert_eq!(world.try_hear(&run).await.unwrap().emit.len(), 1, "the store fails after this");
    assert_eq!(world.hear(&run).await, ["unchanged"]);
    assert_eq!(world.hear(&run).await, [] as [&str; 0], "kept");
    world.github(|github| assert_eq!((github.comments.len(), github.runs.len()), (1, 1)));
}
