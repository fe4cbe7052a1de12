//! The few tokens that dependency declarations in Ruby, Groovy, Kotlin, Python and HCL are made of.
//!
//! These files are programs; they are never run. What is written out literally is found, the rest is passed over.

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    pub(crate) kind: Kind<'t>,
    /// Counted from 1.
    pub(crate) line: u32,
    /// Nothing but white space stands before it in its line.
    pub(crate) leads: bool,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind<'t> {
    /// A name or a number; dots and dashes inside belong to it (`libs.spring-core`, `1.0`).
    Word(&'t str),
    /// The inside of a quoted text, escapes as written.
    Text(&'t str),
    /// Anything else.
    Mark(char),
}

/// What a language's comments and long texts look like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Syntax {
    /// `#` starts a comment.
    pub(crate) hash: bool,
    /// `//` and `/* */` are comments.
    pub(crate) slashes: bool,
    /// `<<EOT` starts a text that ends with the line `EOT`.
    pub(crate) heredocs: bool,
}

pub(crate) const RUBY: Syntax = Syntax { hash: true, slashes: false, heredocs: true };
pub(crate) const GRADLE: Syntax = Syntax { hash: false, slashes: true, heredocs: false };
pub(crate) const PYTHON: Syntax = Syntax { hash: true, slashes: false, heredocs: false };
pub(crate) const HCL: Syntax = Syntax { hash: true, slashes: true, heredocs: true };

impl<'t> Token<'t> {
    /// The text, where it is one.
    pub(crate) fn text(&self) -> Option<&'t str> {
        match self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The word, where it is one.
    pub(crate) fn word(&self) -> Option<&'t str> {
        match self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is this mark.
    pub(crate) fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

/// Cuts `text` into tokens.
pub(crate) fn tokens(text: &str, syntax: Syntax) -> Vec<Token<'_>> {
    let mut scanner = Scanner { rest: text, line: 1, leads: true, syntax, found: Vec::new() };
    while scanner.step() {}
    scanner.found
}

/// Where the bracket that opens at `open` is closed; the last token looked at where it never is.
pub(crate) fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    /// A declaration is shorter; without an end a file of open brackets would cost its square.
    const LONGEST: usize = 4_000;
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open).take(LONGEST) {
        match token.kind {
            Kind::Mark('(' | '[' | '{') => depth += 1,
            Kind::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len().min(open + LONGEST).saturating_sub(1)
}

struct Scanner<'t> {
    rest: &'t str,
    line: u32,
    leads: bool,
    syntax: Syntax,
    found: Vec<Token<'t>>,
}

impl<'t> Scanner<'t> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        if first == '\n' {
            self.skip(1);
            self.leads = true;
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else if let Some(length) = self.comment() {
            self.skip(length);
        } else if let Some((inside, length)) = quoted(self.rest) {
            self.take(Kind::Text(inside), length);
        } else if is_word(first) {
            let length = self.rest.find(|c| !is_word(c) && c != '.' && c != '-').unwrap_or(self.rest.len());
            let word = self.rest[..length].trim_end_matches(['.', '-']);
            self.take(Kind::Word(word), word.len().max(first.len_utf8()));
        } else {
            self.take(Kind::Mark(first), first.len_utf8());
        }
        true
    }

    fn take(&mut self, kind: Kind<'t>, length: usize) {
        self.found.push(Token { kind, line: self.line, leads: self.leads });
        self.leads = false;
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        let (passed, rest) = self.rest.split_at(length);
        let lines = passed.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.rest = rest;
    }

    /// Length of the comment or heredoc that starts here.
    fn comment(&mut self) -> Option<usize> {
        let Syntax { hash, slashes, heredocs } = self.syntax;
        let to_line_end = || self.rest.find('\n').unwrap_or(self.rest.len());
        if (hash && self.rest.starts_with('#')) || (slashes && self.rest.starts_with("//")) {
            Some(to_line_end())
        } else if slashes && self.rest.starts_with("/*") {
            Some(self.rest.find("*/").map_or(self.rest.len(), |at| at + 2))
        } else if heredocs && self.rest.starts_with("<<") {
            let length = heredoc(self.rest)?;
            // One that never ends was none, and looking for its end again and again would be quadratic.
            self.syntax.heredocs = length.is_some();
            length
        } else {
            None
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The inside of the quoted text at the start of `rest`, and its whole length.
fn quoted(rest: &str) -> Option<(&str, usize)> {
    for fence in ["\"\"\"", "'''"] {
        if let Some(inside) = rest.strip_prefix(fence) {
            let end = inside.find(fence)?;
            return Some((&inside[..end], end + 6));
        }
    }
    let quote = rest.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    let inside = &rest[1..];
    let end = end_of_quoted(inside, quote)?;
    Some((&inside[..end], end + 2))
}

/// Where `quote` closes; none where the line ends first (an apostrophe). `${…}` and `#{…}` may hold quotes of their own.
fn end_of_quoted(inside: &str, quote: char) -> Option<usize> {
    /// Nothing that names a dependency is longer, and an open quote must not cost the whole line for each of its quotes.
    const LONGEST: usize = 1_000;
    let mut depth = 0usize;
    let mut previous = ' ';
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '\n' => return None,
            _ if at > LONGEST => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' if depth > 0 || (quote == '"' && (previous == '$' || previous == '#')) => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if c == quote && depth == 0 => return Some(at),
            _ => {}
        }
        previous = c;
    }
    None
}

