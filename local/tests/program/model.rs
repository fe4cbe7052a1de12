//! A model behind the whole river: asked for what rules leave open and for nothing else, and whatever it does.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use model_stand_in::{Answer, KEY, StandIn};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::process::{Dev, downstream, run};
use crate::pull_requests::post;
use crate::repositories::Repository;

/// The dependent looks a function up by its name, which no rule can follow.
/// Beside it lie secrets of which only the whole file shows what they are.
const READER: &str = "# Reads from orders-api.\nimport importlib\n\nTOKEN = \"ghp_0123456789abcdefghijABCDEFGHIJ012345\"\n\
    KEY = \"\"\"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq3Zk2f9Qy1sWm8RtUvXcJd4Ln6PoGh0EaYiTzKxBwMlNrS\n\
    9VgHfDjQeCuIpOyAkTsRnLmZbXvWwE1d2F3g4H5j6K7l8M9n0P1q2R3s4T5u6V7w\nqLmZbXvWwE1d2F3g4H5j6K7l8M9n0P1q2R3s4T5u6V7wMIIEpAIBAAKCAQEA7bq3\n\
    -----END RSA PRIVATE KEY-----\"\"\"\nDB_PASSWORD = \"hunter22\"\n\n\n\
    def load(settings):\n    module = importlib.import_module(settings[\"orders\"])\n    \
    return getattr(module, \"fetch_all_orders\")()\n";

struct Place {
    home: tempfile::TempDir,
    api: Repository,
    runtime: Runtime,
}

/// What the stand-in answers.
type Script = Box<dyn FnMut(&model_stand_in::Asked) -> Answer + Send>;

/// What `check` said, and what was asked.
struct Checked {
    said: Value,
    asked: Vec<String>,
}

impl Place {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let api = Repository::create(&home.path().join("orders-api"));
        api.commit(&[
            ("pyproject.toml", "[project]\nname = \"orders-api\"\n"),
            ("orders_api/__init__.py", ""),
            (
                "orders_api/orders.py",
                "def fetch_all_orders():\n    return []\n\n\ndef fetch_order(number):\n    return number\n",
            ),
        ]);
        api.commit(&[("orders_api/orders.py", "def fetch_order(number):\n    return number\n")]);
        let reader = Repository::create(&home.path().join("reader"));
        reader.commit(&[("report.py", READER)]);
        Self { home, api, runtime: Runtime::new().expect("a runtime") }
    }

    fn stand_in(&self, script: impl FnMut(&model_stand_in::Asked) -> Answer + Send + 'static) -> StandIn {
        self.runtime.block_on(StandIn::start(script)).expect("starts")
    }

    /// `check` of the newest commit, with this model section.
    fn check(&self, model: &Value) -> Value {
        let pipeline = self.home.path().join("pipeline.yaml");
        std::fs::write(&pipeline, json!({ "model": model }).to_string()).expect("writes");
        let mut command = self.program("state");
        command.arg("--pipeline").arg(&pipeline).env("ANTHROPIC_API_KEY", KEY).env("OPENAI_API_KEY", KEY);
        command.args(["--json", "check", "--repo", "orders-api", "--base", "main~1", "--head", "main"]);
        let said = run(command.args(["--with-model", "--dependent", "reader"]));
        serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
    }

    fn program(&self, state: &str) -> Command {
        let mut command = downstream(self.home.path());
        command.env("ORCHESTRATOR_HOME", self.home.path().join(state));
        command
    }

    fn asks(&self, provider: &str, script: impl FnMut(&model_stand_in::Asked) -> Answer + Send + 'static) -> Checked {
        let stand_in = self.stand_in(script);
        let said = self.check(&section(provider, stand_in.url()));
        assert_eq!(stand_in.refused(), Vec::<String>::new());
        Checked { said, asked: stand_in.asked().iter().map(|asked| asked.body.to_string()).collect() }
    }
}

fn section(provider: &str, url: &str) -> Value {
    let name = if provider == "anthropic" { "claude-haiku-5-5" } else { "gpt-4o-mini" };
    json!({
        "provider": provider, "name": name, "base_url": url, "timeout": 2,
        "input_usd_per_million": 1.0, "output_usd_per_million": 5.0, "budget_usd_per_repository_and_day": 1.0,
    })
}

fn verdict(answer: &str, evidence: &[&str], reason: &str) -> String {
    json!({ "verdicts": [{ "fact": "F1", "answer": answer, "evidence": evidence, "reason": reason }] }).to_string()
}

