//! What people do on an issue: mute it, open it again, command.

use contracts::messages::IssueAct;
use contracts::record::{FindingState, WishKind};
use github::{CloseReason, IssueState, StateReason};
use notify::Said;
use stage::Fault;

use super::judge::{PIECES, judge};
use super::world::{self, World, target, verdict};

const DAY: i64 = 24 * 3_600_000;

/// One issue, filed, with its finding known.
async fn filed() -> World {
    let world = World::new("https://hooks.slack.com/services/T/B/secret").await;
    world.hear_and_save(&verdict(1), 1).await;
    world.remember(&verdict(1), FindingState::Open, 1).await;
    world
}

fn ignore(reason: &str) -> IssueAct {
    IssueAct::Ignore { reason: reason.to_owned() }
}

async fn close(world: &World, reason: CloseReason) {
    let body = world.issues().await[0].body.clone();
    world.deps.github.close_issue(&target(), 1, reason, &body, None).await.unwrap();
}

#[tokio::test]
async fn what_is_muted_is_never_told_again() {
    for heard in [true, false] {
        let world = filed().await;
        close(&world, CloseReason::NotPlanned).await;
        if heard {
            world.act(1, IssueAct::NotPlanned).await.unwrap();
            assert_eq!(world.state(&verdict(1)).await, Some(FindingState::Muted));
        }
        let mut worse = verdict(1);
        worse.findings[0].dependent[0].path = "another.py".to_owned();
        for seq in 2..5 {
            worse.findings[0].dependent[0].start += 1;
            // A triage that had asked before the person closed it says "open" over it: the wish stands all the same.
            world.remember(&worse, FindingState::Open, seq).await;
            assert_eq!(world.hear_and_save(&worse, seq).await, ["unchanged"], "heard: {heard}");
            assert_eq!(world.wish().await, Some(WishKind::Mute));
        }
        assert_eq!(world.comments(1), Vec::<String>::new());
        assert_eq!(world.issues().await[0].state, IssueState::Closed);
        assert_eq!(world.files("announce-").len(), 1, "the first one only");
    }
}

#[tokio::test]
async fn what_is_opened_again_is_told_again() {
    for heard in [true, false] {
        let world = filed().await;
        close(&world, CloseReason::NotPlanned).await;
        world.act(1, IssueAct::NotPlanned).await.unwrap();
        let issue = world.issues().await.remove(0);
        world.deps.github.update_issue(&target(), 1, &issue.title, &issue.body).await.unwrap();
        if heard {
            let outcome = world.act(1, IssueAct::Reopened).await.unwrap();
            assert!(outcome.emit.iter().any(|said| matches!(said, Said::TriageConsumer(_))), "looked at again");
        }
        let mut moved = verdict(1);
        moved.findings[0].dependent[0].start = 2;
        assert_eq!(world.hear_and_save(&moved, 2).await, ["updated"], "heard: {heard}");
        assert_eq!(world.wish().await, Some(WishKind::Tell));
        assert_eq!(world.state(&verdict(1)).await, Some(FindingState::Open));
        assert_eq!(world.comments(1), Vec::<String>::new(), "whoever opened it knows");
    }
}

#[tokio::test]
async fn a_later_word_counts_whatever_comes_late() {
    let world = filed().await;
    let (closed, opened) = (IssueAct::NotPlanned, IssueAct::Reopened);
    world.pass(10);
    world.act(1, opened).await.unwrap();
    world.pass(-5);
    world.act(1, closed).await.unwrap();
    assert_eq!(world.wish().await, Some(WishKind::Tell));
}

