//! Boxes do what commands do, for members, and are clear afterwards.

use contracts::messages::IssueAct;
use contracts::record::{FindingState, WishKind};
use contracts::verdict::{Finding, Verdict};
use github::{IssueState, StateReason};
use notify::Said;
use stage::Fault;

use super::hub::{self, Hub};
use super::judge::judge;
use super::world::{NOW, World, target, verdict};

const DAY: i64 = 24 * 3_600_000;

fn of_template() -> Verdict {
    let mut verdict = verdict(1);
    let finding: &mut Finding = &mut verdict.findings[0];
    (finding.rule, finding.element) = ("template.hunk.applies".to_owned(), "file:deploy/a b.yml".to_owned());
    verdict.relationship = "template_fork".to_owned();
    verdict
}

/// One issue whose box with these words is ticked on GitHub.
async fn ticked(verdict: &Verdict, words: &str) -> World {
    let world = World::new("").await;
    world.hear_and_save(verdict, 1).await;
    world.remember(verdict, FindingState::Open, 1).await;
    let body = world.issues().await[0].body.clone();
    let now =
        body.replace(&format!("- [ ] <!-- downstream:{words} -->"), &format!("- [x] <!-- downstream:{words} -->"));
    assert_ne!(now, body, "{words} is no box of {body}");
    world.deps.github.edit_body(&target(), 1, &now).await.unwrap();
    world
}

#[tokio::test]
async fn a_tick_looks_again_and_the_box_is_clear() {
    let world = ticked(&verdict(1), "recheck").await;
    let before = world.issues().await.remove(0);
    let fingerprint = &verdict(1).findings[0].fingerprint;
    let outcome = world.tick(1, fingerprint, IssueAct::Recheck, "ann").await.unwrap();
    assert!(matches!(&outcome.emit[..], [Said::TriageConsumer(_)]), "{:?}", outcome.emit);
    let issue = world.issues().await.remove(0);
    assert_eq!(issue.body, before.body.replace("- [x] <!--", "- [ ] <!--"));
    assert_eq!((issue.state, world.comments(1)), (IssueState::Open, vec![]));
    // The same again, as after a crash.
    world.tick(1, fingerprint, IssueAct::Recheck, "ann").await.unwrap();
    assert_eq!(world.issues().await[0], issue);
}

#[tokio::test]
async fn a_tick_snoozes_and_the_box_is_clear_also_when_it_wakes() {
    let world = ticked(&verdict(1), "snooze=14d").await;
    let fingerprint = &verdict(1).findings[0].fingerprint;
    world.tick(1, fingerprint, IssueAct::Snooze { until: NOW + 14 * DAY }, "ann").await.unwrap();
    let issue = world.issues().await.remove(0);
    assert_eq!(
        (issue.state, world.wish().await),
        (IssueState::Closed, Some(WishKind::Snooze { until: NOW + 14 * DAY }))
    );
    assert!(
        !issue.body.contains("- [x]") && issue.body.contains("- [ ] <!-- downstream:snooze=14d -->"),
        "{}",
        issue.body
    );
    world.pass(15 * DAY);
    world.act(1, IssueAct::Woken).await.unwrap();
    assert!(!world.issues().await[0].body.contains("- [x]"));
}

#[tokio::test]
async fn going_ones_own_way_mutes_the_file_and_says_what_to_write_down() {
    let verdict = of_template();
    let world = ticked(&verdict, "diverge=deploy/a%20b.yml").await;
    let fingerprint = &verdict.findings[0].fingerprint;
    let diverge = |path: &str| IssueAct::Diverge { path: path.to_owned() };
    // Another file than the one that the issue is about; and of an issue that is about no file.
    world.tick(1, fingerprint, diverge("other.yml"), "ann").await.unwrap();
    assert_eq!((world.wish().await, world.issues().await[0].state), (None, IssueState::Open));
    assert!(!world.issues().await[0].body.contains("- [x]"), "clear all the same");
    world.tick(1, fingerprint, diverge("deploy/a b.yml"), "ann").await.unwrap();
    let issue = world.issues().await.remove(0);
    assert_eq!((issue.state, issue.state_reason), (IssueState::Closed, Some(StateReason::NotPlanned)));
    assert_eq!(world.wish().await, Some(WishKind::Mute));
    assert_eq!(world.state(&verdict).await, Some(FindingState::Muted));
    let [comment] = &world.comments(1)[..] else { panic!("one comment") };
    assert!(comment.contains("\"divergent_concerns\": [\"deploy/a b.yml\"]"), "{comment}");
    assert!(comment.contains("`acme/inference`") && comment.contains("`acme/resumes`"), "{comment}");
    assert!(!issue.body.contains("- [x]") && judge(&issue.body).is_none(), "{}", issue.body);
    let mut moved = verdict.clone();
    moved.findings[0].dependent[0].start = 2;
    assert_eq!(world.hear_and_save(&moved, 2).await, ["unchanged"], "never again");
}

