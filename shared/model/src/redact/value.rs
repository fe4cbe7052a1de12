//! What a value looks like: random, a reference to something elsewhere, or a placeholder.

use crate::redact::words::{is_wordy, pieces};

/// Words that say "put yours here", wherever in a value they stand.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change_me",
    "change-me",
    "replaceme",
    "replace_",
    "replace-",
    "your_",
    "your-",
    "yourpass",
    "yourtoken",
    "yoursecret",
    "yourapi",
    "yourkey",
    "example",
    "placeholder",
    "dummy",
    "redacted",
    "insert_",
    "insert-",
    "_here",
    "-here",
    "xxxx",
    "****",
    "....",
    "####",
    "todo",
    "fixme",
];
/// Values that are types, switches or the very name they are assigned to.
const WORDS: &[&str] = &[
    "string",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "none",
    "null",
    "undefined",
    "false",
    "true",
    "required",
    "optional",
    "hidden",
    "invalid",
    "default",
    "unknown",
    "bearer",
    "basic",
    "test",
    "testing",
    "number",
    "boolean",
    "integer",
    "object",
    "access_token",
    "refresh_token",
    "never",
    "always",
    "inherit",
    "prompt",
    "hashed",
    "plain",
    "encrypted",
    "disabled",
    "enabled",
    "empty",
    "missing",
    "credentials",
    "username",
];
/// How a reference to something elsewhere begins.
const REFERENCES: &[&str] = &[
    "$",
    "%",
    "<",
    "{",
    "#{",
    "[",
    "(",
    "&",
    "*",
    "./",
    "../",
    "~/",
    "@",
    "!",
    "|",
    ">",
    "http://",
    "https://",
    "arn:",
    "vault:",
    "ssm:",
    "env:",
    "env.",
    "file:",
    "op://",
    "secrets.",
    "process.env",
    "os.environ",
    "sha1-",
    "sha256:",
    "sha256-",
    "sha384-",
    "sha512:",
    "sha512-",
    "var.",
    "local.",
    "module.",
    "data.",
    "self.",
    "this.",
    "config.",
    "settings.",
];

/// Whether a value stands for a secret that is elsewhere, or for none at all.
pub(super) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    value.len() < 3
        || WORDS.contains(&lower.as_str())
        || REFERENCES.iter().any(|start| lower.starts_with(start))
        || (value.starts_with('/') && is_wordy(value))
        || PLACEHOLDERS.iter().any(|word| lower.contains(word))
        || ["${", "{{", "#{", "<%", "$("].iter().any(|open| value.contains(open))
        || (value.contains('{') && value.contains('}'))
        || distinct(value) < 4.min(value.len())
        || names_a_secret(&lower)
}

/// Whether a value is the name of a secret, as in `my-password`.
fn names_a_secret(lower: &str) -> bool {
    let pieces = pieces(lower);
    let named = |piece: &&str| ["password", "passwd", "token", "secret", "key", "credentials"].contains(piece);
    pieces.len() > 1 && pieces.iter().any(named) && is_wordy(lower) && !lower.contains(|c: char| c.is_ascii_digit())
}

/// Whether a token of a known format is only an illustration of it.
pub(super) fn is_sample(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    ["xxxx", "****", "....", "your", "_here", "-here", "redacted"].iter().any(|word| lower.contains(word))
        || (token.len() <= 24 && lower.ends_with("example"))
        || token.starts_with(['%', '{', '<'])
        || token.starts_with("${")
        || token.starts_with("#{")
        || token.strip_prefix('$').is_some_and(|name| is_wordy(name) && !name.contains('$'))
        || distinct(token) < 5.min(token.len())
}

/// How many different bytes a value has.
fn distinct(value: &str) -> usize {
    let mut seen = [false; 256];
    value.bytes().for_each(|byte| seen[usize::from(byte)] = true);
    seen.iter().filter(|seen| **seen).count()
}

/// How often a value changes between small letters, capitals, digits and signs, per mille of its length.
pub(super) fn changes(value: &str) -> usize {
    let class = |byte: &u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let changes = value.as_bytes().windows(2).filter(|two| class(&two[0]) != class(&two[1])).count();
    changes * 1000 / value.len().max(1)
}

/// Whether a value is hex digits, or groups of them as in a UUID.
pub(super) fn is_hex(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Shannon's entropy of a value, in bits a byte (Bell System Technical Journal, 1948).
pub(super) fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    value.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = value.len().max(1) as f64;
    let share = |count: &u32| f64::from(*count) / length;
    counts.iter().filter(|count| **count > 0).map(|count| -share(count) * share(count).log2()).sum()
}
