//! Closing, reopening and commanding.

use contracts::messages::IssueAct;
use serde_json::{Value, json};
use stage::Fault;

use super::world::World;

const MARKER: &str = "text\n<!-- downstream:v1 fp=5b1e0c9a77d2f403 run=1 ev=2 urgency=high files=aa -->\n";

fn closed() -> Value {
    json!({
        "action": "closed",
        "issue": {
            "number": 57, "state": "closed", "state_reason": "not_planned", "body": MARKER,
            "updated_at": "2026-11-19T08:31:00Z", "user": {"login": "downstream-bot", "type": "Bot"}
        },
        "repository": {"full_name": "acme/shop", "private": true},
        "sender": {"login": "ann", "type": "User"}
    })
}

fn comment() -> Value {
    let mut payload = closed();
    payload["action"] = json!("created");
    payload["comment"] = json!({
        "id": 77, "body": "/downstream snooze 14d", "author_association": "MEMBER",
        "user": {"login": "ann", "type": "User"}, "performed_via_github_app": null
    });
    payload
}

fn with(mut payload: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    payload.pointer_mut(parent).unwrap()[key] = value;
    payload
}

#[tokio::test]
async fn what_members_do_is_kept_once() {
    let reopened = with(closed(), "/action", json!("reopened"));
    let day = 24 * 3_600_000;
    for (event, payload, act, by_comment) in [
        ("issues", closed(), IssueAct::NotPlanned, None),
        ("issues", reopened, IssueAct::Reopened, None),
        ("issue_comment", comment(), IssueAct::Snooze { until: 1_700_000_000_000 + 14 * day }, Some(77)),
    ] {
        let world = World::new();
        let answer = world.deliver(event, "d-1", &payload).await;
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (202, &json!("accepted")), "{}", answer.text);
        assert_eq!((&answer.body["duplicate"], &answer.body["issue"]), (&json!(false), &json!(57)));
        // The same delivery, and the same content under another delivery's name.
        for delivery in ["d-1", "d-2"] {
            let again = world.deliver(event, delivery, &payload).await;
            assert_eq!(again.body["duplicate"], json!(true), "{event}");
            assert_eq!(again.body["run"], answer.body["run"]);
        }
        let touched = world.inbox.touched.lock().unwrap().clone();
        assert_eq!(touched.len(), 1);
        let said = &touched[0].said;
        assert_eq!((said.act.clone(), said.comment, said.number), (act, by_comment, 57));
        assert_eq!((said.by.as_str(), said.repo.as_str()), ("ann", "acme/shop"));
        assert_eq!((said.fingerprint.as_str(), said.at), ("5b1e0c9a77d2f403", 1_700_000_000_000));
        assert_eq!(world.accepted(), 0, "no change is reported");
    }
}

