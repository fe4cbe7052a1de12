//! Instructions of a Dockerfile, continuation lines joined.

use crate::line_number;

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// In capitals: `FROM`, `EXPOSE`, ….
    pub name: String,
    /// The rest, continuation lines joined by one space.
    pub arguments: String,
    /// First line, from 1.
    pub line: u32,
    /// Last line.
    pub end: u32,
}

/// The instructions of `text`, in order. Comments are left out; a line that is no instruction is too.
pub fn instructions(text: &str) -> Vec<Instruction> {
    let mut out: Vec<Instruction> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines().enumerate() {
        let number = line_number(at);
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (body, continues) = match line.strip_suffix('\\') {
            Some(body) => (body.trim_end(), true),
            None => (line, false),
        };
        if open {
            if let Some(last) = out.last_mut() {
                last.arguments.push(' ');
                last.arguments.push_str(body);
                last.end = number;
            }
        } else if let Some(found) = instruction(body, number) {
            out.push(found);
        } else {
            continue;
        }
        open = continues;
    }
    out
}

fn instruction(line: &str, number: u32) -> Option<Instruction> {
    let (name, arguments) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let known = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic());
    known.then(|| Instruction {
        name: name.to_ascii_uppercase(),
        arguments: arguments.trim().to_owned(),
        line: number,
        end: number,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continuations_and_comments() {
        let text = "FROM a:1 AS b\n# no\nexpose 80 \\\n  # inside\n  443\nRUN x && \\\n y\n{{ odd }}\nCMD [\"a\"]";
        let found: Vec<_> = instructions(text).into_iter().map(|i| (i.name, i.arguments, i.line, i.end)).collect();
        let expected =
            [("FROM", "a:1 AS b", 1, 1), ("EXPOSE", "80 443", 3, 5), ("RUN", "x && y", 6, 7), ("CMD", "[\"a\"]", 9, 9)];
        assert_eq!(found, expected.map(|(n, a, l, e)| (n.to_owned(), a.to_owned(), l, e)));
    }
}
