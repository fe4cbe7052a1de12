//! A change whose pull request was held is not filed.

use contracts::messages::IssueAct;
use contracts::record::FindingState;
use contracts::verdict::Verdict;
use notify::Said;
use serde_json::{Value, json};

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

/// A pull request whose branch stands at `9999…`.
fn pull(state: &str, merged_as: Option<&str>) -> Value {
    let sha = merged_as.map(|digit| digit.repeat(40));
    json!({ "state": state, "merged": sha.is_some(), "merge_commit_sha": sha, "head": { "sha": "9".repeat(40) } })
}

/// A verdict about findings that nobody was told of yet.
fn news(number: usize) -> Verdict {
    let mut news = verdict(number + 1);
    news.findings.drain(..number);
    news
}

async fn with_pulls(pulls: Vec<(u64, Value)>) -> (World, hub::Shared) {
    let (url, hub) = hub::start(Hub { pulls, members: vec!["ann"], ..Hub::default() }).await;
    (World::filing(&url, "").await, hub)
}

#[tokio::test]
async fn where_the_merge_was_not_heard_of_github_knows_what_became_of_it() {
    // The state of 7, whether the change is filed, and how often three changes ask about it.
    for (now, is_filed, asked) in [
        (pull("closed", Some("2")), false, 1),
        (pull("closed", Some("5")), true, 1),
        (pull("closed", None), true, 1),
        (pull("open", None), true, 3),
    ] {
        let (world, hub) = with_pulls(vec![(3, pull("open", None)), (7, now.clone())]).await;
        assert_eq!(world.hear_and_save(&verdict(1), 1).await.len(), 1);
        assert_eq!(hub.lock().unwrap().asked_about, 0, "nothing is held, so nobody is asked");
        world.on_pull_request(7, IssueAct::Hold).await;
        for number in 1..4_u8 {
            let told = world.hear_and_save(&news(number.into()), i64::from(number) + 1).await;
            assert_eq!(told.len(), usize::from(is_filed), "{now} {number}");
        }
        assert_eq!(hub.lock().unwrap().asked_about, asked, "{now}");
        // An outage is tried again while somebody has to be asked, and is nobody's concern afterwards.
        hub.lock().unwrap().rules = vec![("GET", "/pulls/", 502, "")];
        assert_eq!(world.hear(&news(4), 5, false).await.is_err(), asked > 1, "{now}");
        hub.lock().unwrap().rules = vec![("GET", "/pulls/", 403, "")];
        assert_eq!(world.hear_and_save(&news(4), 6).await.len(), usize::from(is_filed), "{now}");
    }
}

#[tokio::test]
async fn what_github_said_of_the_merge_is_known_when_it_is_let_go() {
    let (world, _hub) = with_pulls(vec![(7, pull("closed", Some("2")))]).await;
    world.on_pull_request(7, IssueAct::Hold).await;
    world.remember(&verdict(1), FindingState::Open, 1).await;
    assert_eq!(world.hear_and_save(&verdict(1), 1).await, [] as [&str; 0]);
    let outcome = world.on_pull_request(7, IssueAct::Unhold).await;
    assert!(matches!(&outcome.emit[..], [Said::TriageConsumer(_)]), "{:?}", outcome.emit);
    assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["created"]);
}

#[tokio::test]
async fn only_who_may_write_or_triage_holds_and_lets_go() {
    for (act, others_do) in [(IssueAct::Hold, false), (IssueAct::Unhold, true)] {
        let (world, hub) = with_pulls(Vec::new()).await;
        if others_do {
            world.on_pull_request(7, IssueAct::Hold).await;
        }
        // A member of the organization who may only read; somebody who cannot be asked about.
        for (members, rules) in [(vec!["bob"], vec![]), (vec!["ann"], vec![("GET", "/collaborators/", 403, "")])] {
            let set = |hub: &mut Hub| (hub.members, hub.rules, hub.reactions) = (members, rules, Vec::new());
            set(&mut hub.lock().unwrap());
            let outcome = world.on_pull_request(7, act.clone()).await;
            assert!(outcome.save.is_empty() && outcome.emit.is_empty(), "{act:?} {:?}", outcome.save);
            assert_eq!(hub.lock().unwrap().reactions, ["confused"], "{act:?}");
        }
        hub.lock().unwrap().rules.clear();
        // A merge is nobody's wish.
        world.on_pull_request(7, merged("2")).await;
        assert_eq!(world.hear_and_save(&verdict(1), 1).await.len(), usize::from(!others_do), "{act:?}");
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
