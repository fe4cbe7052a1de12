use super::*;

fn span(repo: &str, digit: char, path: &str, quote: &str) -> Span {
    let commit = Some(digit.to_string().repeat(40).parse().expect("a commit"));
    Span {
        repo: repo.parse().expect("a name"),
        commit,
        path: path.to_owned(),
        start: 3,
        end: 4,
        quote: quote.to_owned(),
    }
}

fn finding(number: usize) -> Finding {
    Finding {
        fingerprint: format!("{number:016x}").parse().expect("a fingerprint"),
        rule: ["http.route.moved", "env.removed", "a.rule.nobody.knows"][number % 3].to_owned(),
        element: "http:GET /health".to_owned(),
        title: "moved".to_owned(),
        change: "`GET /health` was moved.".to_owned(),
        consequence: "1 call here will get 404.".to_owned(),
        urgency: [Urgency::Low, Urgency::Medium, Urgency::High, Urgency::Critical][number % 4],
        tier: [Tier::Confirmed, Tier::CheckFirst][number % 2],
        tier_reason: "both sides".to_owned(),
        provider: vec![span("acme/api", '1', "old dir/app.py", "a"), span("acme/api", '2', "app: ä.py", "b")],
        dependent: (0..30)
            .map(|n| span("acme/shop", '3', &format!("src/{n} {number}.py"), &"q".repeat(9_000)))
            .collect(),
        patch: None,
        triggers: Vec::new(),
    }
}

fn verdict(answer: Answer, findings: Vec<Finding>) -> Verdict {
    Verdict {
        source: "acme/api".parse().expect("a name"),
        target: "acme/shop".parse().expect("a name"),
        relationship: "api_consumer".to_owned(),
        source_commit: None,
        target_commit: Some("3".repeat(40).parse().expect("a commit")),
        answer,
        findings,
        resolved: Vec::new(),
        trace: Vec::new(),
    }
}

fn logged(verdicts: &[Verdict]) -> Value {
    let (provider, head) = ("acme/api".parse().expect("a name"), "2".repeat(40).parse().expect("a commit"));
    let address = |repo: &RepoName, commit: &CommitId| Some(format!("https://github.com/{repo}/blob/{commit}/"));
    let explain = |rule: &str| change_detection::explain(rule);
    log(&Checked { provider: &provider, head: &head, verdicts, address: &address, explain: &explain })
}

/// The rules of the format that our output could break, by section of SARIF 2.1.0.
fn assert_sound(log: &Value) {
    let text = |value: &Value| value.as_str().map(str::to_owned).expect("a text");
    let relative = |uri: &Value| {
        let uri = text(uri);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
        assert!(!uri.is_empty() && uri.chars().all(plain) && !uri.starts_with('/'), "§3.4.3, RFC 3986 4.2: {uri}");
    };
    assert_eq!((text(&log["version"]).as_str(), log["runs"].as_array().map(Vec::len)), ("2.1.0", Some(1)), "§3.13");
    let run = &log["runs"][0];
    assert!(!text(&run["tool"]["driver"]["name"]).is_empty(), "§3.19.8");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("§3.19.23");
    let ids: std::collections::BTreeSet<String> = rules.iter().map(|rule| text(&rule["id"])).collect();
    assert_eq!(ids.len(), rules.len(), "§3.19.23: each rule once");
    assert!(rules.iter().all(|rule| !text(&rule["shortDescription"]["text"]).is_empty()), "§3.49.9");
    for (name, base) in run["originalUriBaseIds"].as_object().expect("§3.14.14") {
        assert!(base.get("uri").is_none_or(|uri| text(uri).ends_with('/')), "§3.14.14: {name}");
    }
    assert!(run["invocations"][0]["executionSuccessful"].is_boolean(), "§3.20.14");
    let results = run["results"].as_array().expect("§3.14.23");
    assert!(results.len() <= RESULTS, "GitHub's limit of results");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("§3.27.6")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"], "§3.27.6");
        assert!(["none", "note", "warning", "error"].contains(&text(&result["level"]).as_str()), "§3.27.10");
        assert!(!text(&result["message"]["text"]).is_empty(), "§3.11.8");
        assert_eq!(result["locations"].as_array().map(Vec::len), Some(1), "GitHub shows the first one");
        let related = result["relatedLocations"].as_array().expect("§3.27.22");
        let ids: std::collections::BTreeSet<u64> = related.iter().map(|l| l["id"].as_u64().expect("§3.28.2")).collect();
        assert_eq!(ids.len(), related.len(), "§3.28.2: unique within the result");
        assert!(related.len() <= RELATED);
        for location in result["locations"].as_array().expect("an array").iter().chain(related) {
            let physical = &location["physicalLocation"];
            relative(&physical["artifactLocation"]["uri"]);
            if let Some(base) = physical["artifactLocation"].get("uriBaseId") {
                assert!(run["originalUriBaseIds"].get(text(base)).is_some(), "§3.4.4: {base}");
            }
            let line = |key: &str| physical["region"][key].as_u64().expect("§3.30");
            assert!(line("startLine") >= 1 && line("endLine") >= line("startLine"), "§3.30.5");
            assert!(text(&physical["region"]["snippet"]["text"]).chars().count() <= SNIPPET);
        }
        assert_eq!(text(&result["partialFingerprints"]["downstreamFinding/v1"]).len(), 16, "§3.27.17");
    }
}

