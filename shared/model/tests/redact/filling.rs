//! Made-up secrets and ways to encode them.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// `template` with its `<a40>` and the like filled in at random, the same for the same `seed`; and what was filled in.
pub(crate) fn filled(template: &str, seed: u64) -> (String, Vec<String>) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let (mut text, mut secrets) = (String::new(), Vec::new());
    for part in template.split_inclusive('>') {
        let placeholder = part.rfind('<').and_then(|at| Some((at, alphabet(part, at)?)));
        let Some((at, (alphabet, length))) = placeholder else {
            text.push_str(part);
            continue;
        };
        let secret: String = (0..length).map(|_| char::from(alphabet[next(&mut state) % alphabet.len()])).collect();
        text.push_str(&part[..at]);
        text.push_str(&secret);
        secrets.push(secret);
    }
    (text, secrets)
}

/// The characters and the length that `<a40>` at `at` asks for.
fn alphabet(part: &str, at: usize) -> Option<(&'static [u8], usize)> {
    let inside = part[at..].strip_prefix('<')?.strip_suffix('>')?;
    let alphabet: &[u8] = match inside.get(..1)? {
        "a" => b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        "u" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "h" => b"0123456789abcdef",
        "d" => b"0123456789",
        _ => return None,
    };
    Some((alphabet, inside[1..].parse().ok()?))
}

/// xorshift64 (Marsaglia, Journal of Statistical Software, 2003).
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 16) as usize
}

pub(crate) fn base64(text: &str) -> String {
    STANDARD.encode(text)
}

type Encode = fn(&str) -> String;

/// Every encoding that is undone, with its name.
pub(crate) fn encodings() -> [(&'static str, Encode); 8] {
    [
        ("base64", base64),
        ("base64 for URLs", |text| URL_SAFE_NO_PAD.encode(text)),
        ("hex", |text| hex::encode(text)),
        ("capital hex", |text| hex::encode_upper(text)),
        ("escaped hex", |text| text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()),
        ("percent, all", |text| text.bytes().map(|byte| format!("%{byte:02X}")).collect()),
        ("percent, signs", |text| percent(text, "%20")),
        ("form", |text| percent(text, "+")),
    ]
}

fn percent(text: &str, space: &str) -> String {
    let encode = |byte: u8| match byte {
        b' ' => space.to_owned(),
        b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}
