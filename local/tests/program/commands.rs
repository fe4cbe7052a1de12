//! Commands as they are typed, and their exit codes.

use crate::process::{Dev, downstream, run};
use crate::repositories::{Repository, client, service};

#[test]
fn an_indexed_folder_can_be_searched_and_a_check_tells_what_breaks() {
    let home = tempfile::tempdir().expect("a folder");
    let provider = Repository::create(&home.path().join("api"));
    let first = provider.commit(&[("app.py", &service("/health")), ("README.md", "# The API\n")]);
    provider.commit(&[("app.py", &service("/v1/health"))]);
    let consumer = Repository::create(&home.path().join("shop"));
    let calls = consumer.commit(&[("client.py", &client("/health"))]);

    let said = run(downstream(home.path()).args(["index", "api"]));
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("1 HTTP route ·") && said.out.contains("The API"), "{}", said.out);

    let said = run(downstream(home.path()).args(["search", "api", "health status"]));
    assert!(said.out.contains("app.py:"), "{}{}", said.out, said.err);
    let said = run(downstream(home.path()).args(["search", "local/api", "health status"]));
    assert!(said.out.contains("app.py:"), "by the name that index shows: {}{}", said.out, said.err);
    let said = run(downstream(home.path()).args(["search", "api", "health", "--json"]));
    let answer: serde_json::Value = serde_json::from_str(&said.out).expect("is JSON");
    assert_eq!(answer["hits"][0]["path"], "app.py");

    let check = ["check", "--repo", "api", "--base", "HEAD~1", "--head", "HEAD", "--dependent"];
    // Many services have such a path, and nothing here says which one is called: worth a look, no more.
    let said = run(downstream(home.path()).args(check).args(["shop", "--fail-on", "medium"]));
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    for part in ["http.route.moved", "client.py:5", "app.py:6", "local/shop"] {
        assert!(said.out.contains(part), "no {part} in {}", said.out);
    }
    let said = run(downstream(home.path()).args(check).args(["shop", "--fail-on", "never", "--json"]));
    assert_eq!(said.code, Some(0), "{}", said.err);
    let answer: serde_json::Value = serde_json::from_str(&said.out).expect("is JSON");
    assert_eq!(answer["verdicts"][0]["answer"]["value"], "affected");

    // The same dependent after its fix, and before it.
    consumer.commit(&[("client.py", &client("/v1/health"))]);
    let said = run(downstream(home.path()).args(check).arg("shop"));
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("not affected"), "{}", said.out);
    let said = run(downstream(home.path()).args(check).args([format!("shop@{calls}"), "--fail-on=medium".into()]));
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert_eq!(first.len(), 40);
}

#[test]
fn what_makes_no_sense_is_said_with_its_exit_code() {
    let home = tempfile::tempdir().expect("a folder");
    let empty = Repository::create(&home.path().join("empty"));
    std::fs::create_dir(home.path().join("plain")).expect("makes a folder");
    std::fs::write(home.path().join("bad.json"), "{ \"relationships\": ").expect("writes");
    std::fs::write(home.path().join("bad.yaml"), "orchestrator: { stagse: {} }").expect("writes");
    let cases: &[(&[&str], i32, &str)] = &[
        (&[], 2, "Usage"),
        (&["frobnicate"], 2, "unrecognized"),
        (&["index"], 2, "REPOSITORY"),
        (&["index", "nowhere"], 2, "neither a folder"),
        (&["index", "plain"], 3, "not a git repository"),
        (&["index", "empty"], 3, "no commit"),
        (&["index", "https://user:secret@127.0.0.1/o/n"], 3, "credentials"),
        (&["search", "empty", "x"], 2, "not indexed"),
        (&["explain", "http.route.mvoed"], 2, "did you mean http.route.moved?"),
        (&["explain", "0123456789abcdef"], 2, "no finding"),
        (&["check", "--repo", "empty", "--base", "a", "--head", "b", "--dependent", "empty"], 3, "no commit"),
        (&["replay", "absent.json"], 3, "absent.json"),
        (&["dev", "--port", "0", "--relationships", "bad.json"], 3, "bad.json"),
        (&["dev", "--port", "0", "--pipeline", "bad.yaml"], 3, "stagse"),
        (&["backtest", "--cases", "bad.json", "--repositories", "."], 3, "bad.json"),
        (&["index", "empty", "--home", "/proc/nowhere"], 3, "/proc/nowhere"),
    ];
    for (typed, code, says) in cases {
        let said = run(downstream(home.path()).args(*typed));
        assert_eq!(said.code, Some(*code), "{typed:?}: {}{}", said.out, said.err);
        assert!(said.err.contains(says), "{typed:?}: expected {says:?} in {}", said.err);
        assert!(!said.err.contains("panicked") && !said.err.contains("secret@"), "{typed:?}: {}", said.err);
    }
    assert!(empty.path.exists());
}

#[test]
fn one_folder_has_one_process() {
    let home = tempfile::tempdir().expect("a folder");
    let dev = Dev::start(&mut downstream(home.path()));
    let said = run(downstream(home.path()).args(["search", "o/n", "x"]));
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(said.err.contains("another downstream process uses"), "{}", said.err);
    dev.stop();
    let said = run(downstream(home.path()).args(["search", "o/n", "x"]));
    assert_eq!(said.code, Some(2), "the lock goes with its process: {}", said.err);
}

