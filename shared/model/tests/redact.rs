//! What goes, what stays, and that no text is too bad to be read.

#[path = "redact/cases.rs"]
mod cases;
#[path = "redact/filling.rs"]
mod filling;

use std::time::{Duration, Instant};

use cases::{KEPT, TAKEN};
use filling::{encodings, filled};
use model::redact::{MAX_BYTES, Redacted, redact};

#[test]
fn secrets_go_whatever_they_are_written_in() {
    for (number, (template, kind)) in TAKEN.iter().enumerate() {
        let (text, secrets) = filled(template, number as u64);
        let redacted = redact(&text);
        assert!(redacted.removed.contains(kind), "{template}: {redacted:?}");
        for secret in secrets.iter().filter(|secret| secret.len() > 4) {
            assert!(!redacted.text.contains(secret), "{template}: {}", redacted.text);
        }
    }
}

#[test]
fn names_stay() {
    let (text, _) = filled("+  STRIPE_KEY: sk_live_<a24> # for payments", 1);
    assert_eq!(redact(&text).text, "+  STRIPE_KEY: [redacted: Stripe key] # for payments");
    let (text, _) = filled("db://app:<a16>@db:5432/app?x=1", 2);
    assert_eq!(redact(&text).text, "db://app:[redacted: password in a URL]@db:5432/app?x=1");
}

#[test]
fn what_is_no_secret_stays() {
    for text in KEPT {
        assert_eq!(redact(text), Redacted { text: (*text).to_owned(), removed: Vec::new() });
    }
}

#[test]
fn encoded_secrets_go_in_every_encoding_and_in_two_layers() {
    // A lone random string is only told from an encoding of it while it is plain.
    let taken = TAKEN.iter().filter(|(_, kind)| *kind != "random string");
    for (number, (template, _)) in taken.enumerate() {
        let (text, _) = filled(template, number as u64);
        for (outer, encode) in encodings() {
            let once = encode(&text);
            assert_gone(&format!("{outer} of {template}"), &once);
            for (inner, encode) in encodings() {
                assert_gone(&format!("{inner} of {outer} of {template}"), &encode(&once));
            }
        }
    }
}

/// Nothing of an encoded run may be left: neither its middle nor its ends.
fn assert_gone(what: &str, encoded: &str) {
    let redacted = redact(&format!("before = [\"{encoded}\"]\nafter"));
    assert!(!redacted.removed.is_empty(), "{what}: {}", redacted.text);
    let left = redacted.text.split(['[', ']', '"', '\n']).map(str::len).max().unwrap_or_default();
    assert!(left < 48 && left < encoded.len(), "{what}: {}", redacted.text);
}

#[test]
fn secrets_go_at_every_alignment_and_wrapped() {
    let (secret, _) = filled("TOKEN=ghp_<a36>", 5);
    for lead in 0..4 {
        let encoded = filling::base64(&format!("{}\n{secret}\nend: true\n", "x".repeat(lead)));
        for text in [format!("id_{encoded}"), format!("data:text/plain;base64,{encoded}"), format!("/{encoded}")] {
            assert_eq!(redact(&text).removed.len(), 1, "{text}");
        }
        for (open, close, mark) in [("  ", "", ""), ("\"", "\" +", ""), ("+    ", "", "+"), ("# ", "", "")] {
            let lines: Vec<String> =
                encoded.as_bytes().chunks(24).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
            let text: String = lines.iter().map(|line| format!("{open}{line}{close}\n")).collect();
            let redacted = redact(&format!("{mark}key:\n{text}{mark}after: 1\n"));
            assert!(
                lines.iter().filter(|line| line.len() > 20).all(|line| !redacted.text.contains(line.as_str())),
                "{}",
                redacted.text
            );
            assert_eq!(redacted.text.lines().count(), lines.len() + 2);
            assert!(redacted.text.ends_with("after: 1\n"));
        }
    }
}

#[test]
fn line_breaks_stay_and_nothing_is_left_to_redact() {
    for (number, (template, _)) in TAKEN.iter().enumerate() {
        let (text, _) = filled(&format!("one\r\n{template}\r\n\nlast"), number as u64);
        let redacted = redact(&text);
        let breaks = |text: &str| text.chars().filter(|c| matches!(c, '\n' | '\r')).collect::<String>();
        assert_eq!(breaks(&redacted.text), breaks(&text), "{template}");
        assert!(redacted.text.ends_with("last"));
        assert_eq!(redact(&redacted.text), Redacted { text: redacted.text.clone(), removed: Vec::new() });
    }
}

/// Repeated up to the asked length: what could make a search go back again and again.
const BAD: &[&str] = &[
    "a",
    "\0",
    "é\u{0}",
    "%",
    "%2",
    "%25",
    "\\x",
    "\\u12",
    "ghp_",
    "password=",
    "token: \"",
    "api_key=\n",
    "x://a:b",
    "\"'`",
    "-----BEGIN RSA PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\n-----END",
    "eyAAAAAAAAAAAAAAA.",
    "curl -u a ",
    "Authorization: ",
    "kind: Secret\ndata:\n",
    "cGFzc3dvcmQgYWJjZGVmIGdoaWprbG1u",
    "<password ",
    "\"token\" value ",
    "6a",
    "\n",
    "WVdKalpHVm1aMmhwYW10c2JXNXZjSEZ5YzNSMWRuZDRlWG89",
];

#[test]
fn time_grows_as_the_text_does() {
    for bad in BAD {
        let [one, four] = [8 << 10, 32 << 10].map(|length| bad.repeat(length / bad.len()));
        // Twice the text at most three times as long, twice over; what is quadratic takes sixteen times. A machine that
        // is busy with something else gets another try.
        let grows = || timed(&four) < timed(&one) * 9 + Duration::from_millis(5);
        assert!((0..8).any(|_| grows()), "{bad:?}");
    }
}

fn timed(text: &str) -> Duration {
    let start = Instant::now();
    assert!(redact(text).text.len() <= text.len() * 8);
    start.elapsed()
}

#[test]
fn nested_encodings_end() {
    let mut text = "password = hunter2x9".to_owned();
    while text.len() < 1 << 18 {
        text = filling::base64(&text);
    }
    assert_eq!(redact(&text).text, text);
}

#[test]
fn a_text_too_long_is_cut_at_a_line_and_says_so() {
    let line = "word and word, nothing else in here\n";
    let redacted = redact(&line.repeat(MAX_BYTES / line.len() + 2));
    assert!(redacted.text.len() <= MAX_BYTES + 64);
    assert!(redacted.text.ends_with("in here\n[redacted: text too long to check]"));
    assert_eq!(redact(&"x".repeat(MAX_BYTES + 1)).text, "[redacted: text too long to check]");
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_bad(text in "(?s)(.{0,40}(password|token|://|%|\\\\x|-----BEGIN PRIVATE KEY|secret=\"|ey|data:|\n)){0,12}") {
        let redacted = redact(&text);
        proptest::prop_assert_eq!(redacted.text.matches('\n').count(), text.matches('\n').count());
        proptest::prop_assert_eq!(redact(&text), redacted);
    }
}
