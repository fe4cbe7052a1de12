//! Keys of YAML by indentation: what a reader sees, a broken line included.

use crate::keys::Keys;
use crate::{Key, line_number, unquote};

/// Deeper than any file that people write.
const MAX_DEPTH: usize = 200;

/// A block of text is kept to this size.
const MAX_BLOCK: usize = 65_536;

pub(crate) fn keys(text: &str) -> Vec<Key> {
    let mut reader = Reader::default();
    for (at, line) in text.lines().enumerate() {
        if reader.out.is_full() {
            break;
        }
        reader.line(line, line_number(at));
    }
    reader.out.into_list()
}

#[derive(Default)]
struct Reader {
    stack: Vec<Level>,
    out: Keys,
    /// Indentation of the key whose block of text is being read.
    block: Option<usize>,
}

struct Level {
    indent: usize,
    /// A list item, and its position.
    item: Option<usize>,
    part: String,
}

impl Reader {
    fn line(&mut self, raw: &str, number: u32) {
        let content = raw.trim_start_matches([' ', '\t']);
        let indent = raw.len() - content.len();
        let content = content.trim_end();
        if self.in_block(content, indent, number) {
            return;
        }
        if content.is_empty() || content.starts_with(['#', '%']) || content.starts_with("{{") {
            return;
        }
        if content == "---" || content == "..." || content.starts_with("--- ") {
            self.stack.clear();
            return;
        }
        self.content(content, indent, number);
    }

    /// Adds the line to an open block of text; false once the block is over.
    fn in_block(&mut self, content: &str, indent: usize, number: u32) -> bool {
        let Some(of) = self.block else { return false };
        if !content.is_empty() && indent <= of {
            self.block = None;
            return false;
        }
        if let Some(last) = self.out.last_mut().filter(|last| last.value.len() < MAX_BLOCK) {
            if !last.value.is_empty() {
                last.value.push('\n');
            }
            last.value.push_str(content);
            if !content.is_empty() {
                last.end = number;
            }
        }
        true
    }

    fn content(&mut self, mut content: &str, mut indent: usize, number: u32) {
        while let Some(rest) = content.strip_prefix("- ").or_else(|| (content == "-").then_some("")) {
            self.item(indent);
            let inner = rest.trim_start_matches(' ');
            indent += content.len() - rest.len() + (rest.len() - inner.len());
            content = inner;
            if content.is_empty() || self.stack.len() > MAX_DEPTH {
                return;
            }
            if !content.starts_with("- ") && split_pair(content).is_none() {
                self.scalar(content, indent, number);
                return;
            }
        }
        match split_pair(content) {
            Some((key, value)) => self.pair(key, value, indent, number),
            None => self.continued(content, number),
        }
    }

    fn item(&mut self, indent: usize) {
        let mut position = 0;
        while let Some(top) = self.stack.last() {
            if top.indent > indent || (top.indent == indent && top.item.is_some()) {
                if top.indent == indent {
                    position = top.item.map_or(0, |at| at + 1);
                }
                self.stack.pop();
            } else {
                break;
            }
        }
        self.stack.push(Level { indent, item: Some(position), part: position.to_string() });
    }

    fn pair(&mut self, key: &str, value: &str, indent: usize, number: u32) {
        while self.stack.last().is_some_and(|top| top.indent >= indent) {
            self.stack.pop();
        }
        if self.stack.len() > MAX_DEPTH {
            return;
        }
        self.stack.push(Level { indent, item: None, part: unquote(key).to_owned() });
        self.scalar(value, indent, number);
    }

    /// The value of what is on top of the stack.
    fn scalar(&mut self, value: &str, indent: usize, number: u32) {
        let value = bare_value(value);
        let path: Vec<String> = self.stack.iter().map(|level| level.part.clone()).collect();
        let is_block = value.starts_with(['|', '>']) && value.len() <= 4;
        let flow = value.starts_with(['[', '{']) && !value.starts_with("{{");
        let kept = if is_block || flow { String::new() } else { unquote(value).to_owned() };
        self.out.push(Key { path: path.clone(), value: kept, line: number, end: number });
        if is_block {
            // The text of a block is indented more than its key (for a list item: than its dash).
            self.block = Some(self.stack.last().map_or(indent, |top| top.indent));
        }
        if flow {
            self.flow(value, &path, number);
        }
    }

