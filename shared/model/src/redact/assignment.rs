//! Values whose name says that they are secret: `name = "value"` as dozens of languages write it.

mod judge;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::redact::Span;
use crate::redact::assignment::judge::{LONGEST_WORD, Written, is_secret};
use crate::redact::name::{Says, says};

/// A name longer than this is no name.
const LONGEST_NAME: usize = 100;
/// How far after a name its value may begin.
const LONGEST_GAP: usize = 200;
/// A value longer than this is data, and looked at by the other finders.
const LONGEST_VALUE: usize = 4096;

const CLUES: &[&str] =
    &["pass", "pwd", "pw", "secret", "token", "credential", "creds", "key", "auth", "pat", "salt", "login"];

static CLUE: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(CLUES).ok());

/// What stands between a name and its value. Group `q` is the quote that opens the value, `w` tells that the value is a
/// word of its own as on a command line.
static GAP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let closed = r#"^(?:\\*["'`])?\]?\)?"#;
    // `: &str =`, `string =` after a Go or C name, and all operators that assign, compare, map or list.
    let typed = r"\s{0,8}:\s{0,4}&?(?:'\w+\s+)?[A-Za-z][\w.<>:?\[\]]{0,40}\s{0,4}=|\s{1,4}(?:string|String|str|\[\]byte)\s{0,4}=|\[\]\s{0,4}=";
    let operator = r"[ \t]{0,40}(?:\?\?=|\?=|:{1,3}=|[+.]=|\|\|=?|={1,3}>?|!==?|:{1,2}|=>|->)(?:[ \t]{0,40}[|>][+-]?[ \t]*\n)?|[ \t]{0,8},|\(|(?:\s[^<>\n]{0,80})?>\s{0,80}";
    // `key="NAME" value="…"`, `- name: NAME\n  value: …`, `variable "NAME" {\n default = …`.
    let apart = r#"\s{0,40}[,;\{]?\s{0,40}(?:[\w]{1,16}\s{0,4}=\s{0,4}["'][^"'\n]{0,60}["']\s{0,4})?\\*["']?(?:value|default|defaultValue|Value)\\*["']?\s{0,8}[=:]"#;
    let wrapped = r#"(?:\[\]byte\(|String::from\(|Some\(|new\s+\w{1,40}\(|SecretString::\w{1,20}\(|bytes?\()?(?:[bBrRfFuU@$]|br|rb)?#?"#;
    let word = r"(?P<w>[ \t]{1,8})";
    Regex::new(&format!(r#"(?s){closed}(?:(?:{apart}|{typed}|{operator})(?:\s{{0,80}}{wrapped}(?P<q>\\*(?:"""|'''|["'`]))|[ \t]{{0,80}})|{word}(?P<r>["'])?)"#)).ok()
});

/// Adds every value whose name says that it is secret.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let (Some(clues), Some(gap)) = (&*CLUE, &*GAP) else { return };
    let mut done = 0;
    for clue in clues.find_iter(text) {
        if clue.start() < done {
            continue;
        }
        let (start, end) = name_around(text, clue.start(), clue.end());
        done = end;
        let Some(says) = says(&text[start..end]).or_else(|| says(with_word_before(text, start, end))) else { continue };
        let Some((from, to, written)) = value_after(text, start, end, gap) else { continue };
        if is_secret(&text[from..to], says, written) {
            spans.push(Span { start: from, end: to, kind: kind(says) });
            done = to;
        } else if to - from > LONGEST_WORD {
            // Data without a space in it: were it searched for names, each would be followed by all the rest of it.
            done = to;
        }
    }
}

fn kind(says: Says) -> &'static str {
    match says {
        Says::Password => "password",
        Says::Secret(kind) => kind,
        Says::Perhaps => "key",
    }
}

fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The identifier that holds bytes `start..end`.
fn name_around(text: &str, start: usize, end: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let before = bytes[..start].iter().rev().take(LONGEST_NAME).take_while(|byte| in_name(**byte)).count();
    let after = bytes[end..].iter().take(LONGEST_NAME).take_while(|byte| in_name(**byte)).count();
    let end = end + after;
    // An arrow or a full stop after a name is not part of it.
    (start - before, text[..end].trim_end_matches(['-', '.']).len().max(start + 1))
}

/// A name with the word before it, as in "secret key: …".
fn with_word_before(text: &str, start: usize, end: usize) -> &str {
    let bytes = text.as_bytes();
    match start.checked_sub(1) {
        Some(space) if bytes[space] == b' ' => {
            let word = bytes[..space].iter().rev().take(20).take_while(|byte| in_name(**byte)).count();
            &text[space - word..end]
        }
        _ => &text[start..end],
    }
}