#[tokio::test]
async fn ignoring_closes_and_says_who_and_why() {
    let world = filed().await;
    world.act(1, ignore("we talk to another @acme/team, see #12 <b>")).await.unwrap();
    let issue = world.issues().await.remove(0);
    assert_eq!((issue.state, issue.state_reason), (IssueState::Closed, Some(StateReason::NotPlanned)));
    assert!(issue.body.starts_with("> [!NOTE]\n> **Put away.** Ignored for good by `ann @octocat`: we talk"));
    assert!(!issue.body.contains("@acme/team") && !issue.body.contains("<b>"), "{}", issue.body);
    assert_eq!(world.reactions(1), ["eyes", "rocket"]);
    assert_eq!(world.comments(1), Vec::<String>::new(), "acknowledged without a comment");
    assert_eq!(world.wish().await, Some(WishKind::Mute));
    // A store that forgot everything still obeys: the issue says it.
    let amnesia = world.with_empty_store().await;
    let mut moved = verdict(1);
    moved.findings[0].dependent[0].start = 2;
    assert_eq!(amnesia.hear_and_save(&moved, 2).await, ["unchanged"]);
    assert_eq!(amnesia.wish().await, Some(WishKind::Mute));
}

#[tokio::test]
async fn a_snooze_ends_by_itself_once() {
    let world = filed().await;
    let until = world::NOW + 14 * DAY;
    world.act(1, IssueAct::Snooze { until }).await.unwrap();
    let issue = world.issues().await.remove(0);
    assert_eq!(issue.state, IssueState::Closed);
    assert!(issue.body.contains("Snoozed until 2023-11-28 22:13 UTC by `ann @octocat`"), "{}", issue.body);
    let mut worse = verdict(1);
    worse.findings[0].dependent[0].path = "another.py".to_owned();
    assert_eq!(world.hear_and_save(&worse, 2).await, ["unchanged"]);
    assert_eq!(world.deps.store.ended_snoozes(until - 1).await.unwrap(), []);
    assert_eq!(world.deps.store.ended_snoozes(until).await.unwrap().len(), 1);
    // Too early, and a snooze that is taken back, wake nobody.
    world.act(1, IssueAct::Woken).await.unwrap();
    assert_eq!(world.issues().await[0].state, IssueState::Closed);

    world.pass(15 * DAY);
    let outcome = world.act(1, IssueAct::Woken).await.unwrap();
    assert!(outcome.emit.iter().any(|said| matches!(said, Said::TriageConsumer(_))));
    let issue = world.issues().await.remove(0);
    assert_eq!(issue.state, IssueState::Open);
    assert!(!issue.body.contains("Put away") && !issue.body.contains("over="), "{}", issue.body);
    assert_eq!(world.comments(1).len(), 1);
    assert!(world.comments(1)[0].starts_with("The snooze is over"));
    assert_eq!(world.deps.store.ended_snoozes(i64::MAX).await.unwrap(), []);
    world.act(1, IssueAct::Woken).await.unwrap();
    assert_eq!(world.comments(1).len(), 1, "once");
    assert_eq!(world.hear_and_save(&worse, 3).await, ["updated"]);
}

#[tokio::test]
async fn what_was_fixed_in_its_sleep_stays_closed() {
    let world = filed().await;
    world.act(1, IssueAct::Snooze { until: world::NOW + DAY }).await.unwrap();
    world.remember(&verdict(1), FindingState::Resolved, 2).await;
    world.pass(2 * DAY);
    world.act(1, IssueAct::Woken).await.unwrap();
    assert_eq!(world.issues().await[0].state, IssueState::Closed);
    assert_eq!(world.comments(1), Vec::<String>::new());
}

#[tokio::test]
async fn a_verdict_that_comes_before_the_alarm_wakes_it() {
    let world = filed().await;
    world.act(1, IssueAct::Snooze { until: world::NOW + DAY }).await.unwrap();
    world.pass(2 * DAY);
    let mut moved = verdict(1);
    moved.findings[0].dependent[0].start = 2;
    assert_eq!(world.hear_and_save(&moved, 2).await, ["updated"]);
    assert!(world.comments(1)[0].starts_with("The snooze is over"));
    world.act(1, IssueAct::Woken).await.unwrap();
    assert_eq!(world.comments(1).len(), 1);
    assert_eq!(world.issues().await[0].state, IssueState::Open);
}