#[tokio::test]
async fn whatever_else_happens_on_issues_is_ignored() {
    let ours = MARKER.replace(" -->", " over=reverted -->");
    let cases = [
        ("issues", with(closed(), "/action", json!("opened"))),
        ("issues", with(closed(), "/action", json!("deleted"))),
        ("issues", with(closed(), "/issue/state_reason", json!("completed"))),
        ("issues", with(closed(), "/issue/state_reason", Value::Null)),
        ("issues", with(closed(), "/sender/type", json!("Bot"))),
        ("issues", with(closed(), "/sender/login", json!("renovate[bot]"))),
        ("issues", with(closed(), "/issue/body", json!(ours))),
        ("issues", with(closed(), "/issue/body", json!("an issue of theirs"))),
        ("issues", with(closed(), "/issue/body", Value::Null)),
        ("issues", with(closed(), "/issue/body", json!("<!-- downstream:v1 fp=../../etc run=1 -->"))),
        ("issues", with(closed(), "/issue/pull_request", json!({"url": "x"}))),
        ("issue_comment", with(comment(), "/action", json!("edited"))),
        ("issue_comment", with(comment(), "/comment/body", json!("thank you"))),
        ("issue_comment", with(comment(), "/comment/body", Value::Null)),
        ("issue_comment", with(comment(), "/comment/author_association", json!("NONE"))),
        ("issue_comment", with(comment(), "/comment/author_association", json!("CONTRIBUTOR"))),
        ("issue_comment", with(comment(), "/comment/author_association", json!("FIRST_TIMER"))),
        ("issue_comment", with(comment(), "/comment/author_association", json!(""))),
        ("issue_comment", with(comment(), "/comment/user/type", json!("Bot"))),
        ("issue_comment", with(comment(), "/comment/performed_via_github_app", json!({"id": 1}))),
        ("issue_comment", with(comment(), "/issue/body", json!("an issue of theirs"))),
        ("issue_comment", with(comment(), "/issue/pull_request", json!({"url": "x"}))),
    ];
    let world = World::new();
    for (number, (event, payload)) in cases.into_iter().enumerate() {
        let answer = world.deliver(event, &format!("d-{number}"), &payload).await;
        let case = format!("{event} {payload}");
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (202, &json!("ignored")), "{case}");
        assert!(answer.body["reason"].is_string(), "{case}");
    }
    assert!(world.inbox.touched.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_bad_event_is_refused_and_a_full_disk_is_told() {
    let world = World::new();
    for (event, payload) in [
        ("issues", json!({})),
        ("issues", with(closed(), "/issue/number", json!("57"))),
        ("issues", with(closed(), "/repository/full_name", json!("../x"))),
        ("issue_comment", with(closed(), "/action", json!("created"))),
    ] {
        assert_eq!(world.deliver(event, "d", &payload).await.status.as_u16(), 422, "{event} {payload}");
    }
    *world.inbox.fault.lock().unwrap() = Some(Fault::retry("the disk is full"));
    let answer = world.deliver("issues", "d", &closed()).await;
    assert_eq!(answer.status.as_u16(), 503, "{}", answer.text);
}

const BOXES: &str = "text\n```\n- [ ] <!-- downstream:recheck --> quoted\n```\n- [ ] mine\n\
    - [ ] <!-- downstream:recheck --> Look again now\n- [ ] <!-- downstream:snooze=14d --> Snooze\n\
    - [ ] <!-- downstream:diverge=deploy/a%20b.yml --> Diverge\n- [ ] <!-- downstream:file=00112233445566ff --> x\n\
    - [ ] <!-- downstream:revive=00112233445566ff --> x\n<!-- downstream:v1 fp=5b1e0c9a77d2f403 run=1 ev=2 -->\n";

/// The box with these words is ticked.
fn ticked(words: &str) -> String {
    let clear = format!("- [ ] <!-- downstream:{words} --> ");
    let at = BOXES.rfind(&clear).unwrap();
    format!("{}- [x] {}", &BOXES[..at], &BOXES[at + 6..])
}

fn edited(before: &str, after: &str) -> Value {
    let mut payload = with(closed(), "/action", json!("edited"));
    payload["issue"]["body"] = json!(after);
    payload["changes"] = json!({"body": {"from": before}});
    payload
}

#[tokio::test]
async fn a_ticked_box_is_a_command_of_somebody_who_is_still_to_be_asked_about() {
    let finding = || "00112233445566ff".parse().unwrap();
    for (words, act) in [
        ("recheck", IssueAct::Recheck),
        ("snooze=14d", IssueAct::Snooze { until: 1_700_000_000_000 + 14 * 24 * 3_600_000 }),
        ("diverge=deploy/a%20b.yml", IssueAct::Diverge { path: "deploy/a b.yml".to_owned() }),
        ("file=00112233445566ff", IssueAct::File { finding: finding() }),
        ("revive=00112233445566ff", IssueAct::Revive { finding: finding() }),
    ] {
        let world = World::new();
        let payload = edited(BOXES, &ticked(words));
        for delivery in ["d-1", "d-1", "d-2"] {
            let answer = world.deliver("issues", delivery, &payload).await;
            assert_eq!((answer.status.as_u16(), &answer.body["status"]), (202, &json!("accepted")), "{}", answer.text);
        }
        let touched = world.inbox.touched.lock().unwrap().clone();
        assert_eq!(touched.len(), 1, "{words}: once, however often it is told");
        let said = &touched[0].said;
        assert_eq!((said.act.clone(), said.ticked, said.comment, said.by.as_str()), (act, true, None, "ann"));
        // Our own rewriting clears the box, which asks for nothing.
        let answer = world.deliver("issues", "d-3", &edited(&ticked(words), BOXES)).await;
        assert_eq!(answer.body["status"], json!("ignored"), "{}", answer.text);
    }
}

#[tokio::test]
async fn an_edit_that_ticks_no_box_of_ours_is_ignored() {
    let world = World::new();
    let now = ticked("recheck");
    let cases = [
        edited(BOXES, BOXES),
        edited(&now, &now),
        edited("", &now),
        edited("another text", &now),
        edited(BOXES, &BOXES.replace("- [ ] mine", "- [x] mine")),
        edited(BOXES, &BOXES.replacen("- [ ] <!-- downstream:recheck", "- [x] <!-- downstream:recheck", 1)),
        edited(BOXES, &now.replace("fp=", "of=")),
        with(edited(BOXES, &now), "/changes", json!({"title": {"from": "x"}})),
        with(edited(BOXES, &now), "/changes/body", Value::Null),
        with(edited(BOXES, &now), "/sender/type", json!("Bot")),
        with(edited(BOXES, &now), "/sender/login", json!("downstream[bot]")),
        with(edited(BOXES, &now), "/issue/body", Value::Null),
        with(edited(BOXES, &now), "/issue/pull_request", json!({"url": "x"})),
    ];
    for (number, payload) in cases.into_iter().enumerate() {
        let answer = world.deliver("issues", &format!("d-{number}"), &payload).await;
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (202, &json!("ignored")), "{payload}");
    }
    assert!(world.inbox.touched.lock().unwrap().is_empty());
    let bad = with(edited(BOXES, &now), "/changes", json!({"body": "x"}));
    assert_eq!(world.deliver("issues", "d", &bad).await.status.as_u16(), 422);
}

