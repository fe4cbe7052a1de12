//! Looking after an installation: what was left behind, and what it costs.

use serde_json::Value;

use crate::process::{downstream, run};
use crate::repositories::{Repository, client, service};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn a_sweep_looks_at_every_repository_and_says_what_it_found() {
    let home = tempfile::tempdir().expect("a folder");
    let provider = Repository::create(&home.path().join("acme/api"));
    provider.commit(&[("app.py", &service("/health"))]);
    std::fs::write(
        home.path().join("relationships.json"),
        r#"{"relationships": {"acme/api": {"type": "service_provider", "consumers": [
            {"repo": "acme/gone", "relationship_type": "api_consumer"}]}}}"#,
    )
    .expect("writes");
    let base = format!("file://{}", home.path().display());
    let sweep = |more: &[&str]| {
        let mut command = downstream(home.path());
        command.args(["sweep", "--relationships", "relationships.json", "--git-base-url", &base, "--json"]);
        run(command.args(more))
    };
    let dry = sweep(&["--dry-run"]);
    assert_eq!(dry.code, Some(0), "{}{}", dry.out, dry.err);
    let answer = json(&dry.out);
    assert_eq!(answer["schema"], "downstream.sweep/v1");
    let report = &answer["report"];
    assert_eq!((&report["dry_run"], &report["repositories_looked_at"]), (&Value::Bool(true), &Value::from(1)));
    let skipped = report["skipped"].to_string();
    assert!(skipped.contains("acme/gone"), "{skipped}");

    let said = sweep(&[]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(json(&said.out)["report"]["missed_deliveries"]["count"], 0, "nothing is known, so nothing was missed");
    let doctor = run(downstream(home.path()).args(["doctor", "--relationships", "relationships.json", "--json"]));
    let checks = json(&doctor.out)["checks"].clone();
    let found = checks.as_array().and_then(|all| all.iter().find(|check| check["id"] == "sweep.undecided").cloned());
    assert_eq!(found.map(|check| check["status"].clone()), Some(Value::from("ok")), "{}", doctor.out);
}

#[test]
fn what_pushes_cost_is_measured_recorded_and_counted_again() {
    let home = tempfile::tempdir().expect("a folder");
    let provider = Repository::create(&home.path().join("api"));
    for n in 0..5 {
        provider.commit(&[("app.py", &service(&format!("/v{n}/health"))), ("README.md", "# The API\n")]);
    }
    let consumer = Repository::create(&home.path().join("shop"));
    consumer.commit(&[("client.py", &client("/v1/health"))]);
    let measured = run(downstream(home.path()).args([
        "cost",
        "--repository",
        "api",
        "--pushes",
        "3",
        "--dependent",
        "shop",
        "--json",
    ]));
    assert_eq!(measured.code, Some(0), "{}{}", measured.out, measured.err);
    let answer = json(&measured.out);
    assert_eq!(answer["schema"], "downstream.cost/v1");
    let usage = &answer["usage"];
    assert_eq!(usage["pushes"], 3);
    for (stage, most) in [("initialization", 3), ("metadata", 3), ("rag_indexing", 3), ("consumer_triage", 9)] {
        let times = usage["stages"][stage].as_array().map_or(0, Vec::len);
        assert!((3..=most).contains(&times), "{stage}: {usage}");
    }
    assert!(usage["messages"].as_u64() >= Some(21), "{usage}");
    assert!(usage["requests"]["objects"]["puts"].as_u64() >= Some(15), "{usage}");
    for bill in answer["bills"].as_array().expect("bills") {
        let usd = bill["usd"].as_f64().expect("a number");
        assert!(usd > 0.001 && usd < 10.0, "{bill}");
    }
    // The same usage under the same prices is the same bill.
    std::fs::write(home.path().join("earlier.json"), &measured.out).expect("writes");
    let again = run(downstream(home.path()).args(["cost", "--replay-bench", "earlier.json", "--json"]));
    assert_eq!(json(&again.out)["bills"], answer["bills"], "{}", again.err);
    let shown = run(downstream(home.path()).args(["cost", "--replay-bench", "earlier.json"]));
    for part in ["AWS, us-east-1", "Google Cloud, us-central1", "for 1,000 pushes", "not verified"] {
        assert!(shown.out.contains(part), "no {part} in {}", shown.out);
    }

    // What an installation recorded; before that there is nothing to tell.
    let nothing = run(downstream(home.path()).arg("cost"));
    assert_eq!(nothing.code, Some(2), "{}", nothing.out);
    run(downstream(home.path()).args(["index", "api"]));
    let recorded = json(&run(downstream(home.path()).args(["cost", "--json"])).out);
    assert_eq!(recorded["usage"]["pushes"], 1);
    assert!(recorded["usage"]["requests"]["objects"]["puts"].as_u64() >= Some(5), "{recorded}");
    let bad = run(downstream(home.path()).args(["cost", "--run", "../x"]));
    assert_eq!(bad.code, Some(2), "{}", bad.err);
    let few = run(downstream(home.path()).args(["cost", "--repository", "shop"]));
    assert!(few.code == Some(2) && few.err.contains("at least three commits"), "{}", few.err);
}
