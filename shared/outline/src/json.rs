//! Keys of JSON, read by a scanner with its own stack: depth costs memory, never the program's stack.

use crate::Key;
use crate::keys::Keys;

/// Deeper than any file that people write.
const MAX_DEPTH: usize = 200;

pub(crate) fn keys(text: &str) -> Vec<Key> {
    let mut scan = Scan { rest: text, line: 1 };
    let mut stack: Vec<Level> = Vec::new();
    let mut out = Keys::default();
    while let Some(token) = scan.next_token() {
        if out.is_full() || stack.len() > MAX_DEPTH {
            break;
        }
        match token {
            Token::Open(list) => {
                begin_value(&mut stack, &mut out, scan.line, String::new());
                stack.push(Level { list, index: 0, key: None });
            }
            Token::Close => {
                stack.pop();
                end_value(&mut stack);
            }
            Token::Text(text, line) => match stack.last_mut() {
                Some(level) if !level.list && level.key.is_none() => level.key = Some((text, line)),
                _ => {
                    begin_value(&mut stack, &mut out, line, text);
                    end_value(&mut stack);
                }
            },
            Token::Bare(text, line) => {
                begin_value(&mut stack, &mut out, line, text);
                end_value(&mut stack);
            }
        }
    }
    out.into_list()
}

struct Level {
    list: bool,
    index: usize,
    key: Option<(String, u32)>,
}

/// Notes the key that a value begins for.
fn begin_value(stack: &mut [Level], out: &mut Keys, value_line: u32, value: String) {
    let Some(level) = stack.last() else { return };
    let line = level.key.as_ref().map_or(value_line, |(_, line)| *line);
    let path: Vec<String> = stack.iter().map(Level::part).collect();
    out.push(Key { path, value, line, end: value_line });
}

fn end_value(stack: &mut [Level]) {
    if let Some(level) = stack.last_mut() {
        level.key = None;
        level.index += 1;
    }
}

impl Level {
    fn part(&self) -> String {
        match &self.key {
            Some((key, _)) => key.clone(),
            None => self.index.to_string(),
        }
    }
}

enum Token {
    /// `[` (true) or `{`.
    Open(bool),
    Close,
    Text(String, u32),
    Bare(String, u32),
}

struct Scan<'a> {
    rest: &'a str,
    line: u32,
}

impl Scan<'_> {
    fn next_token(&mut self) -> Option<Token> {
        loop {
            let c = self.rest.chars().next()?;
            match c {
                '{' | '[' => {
                    self.advance(1);
                    return Some(Token::Open(c == '['));
                }
                '}' | ']' => {
                    self.advance(1);
                    return Some(Token::Close);
                }
                '"' | '\'' => return Some(self.quoted(c)),
                '/' if self.rest.starts_with("//") => self.advance(self.rest.find('\n').unwrap_or(self.rest.len())),
                '/' if self.rest.starts_with("/*") => {
                    self.advance(self.rest.find("*/").map_or(self.rest.len(), |at| at + 2));
                }
                c if c.is_alphanumeric() || "+-._$".contains(c) => return Some(self.bare()),
                c => self.advance(c.len_utf8()),
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Token {
        let line = self.line;
        let mut text = String::new();
        let mut escaped = false;
        let mut length = self.rest.len();
        for (at, c) in self.rest.char_indices().skip(1) {
            if !escaped && c == quote {
                length = at + 1;
                break;
            }
            escaped = !escaped && c == '\\';
            if !escaped && text.len() < 65_536 {
                text.push(c);
            }
        }
        self.advance(length);
        Token::Text(text, line)
    }

    fn bare(&mut self) -> Token {
        let end = self.rest.find(|c: char| c.is_whitespace() || ",:{}[]\"'".contains(c)).unwrap_or(self.rest.len());
        let text = self.rest[..end].to_owned();
        let line = self.line;
        self.advance(end.max(1));
        Token::Bare(text, line)
    }

    fn advance(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line = self.line.saturating_add(u32::try_from(passed.matches('\n').count()).unwrap_or(u32::MAX));
        self.rest = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lists_comments_and_wrecks() {
        type Expected<'a> = &'a [(&'a str, &'a str, u32)];
        let cases: &[(&str, Expected<'_>)] = &[
            ("{\"a\": 1, \"b\": {\"c\": \"x\"}}", &[("a", "1", 1), ("b", "", 1), ("b.c", "x", 1)]),
            ("{\n // why\n \"l\": [1,\n \"y\"]\n}", &[("l", "", 3), ("l.0", "1", 3), ("l.1", "y", 4)]),
            ("{\"a\": \"q\\\"r\"", &[("a", "q\"r", 1)]),
            ("", &[]),
            ("{{{{", &[("0", "", 1), ("0.0", "", 1), ("0.0.0", "", 1)]),
            ("]]]]}}", &[]),
            ("{\"ä", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<_> = keys(text).into_iter().map(|k| (k.dotted(), k.value, k.line)).collect();
            let expected: Vec<_> = expected.iter().map(|(k, v, l)| ((*k).to_owned(), (*v).to_owned(), *l)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        assert!(keys(&"[".repeat(1_000_000)).len() <= MAX_DEPTH + 1);
    }
}