#[tokio::test]
async fn members_hold_a_pull_request_of_somebody_others_depend_on() {
    let hold = |text: &str, repo: &str, who: &str| {
        let payload = with(comment(), "/comment/body", json!(text));
        let payload = with(payload, "/issue/pull_request", json!({"url": "x"}));
        let payload = with(payload, "/issue/body", json!("a description"));
        with(with(payload, "/repository/full_name", json!(repo)), "/comment/author_association", json!(who))
    };
    for (payload, act) in [
        (hold("/downstream hold", "acme/Api", "OWNER"), Some(IssueAct::Hold)),
        (hold("/downstream unhold", "acme/Api", "COLLABORATOR"), Some(IssueAct::Unhold)),
        (hold("/downstream hold", "acme/Api", "CONTRIBUTOR"), None),
        (hold("/downstream hold", "acme/lonely", "OWNER"), None),
        (hold("/downstream ignore", "acme/Api", "OWNER"), None),
        (with(hold("/downstream hold", "acme/Api", "OWNER"), "/issue/pull_request", Value::Null), None),
    ] {
        let world = World::new();
        let answer = world.deliver("issue_comment", "d", &payload).await;
        let expected = if act.is_some() { "accepted" } else { "ignored" };
        assert_eq!(
            (answer.status.as_u16(), &answer.body["status"]),
            (202, &json!(expected)),
            "{payload} {}",
            answer.text
        );
        let said = world.inbox.touched.lock().unwrap().first().map(|touched| touched.said.clone());
        assert_eq!(said.as_ref().map(|said| said.act.clone()), act);
        if let Some(said) = said {
            assert_eq!(said.fingerprint, contracts::Fingerprint::of_pull_request(&said.repo, 57));
            assert_eq!((said.comment, said.ticked), (Some(77), false));
        }
    }
}
