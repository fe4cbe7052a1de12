//! The dashboard: off unless asked for, one a dependent, brought up to date without a word.

use contracts::messages::IssueAct;
use contracts::record::FindingState;
use contracts::verdict::{Answer, Urgency, Verdict};
use contracts::{Fingerprint, RepoName};
use github::{CloseReason, Issue, IssueState};
use notify::{Out, Said};
use relationships::Dashboards;

use super::judge::judge;
use super::world::{World, target, verdict};

fn fingerprint(repo: &RepoName) -> Fingerprint {
    Fingerprint::derive(repo, repo, "dashboard", "dashboard", "dashboard")
}

async fn with_room_for(most: u32) -> World {
    let mut world = World::new("").await;
    world.deps.settings.dashboard = Dashboards::All(true);
    world.deps.settings.max_open_issues_per_repo = most;
    world
}

async fn told(world: &World, findings: usize, seq: i64) -> Verdict {
    let verdict = verdict(findings);
    for finding in &verdict.findings {
        world.remember_finding(&verdict, finding, FindingState::Open, seq).await;
    }
    world.hear_and_save(&verdict, seq).await;
    verdict
}

async fn board(world: &World) -> Option<Issue> {
    world.issues().await.into_iter().find(|issue| issue.title.contains("dashboard"))
}

#[tokio::test]
async fn it_is_there_only_where_it_is_asked_for() {
    let named = |name: &str| Dashboards::Only(vec![name.parse().unwrap()]);
    for (setting, is_there) in [
        (Dashboards::default(), false),
        (Dashboards::All(true), true),
        (named("Acme/Resumes"), true),
        (named("acme/other"), false),
    ] {
        let mut world = World::new("").await;
        world.deps.settings.dashboard = setting.clone();
        let said = world.hear(&verdict(1), 1, false).await.unwrap().emit;
        let due = said.iter().any(|out| matches!(out, Out::DashboardDue(_)));
        assert_eq!(due, is_there, "{setting:?}");
        told(&world, 1, 1).await;
        world.dashboard().await;
        assert_eq!(board(&world).await.is_some(), is_there, "{setting:?}");
        assert!(world.hear(&verdict(1), 2, true).await.unwrap().emit.is_empty(), "a question changes nothing");
    }
    // Nothing to show is nothing to open an issue for.
    let world = with_room_for(5).await;
    let calm = Verdict { answer: Answer::NotAffected("no use".to_owned()), findings: vec![], ..verdict(0) };
    world.hear_and_save(&calm, 1).await;
    assert_eq!(world.dashboard().await, [] as [&str; 0]);
    assert!(world.issues().await.is_empty());
}

#[tokio::test]
async fn every_section_shows_what_it_is_for() {
    let world = with_room_for(2).await;
    let mut all = told(&world, 3, 1).await;
    world.act_on(1, &all.findings[0].fingerprint, IssueAct::Ignore { reason: String::new() }).await.unwrap();
    assert_eq!(world.dashboard().await, ["created"]);
    let body = board(&world).await.unwrap().body;
    let section = |title: &str| {
        let rest = body.split(&format!("### {title}\n")).nth(1).unwrap_or_default();
        rest.split("###").next().unwrap_or_default().to_owned()
    };
    assert!(section("Needs a decision").contains("- [ ] <!-- downstream:file="), "{body}");
    assert_eq!(section("Open").matches("- **critical** ").count(), 1, "{body}");
    assert!(section("Snoozed / ignored").contains("--> ignored by `ann @octocat`: "), "{body}");
    let watched = section("Relationships watched");
    assert!(
        watched.contains("| `acme/inference` | `api_consumer` | 2023-11-14 at `2222222`: affected | 2023-11-14: "),
        "{body}"
    );
    assert!(!body.contains("Could not check"), "{body}");
    assert_eq!(judge(&body), None, "{body}");
    // Nothing new, at another time of the day and by another run.
    assert_eq!(world.dashboard().await, [] as [&str; 0]);
    assert_eq!(board(&world).await.unwrap().body, body);
    // A look that could tell nothing is told, and in place.
    all.findings.clear();
    all.answer = Answer::Unknown("given up: acme/resumes could not be read, @octocat".to_owned());
    world.hear_and_save(&all, 2).await;
    assert_eq!(world.dashboard().await, ["updated"]);
    let Issue { body, number, .. } = board(&world).await.unwrap();
    assert!(body.contains("### Could not check\n- `acme/inference`: given up:"), "{body}");
    assert_eq!((judge(&body), world.comments(number)), (None, vec![]), "{body}");
}