#[tokio::test]
async fn recheck_asks_whoever_found_it() {
    let world = filed().await;
    let outcome = world.act(1, IssueAct::Recheck).await.unwrap();
    let [Said::TriageConsumer(asked)] = &outcome.emit[..] else { panic!("{:?}", outcome.emit) };
    assert_eq!(asked.recheck.as_ref().unwrap().fingerprint, verdict(1).findings[0].fingerprint);
    assert_eq!((asked.change.seq, asked.change.dry_run), (1, false));
    assert_eq!(asked.target_url, "https://github.com/acme/resumes");
    assert_eq!(world.reactions(1), ["eyes", "rocket"]);

    let mut template = verdict(1);
    template.findings[0].rule = "template.hunk.applies".to_owned();
    world.remember(&template, FindingState::Open, 2).await;
    let outcome = world.act(1, IssueAct::Recheck).await.unwrap();
    assert!(matches!(&outcome.emit[..], [Said::TriageTemplate(_)]), "{:?}", outcome.emit);

    world.remember(&template, FindingState::Resolved, 3).await;
    assert!(world.act(1, IssueAct::Recheck).await.unwrap().emit.is_empty());
    assert_eq!(world.reactions(1), ["eyes", "rocket", "confused"], "over is over");
}

#[tokio::test]
async fn explain_and_help_answer_with_one_comment() {
    let world = filed().await;
    world.act(1, IssueAct::Explain).await.unwrap();
    world.act(1, IssueAct::Help).await.unwrap();
    let comments = world.comments(1);
    assert_eq!(comments.len(), 2);
    assert!(comments[0].contains("`http.route.removed`") && comments[0].contains("client.py"), "{}", comments[0]);
    assert!(comments[1].contains("/downstream snooze 14d"), "{}", comments[1]);
    assert!(comments.iter().all(|c| c.contains("<!-- downstream:v1 run=")), "ours are told apart from commands");
    assert_eq!(world.issues().await[0].state, IssueState::Open);
}

/// Anybody can open an issue with our marker in it, and close it.
#[tokio::test]
async fn a_marker_alone_proves_nothing() {
    let world = filed().await;
    let acts = || [IssueAct::NotPlanned, ignore(""), IssueAct::Recheck, IssueAct::Explain];
    // Another number than the one that was filed, a finding nobody knows, and one of another repository.
    let mut other = verdict(1);
    other.target = "acme/other".parse().unwrap();
    other.findings[0].fingerprint = "ffffffffffffffff".parse().unwrap();
    world.remember(&other, FindingState::Open, 1).await;
    let known = verdict(1).findings[0].fingerprint.clone();
    let unknown = "0000000000000000".parse().unwrap();
    for (number, fingerprint) in [(2, &known), (1, &unknown), (1, &other.findings[0].fingerprint)] {
        for act in acts() {
            let outcome = world.act_on(number, fingerprint, act).await.unwrap();
            assert!(outcome.save.is_empty() && outcome.emit.is_empty(), "{number} {fingerprint}");
        }
    }
    assert_eq!(world.wish().await, None);
    assert_eq!(world.reactions(1), Vec::<String>::new());
    assert_eq!(world.issues().await[0].state, IssueState::Open);
}

#[tokio::test]
async fn an_issue_that_is_gone_holds_nothing_up() {
    let world = World::new("").await;
    world.remember(&verdict(1), FindingState::Open, 1).await;
    let outcome: Result<_, Fault> = world.act(1, IssueAct::NotPlanned).await;
    assert!(outcome.unwrap().save.is_empty());
}

#[tokio::test]
async fn no_reason_comes_alive() {
    let world = filed().await;
    for pair in PIECES.chunks(3) {
        for reason in [pair.concat(), pair.join(" x"), format!("é{}", pair.join("\n"))] {
            world.act(1, ignore(&reason)).await.unwrap();
            let body = world.issues().await[0].body.clone();
            // The marker of an issue that is over says how.
            assert_eq!(judge(&body), None, "{reason:?}\n{body}");
            assert!(body.chars().count() < 58_000 && body.matches("Put away").count() == 1);
        }
    }
}
