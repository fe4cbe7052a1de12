//! A check as SARIF 2.1.0, for code scanning: findings beside the provider's changed lines.
//!
//! The format: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; the section is named where a field is
//! not plain. What GitHub takes of it, and how much:
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.

use std::collections::BTreeMap;

use contracts::fact::Span;
use contracts::verdict::{Answer, Finding, Tier, Urgency, Verdict};
use contracts::{CommitId, RepoName};
use serde::Serialize;
use serde_json::{Value, json};

/// GitHub refuses a run with more.
const RESULTS: usize = 25_000;
/// Related locations of one result.
const RELATED: usize = 20;
/// Characters of a message and of a quoted snippet.
const MESSAGE: usize = 1_000;
const SNIPPET: usize = 4_000;
/// Notifications about what could not be told.
const NOTIFICATIONS: usize = 200;

/// What was checked.
pub struct Checked<'a> {
    pub provider: &'a RepoName,
    pub head: &'a CommitId,
    pub verdicts: &'a [Verdict],
    /// Where a repository's files can be opened, without the path; none for a folder of this machine.
    pub address: &'a dyn Fn(&RepoName, &CommitId) -> Option<String>,
    /// What a person should know of a rule.
    pub explain: &'a dyn Fn(&str) -> Option<String>,
}

/// One result (§3.27).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    related_locations: Vec<Location>,
    /// Names the finding across runs (§3.27.17).
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

/// A place (§3.28); related ones have an id and a message of their own.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

/// A file, relative to its repository (§3.4). That of another repository names its base.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    end_line: u32,
    snippet: Text,
}

/// The whole log (§3.13), the most urgent findings first.
pub fn log(checked: &Checked<'_>) -> Value {
    let mut findings: Vec<(&Verdict, &Finding)> =
        checked.verdicts.iter().flat_map(|verdict| verdict.findings.iter().map(move |f| (verdict, f))).collect();
    findings.sort_by_key(|(_, finding)| std::cmp::Reverse((finding.urgency, finding.tier)));
    let mut rules: Vec<&str> = findings.iter().map(|(_, finding)| finding.rule.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let results = findings.iter().filter_map(|(verdict, finding)| outcome(checked, verdict, finding, &rules));
    let results: Vec<Outcome> = results.take(RESULTS).collect();
    let mut notes = untold(checked.verdicts);
    if results.len() < findings.len() {
        notes.push(format!("{} more findings were left out", findings.len() - results.len()));
    }
    let described: Vec<Value> = rules.iter().map(|rule| described(rule, checked.explain)).collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "downstream",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": described,
            } },
            "automationDetails": { "id": "downstream/" },
            "columnKind": "unicodeCodePoints",
            "versionControlProvenance": provenance(checked),
            "originalUriBaseIds": bases(checked),
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notes.iter().map(|text| note(text)).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    })
}

/// None for a finding without a line of the provider: there is nothing to stand beside.
fn outcome(checked: &Checked<'_>, verdict: &Verdict, finding: &Finding, rules: &[&str]) -> Option<Outcome> {
    let now = |span: &&Span| span.commit.as_ref() == Some(checked.head);
    let own: Vec<&Span> = finding.provider.iter().filter(|span| span.repo == *checked.provider).collect();
    let at = own.iter().copied().find(now).or_else(|| own.first().copied())?;
    let Finding { change, consequence, tier, tier_reason, .. } = finding;
    let reason = if tier_reason.is_empty() { String::new() } else { format!(", {tier_reason}") };
    let text = format!("{change} {}: {consequence} ({}{reason})", verdict.target, tier.as_str());
    let there = finding.dependent.iter().filter(|span| span.repo != *checked.provider).take(RELATED);
    Some(Outcome {
        rule_id: finding.rule.clone(),
        rule_index: rules.binary_search(&finding.rule.as_str()).unwrap_or_default(),
        level: level(finding),
        message: cut(&text, MESSAGE),
        locations: vec![Location { id: None, physical_location: physical(at, None), message: None }],
        related_locations: there.enumerate().map(|(n, span)| related(n, span)).collect(),
        partial_fingerprints: [("downstreamFinding/v1", finding.fingerprint.to_string())].into(),
    })
}

