//! Lone strings as random as only a key is, under no name that says so.

use crate::redact::Span;
use crate::redact::value::{changes, entropy, is_hex, is_sample};
use crate::redact::words::is_wordy;

/// Shortest and longest string that is taken for a key; a longer one is data.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=100;
/// Bits a byte: of 24 letters and digits drawn at random, one in a hundred has less.
const LEAST_ENTROPY: f64 = 3.9;
/// How often, per mille, small letters, capitals and digits must take turns: at random 640, in an identifier 250.
const LEAST_CHANGES: usize = 430;
/// Lengths of SHA-1, SHA-256, SHA-384 and SHA-512 in base64, without padding: digests in lock files, not keys.
const DIGESTS: [usize; 4] = [27, 43, 64, 86];
/// What a line with a digest in it says.
const DIGEST_WORDS: [&str; 8] = ["integrity", "sha1", "sha256", "sha512", "checksum", "digest", "hash", "h1:"];
/// What names end with whose values are drawn at random, but no secret.
const IDENTIFIERS: [&str; 12] =
    ["id", "ids", "parent", "source", "target", "etag", "name", "href", "src", "ref", "class", "version"];

/// Adds every quoted or assigned string that is drawn at random from small letters, capitals and digits.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes[at..].iter().take_while(|byte| in_key(**byte)).count();
        let end = at + run;
        if LENGTHS.contains(&run)
            && stands_alone(bytes, at, end)
            && is_key(&text[at..end])
            && !is_something_else(text, at)
        {
            spans.push(Span { start: at, end, kind: "random string" });
        }
        at = end.max(at + 1);
        if run == 0 {
            at += bytes[at..].iter().take_while(|byte| !in_key(**byte)).count();
        }
    }
}

fn in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'_' | b'-')
}

/// Between quotes, or after an equal sign: where a value stands, not where code names something.
fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).map(|at| bytes[at]);
    let after = bytes[end..].iter().find(|byte| **byte != b'=');
    let quote = |byte: u8| matches!(byte, b'"' | b'\'' | b'`');
    match before {
        Some(b'=') => after.is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'&'),
        Some(before) => quote(before) && after == Some(&before),
        None => false,
    }
}

fn is_key(value: &str) -> bool {
    let mixed = [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit]
        .iter()
        .all(|class: &fn(&u8) -> bool| value.bytes().filter(class).count() >= 2);
    mixed
        && !DIGESTS.contains(&value.len())
        && changes(value) >= LEAST_CHANGES
        && entropy(value) >= LEAST_ENTROPY
        && !is_hex(value)
        && !is_wordy(value)
        && !is_sample(value)
}

/// Whether the start of the line says that a digest or an identifier follows.
fn is_something_else(text: &str, at: usize) -> bool {
    let lead = &text[text.floor_char_boundary(at.saturating_sub(120))..at];
    let lead = lead.rsplit('\n').next().unwrap_or_default().to_ascii_lowercase();
    let name = lead.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    DIGEST_WORDS.iter().any(|word| lead.contains(word)) || IDENTIFIERS.iter().any(|word| name.ends_with(word))
}
