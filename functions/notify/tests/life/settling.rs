//! A new finding waits for a correction.

use contracts::record::FindingState;
use stage::Fault;

use super::world::{World, resolved, verdict};

async fn patient() -> World {
    let mut world = World::new("").await;
    world.deps.settings.settle_seconds = 60;
    world
}

#[tokio::test]
async fn what_is_new_waits_and_what_is_known_does_not() {
    let world = patient().await;
    let fault = world.hear(&verdict(1), 1, false).await.unwrap_err();
    assert!(matches!(fault, Fault::Retry { after: Some(after), .. } if after.as_secs() == 60), "{fault:?}");
    world.pass(45_000);
    let fault = world.hear(&verdict(1), 1, false).await.unwrap_err();
    assert!(matches!(fault, Fault::Retry { after: Some(after), .. } if after.as_secs() == 15), "{fault:?}");
    assert_eq!(world.issues().await, []);
    world.pass(15_000);
    assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["created"]);
    // It is known now: news about it is told at once.
    world.pass(-60_000);
    let mut moved = verdict(1);
    moved.findings[0].dependent[0].start = 2;
    assert_eq!(world.hear_and_save(&moved, 2).await, ["updated"]);
}

#[tokio::test]
async fn what_is_corrected_in_time_nobody_hears_of() {
    let world = patient().await;
    world.remember(&verdict(1), FindingState::Open, 1).await;
    world.hear(&verdict(1), 1, false).await.unwrap_err();
    world.pass(30_000);
    // The correction: the triage remembers that it is over, and says so.
    world.remember(&verdict(1), FindingState::Resolved, 2).await;
    assert_eq!(world.hear_and_save(&resolved(&verdict(1), "reverted"), 2).await, Vec::<String>::new());
    world.pass(30_000);
    assert_eq!(world.hear_and_save(&verdict(1), 1).await, Vec::<String>::new());
    assert_eq!(world.issues().await, []);
}

/// Two pushes in a row about the same finding: one issue, with what is true at the end of the first one's window.
#[tokio::test]
async fn two_words_fold_into_one() {
    let world = patient().await;
    world.remember(&verdict(1), FindingState::Open, 1).await;
    let mut second = verdict(1);
    second.findings[0].dependent[0].path = "second.py".to_owned();
    world.remember(&second, FindingState::Open, 2).await;
    world.hear(&second, 2, false).await.unwrap_err();
    world.pass(60_000);
    assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["created"]);
    let issues = world.issues().await;
    assert!(issues.len() == 1 && issues[0].body.contains("second.py"), "{issues:?}");
    assert_eq!(world.hear_and_save(&second, 2).await, ["unchanged"]);
    assert_eq!(world.comments(1), Vec::<String>::new());
}

#[tokio::test]
async fn a_message_that_comes_after_its_window_does_not_wait() {
    let world = patient().await;
    world.pass(3_600_000);
    assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["created"]);
}
