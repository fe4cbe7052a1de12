//! What can be wrong over there: each ends as another try, or as a notice to the provider's side.

use contracts::messages::IssueAct;
use contracts::record::FindingState;
use contracts::verdict::Urgency;
use stage::Fault;

use super::hub::{Hub, start};
use super::world::{World, verdict};

type Rule = (&'static str, &'static str, u16, &'static str);

async fn world(rules: &[Rule]) -> (World, super::hub::Shared) {
    let (url, hub) = start(Hub { rules: rules.to_vec(), ..Hub::default() }).await;
    (World::filing(&url, "").await, hub)
}

#[tokio::test]
async fn who_cannot_be_told_is_told_of_at_the_provider() {
    let there = "/repos/acme/resumes/issues";
    for rule in [
        ("POST", there, 410, ""),
        ("", there, 410, ""),
        ("POST", there, 403, "x-ratelimit-remaining: 4000"),
        ("", "/repos/acme/resumes", 404, ""),
        ("", "/repos/acme/resumes", 301, "location: https://elsewhere.example/x"),
        ("POST", there, 422, ""),
    ] {
        let (world, hub) = world(&[rule]).await;
        assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["undelivered"], "{rule:?}");
        let bodies = hub.lock().unwrap().bodies("acme/inference");
        assert_eq!(bodies.len(), 1, "{rule:?}");
        let why = if rule.2 == 403 { "issues: write".to_owned() } else { format!("status {}", rule.2) };
        assert!(bodies[0].contains("`acme/resumes`") && bodies[0].contains(&why), "{}", bodies[0]);
        assert!(
            !bodies[0].contains("client.py") && !bodies[0].contains("/path"),
            "nothing of their code: {}",
            bodies[0]
        );
        // Once, whatever else cannot be told.
        assert_eq!(world.hear_and_save(&verdict(3), 2).await, ["undelivered"; 3], "{rule:?}");
        assert_eq!(hub.lock().unwrap().bodies("acme/inference").len(), 1, "{rule:?}");

        // Put right: it is told, and the provider's notice closes itself.
        hub.lock().unwrap().rules.clear();
        let actions = world.hear_and_save(&verdict(1), 3).await;
        assert_eq!(actions, ["created"], "{rule:?}");
        let hub = hub.lock().unwrap();
        assert_eq!(hub.bodies("acme/resumes").len(), 1);
        assert_eq!(hub.issues[0].1["state"], "closed");
        assert!(hub.comments.is_empty());
    }
}

#[tokio::test]
async fn where_nobody_can_be_told_the_message_says_why() {
    let (world, _hub) = world(&[("POST", "/issues", 403, "x-ratelimit-remaining: 4000")]).await;
    let fault = world.hear(&verdict(1), 1, false).await.unwrap_err();
    let Fault::Reject { why } = fault else { panic!("{fault:?}") };
    assert!(why.contains("acme/resumes") && why.contains("acme/inference") && why.contains("issues: write"), "{why}");
}

#[tokio::test]
async fn a_limit_is_waited_for_wherever_it_comes() {
    for (method, part) in [("GET", "/issues"), ("POST", "/issues"), ("PATCH", "/issues/"), ("POST", "/comments")] {
        let (world, hub) = world(&[]).await;
        let mut verdict = verdict(1);
        verdict.findings[0].urgency = Urgency::High;
        if method == "PATCH" || part == "/comments" {
            world.hear_and_save(&verdict, 1).await;
            verdict.findings[0].urgency = Urgency::Critical;
        }
        hub.lock().unwrap().rules = vec![(method, part, 403, "retry-after: 42")];
        let fault = world.hear(&verdict, 2, false).await.unwrap_err();
        assert!(
            matches!(fault, Fault::Retry { after: Some(a), .. } if a.as_secs() == 42),
            "{method} {part}: {fault:?}"
        );
        assert!(hub.lock().unwrap().bodies("acme/inference").is_empty());
    }
}

/// The answer to a creation is lost and the listing does not show it yet: never a second issue.
#[tokio::test]
async fn a_lagging_listing_makes_no_second_issue() {
    for status in [500, 502] {
        let (url, hub) = start(Hub { lost_answers: vec![status], ..Hub::default() }).await;
        let world = World::filing(&url, "").await;
        let lost = world.hear(&verdict(1), 1, false).await.unwrap_err();
        assert!(matches!(lost, Fault::Retry { .. }), "{lost:?}");
        // Two listings a look: with our label, and without.
        hub.lock().unwrap().lagging = 4;
        for _ in 0..2 {
            world.pass(5_000);
            let fault = world.hear(&verdict(1), 1, false).await.unwrap_err();
            assert!(matches!(fault, Fault::Retry { after: Some(a), .. } if a.as_secs() >= 10), "{fault:?}");
        }
        assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["unchanged"]);
        assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["unchanged"]);
        assert_eq!(hub.lock().unwrap().created, 1);
    }
    // What never came there is asked for again when no listing can lag that long.
    let (world, hub) = world(&[("POST", "/issues", 502, "")]).await;
    world.hear(&verdict(1), 1, false).await.unwrap_err();
    hub.lock().unwrap().rules.clear();
    assert!(world.hear(&verdict(1), 1, false).await.is_err());
    world.pass(60_000);
    assert_eq!(world.hear_and_save(&verdict(1), 1).await, ["created"]);
}

#[tokio::test]
async fn a_command_that_cannot_be_acknowledged_is_obeyed() {
    for (status, header) in [(403, "x-ratelimit-remaining: 4000"), (404, ""), (422, "")] {
        let (world, hub) = world(&[]).await;
        world.hear_and_save(&verdict(1), 1).await;
        world.remember(&verdict(1), FindingState::Open, 1).await;
        hub.lock().unwrap().rules = vec![("POST", "/reactions", status, header)];
        world.act(1, IssueAct::Ignore { reason: String::new() }).await.unwrap();
        assert_eq!(hub.lock().unwrap().issues[0].1["state_reason"], "not_planned");
    }
    let (world, hub) = world(&[]).await;
    world.hear_and_save(&verdict(1), 1).await;
    world.remember(&verdict(1), FindingState::Open, 1).await;
    world.act(1, IssueAct::Help).await.unwrap();
    assert_eq!(hub.lock().unwrap().reactions, ["eyes", "rocket"]);
    hub.lock().unwrap().rules = vec![("POST", "/reactions", 429, "retry-after: 9")];
    let fault = world.act(1, IssueAct::Help).await.unwrap_err();
    assert!(matches!(fault, Fault::Retry { after: Some(a), .. } if a.as_secs() == 9), "{fault:?}");
}
