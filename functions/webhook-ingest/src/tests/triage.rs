use axum::http::Request;
use contracts::fact::Span;
use contracts::record::VerdictRecord;
use contracts::verdict::{Answer, Finding, Step, Tier, Urgency, Verdict};
use contracts::{Fingerprint, MessageId, RepoName};
use serde_json::{Value, json};

use super::world::*;
use crate::Ended;

fn of(verdicts: Vec<VerdictRecord>) -> Ended {
    Ended { verdicts, failure: None }
}

fn repo(name: &str) -> RepoName {
    name.parse().unwrap()
}

fn record(target: &str, relationship: &str, answer: Answer, findings: Vec<Finding>) -> VerdictRecord {
    let verdict = Verdict {
        source: repo("acme/Api"),
        target: repo(target),
        relationship: relationship.into(),
        source_commit: None,
        target_commit: None,
        answer,
        findings,
        resolved: Vec::new(),
        trace: vec![Step { step: "calls found here".into(), result: "2 exact".into() }],
    };
    VerdictRecord { run: MessageId::derive(&["any"]).run(), verdict, reported_at: 0, decision: None }
}

fn finding(tier: Tier, urgency: Urgency, path: &str) -> Finding {
    let (source, target) = (repo("acme/Api"), repo("acme/shop"));
    let span = Span { repo: target.clone(), commit: None, path: path.into(), start: 1, end: 1, quote: "x".into() };
    Finding {
        fingerprint: Fingerprint::derive(&source, &target, "api_consumer", "http.route.moved", path),
        rule: "http.route.moved".into(),
        element: "http:GET /health".into(),
        title: "GET /health moved".into(),
        change: "GET /health moved to /v1/health.".into(),
        consequence: "1 call here will 404.".into(),
        urgency,
        tier,
        tier_reason: "both sides were read".into(),
        provider: Vec::new(),
        dependent: vec![span.clone(), span],
        patch: None,
        triggers: Vec::new(),
    }
}

fn changes() -> Value {
    json!({
        "commit_message": "Change health check endpoint",
        "changed_files": [{"path": "app.py", "change_type": "M", "diff": "@@ -1 +1 @@\n-a\n+b"}],
        "pattern_summary": {"keywords": ["api"], "patterns": []}
    })
}

#[tokio::test]
async fn both_shapes_ask_the_same_question() {
    let consumer = "/api/test/consumer-triage";
    let template = "/api/test/template-triage";
    let in_body = |source: (&str, &str), target: (&str, &str)| {
        let mut body = json!({"test_changes": changes()});
        body[source.0] = json!(source.1);
        body[target.0] = json!(target.1);
        body
    };
    let cases: [(&str, String, Value, &str, &str); 5] = [
        (
            "all in the body",
            consumer.into(),
            in_body(("source_repo", "ACME/api"), ("consumer_repo", "acme/shop")),
            "acme/Api",
            "acme/shop",
        ),
        (
            "names in the query",
            format!("{consumer}?source_repo=acme%2FApi&consumer_repo=acme/shop"),
            changes(),
            "acme/Api",
            "acme/shop",
        ),
        (
            "both",
            format!("{consumer}?source_repo=acme/Api&consumer_repo=acme/shop"),
            json!({"test_changes": changes()}),
            "acme/Api",
            "acme/shop",
        ),
        (
            "template",
            template.into(),
            in_body(("template_repo", "acme/Api"), ("derivative_repo", "acme/api-eu")),
            "acme/Api",
            "acme/api-eu",
        ),
        (
            "upward",
            format!("{template}?template_repo=acme/api-eu&derivative_repo=acme/Api"),
            changes(),
            "acme/api-eu",
            "acme/Api",
        ),
    ];
    for (case, path, body, source, target) in cases {
        let world = World::new();
        let reason = Answer::NotAffected("no use of it".into());
        *world.inbox.answer.lock().unwrap() = Some(of(vec![record(target, "", reason, Vec::new())]));
        let answer = world.post(&path, &body).await;
        assert_eq!(answer.status, 200, "{case}: {}", answer.text);
        assert_eq!(answer.body["requires_action"], false, "{case}");
        let change = world.last().change;
        assert!(change.dry_run, "{case}");
        assert_eq!((change.repo, change.only), (repo(source), vec![repo(target)]), "{case}");
        assert_eq!(change.url, format!("https://git.example/{source}.git"), "{case}");
        assert_eq!(change.files.len(), 1, "{case}");
        assert_eq!((change.git_ref.as_str(), change.after), ("", None), "{case}");
    }
}

