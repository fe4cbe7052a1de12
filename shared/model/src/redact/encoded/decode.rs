//! What a run of characters says under each of the encodings.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Shortest stretch of text that can hold a secret. Bytes decoded at a wrong alignment have none so long.
const SHORTEST_TEXT: usize = 12;
/// Shortest run of hex digits worth decoding.
const SHORTEST_HEX: usize = 24;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Every text that `run` may stand for.
pub(super) fn all(run: &str) -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(text) = escapes(run) {
        texts.push(text);
        // RFC 1866 section 8.2.1: in a form, a plus sign is a space.
        texts.extend(run.contains('+').then(|| escapes(&run.replace('+', " "))).flatten());
    }
    if run.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')) {
        hex_runs(run, &mut texts);
        texts.extend((0..4).filter_map(|skip| base64(run, skip)));
    }
    texts
}

/// `run` as base64, its first `skip` characters left out: what stands before it may belong to something else.
fn base64(run: &str, skip: usize) -> Option<String> {
    let standard: Vec<u8> = run
        .bytes()
        .skip(skip)
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect();
    // A single character left over is half a byte: it belongs to something else, too.
    let whole = if standard.len() % 4 == 1 { standard.len() - 1 } else { standard.len() };
    text(&BASE64.decode(&standard[..whole]).ok()?)
}

/// The hex digits in `run`, at both alignments.
fn hex_runs(run: &str, texts: &mut Vec<String>) {
    for digits in run.split(|c: char| !c.is_ascii_hexdigit()).filter(|digits| digits.len() >= SHORTEST_HEX) {
        for skip in 0..2 {
            let end = digits.len() - (digits.len() - skip) % 2;
            texts.extend(hex::decode(&digits[skip..end]).ok().and_then(|bytes| text(&bytes)));
        }
    }
}

/// `run` with its escapes undone; none if it has none. An escape cut off or of other digits stays as it is.
pub(super) fn escapes(run: &str) -> Option<String> {
    let bytes = run.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let (mark, digits) = match &bytes[at..] {
            [b'%', b'u', ..] | [b'\\', b'u', ..] => (2, 4),
            [b'%', ..] => (1, 2),
            [b'\\', b'x', ..] => (2, 2),
            _ => (0, 0),
        };
        let code = bytes.get(at + mark..at + mark + digits).filter(|_| mark > 0).and_then(number);
        match code {
            Some(code) => {
                decoded.push(u8::try_from(code).unwrap_or(b'?'));
                at += mark + digits;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    (decoded.len() < bytes.len()).then(|| String::from_utf8_lossy(&decoded).into_owned())
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
}

/// Decoded bytes as text, if they are some: a stretch of ASCII without NULs (which UTF-16 puts between its letters).
fn text(bytes: &[u8]) -> Option<String> {
    let readable = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t');
    let text: String = bytes
        .iter()
        .filter(|byte| **byte != 0)
        .map(|byte| if readable(byte) { char::from(*byte) } else { '\u{1}' })
        .collect();
    let stretches: Vec<&str> = text.split('\u{1}').filter(|stretch| stretch.len() >= SHORTEST_TEXT).collect();
    (!stretches.is_empty()).then(|| stretches.join("\u{1}"))
}
