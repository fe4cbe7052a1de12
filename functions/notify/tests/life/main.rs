//! The stage on a real store and a real outbox: what is filed, when it is left alone, when it ends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bad;
mod dashboards;
mod digests;
mod held;
mod hub;
#[path = "../pages/judge.rs"]
mod judge;
mod people;
mod sent;
mod settling;
mod ticks;
mod world;

use contracts::record::{FindingState, Record};
use contracts::verdict::{Answer, Urgency};
use github::{CloseReason, IssueState, StateReason};
use world::World;

#[tokio::test]
async fn a_finding_is_filed_once_whatever_happens_to_the_record() {
    let world = World::new("https://discord.com/api/webhooks/1/secret").await;
    let verdict = world::verdict(1);
    assert_eq!(world.hear_and_save(&verdict, 1).await, ["created"]);
    // The same verdict again: from the store.
    assert_eq!(world.hear_and_save(&verdict, 1).await, ["unchanged"]);
    // The crash between the issue and its record: by the marker, in a world that has forgotten.
    let amnesia = world.with_empty_store().await;
    assert_eq!(amnesia.hear_and_save(&verdict, 1).await, ["unchanged"]);
    assert_eq!(world.issues().await.len(), 1);
    // Told once, and only written down: there is no token.
    let told = world.files("announce-");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains("\"allowed_mentions\": {\n    \"parse\": []"), "{}", told[0].1);
}

#[tokio::test]
async fn new_evidence_rewrites_in_place_and_only_worse_is_said() {
    let world = World::new("https://hooks.slack.com/services/T/B/secret").await;
    let mut verdict = world::verdict(1);
    verdict.findings[0].urgency = Urgency::High;
    world.hear_and_save(&verdict, 1).await;

    let finding = &mut verdict.findings[0];
    (finding.dependent[0].start, finding.dependent[0].end) = (50, 50);
    assert_eq!(world.hear_and_save(&verdict, 2).await, ["updated"]);
    assert_eq!(world.comments(1), Vec::<String>::new(), "moved lines are no news");
    assert!(world.issues().await[0].body.contains("#L50"));

    verdict.findings[0].urgency = Urgency::Critical;
    assert_eq!(world.hear_and_save(&verdict, 3).await, ["updated"]);
    let mut other_file = verdict.findings[0].dependent[0].clone();
    other_file.path = "another.py".to_owned();
    verdict.findings[0].dependent.push(other_file);
    assert_eq!(world.hear_and_save(&verdict, 4).await, ["updated"]);
    let comments = world.comments(1);
    assert_eq!(comments.len(), 2, "{comments:?}");
    assert!(comments.iter().all(|c| c.contains("This got worse")));
    assert_eq!(world.issues().await.len(), 1);
    let told = world.files("announce-");
    assert_eq!(told.len(), 3, "new, worse, worse");
    assert!(told.iter().all(|(_, json)| json.contains("\"blocks\"")));
}

#[tokio::test]
async fn it_closes_with_proof_and_comes_back() {
    for (how, reason, words) in
        [("fixed", StateReason::Completed, "Fixed in"), ("reverted", StateReason::NotPlanned, "changed back in")]
    {
        let world = World::new("not-configured").await;
        let verdict = world::verdict(1);
        world.hear_and_save(&verdict, 1).await;
        world.remember(&verdict, FindingState::Open, 1).await;
        let over = world::resolved(&verdict, how);
        assert_eq!(world.hear_and_save(&over, 2).await, ["closed"]);
        assert_eq!(world.hear_and_save(&over, 2).await, Vec::<String>::new(), "over is over");
        let issue = world.issues().await.remove(0);
        assert_eq!((issue.state, issue.state_reason), (IssueState::Closed, Some(reason)));
        assert!(issue.body.starts_with("> [!TIP]") && issue.body.contains(words), "{}", issue.body);
        insta::assert_snapshot!(
            format!("over_{how}"),
            format!("{}\n-- comment --\n{}", issue.body, world.comments(1)[0])
        );
        assert_eq!(world.state(&verdict).await, Some(FindingState::Resolved));
        // We closed it, so it is not muted, "not planned" or not.
        world.remember(&verdict, FindingState::Open, 3).await;
        assert_eq!(world.hear_and_save(&verdict, 3).await, ["updated"]);
        let issue = world.issues().await.remove(0);
        assert_eq!(issue.state, IssueState::Open);
        assert!(!issue.body.contains("[!TIP]"));
        assert!(world.comments(1)[1].contains("This is back"));
        assert_eq!(world.files("announce-"), Vec::new(), "nobody to tell");
    }
}

/// Messages may come late and in any order: what an older change says is over, a newer one may have found again.
#[tokio::test]
async fn an_older_word_closes_nothing() {
    for how in ["fixed", "reverted"] {
        let world = World::new("https://hooks.slack.com/services/T/B/secret").await;
        let verdict = world::verdict(1);
        world.hear_and_save(&verdict, 1).await;
        world.remember(&verdict, FindingState::Open, 3).await;
        let over = world::resolved(&verdict, how);
        assert_eq!(world.hear_and_save(&over, 2).await, Vec::<String>::new(), "{how}");
        assert_eq!(world.issues().await[0].state, IssueState::Open, "{how}");
        assert_eq!(world.comments(1), Vec::<String>::new(), "{how}");
        assert_eq!(world.state(&verdict).await, Some(FindingState::Open), "{how}");
    }
}