#[tokio::test]
async fn verdicts_become_the_old_decision() {
    use Tier::{CheckFirst, Confirmed, Likely};
    let shop = |answer, findings| vec![record("acme/shop", "api_consumer", answer, findings)];
    let affected = |tiers: &[(Tier, Urgency)]| {
        let findings = tiers.iter().map(|&(tier, urgency)| finding(tier, urgency, "src/a.py")).collect();
        shop(Answer::Affected, findings)
    };
    let unknown = Answer::Unknown("could not read acme/shop".into());
    let other = record("acme/jobs", "library", Answer::Affected, vec![finding(Confirmed, Urgency::High, "z")]);
    let cases: [(&str, Vec<VerdictRecord>, Value, &str, f64); 8] = [
        ("confirmed", affected(&[(Confirmed, Urgency::Critical)]), json!(true), "critical", 0.95),
        ("likely", affected(&[(Likely, Urgency::High)]), json!(true), "high", 0.75),
        ("check first", affected(&[(CheckFirst, Urgency::Medium)]), json!(true), "medium", 0.5),
        (
            "the surest and the most urgent count",
            affected(&[(CheckFirst, Urgency::High), (Confirmed, Urgency::Low)]),
            json!(true),
            "high",
            0.95,
        ),
        ("not affected", shop(Answer::NotAffected("no use".into()), vec![]), json!(false), "low", 0.9),
        ("unknown", shop(unknown, vec![]), json!(null), "low", 0.0),
        ("nobody had a reason to look", vec![], json!(false), "low", 0.9),
        ("a verdict about somebody else", vec![other], json!(false), "low", 0.9),
    ];
    for (case, verdicts, requires_action, urgency, confidence) in cases {
        let world = World::new();
        *world.inbox.answer.lock().unwrap() = Some(of(verdicts));
        let path = "/api/test/consumer-triage?source_repo=acme/Api&consumer_repo=acme/shop";
        let answer = world.post(path, &changes()).await;
        assert_eq!(answer.status, 200, "{case}: {}", answer.text);
        assert_eq!(answer.body["requires_action"], requires_action, "{case}");
        assert_eq!(answer.body["urgency"], urgency, "{case}");
        assert_eq!(answer.body["confidence"], confidence, "{case}");
        assert!(!answer.body["reasoning"].as_str().unwrap().is_empty(), "{case}");
        assert!(!answer.body["impact_summary"].as_str().unwrap().is_empty(), "{case}");
        let files = if requires_action == true { json!(["src/a.py"]) } else { json!([]) };
        assert_eq!(answer.body["affected_files"], files, "{case}");
        assert_eq!(answer.body["recommended_changes"] != "", requires_action == true, "{case}");
    }
}

#[tokio::test]
async fn a_run_without_a_verdict_says_why() {
    let failed = "change-detection: the snapshot is gone";
    let cases: [(Option<&str>, Value, &str); 2] = [
        (None, json!(false), "the change holds nothing that anybody could rely on"),
        (Some(failed), json!(null), failed),
    ];
    for (failure, requires_action, said) in cases {
        let world = World::new();
        let ended = Ended { verdicts: Vec::new(), failure: failure.map(str::to_owned) };
        *world.inbox.answer.lock().unwrap() = Some(ended);
        let path = "/api/test/consumer-triage?source_repo=acme/Api&consumer_repo=acme/shop";
        let answer = world.post(path, &changes()).await;
        assert_eq!((answer.status.as_u16(), &answer.body["requires_action"]), (200, &requires_action), "{failure:?}");
        for key in ["impact_summary", "reasoning"] {
            assert!(answer.body[key].as_str().unwrap().ends_with(said), "{failure:?}: {}", answer.text);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_run_is_answered_with_where_to_look() {
    let world = World::new();
    let path = "/api/test/consumer-triage?source_repo=acme/Api&consumer_repo=acme/shop";
    let started = tokio::time::Instant::now();
    let answer = world.post(path, &changes()).await;
    assert_eq!(started.elapsed().as_secs(), 25);
    assert_eq!(answer.status, 202, "{}", answer.text);
    let location = format!("/api/v1/runs/{}", world.last().content.run());
    assert_eq!(answer.headers["location"], location);
    assert_eq!((&answer.body["status"], &answer.body["location"]), (&json!("running"), &json!(location)));
}

#[tokio::test]
async fn bad_questions_are_refused_with_the_place() {
    let consumer = "/api/test/consumer-triage";
    let template = "/api/test/template-triage";
    let named = "?source_repo=acme/Api&consumer_repo=acme/shop";
    let cases: [(&str, String, String, u16, &str, &str); 9] = [
        ("not JSON", consumer.into(), "{".into(), 400, "malformed-json", ""),
        ("nothing named", consumer.into(), changes().to_string(), 422, "invalid-content", "/source_repo"),
        (
            "one named",
            format!("{consumer}?source_repo=acme/Api"),
            changes().to_string(),
            422,
            "invalid-content",
            "/consumer_repo",
        ),
        (
            "the other triage's keys",
            format!("{template}{named}"),
            changes().to_string(),
            422,
            "invalid-content",
            "/template_repo",
        ),
        (
            "bad name",
            format!("{consumer}?source_repo=x&consumer_repo=acme/shop"),
            changes().to_string(),
            422,
            "invalid-content",
            "/source_repo",
        ),
        ("no changes", format!("{consumer}{named}"), "{}".into(), 422, "invalid-content", "/changed_files"),
        (
            "empty changes",
            format!("{consumer}{named}"),
            r#"{"test_changes": {}}"#.into(),
            422,
            "invalid-content",
            "/test_changes/changed_files",
        ),
        (
            "undeclared",
            format!("{consumer}?source_repo=acme/Api&consumer_repo=a/b"),
            changes().to_string(),
            404,
            "no-such-relationship",
            "",
        ),
        (
            "not a derivative",
            format!("{template}?template_repo=acme/Api&derivative_repo=acme/shop"),
            changes().to_string(),
            404,
            "no-such-relationship",
            "",
        ),
    ];
    for (case, path, body, status, slug, pointer) in cases {
        let world = World::new();
        let answer = world.ask(Request::post(path).body(body.into()).unwrap()).await;
        answer.assert_problem(status, slug, case);
        if status == 422 {
            assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{case}: {}", answer.text);
        }
        assert_eq!(world.accepted(), 0, "{case}");
    }
}
