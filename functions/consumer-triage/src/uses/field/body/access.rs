//! How code names a key.

use outline::code;

/// How a line names a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::uses::field) enum Access {
    /// `"key": …`, `key: …`, `key=…`.
    Written,
    /// `["key"]`, `.get("key")`, `.key`, `{ key } = …`.
    Read,
}

/// Whether a line writes or reads `key` as a key of something; a variable or a function of the name is neither.
pub(in crate::uses::field) fn access(line: &str, key: &str) -> Option<Access> {
    code::words(line, key).find_map(|at| {
        let (before, after) = (&line[..at], &line[at + key.len()..]);
        let quote = before.chars().next_back().filter(|c| matches!(c, '"' | '\''));
        let closed = quote.is_some_and(|quote| after.starts_with(quote));
        let rest = if closed { after[1..].trim_start() } else { after.trim_start() };
        let opened = before[..before.len() - usize::from(closed)].trim_end();
        if closed {
            let reads = opened.ends_with('[') || opened.ends_with("get(") || opened.ends_with("pop(");
            let assigned = reads
                && rest
                    .strip_prefix(']')
                    .is_some_and(|r| r.trim_start().starts_with('=') && !r.trim_start().starts_with("=="));
            return match (reads, rest.starts_with(':')) {
                (true, _) if !assigned => Some(Access::Read),
                (true, _) | (_, true) => Some(Access::Written),
                _ => None,
            };
        }
        if quote.is_some() {
            return None;
        }
        if before.ends_with('.') && !rest.starts_with('(') {
            return Some(Access::Read);
        }
        let in_braces = opened.ends_with(['{', ',']) || opened.is_empty();
        let taken = line.trim_end().contains("} =");
        let written = rest.starts_with(':') && !rest.starts_with("::");
        match (in_braces, taken, written) {
            (true, true, _) => Some(Access::Read),
            (true, false, true) => Some(Access::Written),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_line_names_a_key() {
        use Access::{Read, Written};
        for (line, expected) in [
            ("x = {\"key\": 1}", Some(Written)),
            ("{ key: 1 }", Some(Written)),
            ("  key: 1,", Some(Written)),
            ("a[\"key\"]", Some(Read)),
            ("a['key'] = 1", Some(Written)),
            ("a['key'] == 1", Some(Read)),
            ("a.get(\"key\", 1)", Some(Read)),
            ("a.key", Some(Read)),
            ("a?.key;", Some(Read)),
            ("const { a, key } = await f()", Some(Read)),
            ("const { key: other } = x", Some(Read)),
            ("a.key()", None),
            ("key = 1", None),
            ("f(key)", None),
            ("\"a key here\"", None),
            ("my_key: 1", None),
            ("enum::key", None),
            ("äkey", None),
            ("\"key\"", None),
            ("", None),
        ] {
            assert_eq!(access(line, "key"), expected, "{line}");
        }
    }
}
