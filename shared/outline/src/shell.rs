//! Command lines: words and flags, continuation lines joined, in shell scripts and in whatever embeds them.

use crate::line_number;

/// One command as written: a shell's line with its continuation lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Words without quotes.
    pub words: Vec<Word>,
    /// First line, from 1.
    pub line: u32,
}

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Without quotes.
    pub text: String,
    /// Line, from 1.
    pub line: u32,
}

/// A flag of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// With its dashes.
    pub name: String,
    /// After `=` or as the next word; empty for a switch.
    pub value: String,
    /// Line, from 1.
    pub line: u32,
}

impl Command {
    /// The flags, in order. A word after a flag is taken for its value unless it is a flag itself.
    pub fn flags(&self) -> Vec<Flag> {
        let mut out = Vec::new();
        for (at, word) in self.words.iter().enumerate() {
            let text = word.text.as_str();
            let is_flag = text.len() > 2 && text.starts_with("--") && text.as_bytes()[2].is_ascii_alphabetic();
            if !is_flag {
                continue;
            }
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, value.to_owned()),
                None => {
                    let next = self.words.get(at + 1).map(|w| w.text.as_str()).filter(|w| !w.starts_with('-'));
                    (text, next.unwrap_or("").to_owned())
                }
            };
            out.push(Flag { name: name.to_owned(), value, line: word.line });
        }
        out
    }

    /// Whether one of the words is `text`.
    pub fn has(&self, text: &str) -> bool {
        self.words.iter().any(|word| word.text == text)
    }
}

/// The commands of `text`; `first` is the number of its first line in the file it was taken from.
pub fn commands(text: &str, first: u32) -> Vec<Command> {
    let mut out: Vec<Command> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines().enumerate() {
        let number = first.saturating_add(line_number(at) - 1);
        let line = line.trim();
        if line.starts_with('#') || (line.is_empty() && !open) {
            continue;
        }
        let (body, continues) = match line.strip_suffix('\\') {
            Some(body) => (body, true),
            None => (line, false),
        };
        if !open {
            out.push(Command { words: Vec::new(), line: number });
        }
        if let Some(last) = out.last_mut() {
            last.words.extend(words(body).map(|text| Word { text, line: number }));
        }
        open = continues;
    }
    out.retain(|command| !command.words.is_empty());
    out
}

fn words(line: &str) -> impl Iterator<Item = String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut any = false;
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                any = true;
            }
            (None, c) if c.is_whitespace() || c == ';' => {
                if any || !word.is_empty() {
                    out.push(std::mem::take(&mut word));
                }
                any = false;
            }
            (None, '#') if word.is_empty() && !any => break,
            (_, c) => word.push(c),
        }
    }
    if any || !word.is_empty() {
        out.push(word);
    }
    out.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_over_continuation_lines() {
        let text =
            "# x\ngcloud run deploy svc \\\n  --port=8080 \\\n  --region us-east1 --no-traffic\necho \"--not a\"";
        let found = commands(text, 10);
        assert_eq!(found.len(), 2);
        let flags: Vec<_> = found[0].flags().into_iter().map(|f| (f.name, f.value, f.line)).collect();
        let expected = [("--port", "8080", 12), ("--region", "us-east1", 13), ("--no-traffic", "", 13)];
        assert_eq!(flags, expected.map(|(n, v, l)| (n.to_owned(), v.to_owned(), l)));
        assert!(found[0].has("deploy"));
    }

    #[test]
    fn odd_lines_never_panic() {
        for text in ["\\", "'", "\"ä", "--", "--=", "-- \\", "#", "; ;"] {
            for command in commands(text, 1) {
                let _ = command.flags();
            }
        }
    }
}
