use crate::{Relationships, Severity};

/// Problems as `severity pointer: message`.
fn problems(text: &str) -> Vec<String> {
    let problems = Relationships::parse(text).unwrap().validate();
    problems.iter().map(|p| format!("{} {}: {}", p.severity, p.pointer, p.message)).collect()
}

fn one(entry: &str) -> String {
    format!(r#"{{"relationships": {{"a/b": {entry}}}}}"#)
}

#[test]
fn unclear_files_are_refused_with_their_place() {
    let consumers = |list: &str| one(&format!(r#"{{"consumers": {list}}}"#));
    let settings = |s: &str| format!(r#"{{"relationships": {{}}, "notification_settings": {s}}}"#);
    let cases = [
        ("".to_owned(), "1:0: error: not JSON: EOF while parsing a value"),
        ("{\n  \"relationships\": {\n    oops\n".to_owned(), "3:5: error: not JSON: key must be a string"),
        ("{} x".to_owned(), "1:4: error: not JSON: trailing characters"),
        ("[]".to_owned(), "1:1: error: expected an object, found a list"),
        ("null".to_owned(), "1:1: error: expected an object, found null"),
        ("{\"relationships\":\n []}".to_owned(), "2:2: error: /relationships: expected an object, found a list"),
        (one("[]"), "1:27: error: /relationships/a~1b: expected an object, found a list"),
        (consumers("{}"), "1:41: error: /relationships/a~1b/consumers: expected a list, found an object"),
        (consumers("[\"x/y\"]"), "1:42: error: /relationships/a~1b/consumers/0: expected an object, found a string"),
        (consumers("[{}]"), "1:42: error: /relationships/a~1b/consumers/0: \"repo\" is missing: which repository?"),
        (
            consumers("[{\"repo\": 7}]"),
            "1:51: error: /relationships/a~1b/consumers/0/repo: expected a string, found a number",
        ),
        (
            consumers("[{\"repo\": \"x/y\", \"interface_files\": [\"é\", true]}]"),
            "1:83: error: /relationships/a~1b/consumers/0/interface_files/1: expected a string, found true or false",
        ),
        (
            one(r#"{"derivatives": [{"repo": "x/y", "bidirectional": "yes"}]}"#),
            "1:77: error: /relationships/a~1b/derivatives/0/bidirectional: expected true or false, found a string",
        ),
        (
            settings(r#"{"max_open_issues_per_repo": 0}"#),
            "1:77: error: /notification_settings/max_open_issues_per_repo: expected a whole number from 1 to 1000",
        ),
        (
            settings(r#"{"settle_seconds": 86401}"#),
            "1:67: error: /notification_settings/settle_seconds: expected a whole number from 0 to 86400",
        ),
        (
            settings(r#"{"max_open_issues_per_repo": 1.5}"#),
            "1:77: error: /notification_settings/max_open_issues_per_repo: expected a whole number from 1 to 1000, found a number",
        ),
        (
            settings(r#"{"default_urgency_thresholds": {"high": "create_issue"}}"#),
            "1:88: error: /notification_settings/default_urgency_thresholds/high: expected an object, found a string",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(Relationships::parse(&text).unwrap_err().to_string(), expected, "{text}");
    }
    let deep = "[".repeat(100_000);
    assert!(Relationships::parse(&deep).unwrap_err().message.starts_with("not JSON"));
    let huge = format!("{{}}{}", " ".repeat(4 << 20));
    assert!(Relationships::parse(&huge).unwrap_err().message.contains("bytes are more than"));
}

#[test]
fn what_can_be_obeyed_in_part_is_named() {
    let consumers = |list: &str| one(&format!(r#"{{"consumers": [{list}]}}"#));
    let settings = |s: &str| format!(r#"{{"relationships": {{}}, "notification_settings": {s}}}"#);
    let cases = [
        ("{}".to_owned(), "warning : no \"relationships\": nobody is told of anything"),
        (
            r#"{"relationships": {}, "relationship": {}}"#.to_owned(),
            "warning /relationship: unknown key \"relationship\"; did you mean \"relationships\"?",
        ),
        (
            one(r#"{"consumer": []}"#),
            "warning /relationships/a~1b/consumer: unknown key \"consumer\"; did you mean \"consumers\"?",
        ),
        (
            consumers(r#"{"repo": "x/y", "zzz": 1}"#),
            "warning /relationships/a~1b/consumers/0/zzz: unknown key \"zzz\"; known: repo, relationship_type, \
             description, interface_files, change_triggers, urgency_mapping",
        ),
        (
            consumers(r#"{"repo": "x/y", "change_triggers": ["endpoint"]}"#),
            "warning /relationships/a~1b/consumers/0/change_triggers/0: unknown trigger \"endpoint\"; did you mean \"endpoints\"?",
        ),
        (
            consumers(r#"{"repo": "x/y", "urgency_mapping": {"authentification": "high"}}"#),
            "warning /relationships/a~1b/consumers/0/urgency_mapping/authentification: unknown trigger \
             \"authentification\"; did you mean \"authentication\"?",
        ),
        (
            consumers(r#"{"repo": "x/y", "urgency_mapping": {"endpoints": "Critical"}}"#),
            "error /relationships/a~1b/consumers/0/urgency_mapping/endpoints: unknown urgency \"Critical\"; did you mean \"critical\"?",
        ),
        (
            consumers(r#"{"repo": "xy"}"#),
            "error /relationships/a~1b/consumers/0/repo: \"xy\" is not a repository name: expected owner/name from \
             letters, digits, '-', '_' and '.'; left out",
        ),
        (consumers(r#"{"repo": "A/B"}"#), "error /relationships/a~1b/consumers/0: \"A/B\" names itself; left out"),
        (
            consumers(r#"{"repo": "x/y"}, {"repo": "X/Y"}"#),
            "error /relationships/a~1b/consumers/1: \"X/Y\" is listed twice: the first one counts, merge the two",
        ),
        (
            consumers(r#"{"repo": "x/y", "interface_files": ["/etc/passwd"]}"#),
            "error /relationships/a~1b/consumers/0/interface_files/0: \"/etc/passwd\": expected a path from the \
             repository's root, such as src/client.py; left out",
        ),
        (
            one(r#"{"derivatives": [{"repo": "x/y", "shared_concerns": ["dokcer"]}]}"#),
            "warning /relationships/a~1b/derivatives/0/shared_concerns/0: unknown concern \"dokcer\"; did you mean \"docker\"?",
        ),
        (
            one(r#"{"derivatives": [{"repo": "x/y", "shared_concerns": ["docker"], "divergent_concerns": ["docker"]}]}"#),
            "warning /relationships/a~1b/derivatives/0: \"docker\" is shared and divergent: treated as divergent",
        ),
        (one(r#"{"parent_template": "a/b"}"#), "error /relationships/a~1b/parent_template: \"a/b\" names itself; left out"),
        (one(r#"{"parent_template": {"repo": "x/y", "shared": 1}}"#), "warning /relationships/a~1b/parent_template/shared: \
             unknown key \"shared\"; did you mean \"shared_concerns\"?"),
        (
            r#"{"relationships": {"a/b": {}, "A/B": {}}}"#.to_owned(),
            "error /relationships/A~1B: \"A/B\" is declared twice: this one counts, merge the two",
        ),
        (
            r#"{"relationships": {"nobody": {}}}"#.to_owned(),
            "error /relationships/nobody: \"nobody\" is not a repository name: expected owner/name from letters, digits, \
             '-', '_' and '.'; left out",
        ),
        (
            one(r#"{"consumers": [], "consumers": []}"#),
            "error /relationships/a~1b/consumers: \"consumers\" is given twice: the last one counts, remove this one",
        ),
        (
            r#"{"relationships": {"a/b": {"parent_template": "c/d"}, "c/d": {}}}"#.to_owned(),
            "warning /relationships/a~1b/parent_template: \"c/d\" does not list this repository among its derivatives; treated as if",
        ),
        (
            r#"{"relationships": {"a/b": {"derivatives": [{"repo": "c/d"}]}, "c/d": {"derivatives": [{"repo": "A/b"}]}}}"#
                .to_owned(),
            "error /relationships/a~1b: templates made from each other: a/b → c/d → a/b; remove one of the steps",
        ),
        (
            settings(r#"{"default_urgency_thresholds": {"urgent": {}}}"#),
            "error /notification_settings/default_urgency_thresholds/urgent: unknown urgency \"urgent\"; known: \
             critical, high, medium, low",
        ),
        (
            settings(r#"{"default_urgency_thresholds": {"high": {"action": "create_isue"}}}"#),
            "error /notification_settings/default_urgency_thresholds/high/action: unknown action \"create_isue\"; \
             did you mean \"create_issue\"?; the default is used",
        ),
        (
            settings(r#"{"digest_schedule": "weakly"}"#),
            "error /notification_settings/digest_schedule: unknown schedule \"weakly\"; did you mean \"weekly\"?; weekly is used",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(problems(&text), [expected], "{text}");
    }
}

#[test]
fn longer_cycles_are_told_once_and_two_ways_are_no_cycle() {
    let text = r#"{"relationships": {
        "o/a": {"derivatives": [{"repo": "o/b", "bidirectional": true}]},
        "o/b": {"parent_template": "o/a", "derivatives": [{"repo": "o/c"}]},
        "o/c": {"derivatives": [{"repo": "o/d"}]},
        "o/d": {"derivatives": [{"repo": "o/b"}]}
    }}"#;
    let problems = problems(text);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("o/b → o/c → o/d → o/b"), "{problems:?}");
}

#[test]
fn problems_stand_in_the_order_of_the_file_and_end_somewhere() {
    let text = "\u{feff}{\n  \"zeta\": 1,\n  \"relationships\": {\"nobody\": {}},\n  \"alpha\": 2\n}";
    let problems = Relationships::parse(text).unwrap().validate();
    let places: Vec<_> = problems.iter().map(|p| (p.line, p.column, p.severity)).collect();
    assert_eq!(places, [(2, 11, Severity::Warning), (3, 31, Severity::Error), (4, 12, Severity::Warning)]);
    let keys: Vec<String> = (0..5000).map(|n| format!("\"key{n}\": 0")).collect();
    let many = Relationships::parse(&format!("{{{}}}", keys.join(","))).unwrap();
    assert_eq!(many.validate().len(), 200);
}