fn related(number: usize, span: &Span) -> Location {
    let at = span.commit.as_ref().map(|commit| format!(" at {}", commit.short())).unwrap_or_default();
    let text = format!("{}{at}: {}:{}", span.repo, span.path, span.start);
    let physical_location = physical(span, Some(span.repo.to_string()));
    Location { id: Some(number + 1), physical_location, message: Some(cut(&text, MESSAGE)) }
}

fn physical(span: &Span, uri_base_id: Option<String>) -> Physical {
    Physical {
        artifact_location: Artifact { uri: encoded(&span.path), uri_base_id },
        region: Region {
            start_line: span.start.max(1),
            end_line: span.end.max(span.start).max(1),
            snippet: cut(&span.quote, SNIPPET),
        },
    }
}

/// What keeps somebody from working is an error, unless nobody can say that it is so.
fn level(finding: &Finding) -> &'static str {
    match (finding.urgency, finding.tier) {
        (Urgency::Low, _) => "note",
        (_, Tier::CheckFirst) | (Urgency::Medium, _) => "warning",
        (Urgency::High | Urgency::Critical, _) => "error",
    }
}

/// A rule (§3.49).
fn described(rule: &str, explain: &dyn Fn(&str) -> Option<String>) -> Value {
    let text = explain(rule).unwrap_or_else(|| rule.to_owned());
    let sees = text.lines().find_map(|line| line.strip_prefix("sees").map(str::trim)).unwrap_or(rule);
    json!({
        "id": rule,
        "shortDescription": cut(sees, MESSAGE),
        "help": cut(&text, SNIPPET),
        "properties": { "tags": rule.split('.').take(1).collect::<Vec<_>>() },
    })
}

/// Where the results belong (§3.14.17).
fn provenance(checked: &Checked<'_>) -> Vec<Value> {
    let address = (checked.address)(checked.provider, checked.head);
    let of = |address: String| {
        let repository = address.split("/blob/").next().unwrap_or_default();
        json!({ "repositoryUri": repository, "revisionId": checked.head })
    };
    address.map(of).into_iter().collect()
}

/// What relative addresses of other repositories start from (§3.14.14); each ends in a slash.
fn bases(checked: &Checked<'_>) -> Value {
    let mut bases = serde_json::Map::new();
    for verdict in checked.verdicts.iter().filter(|verdict| !verdict.findings.is_empty()) {
        let Some(commit) = &verdict.target_commit else { continue };
        let description = json!({ "text": format!("{} at {}", verdict.target, commit.short()) });
        let base = match (checked.address)(&verdict.target, commit) {
            Some(address) => json!({ "uri": address, "description": description }),
            None => json!({ "description": description }),
        };
        bases.insert(verdict.target.to_string(), base);
    }
    Value::Object(bases)
}

/// Dependents about which nothing is known: silence would look like an answer.
fn untold(verdicts: &[Verdict]) -> Vec<String> {
    let unknown = verdicts.iter().filter_map(|verdict| match &verdict.answer {
        Answer::Unknown(why) => Some(format!("{}: unknown: {why}", verdict.target)),
        Answer::Affected | Answer::NotAffected(_) => None,
    });
    unknown.take(NOTIFICATIONS).collect()
}

fn note(text: &str) -> Value {
    json!({ "level": "warning", "message": cut(text, MESSAGE) })
}

fn cut(text: &str, most: usize) -> Text {
    let mut cut: String = text.chars().take(most).collect();
    if cut.len() < text.len() {
        cut.pop();
        cut.push('…');
    }
    Text { text: cut }
}

/// A path as a relative reference: everything but letters, digits, `-._~` and `/` encoded (RFC 3986, 2.3).
fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let shown = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.trim_start_matches('/').bytes().map(shown).collect()
}

#[cfg(test)]
mod tests;