/// Where the value of the name at `start..end` is, and how it is written.
fn value_after(text: &str, start: usize, end: usize, gap: &Regex) -> Option<(usize, usize, Written)> {
    let window = &text[end..text.floor_char_boundary(end + LONGEST_GAP)];
    let groups = gap.captures(window)?;
    let matched = groups.get(0)?;
    let from = end + matched.end();
    let quote = groups.name("q").or_else(|| groups.name("r")).map(|quote| quote.as_str());
    let word = groups.name("w").is_some();
    if word && !takes_a_word(text, start) {
        return None;
    }
    // After a call's bracket or a comma, only a quoted value is the name's own.
    let lists =
        matched.as_str().trim_end_matches(|c: char| c.is_whitespace() || "\"'`\\".contains(c)).ends_with([',', '(']);
    if quote.is_none() && lists {
        return None;
    }
    let (from, to) = match quote {
        // A quote that nothing closes: the text was cut, or goes on in the next line.
        Some(quote) => quoted(text, from, quote).unwrap_or_else(|| bare(text, start, from)),
        None => bare(text, start, from),
    };
    let (from, to) = without_scheme(text, from, to);
    let written = match quote {
        Some(_) if lists => Written::Listed,
        Some(_) => Written::Quoted,
        None if word || in_query(text, start) || is_setting(text, start, from, to, matched.as_str()) => {
            Written::Setting
        }
        None => Written::Bare,
    };
    Some((from, to, written))
}

/// Whether what follows the name after a space is its value: an option, an `ENV` line, a line of a .netrc.
fn takes_a_word(text: &str, start: usize) -> bool {
    let back = &text[text.floor_char_boundary(start.saturating_sub(200))..start];
    let line = back.rsplit('\n').next().unwrap_or_default().trim_end_matches(['"', '\'']);
    let after_user = ["login ", "username ", "machine "].iter().any(|word| back.contains(word))
        && (line.trim_matches(['+', '-', ' ', '\t']).is_empty() || line.contains("login "));
    let option = text[start..].starts_with('-') || line.ends_with(" -") || line.ends_with("--");
    option || line.trim_start_matches(['+', '-', ' ', '\t']).starts_with("ENV ") || after_user
}

/// The end of a quoted value, which is on one line unless the quotes are three.
fn quoted(text: &str, from: usize, quote: &str) -> Option<(usize, usize)> {
    let window = &text[from..text.floor_char_boundary(from + LONGEST_VALUE)];
    let mark = quote.trim_start_matches('\\');
    let mut escaped = false;
    for (at, c) in window.char_indices() {
        if !escaped && window[at..].starts_with(mark) {
            return Some((from, from + at));
        }
        if quote.len() > mark.len() && window[at..].starts_with(quote) {
            return Some((from, from + at));
        }
        if c == '\n' && mark.len() == 1 {
            return None;
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

/// The end of a value without quotes.
fn bare(text: &str, start: usize, from: usize) -> (usize, usize) {
    let in_query = in_query(text, start);
    let stop = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '"' | '\'' | '`' | '<' | '\\' | ';')
            || (c == '&' && in_query)
    };
    let window = &text[from..text.floor_char_boundary(from + LONGEST_VALUE)];
    let value = window.find(stop).map_or(window, |end| &window[..end]);
    (from, from + value.trim_end_matches([',', ')', ']', '}', '.']).len())
}

/// Whether the name at `start` is a parameter in a URL.
fn in_query(text: &str, start: usize) -> bool {
    text[..start].ends_with(['?', '&'])
}

/// Leaves the scheme of an authorization header where it is.
fn without_scheme(text: &str, from: usize, to: usize) -> (usize, usize) {
    let value = &text[from..to];
    let trimmed = from + value.len() - value.trim_start().len();
    match value.trim().split_once(' ') {
        Some((scheme, rest)) if matches!(scheme.to_ascii_lowercase().as_str(), "bearer" | "basic" | "token") => {
            let secret = rest.trim_start();
            (to - secret.len().min(to - from), to)
        }
        _ => (trimmed, trimmed + value.trim().len()),
    }
}

/// Whether name and value are a whole line as in a file of settings: `NAME=value`, `export NAME=value`, `name: value`.
fn is_setting(text: &str, start: usize, from: usize, to: usize, gap: &str) -> bool {
    let back = text.floor_char_boundary(start.saturating_sub(200));
    let lead = text[back..start].rsplit('\n').next().unwrap_or_default();
    if lead.len() == start - back && back > 0 {
        return false;
    }
    let lead = lead.trim_matches([' ', '\t', '+', '-', '#', '"', '\'']);
    let rest = &text[to..text.floor_char_boundary(to + 80)];
    let rest = rest.split('\n').next().unwrap_or_default().trim();
    let call = text[from..to].contains('(');
    let tight = gap == "=" && !call && !text[from..to].contains('.');
    let mapped = gap.trim_end() == ":" && gap.len() > 1 && !call;
    (matches!(lead, "" | "export" | "set" | "SET" | "ENV" | "env") || lead.ends_with("-e") || lead.ends_with("ENV"))
        && (tight || mapped)
        && (rest.is_empty() || rest.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    // One that does not would be left out, and its secrets would pass.
    #[test]
    fn the_patterns_compile() {
        assert!(CLUE.is_some() && GAP.is_some());
    }
}
