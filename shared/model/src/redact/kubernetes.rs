//! The values of a Kubernetes Secret, whatever they are called
//! (<https://kubernetes.io/docs/concepts/configuration/secret/>).

use crate::redact::Span;
use crate::redact::value::is_placeholder;

/// Adds the values under `data:` of every document of `kind: Secret`. Those under `stringData:` are plain, and left to
/// the other finders: the name of a host among them is worth seeing.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    if !text.contains("ecret") {
        return;
    }
    let mut start = 0;
    for document in text.split_inclusive("\n---") {
        if document.lines().any(is_kind_secret) {
            values(document, start, spans);
        }
        start += document.len();
    }
}

/// A line of a manifest without its quotes, commas, and the mark that a diff puts before it.
fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '+' | '-' | '"' | '\'' | ',' | '{'))
}

fn is_kind_secret(line: &str) -> bool {
    bare(line)
        .split_once(':')
        .is_some_and(|(name, value)| bare(name) == "kind" && bare(value).eq_ignore_ascii_case("secret"))
}

fn values(document: &str, start: usize, spans: &mut Vec<Span>) {
    let mut at = start;
    let mut inside: Option<usize> = None;
    for line in document.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t', '+', '-']).len();
        let content = bare(line);
        match inside {
            Some(outer) if !content.is_empty() && indent <= outer => inside = None,
            Some(_) => value(line, at, spans),
            None => {}
        }
        if inside.is_none() && matches!(content.trim_end_matches([':', ' ', '"']), "data") {
            inside = Some(indent);
        }
        at += line.len();
    }
}

/// Adds the value of a line `name: value`, or the line itself if it goes on with a value of several lines.
fn value(line: &str, at: usize, spans: &mut Vec<Span>) {
    let from = line.find(": ").map_or(0, |colon| colon + 2);
    let text = line[from..].trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '}'));
    if !line[from..].contains(text)
        || text.ends_with(':')
        || text.len() < 4
        || is_placeholder(text)
        || !text.bytes().all(in_base64)
    {
        return;
    }
    let from = from + line[from..].find(text).unwrap_or_default();
    spans.push(Span { start: at + from, end: at + from + text.len(), kind: "Kubernetes secret" });
}

fn in_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}
