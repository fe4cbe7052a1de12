mod problems;

use contracts::RepoName;
use contracts::verdict::Urgency;

use crate::{Action, Dashboards, Relationships};

fn repo(name: &str) -> RepoName {
    name.parse().unwrap()
}

fn names<'a>(list: impl IntoIterator<Item = &'a RepoName>) -> Vec<&'a str> {
    list.into_iter().map(RepoName::as_str).collect()
}

#[test]
fn names_are_found_whatever_their_case() {
    let text = r#"{"relationships": {
        "Acme/Api": {
            "consumers": [{"repo": "acme/Shop"}, {"repo": "acme/jobs"}],
            "derivatives": [{"repo": "acme/api-eu"}, {"repo": "acme/SHOP", "bidirectional": true}]
        },
        "acme/shop": {"description": "spelled by its own key"}
    }}"#;
    let relationships = Relationships::parse(text).unwrap();
    let api = repo("ACME/API");
    assert_eq!(names(relationships.consumers_of(&api).iter().map(|c| &c.repo)), ["acme/Shop", "acme/jobs"]);
    assert_eq!(relationships.consumers_of(&api)[0].relationship_type, "api_consumer");
    assert_eq!(names(relationships.derivatives_of(&api).iter().map(|d| &d.repo)), ["acme/api-eu", "acme/SHOP"]);
    assert_eq!(names(relationships.dependents_of(&api)), ["acme/Shop", "acme/jobs", "acme/api-eu"]);
    assert_eq!(names(relationships.upstream_of(&repo("acme/shop"))), ["Acme/Api"]);
    assert_eq!(names(relationships.dependents_of(&repo("acme/shop"))), ["Acme/Api"]);
    assert_eq!(names(relationships.upstream_of(&repo("acme/api-eu"))), [] as [&str; 0]);
    assert_eq!(names(relationships.repositories()), ["Acme/Api", "acme/api-eu", "acme/jobs", "acme/shop"]);
    assert_eq!(relationships.canonical(&repo("ACME/SHOP")).unwrap().as_str(), "acme/shop");
    assert_eq!(relationships.declared(&repo("ACME/SHOP")).unwrap().description, "spelled by its own key");
    let stranger = repo("no/body");
    assert!(relationships.consumers_of(&stranger).is_empty() && relationships.dependents_of(&stranger).is_empty());
    assert!(relationships.canonical(&stranger).is_none() && relationships.declared(&stranger).is_none());
}

