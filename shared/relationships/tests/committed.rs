//! What is committed under `config/` is what the code means.

use contracts::RepoName;
use relationships::Relationships;
use serde_json::Value;

const CONFIG: &str = include_str!("../../../config/relationships.json");
const SCHEMA: &str = include_str!("../../../config/relationships.schema.json");

#[test]
fn the_schema_is_current() {
    let committed: Value = serde_json::from_str(SCHEMA).unwrap();
    let current = serde_json::to_value(relationships::schema()).unwrap();
    assert!(
        committed == current,
        "regenerate it: cargo run --quiet -p relationships --example schema > config/relationships.schema.json"
    );
    assert_eq!(current["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn the_config_is_clean() {
    let relationships = Relationships::parse(CONFIG).unwrap();
    assert_eq!(relationships.validate(), []);
    let provider: RepoName = "patelmm79/vllm-container-ngc".parse().unwrap();
    let dependents: Vec<&str> = relationships.dependents_of(&provider).iter().map(|r| r.as_str()).collect();
    assert_eq!(dependents, ["patelmm79/resume-customizer", "patelmm79/vllm-container-coder"]);
    let derivative: RepoName = "patelmm79/vllm-container-coder".parse().unwrap();
    assert_eq!(relationships.parent_template_of(&derivative), Some(&provider));
}

/// The schema and the reader agree on what is right and what is wrong.
#[test]
fn the_schema_says_what_the_reader_says() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let consumer = |keys: &str| format!(r#"{{"relationships": {{"a/b": {{"consumers": [{{{keys}}}]}}}}}}"#);
    let parent = |value: &str| format!(r#"{{"relationships": {{"a/b": {{"parent_template": {value}}}}}}}"#);
    let settings = |s: &str| format!(r#"{{"relationships": {{}}, "notification_settings": {s}}}"#);
    let cases = [
        (CONFIG.to_owned(), true),
        (r#"{"relationships": {"a/b": {}}}"#.to_owned(), true),
        (consumer(r#""repo": "c/d""#), true),
        (consumer(r#""repo": "c/d", "urgency_mapping": {"endpoints": "low"}, "change_triggers": ["endpoints"]"#), true),
        (parent(r#""c/d""#), true),
        (parent(r#"{"repo": "c/d", "shared_concerns": ["docker"], "bidirectional": true}"#), true),
        (settings(r#"{"digest_schedule": "daily"}"#), true),
        (settings(r#"{"default_urgency_thresholds": {"low": {"labels": ["x"]}}}"#), true),
        (consumer(""), false),
        (consumer(r#""repo": "cd""#), false),
        (consumer(r#""repo": "c/d", "unknown": 1"#), false),
        (consumer(r#""repo": "c/d", "change_triggers": ["x"]"#), false),
        (consumer(r#""repo": "c/d", "urgency_mapping": {"endpoints": "x"}"#), false),
        (consumer(r#""repo": "c/d", "urgency_mapping": {"x": "low"}"#), false),
        (parent(r#""cd""#), false),
        (parent(r#"{"shared_concerns": ["docker"]}"#), false),
        (settings(r#"{"digest_schedule": "hourly"}"#), false),
        (settings(r#"{"max_open_issues_per_repo": 0}"#), false),
        (settings(r#"{"pull_request_fail_on": "high"}"#), true),
        (settings(r#"{"pull_request_fail_on": "always"}"#), false),
        (settings(r#"{"dashboard": true}"#), true),
        (settings(r#"{"dashboard": ["acme/shop"]}"#), true),
        (settings(r#"{"dashboard": ["shop"]}"#), false),
        (settings(r#"{"dashboard": "yes"}"#), false),
        (settings(r#"{"default_urgency_thresholds": {"x": {}}}"#), false),
        (settings(r#"{"default_urgency_thresholds": {"low": {"action": "x"}}}"#), false),
        (r#"{"relationships": {"ab": {}}}"#.to_owned(), false),
        (r#"{"relationships": {"a/b": {"typ": "x"}}}"#.to_owned(), false),
    ];
    for (text, right) in cases {
        let read = Relationships::parse(&text).is_ok_and(|r| r.validate().is_empty());
        assert_eq!(read, right, "reader: {text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(validator.is_valid(&value), right, "schema: {text}");
    }
}
