//! Paths that are put together: `"/users/" + id + "/orders"`, and a base that ends in the provider's prefix.

use super::fit::{Fit, fit, is_parameter, segments};
use super::other_host;
use crate::dependent::{File, Place};
use crate::uses::Asked;

/// Parts of one text.
const PARTS: usize = 20;

/// The text that a line puts together by `+`, with `{}` for what is not written there; none where it puts nothing together.
pub(super) fn template(line: &str) -> Option<String> {
    let start = line.find(['"', '\''])?;
    let mut out = if line[..start].trim_end().ends_with('+') { "{}".to_owned() } else { String::new() };
    let mut joins = !out.is_empty();
    let mut rest = &line[start..];
    for _ in 0..PARTS {
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            let end = rest.find(['+', ',', ';']).unwrap_or(rest.len());
            out.push_str("{}");
            rest = &rest[end..];
            match rest.strip_prefix('+') {
                Some(more) => rest = more.trim_start(),
                None => break,
            }
            continue;
        };
        let end = rest[1..].find(quote)? + 1;
        out.push_str(&rest[1..end]);
        rest = rest[end + 1..].trim_start();
        match rest.strip_prefix('+') {
            Some(more) => (joins, rest) = (true, more.trim_start()),
            None => break,
        }
    }
    joins.then_some(out)
}

/// Lines of code that put the path together.
pub(super) fn in_code(file: &File, path: &str, method: &str) -> Vec<(u32, Fit, String)> {
    let Some(analysis) = &file.analysis else { return Vec::new() };
    let mut out: Vec<(u32, Fit, String)> = Vec::new();
    let needle = super::needle(path);
    for literal in analysis.literals.iter().filter(|literal| literal.text.contains(&needle)) {
        let line = file.line(literal.line);
        if out.iter().any(|(known, ..)| *known == literal.line) || !line.contains('+') || line.len() > 500 {
            continue;
        }
        let Some(text) = template(line) else { continue };
        let fits = fit(&text, path).filter(|fit| *fit != Fit::Tail && !another_method(file, literal.line, method));
        out.extend(fits.map(|fit| (literal.line, fit, text)));
    }
    out
}

/// The lines around name another HTTP method and not this one.
fn another_method(file: &File, line: u32, method: &str) -> bool {
    let named = |word: &str| {
        let (upper, title) = (word.to_ascii_uppercase(), word[..1].to_ascii_uppercase() + &word[1..]);
        (line.saturating_sub(1)..=line.saturating_add(2)).any(|near| {
            let text = file.line(near);
            text.contains(&format!("Method{title}"))
                || text.contains(&format!("\"{upper}\""))
                || text.contains(&format!("'{upper}'"))
                || text.contains(&format!(".{word}("))
        })
    };
    let wanted = method.to_ascii_lowercase();
    wanted != "any" && !named(&wanted) && super::METHODS.iter().any(|other| *other != wanted && named(other))
}

/// Calls of the end of the path in a file that deals with the provider, where an address ends in its beginning.
pub(super) fn below_a_base(file: &File, path: &str, method: &str, asked: &Asked<'_>) -> Vec<(u32, Fit, String)> {
    let parts = segments(path);
    if file.is_data() || file.place == Place::Test || !asked.contact.is_near(file) || path.starts_with('*') {
        return Vec::new();
    }
    let splits = (1..parts.len()).filter(|at| parts[*at..].iter().any(|part| !is_parameter(part)));
    let mut out = Vec::new();
    for at in splits {
        let end = format!("/{}", parts[at..].join("/"));
        if !file.text().contains(&super::needle(&end)) {
            continue;
        }
        let calls = super::in_code(file, &end, method).into_iter().filter(|(_, fit, _)| *fit != Fit::Tail);
        let calls: Vec<_> = calls.collect();
        if !calls.is_empty() && has_base(&parts[..at], asked) {
            // That address and end are joined is likely; nobody saw it.
            out.extend(calls.into_iter().map(|(line, _, text)| (line, Fit::Tail, text)));
        }
    }
    out
}

/// A file that deals with the provider holds an address that ends so.
fn has_base(head: &[&str], asked: &Asked<'_>) -> bool {
    if head.iter().any(|part| is_parameter(part)) {
        return false;
    }
    let end = format!("/{}", head.join("/"));
    let near = asked.dependent.files.iter().filter(|file| file.place != Place::Test && asked.contact.is_near(file));
    near.flat_map(|file| file.lines_with(&end)).any(|(_, line)| {
        line.match_indices(&end).any(|(at, _)| {
            let url = super::around(line, at);
            let based = url.contains("://") || url.starts_with(['{', '$']) || url.starts_with(&end);
            based && url.trim_end_matches('/').ends_with(&end) && !other_host(url, asked.contact)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_put_together() {
        let cases = [
            ("x(\"/users/\" + id + \"/orders\")", Some("/users/{}/orders")),
            ("u = base + '/users'", Some("{}/users")),
            ("u = base + \"/users/\" + id,", Some("{}/users/{}")),
            ("u = \"/users\"", None),
            ("a + b", None),
            ("\"ä\" + \"ö", None),
            ("", None),
        ];
        for (line, expected) in cases {
            assert_eq!(template(line).as_deref(), expected, "{line}");
        }
    }
}