#[tokio::test]
async fn its_boxes_file_and_revive() {
    let world = with_room_for(1).await;
    let all = told(&world, 2, 1).await;
    world.dashboard().await;
    let (number, board_fp) = (board(&world).await.unwrap().number, fingerprint(&target()));
    let waiting = world.files("digest/")[0].0.replace("digest/", "").replace(".md", "");
    let waiting: Fingerprint = waiting.parse().unwrap();
    let body = board(&world).await.unwrap().body.replace("- [ ] <!-- downstream:file", "- [x] <!-- downstream:file");
    world.deps.github.edit_body(&target(), number, &body).await.unwrap();
    let file = IssueAct::File { finding: waiting.clone() };
    let outcome = world.tick(number, &board_fp, file.clone(), "ann").await.unwrap();
    assert!(matches!(&outcome.emit[..], [Said::TriageConsumer(_), Said::DashboardDue(_)]), "{:?}", outcome.emit);
    assert!(!board(&world).await.unwrap().body.contains("- [x]"));
    // What was looked at again is filed, room or not.
    let again = Verdict {
        findings: all.findings.iter().filter(|f| f.fingerprint == waiting).cloned().collect(),
        ..all.clone()
    };
    assert_eq!(world.hear_and_save(&again, 2).await, ["created"]);
    assert_eq!(world.dashboard().await, ["updated"]);
    assert!(!board(&world).await.unwrap().body.contains("Needs a decision"));

    let first = &all.findings[0].fingerprint;
    let of_first = world.issues().await.into_iter().find(|issue| issue.body.contains(first.as_str())).unwrap().number;
    world.act_on(of_first, first, IssueAct::Ignore { reason: String::new() }).await.unwrap();
    world.dashboard().await;
    let revive = IssueAct::Revive { finding: first.clone() };
    let outcome = world.tick(number, &board_fp, revive, "ann").await.unwrap();
    assert!(matches!(&outcome.emit[..], [Said::TriageConsumer(_), Said::DashboardDue(_)]), "{:?}", outcome.emit);
    let issue = world.deps.github.issue(&target(), of_first).await.unwrap().unwrap();
    assert_eq!(issue.state, IssueState::Open);
    assert!(!issue.body.contains("Put away"), "{}", issue.body);
    world.dashboard().await;
    assert!(!board(&world).await.unwrap().body.contains("ignored"));
    // A finding that nobody knows, one of another repository, and an issue that is no dashboard.
    let unknown = IssueAct::File { finding: "0000000000000000".parse().unwrap() };
    assert!(world.tick(number, &board_fp, unknown, "ann").await.unwrap().save.is_empty());
    assert!(world.tick(of_first, first, file, "ann").await.unwrap().save.is_empty());
}

#[tokio::test]
async fn who_closes_it_hears_no_more_of_it() {
    for heard in [true, false] {
        let world = with_room_for(5).await;
        told(&world, 1, 1).await;
        world.dashboard().await;
        let issue = board(&world).await.unwrap();
        let (repo, github) = (target(), &world.deps.github);
        github.close_issue(&repo, issue.number, CloseReason::NotPlanned, &issue.body, None).await.unwrap();
        if heard {
            world.act_on(issue.number, &fingerprint(&target()), IssueAct::NotPlanned).await.unwrap();
        }
        let mut more = told(&world, 2, 2).await;
        more.findings[0].urgency = Urgency::High;
        assert_eq!(world.dashboard().await, [] as [&str; 0]);
        assert_eq!(world.dashboard().await, [] as [&str; 0]);
        assert_eq!(board(&world).await.unwrap().state, IssueState::Closed, "{heard}");
    }
}

#[tokio::test]
async fn a_store_that_was_lost_finds_it_by_its_marker() {
    let world = with_room_for(5).await;
    told(&world, 1, 1).await;
    world.dashboard().await;
    let mut amnesia = world.with_empty_store().await;
    amnesia.deps.settings.dashboard = Dashboards::All(true);
    told(&amnesia, 2, 2).await;
    assert_eq!(amnesia.dashboard().await, ["updated"]);
    assert_eq!(world.issues().await.iter().filter(|issue| issue.title.contains("dashboard")).count(), 1);
}
