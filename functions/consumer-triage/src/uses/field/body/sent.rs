//! The bodies of calls, and whether they hold a field that must be there.

use outline::code::{self, Literal};

use super::super::Wanted;
use super::piece;
use crate::dependent::File;
use crate::uses::text;

/// Code around a call; more is not written by people.
const MAX_PIECE: usize = 50_000;

/// What one call sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Sent {
    /// The field is there.
    WithIt,
    /// It is not, and this line shows it.
    WithoutIt(u32),
    /// What is sent is put together where nobody looked.
    Unseen(u32),
}

/// What each of these calls sends.
pub(in super::super) fn sent(wanted: &Wanted<'_, '_>, file: &File, calls: &[u32]) -> Vec<Sent> {
    let code = calls.iter().filter(|_| !file.is_data() && file.analysis.is_some());
    code.map(|line| one(wanted, file, *line)).collect()
}

fn one(wanted: &Wanted<'_, '_>, file: &File, call: u32) -> Sent {
    let (start, _) = piece(file, call);
    let text = text_of(file, call);
    let named = |line: &str| !text::is_comment(file, line) && code::words(line, wanted.key).next().is_some();
    if text.lines().any(named) {
        return Sent::WithIt;
    }
    match bodies(text, file.language() != "python").as_slice() {
        [body] if !body.open => {
            body.keys.first().map_or(Sent::Unseen(call), |key| Sent::WithoutIt(start + breaks(&text[..key.at])))
        }
        // What is asked for in the address is all there where nothing else is given.
        [] if wanted.fact.rule == "spec.parameter.required"
            && !["params", "query", "Query"].iter().any(|word| text.contains(word)) =>
        {
            Sent::WithoutIt(call)
        }
        // Of several bodies nobody can tell which one is meant.
        _ => Sent::Unseen(call),
    }
}

/// The code around a call.
pub(super) fn text_of(file: &File, call: u32) -> &str {
    let (start, end) = piece(file, call);
    let (first, last) = (offset(file.text(), start), offset(file.text(), end.saturating_add(1)));
    code::cut(&file.text()[first..last], MAX_PIECE)
}

/// What stands before a body that is sent.
const SENDS: &[&str] = &["json=", "data=", "body:", "data:", "body=", "json:", "JSON.stringify("];

/// Callees whose second argument is a body.
const POSTS: &[&str] = &[".post(", ".put(", ".patch(", ".send("];

/// The objects that a piece of code sends.
pub(super) fn bodies(text: &str, bare: bool) -> Vec<Literal<'_>> {
    let mut places: Vec<usize> = Vec::new();
    for mark in SENDS {
        for at in text.match_indices(mark).map(|(at, _)| at).filter(|at| !text[..*at].ends_with(code::is_name)) {
            places.extend(object(text, at + mark.len(), at));
        }
    }
    for callee in POSTS {
        for (at, _) in text.match_indices(callee) {
            let open = at + callee.len() - 1;
            let arguments = &text[open..code::closing(text, open, !bare)];
            if let Some(comma) = arguments.find(',') {
                places.extend(object(text, open + comma + 1, at));
            }
        }
    }
    places.sort_unstable();
    places.dedup();
    let all: Vec<Literal<'_>> = places.iter().map(|open| code::literal(text, *open, bare)).collect();
    // What lies inside of another body is a part of it.
    let inside = |at: usize| places.iter().zip(&all).any(|(open, other)| *open < at && at < other.end);
    places
        .iter()
        .zip(&all)
        .filter(|(open, found)| !inside(**open) && !found.keys.is_empty())
        .map(|(open, _)| code::literal(text, *open, bare))
        .collect()
}

/// The object at `from`, or the one that the variable there was given before `at`.
fn object(text: &str, from: usize, at: usize) -> Option<usize> {
    let rest = text[from..].trim_start();
    let start = text.len() - rest.len();
    if rest.starts_with('{') {
        return Some(start);
    }
    let rest = rest.strip_prefix("JSON.stringify(").or_else(|| rest.strip_prefix("json.dumps(")).unwrap_or(rest);
    let name = &rest[..rest.find(|c: char| !code::is_name(c)).unwrap_or(rest.len())];
    let mut given = code::words(text, name).filter(|place| *place < at);
    given.find_map(|place| {
        let after = &text[place + name.len()..];
        let (sign, _) = after.split_once('{').filter(|(sign, _)| sign.len() <= 80)?;
        let trimmed = sign.trim_end();
        (trimmed.ends_with('=') && !trimmed.contains(['\n', ';', '('])).then_some(place + name.len() + sign.len())
    })
}

/// The first byte of a line, from 1.
fn offset(text: &str, line: u32) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum()
}

pub(super) fn breaks(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_that_are_sent() {
        let told = |text: &str, bare| -> Vec<String> {
            bodies(text, bare)
                .iter()
                .map(|body| body.keys.iter().map(|key| key.name).collect::<Vec<_>>().join(" "))
                .collect()
        };
        for (text, bare, expected) in [
            (
                "payload = {\"a\": 1, \"b\": 2}\nrequests.post(url, json=payload, headers={\"h\": 1})",
                false,
                vec!["a b"],
            ),
            ("requests.post(url, json={\"a\": {\"b\": 1}})", false, vec!["a b"]),
            ("fetch(url, { method: 'POST', body: JSON.stringify({ a, b: 1 }) })", true, vec!["a b"]),
            ("axios.post(`${u}/x`, { a: 1 })", true, vec!["a"]),
            ("axios.post(url, data)", true, vec![]),
            ("f(json=", false, vec![]),
        ] {
            assert_eq!(told(text, bare), expected, "{text}");
        }
    }
}
