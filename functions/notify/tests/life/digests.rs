//! What waits is sent as one issue, brought up to date in place.

use contracts::messages::IssueAct;
use contracts::record::FindingState;
use contracts::verdict::{Urgency, Verdict};
use contracts::{Fingerprint, RepoName};
use github::{CloseReason, Issue, IssueState};

use super::world::{World, resolved_one, target, verdict};

/// So many little things, remembered and told.
async fn told(world: &World, count: usize, seq: i64) -> Verdict {
    let mut verdict = verdict(count);
    for finding in &mut verdict.findings {
        finding.urgency = Urgency::Low;
    }
    for finding in &verdict.findings {
        world.remember_finding(&verdict, finding, FindingState::Open, seq).await;
    }
    world.hear_and_save(&verdict, seq).await;
    verdict
}

async fn only(world: &World) -> Issue {
    let mut issues = world.issues().await;
    assert_eq!(issues.len(), 1);
    issues.remove(0)
}

fn fingerprint(repo: &RepoName) -> Fingerprint {
    Fingerprint::derive(repo, repo, "digest", "digest", "digest")
}

#[tokio::test]
async fn one_issue_whatever_the_period() {
    let world = World::new("").await;
    assert_eq!(world.digest("2026-11-09").await, Vec::<String>::new(), "nothing waits");
    told(&world, 3, 1).await;
    assert_eq!(world.issues().await, [], "nothing is sent before its time");
    assert_eq!(world.digest("2026-11-16").await, ["created"]);
    let issue = only(&world).await;
    assert_eq!(issue.body.matches("- **low** ").count(), 3, "{}", issue.body);
    assert_eq!(issue.labels, ["dependency", "info", "downstream"]);
    // The same message again, and the next period without news.
    assert_eq!(world.digest("2026-11-16").await, ["unchanged"]);
    assert_eq!(world.digest("2026-11-23").await, ["unchanged"]);
    told(&world, 4, 2).await;
    assert_eq!(world.digest("2026-11-30").await, ["updated"]);
    assert_eq!(only(&world).await.body.matches("- **low** ").count(), 4);
    assert_eq!(world.comments(1), Vec::<String>::new(), "a digest never comments");
    // A crash between the issue and its record.
    let amnesia = world.with_empty_store().await;
    told(&amnesia, 4, 2).await;
    assert_eq!(amnesia.digest("2026-11-30").await, ["unchanged"]);
    assert_eq!(only(&world).await.number, 1);
}

#[tokio::test]
async fn what_is_over_leaves_it_and_an_empty_one_closes() {
    let world = World::new("").await;
    let verdict = told(&world, 2, 1).await;
    world.digest("2026-11-16").await;
    for (seq, (finding, left)) in verdict.findings.iter().zip([1, 0]).enumerate() {
        let over = resolved_one(&verdict, finding, "fixed");
        assert_eq!(world.hear_and_save(&over, seq as i64 + 2).await, ["closed"]);
        let action = if left == 0 { "closed" } else { "updated" };
        assert_eq!(world.digest(&format!("2026-12-0{seq}")).await, [action]);
        assert_eq!(only(&world).await.body.matches("- **low** ").count(), left);
    }
    assert_eq!(only(&world).await.state, IssueState::Closed);
    told(&world, 1, 9).await;
    assert_eq!(world.digest("2026-12-14").await, ["updated"]);
    assert_eq!(only(&world).await.state, IssueState::Open);
}

#[tokio::test]
async fn who_does_not_want_it_is_obeyed() {
    // By a webhook, by looking, by a command.
    for how in 0..3 {
        let world = World::new("").await;
        told(&world, 1, 1).await;
        world.digest("2026-11-16").await;
        let body = only(&world).await.body;
        let digest = fingerprint(&target());
        match how {
            2 => drop(world.act_on(1, &digest, IssueAct::Ignore { reason: String::new() }).await.unwrap()),
            _ => drop(world.deps.github.close_issue(&target(), 1, CloseReason::NotPlanned, &body, None).await.unwrap()),
        }
        if how == 0 {
            world.act_on(1, &digest, IssueAct::NotPlanned).await.unwrap();
        }
        told(&world, 3, 2).await;
        for period in ["2026-11-23", "2026-11-30"] {
            let said = world.digest(period).await;
            assert!(said.is_empty() || said == ["unchanged"], "{how} {said:?}");
        }
        assert_eq!(only(&world).await.state, IssueState::Closed, "{how}");
    }
}

#[tokio::test]
async fn a_line_that_is_put_away_is_not_listed() {
    let world = World::new("").await;
    let mut verdict = told(&world, 2, 1).await;
    world.remember_finding(&verdict, &verdict.findings[0], FindingState::Muted, 2).await;
    world.digest("2026-11-16").await;
    assert_eq!(only(&world).await.body.matches("- **low** ").count(), 1);
    // What gets urgent gets an issue of its own and leaves the digest.
    verdict.findings.remove(0);
    verdict.findings[0].urgency = Urgency::Critical;
    assert_eq!(world.hear_and_save(&verdict, 3).await, ["created"]);
    assert_eq!(world.digest("2026-11-23").await, ["closed"]);
}

#[tokio::test]
async fn the_schedule_sees_what_waits_and_since_when() {
    let world = World::new("").await;
    let store = &world.deps.store;
    told(&world, 2, 1).await;
    assert_eq!(store.notices_in("digest", super::world::NOW).await.unwrap().len(), 0, "noted just now");
    assert_eq!(store.notices_in("digest", super::world::NOW + 1).await.unwrap().len(), 2);
    assert_eq!(store.notices_in("listing", i64::MAX).await.unwrap().len(), 0);
    world.digest("2026-11-16").await;
    let listing = store.notices_in("listing", i64::MAX).await.unwrap();
    assert_eq!(listing[0].fingerprint, fingerprint(&target()));
}