#[tokio::test]
async fn no_path_comes_alive_in_what_is_said_of_it() {
    for path in ["@octocat/#12", "a`b``c", "x\"]}, \"y", "</details><b>", "```\n# x", "é --> <!--"] {
        let mut verdict = of_template();
        verdict.findings[0].element = format!("file:{path}");
        let world = World::new("").await;
        world.hear_and_save(&verdict, 1).await;
        world.remember(&verdict, FindingState::Open, 1).await;
        let fingerprint = &verdict.findings[0].fingerprint;
        world.tick(1, fingerprint, IssueAct::Diverge { path: path.to_owned() }, "ann").await.unwrap();
        let marker = "<!-- downstream:v1 fp=5b1e0c9a77d2f403 run=1 ev=1 urgency=low files=aa -->";
        let [comment] = &world.comments(1)[..] else { panic!("one comment about {path}") };
        let text = comment.split("<!-- downstream:v1 run=").next().unwrap();
        assert_eq!(judge(&format!("{text}\n{marker}\n")), None, "{comment}");
        assert_eq!(judge(&world.issues().await[0].body), None, "{path}");
    }
}

/// Over a GitHub that is asked who may.
#[tokio::test]
async fn only_members_are_obeyed_and_only_on_issues_that_are_ours() {
    let (url, hub) = hub::start(Hub { members: vec!["ann"], ..Hub::default() }).await;
    let world = World::filing(&url, "").await;
    world.hear_and_save(&verdict(1), 1).await;
    world.remember(&verdict(1), FindingState::Open, 1).await;
    let fingerprint = &verdict(1).findings[0].fingerprint;
    let ticked = |body: &str| body.replace("- [ ] <!-- downstream:recheck", "- [x] <!-- downstream:recheck");
    let body = ticked(hub.lock().unwrap().issues[0].1["body"].as_str().unwrap());
    hub.lock().unwrap().issues[0].1["body"] = serde_json::json!(body);
    for (number, by) in [(1, "eve"), (1, ""), (1, "../ann"), (2, "ann")] {
        let outcome = world.tick(number, fingerprint, IssueAct::Recheck, by).await.unwrap();
        assert!(outcome.emit.is_empty() && outcome.save.is_empty(), "{number} {by}");
        assert_eq!(hub.lock().unwrap().issues[0].1["body"], serde_json::json!(body), "{number} {by}");
    }
    // Where nobody may ask who may, nobody may; where GitHub is away, it is asked again.
    for (status, is_retry) in [(403, false), (404, false), (502, true)] {
        hub.lock().unwrap().rules = vec![("GET", "/collaborators/", status, "")];
        let told = world.tick(1, fingerprint, IssueAct::Recheck, "ann").await;
        assert_eq!(matches!(&told, Err(Fault::Retry { .. })), is_retry, "{status}");
        assert!(told.is_err() || told.unwrap().emit.is_empty(), "{status}");
    }
    hub.lock().unwrap().rules.clear();
    assert_eq!(world.tick(1, fingerprint, IssueAct::Recheck, "ann").await.unwrap().emit.len(), 1);
    assert!(!hub.lock().unwrap().bodies("acme/resumes")[0].contains("- [x] <!--"));
    assert_eq!(hub.lock().unwrap().comments, [] as [String; 0]);
}