/// Length of the heredoc at the start of `rest`, its last line included; the inner none where it never ends.
fn heredoc(rest: &str) -> Option<Option<usize>> {
    let after = rest[2..].trim_start_matches(['-', '~']).trim_start_matches(['"', '\'']);
    let marker = &after[..after.find(|c| !is_word(c)).unwrap_or(after.len())];
    if marker.is_empty() || !marker.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let mut length = 0;
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        length += line.len();
        if number > 0 && line.trim() == marker {
            return Some(Some(length));
        }
    }
    Some(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, syntax: Syntax) -> Vec<String> {
        let shown = |token: Token<'_>| match token.kind {
            Kind::Word(word) => format!("{}:{word}", token.line),
            Kind::Text(text) => format!("{}:'{text}'", token.line),
            Kind::Mark(mark) => format!("{}:{mark}", token.line),
        };
        tokens(text, syntax).into_iter().map(shown).collect()
    }

    #[test]
    fn texts_words_and_comments_are_told_apart() {
        let cases: [(&str, Syntax, &[&str]); 10] = [
            ("gem 'a', \"~> 1\" # 'b'", RUBY, &["1:gem", "1:'a'", "1:,", "1:'~> 1'"]),
            ("/* 'x'\n*/ implementation('g:a:1') // y", GRADLE, &["2:implementation", "2:(", "2:'g:a:1'", "2:)"]),
            ("libs.spring-core.", GRADLE, &["1:libs.spring-core", "1:."]),
            ("x = \"a${f(\"b\")}c\"", HCL, &["1:x", "1:=", "1:'a${f(\"b\")}c'"]),
            ("d = <<-EOT\n 'q\n  EOT\ny", HCL, &["1:d", "1:=", "4:y"]),
            ("1 << X", RUBY, &["1:1", "1:<", "1:<", "1:X"]),
            ("\"\"\"a\n'b'\"\"\" c", PYTHON, &["1:'a\n'b''", "2:c"]),
            ("don't\n'ü'", RUBY, &["1:don", "1:'", "1:t", "2:'ü'"]),
            ("'a\\'b'", RUBY, &["1:'a\\'b'"]),
            ("", RUBY, &[]),
        ];
        for (text, syntax, expected) in cases {
            assert_eq!(shown(text, syntax), expected, "{text}");
        }
    }

    #[test]
    fn brackets_close_or_run_to_the_end() {
        let found = tokens("a ( b [ c ] ) d", GRADLE);
        assert_eq!(closing(&found, 1), 6);
        assert_eq!(closing(&tokens("( (", GRADLE), 0), 1);
        assert_eq!(closing(&[], 0), 0);
    }
}
