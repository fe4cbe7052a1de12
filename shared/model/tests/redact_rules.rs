//! A public rule set's own patterns, turned around: secrets drawn from each of them must go, in every encoding.

#[path = "redact/filling.rs"]
mod filling;

use filling::{encodings, filled};
use model::redact::redact;
use nosecrets_rules::{Rule, load_builtin_rules};
use proptest::strategy::{Strategy, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::TestRunner;
use regex::Regex;

/// Samples of each rule.
const SAMPLES: usize = 12;

/// A rule's pattern as one to draw samples from: what may be anything becomes what people write there.
fn drawable(pattern: &str) -> String {
    let gap = Regex::new(r"\.\{0,\d+\}").expect("a pattern");
    let anything_but = Regex::new(r"\[\^[^\]]*\]").expect("a pattern");
    let sign = Regex::new(r#"\[['"\\]+\\s=:\]\+?"#).expect("a pattern");
    let ending = Regex::new(r#"\[['"\\]+\\s\]\??"#).expect("a pattern");
    let rest_of_url = Regex::new(r"\[\^[^\]]*\]\{0,\d+\}\?").expect("a pattern");
    let pattern = gap.replace_all(pattern, "_");
    let pattern = rest_of_url.replace_all(&pattern, "db:1/x[?]");
    let pattern = sign.replace_all(&pattern, "( = |: |=)\"?");
    let pattern = ending.replace_all(&pattern, "[\" ]");
    let pattern = anything_but.replace_all(&pattern, "[A-Za-z0-9]");
    let pattern =
        pattern.replace("(?i)", "").replace(r"\b", "").replace(r"\s*", " ?").replace(r"\s+", " ").replace(".?", "_?");
    // One or more means one to three dozen when drawn; a credential of one letter is none.
    let pattern = pattern.replace("]+=*)", "]{12,30}={0,2})").replace("]+)", "]{12,30})").replace("]+", "]{12,30}");
    // A class is drawn from range by range: a hyphen would be as frequent as all small letters together.
    pattern.replace(r"[\w-]", "[A-Za-z0-9]").replace("9_-]", "9]").replace("9=_-]", "9]")
}

/// Samples of a rule and the secret in each.
fn samples(rule: &Rule) -> Vec<(String, String)> {
    let pattern = Regex::new(&rule.pattern).expect("a rule's pattern");
    let drawn = string_regex(&drawable(&rule.pattern)).expect("a pattern to draw from");
    let mut runner = TestRunner::deterministic();
    let mut samples = Vec::new();
    for number in 0..SAMPLES * 4 {
        let mut text = drawn.new_tree(&mut runner).expect("a sample").current();
        if text.starts_with("-----BEGIN") {
            // The pattern is of the first line only; a key has more of them.
            text.push_str(&filled("\n<a64>\n<a64>\n-----END PRIVATE KEY-----", number as u64).0);
        }
        let text = format!("{text}\n");
        let Some(secret) =
            pattern.captures(&text).and_then(|groups| Some(groups.get(rule.capture)?.as_str().to_owned()))
        else {
            continue;
        };
        samples.push((text, secret));
    }
    assert!(samples.len() >= SAMPLES, "{}: only {} samples match their own rule", rule.id, samples.len());
    samples.truncate(SAMPLES);
    samples
}

#[test]
fn ninety_nine_of_a_hundred_samples_go_in_every_encoding() {
    let rules = load_builtin_rules().expect("the rule set");
    assert!(rules.len() > 40, "{} rules", rules.len());
    let (mut all, mut missed) = (0, Vec::new());
    for (rule, (text, secret)) in
        rules.iter().flat_map(|rule| samples(rule).into_iter().map(move |sample| (rule, sample)))
    {
        let plain = redact(&text);
        all += 1;
        if plain.removed.is_empty() || plain.text.contains(&secret) {
            missed.push(format!("{} plain: {text}", rule.id));
        }
        for (name, encode) in encodings() {
            let encoded = encode(&text);
            let redacted = redact(&encoded);
            all += 1;
            if redacted.removed.is_empty() || redacted.text.contains(&encoded[encoded.len() / 3..encoded.len() / 2]) {
                missed.push(format!("{} {name}: {text}", rule.id));
            }
        }
    }
    assert!(missed.len() * 100 <= all, "{} of {all} missed:\n{}", missed.len(), missed.join("\n"));
}