fn answer(said: &Value) -> (&str, &str) {
    let answer = &said["verdicts"][0]["answer"];
    (answer["value"].as_str().unwrap_or("none"), answer["reason"].as_str().unwrap_or(""))
}

#[test]
fn what_rules_leave_open_is_asked_in_both_dialects() {
    let place = Place::new();
    for provider in ["anthropic", "openai"] {
        let yes = verdict("affected", &["F1.D1"], "It looks the function up by its name.");
        let Checked { said, asked } = place.asks(provider, move |_| Answer::text(yes.clone()).usage(900, 60));
        assert_eq!((answer(&said).0, asked.len()), ("affected", 1), "{provider}: {said}");
        let finding = &said["verdicts"][0]["findings"][0];
        assert_eq!(
            (&finding["tier"], &finding["dependent"][0]["start"]),
            (&json!("check_first"), &json!(15)),
            "{finding}"
        );
        let told = finding["consequence"].as_str().unwrap_or_default();
        assert!(told.ends_with("It looks the function up by its name."), "{told}");
        let question = &asked[0];
        assert!(question.contains("fetch_all_orders") && question.contains("10: "), "{question}");
        for secret in ["ghp_0123456789", "9VgHfDjQeCuIpOyAkTsRnLmZbXvWwE1d2F3g", "qLmZbXvWwE1d2F3g4H5j", "hunter22"] {
            assert!(!question.contains(secret), "{secret} in {question}");
        }
        assert!(!question.contains(&place.home.path().display().to_string()), "{question}");
    }
}

#[test]
fn without_a_key_rules_decide_alone() {
    let place = Place::new();
    let mut command = place.program("state");
    command.args(["--json", "check", "--repo", "orders-api", "--base", "main~1", "--head", "main"]);
    let said = run(command.args(["--dependent", "reader"]));
    let said: Value = serde_json::from_str(&said.out).expect("is JSON");
    assert_eq!(answer(&said).0, "not_affected", "{said}");
}

#[test]
fn whatever_the_model_does_is_unknown_and_never_silence() {
    let place = Place::new();
    let good = || Answer::text(verdict("affected", &["F1.D1"], "It is used."));
    let cases: Vec<(&str, Script, &str, usize)> = vec![
        ("down", Box::new(|_| Answer::status(529, "Overloaded")), "unknown", 2),
        (
            "down once",
            Box::new(move |asked| if asked.number == 0 { Answer::status(500, "x") } else { good() }),
            "affected",
            2,
        ),
        ("slow", Box::new(move |_| good().after(Duration::from_secs(5))), "unknown", 2),
        ("refuses", Box::new(|_| Answer::status(403, "no")), "unknown", 1),
        ("nonsense", Box::new(|_| Answer::text("Yes, certainly.")), "unknown", 2),
        (
            "nonsense once",
            Box::new(move |asked| if asked.number == 0 { Answer::text("Yes") } else { good() }),
            "affected",
            2,
        ),
        ("no bytes of that API", Box::new(|_| Answer::raw(200, vec![0_u8, 255, 7])), "unknown", 1),
        ("cut off", Box::new(|_| Answer::cut_off("{\"verdicts\":[")), "unknown", 1),
        ("a tool", Box::new(|_| Answer::tool_call()), "unknown", 1),
        (
            "cannot tell",
            Box::new(|_| Answer::text(verdict("cannot_tell", &[], "The name is not shown."))),
            "unknown",
            1,
        ),
        (
            "says no",
            Box::new(|_| Answer::text(verdict("not_affected", &[], "It is another module."))),
            "not_affected",
            1,
        ),
        ("cites what it was not given", Box::new(|_| Answer::text(verdict("affected", &["F1.D9"], "x"))), "unknown", 2),
    ];
    for (name, script, expected, times) in cases {
        let Checked { said, asked } = place.asks("anthropic", script);
        let (value, reason) = answer(&said);
        assert_eq!((value, asked.len()), (expected, times), "{name}: {reason}");
        assert!(value == "affected" || reason.contains("rules cannot tell"), "{name}: {reason}");
    }
    let nobody = section("anthropic", "http://127.0.0.1:9/v1");
    assert_eq!(answer(&place.check(&nobody)).0, "unknown");
}