#[test]
fn a_parent_template_is_heard_in_every_spelling() {
    let full = r#"{"repo": "t/t", "shared_concerns": ["docker"]}"#;
    let down_only = r#"{"repo": "t/t", "bidirectional": false}"#;
    // (what the child says, what the template lists, upstream, the derivative's shared concerns)
    let cases = [
        (r#""T/T""#, "", true, &[][..]),
        (full, "", true, &["docker"][..]),
        (down_only, "", false, &[]),
        ("null", r#"{"repo": "c/c", "shared_concerns": ["logging"]}"#, false, &["logging"]),
        ("null", r#"{"repo": "c/c", "bidirectional": true}"#, true, &[]),
        (full, r#"{"repo": "C/C", "shared_concerns": ["logging"]}"#, true, &["logging"]),
        (down_only, r#"{"repo": "c/c", "bidirectional": true}"#, true, &[]),
    ];
    for (parent, listed, upstream, concerns) in cases {
        let text = format!(
            r#"{{"relationships": {{"t/t": {{"derivatives": [{listed}]}}, "c/c": {{"parent_template": {parent}}}}}}}"#
        );
        let relationships = Relationships::parse(&text).unwrap();
        let (template, child) = (repo("t/t"), repo("c/c"));
        let down = relationships.template_link(&template, &child).unwrap();
        assert!(!down.upward, "{text}");
        assert_eq!(down.derivative.shared_concerns, concerns, "{text}");
        assert_eq!(relationships.derivatives_of(&template).len(), 1, "{text}");
        assert_eq!(!relationships.upstream_of(&child).is_empty(), upstream, "{text}");
        let up = relationships.template_link(&child, &template);
        assert_eq!(
            up.map(|link| (link.upward, link.derivative)),
            upstream.then_some((true, down.derivative)),
            "{text}"
        );
        let said = (parent != "null").then_some("t/t");
        assert_eq!(relationships.parent_template_of(&child).map(RepoName::as_str), said, "{text}");
    }
}

#[test]
fn what_the_file_leaves_out_keeps_its_default() {
    let silent = Relationships::parse(r#"{"relationships": {}}"#).unwrap();
    assert_eq!(silent, Relationships::parse(r#"{"relationships": {}, "notification_settings": {}}"#).unwrap());
    let settings = silent.notification_settings();
    let defaults = [
        (Urgency::Critical, Action::CreateIssueImmediately, "dependency urgent breaking-change", true),
        (Urgency::High, Action::CreateIssueImmediately, "dependency important", true),
        (Urgency::Medium, Action::CreateIssue, "dependency enhancement", false),
        (Urgency::Low, Action::AddToDigest, "dependency info", false),
    ];
    for (urgency, action, labels, webhook) in defaults {
        let threshold = &settings.default_urgency_thresholds[&urgency];
        let found = (threshold.action, threshold.labels.join(" "), threshold.notify_webhook);
        assert_eq!(found, (action, labels.to_owned(), webhook), "{urgency:?}");
    }
    assert_eq!((settings.digest_schedule.as_str(), settings.max_open_issues_per_repo), ("weekly", 5));
    assert_eq!((settings.settle_seconds, settings.pull_request_fail_on), (0, None));
    assert_eq!(settings.dashboard, Dashboards::All(false));

    let text = r#"{"relationships": {}, "notification_settings": {"digest_schedule": "daily", "max_open_issues_per_repo": 9, "settle_seconds": 30, "pull_request_fail_on": "high",
        "default_urgency_thresholds": {"high": {"action": "add_to_digest"}, "low": {"labels": ["x"], "notify_webhook": true}}}}"#;
    let relationships = Relationships::parse(text).unwrap();
    let settings = relationships.notification_settings();
    assert_eq!((settings.digest_schedule.as_str(), settings.max_open_issues_per_repo), ("daily", 9));
    assert_eq!(settings.settle_seconds, 30);
    assert_eq!(settings.pull_request_fail_on, Some(Urgency::High));
    let high = settings.threshold(Urgency::High);
    assert_eq!(
        (high.action, high.labels.join(" "), high.notify_webhook),
        (Action::AddToDigest, "dependency important".into(), true)
    );
    let low = settings.threshold(Urgency::Low);
    assert_eq!((low.action, low.labels, low.notify_webhook), (Action::AddToDigest, vec!["x".to_owned()], true));
    assert!(relationships.validate().is_empty(), "{:?}", relationships.validate());
    assert!(Relationships::empty().repositories().next().is_none());
}

#[test]
fn what_is_shown_can_be_read_again() {
    let text = include_str!("../../../config/relationships.json");
    let first = Relationships::parse(text).unwrap();
    let shown = serde_json::to_string(first.document()).unwrap();
    assert_eq!(Relationships::parse(&shown).unwrap(), first);
}

#[test]
fn dashboards_are_for_everybody_or_for_those_that_are_named() {
    let repo = |name: &str| name.parse().unwrap();
    let read = |value: &str| {
        Relationships::parse(&format!(
            r#"{{"relationships": {{}}, "notification_settings": {{"dashboard": {value}}}}}"#
        ))
    };
    for (value, wanted) in [
        ("true", [true, true]),
        ("false", [false, false]),
        ("[]", [false, false]),
        (r#"["Acme/Shop"]"#, [true, false]),
        (r#"["acme/shop", "no name", "acme/api"]"#, [true, true]),
    ] {
        let read = read(value).unwrap();
        let settings = read.notification_settings();
        assert_eq!(["acme/shop", "acme/api"].map(|name| settings.wants_dashboard(&repo(name))), wanted, "{value}");
        assert_eq!(read.validate().is_empty(), !value.contains("no name"), "{value}: a name that is none is told");
    }
    for bad in ["1", r#""yes""#, "[1]", "{}"] {
        assert!(read(bad).is_err(), "{bad}");
    }
}