#[test]
fn a_port_in_use_is_said() {
    let home = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
    let port = taken.local_addr().expect("has one").port().to_string();
    let said = run(downstream(home.path()).args(["dev", "--port", &port]));
    assert_eq!(said.code, Some(3));
    assert!(said.err.contains("--port"), "{}", said.err);
}

#[test]
fn rules_explain_themselves_and_shells_complete() {
    let home = tempfile::tempdir().expect("a folder");
    let said = run(downstream(home.path()).args(["explain", "http.route.moved"]));
    assert!(said.code == Some(0) && said.out.contains("example"), "{}{}", said.out, said.err);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = run(downstream(home.path()).args(["completions", shell]));
        assert!(said.code == Some(0) && said.out.contains("backtest"), "{shell}: {}", said.err);
    }
}

#[test]
fn the_doctor_names_what_is_wrong() {
    let home = tempfile::tempdir().expect("a folder");
    Repository::create(&home.path().join("acme/api")).commit(&[("app.py", &service("/health"))]);
    Repository::create(&home.path().join("acme/shop")).commit(&[("utils/client.py", &client("/health"))]);
    Repository::create(&home.path().join("acme/calm")).commit(&[("main.py", "print('nothing to do with it')\n")]);
    Repository::create(&home.path().join("acme/fan")).commit(&[("README", "Talks to the API.\n")]);
    let relationships = r#"{ "relationships": { "acme/api": { "type": "service_provider", "cosnumers": [], "consumers": [
        { "repo": "acme/shop", "relationship_type": "api_consumer", "interface_files": ["src/client.py"] },
        { "repo": "acme/calm", "relationship_type": "api_consumer" },
        { "repo": "acme/fan", "relationship_type": "api_consumer" },
        { "repo": "acme/gone", "relationship_type": "api_consumer" } ] } } }"#;
    std::fs::write(home.path().join("relationships.json"), relationships).expect("writes");
    let base = format!("file://{}", home.path().display());
    let said =
        run(downstream(home.path()).args(["doctor", "--relationships", "relationships.json", "--git-base-url", &base]));
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    for part in ["did you mean utils/client.py?", "acme/gone", "cosnumers", "storage.open", "github.auth"] {
        assert!(said.out.contains(part), "no {part:?} in:\n{}", said.out);
    }
    assert!(said.out.contains("acme/calm: nothing in it names acme/api"), "{}", said.out);
    assert!(!said.out.contains("acme/fan: nothing"), "{}", said.out);
}

#[test]
fn a_look_that_is_given_up_is_an_unknown_answer_and_no_silence() {
    let home = tempfile::tempdir().expect("a folder");
    let provider = Repository::create(&home.path().join("api"));
    provider.commit(&[("app.py", &service("/health"))]);
    provider.commit(&[("app.py", &service("/v1/health"))]);
    Repository::create(&home.path().join("shop")).commit(&[("client.py", &client("/health"))]);
    let limits = "orchestrator: { stages: { consumer_triage: { timeout: 0, retries: 0, max_concurrent: 1 } } }";
    std::fs::write(home.path().join("pipeline.yaml"), limits).expect("writes");
    let check = ["--pipeline", "pipeline.yaml", "check", "--repo", "api", "--base", "HEAD~1", "--head", "HEAD"];
    for (output, part) in [("human", "unknown"), ("json", "\"unknown\""), ("markdown", "1 unknown")] {
        let said = run(downstream(home.path()).args(check).args(["--dependent", "shop", "--output", output]));
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        for part in [part, "given up: ", "did not finish within 0 s"] {
            assert!(said.out.contains(part), "{output}: no {part} in {}{}", said.out, said.err);
        }
        assert!(!said.out.contains("not affected"), "{}", said.out);
    }
}

#[test]
fn the_doctor_names_uses_that_nobody_declared() {
    let home = tempfile::tempdir().expect("a folder");
    let workflow = "on: push\njobs:\n  ci:\n    uses: acme/ci/.github/workflows/test.yml@main\n";
    Repository::create(&home.path().join("hub/acme/ci"))
        .commit(&[(".github/workflows/test.yml", "on: workflow_call\n")]);
    Repository::create(&home.path().join("hub/acme/shop")).commit(&[(".github/workflows/ci.yml", workflow)]);
    let base = format!("file://{}/hub", home.path().display());
    let doctor = |consumers: &str| {
        let declared = format!(r#"{{ "relationships": {{ "acme/ci": {{ "consumers": [{consumers}] }} }} }}"#);
        std::fs::write(home.path().join("relationships.json"), declared).expect("writes");
        run(downstream(home.path()).args([
            "doctor",
            "--relationships",
            "relationships.json",
            "--git-base-url",
            &base,
            "--home",
            "home",
        ]))
    };
    assert!(!doctor("").out.contains("config.undeclared_use"), "nothing is indexed yet");
    let indexed = run(downstream(home.path()).args(["index", "acme/shop", "--git-base-url", &base, "--home", "home"]));
    assert_eq!(indexed.code, Some(0), "{}{}", indexed.out, indexed.err);
    let said = doctor("").out;
    let entry = r#"{"interface_files":[".github/workflows/ci.yml"],"relationship_type":"reusable_workflow","repo":"acme/shop"}"#;
    assert!(said.contains("acme/shop uses acme/ci and is not declared: .github/workflows/ci.yml:4"), "{said}");
    assert!(said.contains(entry), "{said}");
    let told = doctor(entry).out;
    assert!(!told.contains("config.undeclared_use"), "the entry that was asked for is understood: {told}");
}