    /// The members of `[a, b]` or `{a: b}` on one line, one level deep.
    fn flow(&mut self, value: &str, path: &[String], number: u32) {
        let list = value.starts_with('[');
        let inner = value.trim_start_matches(['[', '{']).trim_end_matches([']', '}']);
        for (position, member) in inner.split(',').enumerate() {
            let member = member.trim();
            if member.is_empty() || self.out.is_full() {
                continue;
            }
            let (part, value) = match split_pair(member) {
                Some((key, value)) if !list => (unquote(key).to_owned(), value),
                _ if list => (position.to_string(), member),
                _ => (unquote(member).to_owned(), ""),
            };
            let path = path.iter().cloned().chain([part]).collect();
            self.out.push(Key { path, value: unquote(value).to_owned(), line: number, end: number });
        }
    }

    /// A line that continues the scalar above it.
    fn continued(&mut self, content: &str, number: u32) {
        if let Some(last) = self.out.last_mut().filter(|last| last.value.len() < MAX_BLOCK) {
            if !last.value.is_empty() {
                last.value.push(' ');
            }
            last.value.push_str(unquote(content));
            last.end = number;
        }
    }
}

/// `key: value` or `key:`; none for a scalar, a URL among them.
fn split_pair(content: &str) -> Option<(&str, &str)> {
    let start = match content.chars().next()? {
        quote @ ('"' | '\'') => content[1..].find(quote)? + 2,
        '[' | '{' => return None,
        _ => 0,
    };
    let colon = content[start..].match_indices(':').map(|(at, _)| start + at).find(|at| {
        let after = &content[at + 1..];
        after.is_empty() || after.starts_with([' ', '\t'])
    })?;
    let key = content[..colon].trim_end();
    (!key.is_empty() && !key.starts_with('#')).then(|| (key, content[colon + 1..].trim()))
}

/// Without anchor, tag and trailing comment.
fn bare_value(value: &str) -> &str {
    let mut value = value.trim();
    while value.starts_with(['&', '!']) {
        value = value.split_once(' ').map_or("", |(_, rest)| rest.trim_start());
    }
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        return match value[1..].find(quote) {
            Some(end) if value[end + 2..].trim_start().starts_with('#') || value[end + 2..].trim().is_empty() => {
                &value[..end + 2]
            }
            _ => value,
        };
    }
    value.find(" #").map_or(value, |at| value[..at].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        keys(text).into_iter().map(|k| format!("{}={}@{}", k.dotted(), k.value.replace('\n', "⏎"), k.line)).collect()
    }

    #[test]
    fn maps_lists_blocks_and_flows() {
        let cases: &[(&str, &[&str])] = &[
            ("a:\n  b: 1 # why\n  'c d': \"x # y\"\n", &["a=@1", "a.b=1@2", "a.c d=x # y@3"]),
            (
                "ports:\n- \"80:8080\"\n- 443\nenv:\n  - name: A\n    value: 1\n  - name: B\n",
                &[
                    "ports=@1",
                    "ports.0=80:8080@2",
                    "ports.1=443@3",
                    "env=@4",
                    "env.0.name=A@5",
                    "env.0.value=1@6",
                    "env.1.name=B@7",
                ],
            ),
            ("run: |\n  one\n\n  two --x: y\nnext: 2\n", &["run=one⏎⏎two --x: y@1", "next=2@5"]),
            (
                "on: [push, pull_request]\nm: {a: 1}\n",
                &["on=@1", "on.0=push@1", "on.1=pull_request@1", "m=@2", "m.a=1@2"],
            ),
            ("u: https://x.y/z\n---\nu: 2\n", &["u=https://x.y/z@1", "u=2@3"]),
            ("cmd: a\n  b\n", &["cmd=a b@1"]),
            ("{{- if .x }}\na: 1\n{{- end }}\n", &["a=1@2"]),
            ("a: &x 1\nb: !!str 2\n", &["a=1@1", "b=2@2"]),
            ("\t\n:\n- - x\n", &["0.0=x@3"]),
            ("- |\n  text\n- b\n", &["0=text@1", "1=b@3"]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), *expected, "{text}");
        }
    }

    #[test]
    fn odd_bytes_never_panic() {
        for text in ["\"", "'ä", "ä: \"ö", "- ", "-", "a: 'b", "[", "{", "a: {", "a: |+2x", "\u{feff}a: 1", ": :", "&"]
        {
            let _ = keys(text);
            let _ = keys(&text.repeat(50));
        }
        assert!(keys(&"- ".repeat(100_000)).len() < 300);
    }
}