#[tokio::test]
async fn a_person_who_closes_is_obeyed() {
    for (reason, expected) in
        [(CloseReason::NotPlanned, FindingState::Muted), (CloseReason::Completed, FindingState::Open)]
    {
        let world = World::new("").await;
        let mut verdict = world::verdict(1);
        world.hear_and_save(&verdict, 1).await;
        world.remember(&verdict, FindingState::Open, 1).await;
        let body = world.issues().await[0].body.clone();
        world.deps.github.close_issue(&verdict.target, 1, reason, &body, Some("no")).await.unwrap();

        verdict.findings[0].dependent[0].start = 40;
        assert_eq!(world.hear_and_save(&verdict, 2).await, ["unchanged"]);
        assert_eq!(world.state(&verdict).await, Some(expected), "{reason:?}");
        // Worse reopens what was called done, and leaves alone what is not wanted.
        let mut other_file = verdict.findings[0].dependent[0].clone();
        other_file.path = "another.py".to_owned();
        verdict.findings[0].dependent.push(other_file);
        let action = if reason == CloseReason::Completed { "updated" } else { "unchanged" };
        assert_eq!(world.hear_and_save(&verdict, 3).await, [action]);
        assert_eq!(world.issues().await.len(), 1);
    }
}

#[tokio::test]
async fn five_issues_are_enough_and_little_things_wait() {
    let world = World::new("").await;
    let mut verdict = world::verdict(8);
    verdict.findings[0].urgency = Urgency::Low;
    verdict.findings[1].urgency = Urgency::Medium;
    for (at, finding) in verdict.findings.iter().enumerate() {
        world.remember_finding(&verdict, finding, FindingState::Open, at as i64 - 10).await;
    }
    let actions = world.hear_and_save(&verdict, 1).await;
    assert_eq!(actions.iter().filter(|a| *a == "created").count(), 5);
    assert_eq!(actions.iter().filter(|a| *a == "digest").count(), 3);
    assert_eq!(actions[7], "digest", "the least urgent come last");
    assert_eq!(world.issues().await.len(), 5);
    assert_eq!(world.files("digest/").len(), 3);
    let again = world.hear_and_save(&verdict, 1).await;
    assert!(again.iter().all(|a| a == "unchanged"), "{again:?}");

    // One is over: there is room for one that waits.
    let one = verdict.findings.iter().find(|f| f.urgency == Urgency::Critical).unwrap().clone();
    let over = world::resolved_one(&verdict, &one, "fixed");
    assert_eq!(world.hear_and_save(&over, 2).await, ["closed"]);
    verdict.findings.retain(|f| f.fingerprint != one.fingerprint);
    let actions = world.hear_and_save(&verdict, 3).await;
    assert_eq!(actions.iter().filter(|a| *a == "created").count(), 1, "{actions:?}");
}

#[tokio::test]
async fn silence_is_the_default() {
    let world = World::new("https://example.org/hook").await;
    let affected = world::verdict(1);
    for answer in [Answer::Unknown("could not read it".to_owned()), Answer::NotAffected("no calls".to_owned())] {
        let verdict = contracts::verdict::Verdict { answer, findings: Vec::new(), ..affected.clone() };
        assert_eq!(world.hear_and_save(&verdict, 1).await, Vec::<String>::new());
    }
    let outcome = world.hear(&affected, 1, true).await.unwrap();
    assert!(outcome.save.is_empty() && outcome.emit.is_empty(), "a dry run does nothing and says nothing");
    // An older change must not overwrite what a newer one said.
    world.remember(&affected, FindingState::Open, 9).await;
    assert_eq!(world.hear_and_save(&affected, 8).await, Vec::<String>::new());
    // Over before anybody was told.
    assert_eq!(world.hear_and_save(&world::resolved(&affected, "fixed"), 9).await, Vec::<String>::new());
    assert_eq!(world.issues().await, []);
    assert_eq!(world.files(""), Vec::new());
}

#[tokio::test]
async fn owners_are_named_and_one_team_is_called_where_it_is_urgent() {
    for (urgency, calls) in [(Urgency::Critical, 1), (Urgency::Medium, 0)] {
        let world = World::new("").await;
        world.index_with_owners("*.py", &["@ann", "@other/team", "@acme/core", "@acme/more"]).await;
        let mut verdict = world::verdict(1);
        verdict.findings[0].urgency = urgency;
        world.hear_and_save(&verdict, 1).await;
        let body = world.issues().await.remove(0).body;
        assert!(body.contains("CODEOWNERS: `@ann`, `@other/team`, `@acme/core`, `@acme/more`."), "{body}");
        assert_eq!(body.matches(" @acme/core: please have a look.").count(), calls, "{body}");
    }
    // An index whose document is gone names nobody, and holds nothing up.
    let world = World::new("").await;
    world.index_without_documents().await;
    assert_eq!(world.hear_and_save(&world::verdict(1), 1).await, ["created"]);
    assert!(!world.issues().await[0].body.contains("CODEOWNERS"));
}

#[tokio::test]
async fn records_say_where_to_read() {
    let world = World::new("https://example.org/hook").await;
    let outcome = world.hear(&world::verdict(1), 1, false).await.unwrap();
    let [Record::Checked(_), Record::Notice(notice)] = &outcome.save[..] else { panic!("{:?}", outcome.save) };
    assert_eq!((notice.number, notice.state.as_str()), (None, "open"));
    assert!(notice.location.ends_with("acme__resumes/1.md"), "{}", notice.location);
    assert!(std::fs::read_to_string(&notice.location).unwrap().contains("Are you affected?"));
    let told = world.files("announce-");
    assert!(told[0].1.contains("\"type\": \"finding.opened\""), "{told:?}");
}