#[test]
fn findings_stand_beside_the_provider_s_lines_as_they_are_now() {
    let log = logged(&[verdict(Answer::Affected, (0..12).map(finding).collect())]);
    assert_sound(&log);
    let results = log["runs"][0]["results"].as_array().expect("an array");
    assert_eq!(results.len(), 12);
    let first = &results[0];
    let at = &first["locations"][0]["physicalLocation"];
    assert_eq!(at["artifactLocation"], json!({ "uri": "app%3A%20%C3%A4.py" }), "the new line, not the old one");
    assert_eq!((&at["region"]["startLine"], &at["region"]["endLine"]), (&json!(3), &json!(4)));
    let there = &first["relatedLocations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(there["uriBaseId"], "acme/shop");
    let base = format!("https://github.com/acme/shop/blob/{}/", "3".repeat(40));
    assert_eq!(log["runs"][0]["originalUriBaseIds"]["acme/shop"]["uri"], json!(base));
    assert_eq!(log["runs"][0]["versionControlProvenance"][0]["repositoryUri"], "https://github.com/acme/api");
    let levels: Vec<&str> = results.iter().filter_map(|result| result["level"].as_str()).collect();
    // Every critical and every medium finding here is one to check first.
    assert_eq!(
        levels,
        [
            "warning", "warning", "warning", "error", "error", "error", "warning", "warning", "warning", "note",
            "note", "note"
        ]
    );
}

#[test]
fn what_is_not_known_is_noted_and_what_is_not_affected_is_silent() {
    let log = logged(&[
        verdict(Answer::NotAffected("uses nothing".to_owned()), Vec::new()),
        verdict(Answer::Unknown("\u{1b}[31mcould not be read".to_owned()), Vec::new()),
    ]);
    assert_sound(&log);
    assert_eq!(log["runs"][0]["results"], json!([]));
    let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes.as_array().map(Vec::len), Some(1));
    assert!(notes[0]["message"]["text"].as_str().is_some_and(|text| text.contains("acme/shop: unknown")), "{notes}");
    assert_sound(&logged(&[]));
}

#[test]
fn limits_are_kept_and_what_they_cut_is_told() {
    let lean = |number: usize| Finding { dependent: vec![span("acme/shop", '3', "a.py", "q")], ..finding(number) };
    let log = logged(&[verdict(Answer::Affected, (0..RESULTS + 7).map(lean).collect())]);
    assert_sound(&log);
    assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(RESULTS));
    let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes[0]["message"]["text"], "7 more findings were left out");
    let long = Finding { change: "é".repeat(100_000), ..finding(1) };
    let log = logged(&[verdict(Answer::Affected, vec![long])]);
    assert_sound(&log);
    let text = log["runs"][0]["results"][0]["message"]["text"].as_str().map(|text| text.chars().count());
    assert_eq!(text, Some(MESSAGE));
}

#[test]
fn a_finding_without_a_line_of_the_provider_has_no_place() {
    let nowhere = Finding { provider: vec![span("acme/other", '9', "x", "y")], ..finding(0) };
    let log = logged(&[verdict(Answer::Affected, vec![nowhere])]);
    assert_sound(&log);
    assert_eq!(log["runs"][0]["results"], json!([]));
    assert_eq!(log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().map(Vec::len), Some(1));
}
