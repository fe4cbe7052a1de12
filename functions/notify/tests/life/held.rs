//! A change whose pull request was held is not filed.

use contracts::messages::IssueAct;
use contracts::record::FindingState;
use notify::Said;

use super::hub::{self, Hub};
use super::world::{World, verdict};

fn commit(digit: &str) -> contracts::CommitId {
    digit.repeat(40).parse().unwrap()
}

/// The change of these tests ends in the commit `2222…`.
fn merged(digit: &str) -> IssueAct {
    IssueAct::Merged { commits: vec![commit("9"), commit(digit)] }
}

#[tokio::test]
async fn what_was_held_before_the_merge_is_not_filed_after_it() {
    let world = World::new("").await;
    world.on_pull_request(7, IssueAct::Hold).await;
    world.on_pull_request(7, merged("2")).await;
    world.remember(&verdict(1), FindingState::Open, 1).await;
    assert_eq!(world.hear_and_save(&verdict(1), 1).await, [] as [&str; 0]);
    assert!(world.issues().await.is_empty());
    // Let go after the merge: looked at again, and filed.
    let outcome = world.on_pull_request(7, IssueAct::Unhold).await;
    assert!(matches!(&outcome.emit[..], [Said::TriageConsumer(_)]), "{:?}", outcome.emit);
    assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["created"]);
}

#[tokio::test]
async fn whatever_else_is_merged_is_filed() {
    type Story = Vec<(u64, IssueAct)>;
    let cases: Vec<(&str, Story)> = vec![
        ("nothing was held", vec![(7, merged("2"))]),
        ("another one was held", vec![(8, IssueAct::Hold), (7, merged("2")), (8, merged("5"))]),
        ("it was let go in time", vec![(7, IssueAct::Hold), (7, IssueAct::Unhold), (7, merged("2"))]),
        ("the held one became another commit", vec![(7, IssueAct::Hold), (7, merged("5"))]),
        ("held, and closed without a merge", vec![(7, IssueAct::Hold)]),
    ];
    for (case, story) in cases {
        let world = World::new("").await;
        for (number, act) in story {
            world.on_pull_request(number, act).await;
        }
        assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["created"], "{case}");
    }
}

#[tokio::test]
async fn where_the_merge_was_not_heard_of_github_knows_the_commit() {
    for (pulls, is_filed) in [(vec![7], false), (vec![3, 7], false), (vec![8], true), (vec![], true)] {
        let (url, hub) = hub::start(Hub { pulls: pulls.clone(), ..Hub::default() }).await;
        let world = World::filing(&url, "").await;
        assert_eq!(world.hear_and_save(&verdict(2), 1).await.len(), 2);
        assert_eq!(hub.lock().unwrap().asked_about, 0, "nothing is held, so nobody is asked");
        world.on_pull_request(7, IssueAct::Hold).await;
        let mut new = verdict(3);
        new.findings.drain(..2);
        assert_eq!(world.hear_and_save(&new, 2).await.len(), usize::from(is_filed), "{pulls:?}");
        assert_eq!(hub.lock().unwrap().asked_about, 1);
        // Without the right to ask it is filed; an outage is tried again.
        hub.lock().unwrap().rules = vec![("GET", "/pulls", 502, "")];
        assert!(world.hear(&new, 3, false).await.is_err());
    }
}

#[tokio::test]
async fn a_marker_of_somebody_holds_nothing() {
    let world = World::new("").await;
    // An issue command that says it is about a pull request, and a pull request that is another's.
    let other = contracts::Fingerprint::of_pull_request(&super::world::source(), 7);
    world.act_on(8, &other, IssueAct::Hold).await.unwrap();
    world.on_pull_request(7, merged("2")).await;
    assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["created"]);
}
