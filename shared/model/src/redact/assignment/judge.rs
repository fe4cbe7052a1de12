//! Whether a value under a name that says "secret" is one.

use crate::redact::name::Says;
use crate::redact::value::{changes, is_hex, is_placeholder};
use crate::redact::words::is_wordy;

/// How much of a value is judged: longer than any word, variable or path.
pub(super) const LONGEST_WORD: usize = 256;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// In quotes.
    Quoted,
    /// The rest of a line `NAME=value`, as in a file of settings, or of a parameter in a URL.
    Setting,
    /// Bare, where an expression could stand as well.
    Bare,
    /// In quotes, but after a comma or a bracket: perhaps the next of several words.
    Listed,
}

/// Whether `value` is a secret, as far as its name says so and as it is written.
pub(super) fn is_secret(value: &str, says: Says, written: Written) -> bool {
    let value = &value[..value.floor_char_boundary(LONGEST_WORD)];
    let speech = !value.is_ascii() || value.contains(char::is_whitespace);
    if speech || is_placeholder(value) || value.contains("://") {
        return false;
    }
    let expression =
        value.contains(['(', ')', '{', '[', '<', '$', '?']) || value.contains("::") || value.contains("->");
    if written == Written::Bare && expression {
        return false;
    }
    let random = !is_wordy(value) && !is_path(value) && !is_slug(value);
    let long = value.len() >= 8;
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let number = digits == value.len();
    match (says, written) {
        (Says::Password, Written::Bare | Written::Listed) => random && long && digits > 0 && !number,
        (Says::Password, _) => is_password(value, written),
        (Says::Secret(_), Written::Bare | Written::Listed) => random && long && digits > 0 && (!number || digits >= 14),
        (Says::Secret(_), _) => random && long && (!number || digits >= 14),
        (Says::Perhaps, _) => {
            random && value.len() >= 16 && digits > 1 && (is_hex(value) || digits > 5 || changes(value) > 200)
        }
    }
}

/// Whether a literal under the name of a password is one, and not a caption or the name of a field.
fn is_password(value: &str, written: Written) -> bool {
    let lower = value.bytes().all(|byte| byte.is_ascii_lowercase());
    let letters = value.trim_end_matches(['!', '?', '*']).bytes().all(|byte| byte.is_ascii_alphabetic());
    let capitals = written == Written::Setting && value.bytes().all(|byte| byte.is_ascii_uppercase());
    let caption = letters && !lower && !capitals && is_wordy(value);
    let short = letters && value.len() < 6;
    let field = is_wordy(value) && value.contains(['-', '_', '.', '[']) && written != Written::Setting;
    value.len() >= 4 && !caption && !short && !field && !is_path(value)
}

/// Whether a value is small letters between hyphens or underscores: a name, be it of words or of abbreviations.
fn is_slug(value: &str) -> bool {
    value.contains(['-', '_', '.'])
        && value.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Whether a value is a path or a list of identifiers: signs between words.
fn is_path(value: &str) -> bool {
    let parts = || value.split(['/', '.', ':', ',']);
    parts().count() > 2 && parts().filter(|part| !is_wordy(part)).count() * 3 < parts().count()
}