#[test]
fn a_budget_is_never_passed_and_nothing_is_asked_twice() {
    let place = Place::new();
    let yes = verdict("affected", &["F1.D1"], "It is used.");
    let stand_in = place.stand_in(move |_| Answer::text(yes.clone()).usage(900, 60));
    let mut poor = section("anthropic", stand_in.url());
    poor["budget_usd_per_repository_and_day"] = json!(0.000_001);
    let told = place.decisions(&poor, 1);
    let reason = told[0]["record"]["verdict"]["answer"]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("budget for changes of acme/orders-api"), "{}", told[0]);
    assert_eq!(stand_in.asked().len(), 0);
    let told = place.decisions(&section("anthropic", stand_in.url()), 2);
    for decision in &told[..2] {
        let record = &decision["record"];
        assert_eq!(record["verdict"]["answer"]["value"], "affected", "{decision}");
        assert_eq!((&record["cost"]["model_calls"], &record["cost"]["micro_usd"]), (&json!(1), &json!(1_200)));
    }
    assert_eq!(stand_in.asked().len(), 1, "the second push found the answer there");
    assert!(
        told.iter().all(|decision| decision["equal"] == json!(true)),
        "the same again, with nobody to ask: {told:?}"
    );
}

impl Place {
    /// Pushes the newest commit so often to the running program; answers all decisions, newest first, each made again.
    fn decisions(&self, model: &Value, pushes: usize) -> Vec<Value> {
        let owner = self.home.path().join("acme");
        std::fs::create_dir_all(&owner).expect("makes a folder");
        for name in ["orders-api", "reader"] {
            let _ = std::os::unix::fs::symlink(self.home.path().join(name), owner.join(name));
        }
        let declared = r#"{ "relationships": { "acme/orders-api": { "type": "service_provider", "consumers": [
            { "repo": "acme/reader", "relationship_type": "library" } ] } } }"#;
        std::fs::write(self.home.path().join("relationships.json"), declared).expect("writes");
        std::fs::write(self.home.path().join("pipeline.yaml"), json!({ "model": model }).to_string()).expect("writes");
        let mut command = self.program("state");
        let base = format!("file://{}", self.home.path().display());
        command.args(["--relationships", "relationships.json", "--pipeline", "pipeline.yaml", "--git-base-url", &base]);
        let dev = Dev::start(command.env("ANTHROPIC_API_KEY", KEY));
        let (mut runs, before) = (Vec::new(), keys(&self.home.path().join("state/objects/decision")).len());
        for number in 0..pushes {
            let pushed_at = 1_767_323_045 + before + number;
            let event = json!({
                "ref": "refs/heads/main", "before": self.api.git(&["rev-parse", "main~1"]),
                "after": self.api.git(&["rev-parse", "main"]), "created": false, "deleted": false, "forced": false,
                "repository": { "full_name": "acme/orders-api", "default_branch": "main", "pushed_at": pushed_at },
            });
            runs.push(post(dev.address, "push", &event)["run"].as_str().expect("a run").to_owned());
            let ends = Instant::now() + Duration::from_secs(60);
            while keys(&self.home.path().join("state/objects/decision")).len() <= before + number
                && Instant::now() < ends
            {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        dev.stop();
        let mut told = Vec::new();
        for run_id in runs {
            let said = run(self.program("state").args(["--json", "replay", "--decision", &run_id]));
            let again: Value =
                serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err));
            told.extend(again["decisions"].as_array().cloned().unwrap_or_default());
        }
        told
    }
}

/// Files below a folder.
fn keys(folder: &Path) -> Vec<PathBuf> {
    let (mut out, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder { folders.push(entry.path()) } else { out.push(entry.path()) }
        }
    }
    out
}

#[test]
fn a_change_that_is_noise_costs_nothing() {
    let place = Place::new();
    let changes = [
        ("orders_api/orders.py", "# Says what it does.\ndef fetch_order(number):\n    return number\n"),
        ("README.md", "# Orders\n\nCall fetch_all_orders.\n"),
        ("orders_api/orders.py", "# Says what it does.\n\n\ndef fetch_order(number):\n\n    return number\n"),
        ("poetry.lock", "fetch_all_orders = 1\n"),
    ];
    for change in changes {
        place.api.commit(&[change]);
        let Checked { said, asked } = place.asks("anthropic", |_| Answer::text("nobody should ask"));
        assert_eq!(asked.len(), 0, "{change:?}: {said}");
    }
}
