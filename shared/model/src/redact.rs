//! Takes secrets out of a text before a model reads it.
//!
//! Every secret becomes `[redacted: <kind>]`. The name it was assigned to stays, and so does every line break, so that
//! a line number still means the same line. What only stands for a secret stays too: `API_KEY=${API_KEY}` is what a
//! reader has to see.
//!
//! Four finders look at the text, each of them linear in its length:
//!
//! - `formats`: tokens with a prefix of their vendor's; the table names the vendor's page,
//! - `shapes` and `kubernetes`: what has a form but no prefix: private keys, passwords in URLs, headers, webhooks, signed tokens,
//! - `assignment`: a value whose name says that it is secret, in any language that writes names before values,
//! - `entropy`: a lone string as random as only a key is.
//!
//! `encoded` decodes base64 (both alphabets, any alignment, wrapped over lines), hex and `%41`, `\x41`, `\u0041`
//! escapes, two layers deep, lets the first three look at what is inside and takes out the whole encoded run.
//!
//! # What is not caught
//!
//! - A password in prose ("the password is centipede") and one of several words.
//! - A value that looks like a word or an identifier, unless its name ends in "password" and it is written as a literal.
//! - Names of accounts, addresses and public keys: they are not secrets.
//! - A secret put together at run time from pieces, encrypted, compressed, or encoded in any other way (base32, base85,
//!   lists of numbers, HTML entities), or under more than two layers.
//! - 32 bytes as hex, and a digest's length of base64, without a name that says secret: a commit or a digest looks alike.

mod assignment;
mod encoded;
mod entropy;
mod formats;
mod kubernetes;
mod name;
mod shapes;
mod value;
mod words;

/// Longest text that is looked at, in bytes. More than any prompt holds; the rest is cut off, never passed unread.
pub const MAX_BYTES: usize = 1 << 20;
/// What stands for the part of a text that was cut off.
const CUT: &str = "text too long to check";

/// A text without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The text, each secret replaced by `[redacted: <kind>]`.
    pub text: String,
    /// The kind of everything taken out, in the order of the text.
    pub removed: Vec<&'static str>,
}

/// A secret in a text: bytes `start..end`, both of them between characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    start: usize,
    end: usize,
    kind: &'static str,
}

/// Takes every secret out of `text`. The same text always gives the same result.
pub fn redact(text: &str) -> Redacted {
    let kept = within_limit(text);
    let mut spans = plain(kept);
    entropy::find(kept, &mut spans);
    encoded::find(kept, &mut spans);
    let mut redacted = replace(kept, merged(spans));
    if kept.len() < text.len() {
        push_marker(&mut redacted, CUT);
    }
    redacted
}

/// The secrets of a text as it stands, without those that only randomness tells.
fn plain(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    formats::find(text, &mut spans);
    shapes::find(text, &mut spans);
    kubernetes::find(text, &mut spans);
    assignment::find(text, &mut spans);
    spans
}

/// The whole lines (of one endless line: the words) of `text` that fit the limit, so that no secret is cut in half.
fn within_limit(text: &str) -> &str {
    if text.len() <= MAX_BYTES {
        return text;
    }
    let start = &text[..text.floor_char_boundary(MAX_BYTES)];
    let end = start.rfind('\n').or_else(|| start.rfind(char::is_whitespace)).map_or(0, |at| at + 1);
    &text[..text.floor_char_boundary(end)]
}

/// Spans in order; those that overlap become one, under the kind of the first.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.start, usize::MAX - span.end));
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

fn replace(text: &str, spans: Vec<Span>) -> Redacted {
    let mut redacted = Redacted { text: String::with_capacity(text.len()), removed: Vec::new() };
    let mut at = 0;
    for span in spans {
        redacted.text.push_str(&text[at..span.start]);
        push_marker(&mut redacted, span.kind);
        redacted.text.extend(text[span.start..span.end].chars().filter(|c| matches!(c, '\n' | '\r')));
        at = span.end;
    }
    redacted.text.push_str(&text[at..]);
    redacted
}

fn push_marker(redacted: &mut Redacted, kind: &'static str) {
    redacted.text.push_str("[redacted: ");
    redacted.text.push_str(kind);
    redacted.text.push(']');
    redacted.removed.push(kind);
}
