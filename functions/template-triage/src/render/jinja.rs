//! Jinja's marks, line by line.

/// Longer lines, in bytes, are data and stay as they are: marks are looked for again behind each one.
const MAX_LINE: usize = 4_096;

/// Stands for a value that nobody knows. No text that is compared holds it.
pub(super) const UNKNOWN: char = '\u{f8ff}';

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// As it will stand.
    Text(String),
    /// An expression, white space around it taken off.
    Variable(String),
}

impl Part {
    pub(super) fn is_variable(&self) -> bool {
        matches!(self, Self::Variable(_))
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Variable(_) => "",
        }
    }
}

/// Where a line begins.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Within {
    #[default]
    Text,
    /// Between `{% raw %}` and `{% endraw %}`.
    Raw,
    /// A tag or a comment, with what ends it.
    Tag(&'static str),
}

/// Reads lines in their order.
#[derive(Debug, Default)]
pub(super) struct Reader {
    within: Within,
}

impl Reader {
    /// The parts of each line; none for a line of tags and comments alone, which leaves no line behind.
    pub(super) fn lines(mut self, text: &str) -> Vec<Option<Vec<Part>>> {
        text.lines().map(|line| self.line(line)).collect()
    }

    fn line(&mut self, line: &str) -> Option<Vec<Part>> {
        if line.len() > MAX_LINE {
            return Some(vec![Part::Text(line.to_owned())]);
        }
        let (mut parts, mut rest, mut tags) = (Vec::new(), line, self.within != Within::Text);
        while !rest.is_empty() {
            rest = match self.within {
                Within::Tag(end) => self.leave(rest, end),
                Within::Raw => {
                    let (before, after) = raw_end(rest).unwrap_or((rest, ""));
                    if before.len() < rest.len() {
                        (self.within, tags) = (Within::Text, true);
                    }
                    push(&mut parts, before);
                    after
                }
                Within::Text => self.text(rest, &mut parts, &mut tags),
            };
        }
        let is_blank = parts.iter().all(|part| !part.is_variable() && part.text().trim().is_empty());
        (!tags || !is_blank).then_some(parts)
    }

    /// Behind the end of the tag, or nothing where the line ends before.
    fn leave<'l>(&mut self, rest: &'l str, end: &str) -> &'l str {
        match rest.split_once(end) {
            Some((_, after)) => {
                self.within = Within::Text;
                after
            }
            None => "",
        }
    }

    fn text<'l>(&mut self, rest: &'l str, parts: &mut Vec<Part>, tags: &mut bool) -> &'l str {
        let marks = ["{{", "{%", "{#"].into_iter().filter_map(|mark| Some((rest.find(mark)?, mark)));
        let Some((at, mark)) = marks.min() else {
            push(parts, rest);
            return "";
        };
        push(parts, &rest[..at]);
        let inner = &rest[at + mark.len()..];
        if mark == "{{" {
            let (expression, after) = expression(inner);
            match literal(expression) {
                Some(text) => push(parts, &text),
                None => parts.push(Part::Variable(expression.to_owned())),
            }
            return after;
        }
        *tags = true;
        let end = if mark == "{%" { "%}" } else { "#}" };
        match inner.split_once(end) {
            Some((tag, after)) => {
                let is_raw = mark == "{%" && tag.trim_matches(['-', '+', ' ', '\t']) == "raw";
                self.within = if is_raw { Within::Raw } else { Within::Text };
                after
            }
            None => {
                self.within = Within::Tag(end);
                ""
            }
        }
    }
}

/// What stands before `{% endraw %}` and behind it.
fn raw_end(rest: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some(at) = rest[from..].find("{%").map(|at| from + at) {
        let inner = &rest[at + 2..];
        if let Some((tag, after)) = inner.split_once("%}")
            && tag.trim_matches(['-', '+', ' ', '\t']) == "endraw"
        {
            return Some((&rest[..at], after));
        }
        from = at + 2;
    }
    None
}

/// The expression up to its `}}`, which may not stand in a string of it, and what follows.
fn expression(inner: &str) -> (&str, &str) {
    let (mut quote, mut escaped) = (None, false);
    for (at, c) in inner.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if inner[at..].starts_with("}}") => return (trimmed(&inner[..at]), &inner[at + 2..]),
            None => {}
        }
    }
    (trimmed(inner), "")
}

fn trimmed(expression: &str) -> &str {
    expression.trim_matches(['-', '+', ' ', '\t'])
}

/// The text of an expression that is one string and nothing else.
fn literal(expression: &str) -> Option<String> {
    let open = expression.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let (mut text, mut rest) = (String::new(), expression[1..].chars());
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.push(rest.next()?),
            c if c == open => return rest.as_str().is_empty().then_some(text),
            c => text.push(c),
        }
    }
    None
}

fn push(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(Part::Text(last)) => last.push_str(text),
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Variables as `<name>`, a line that leaves none behind as `-`.
    fn shown(text: &str) -> Vec<String> {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Variable(name) => format!("<{name}>"),
        };
        let line =
            |line: &Option<Vec<Part>>| line.as_ref().map_or("-".to_owned(), |parts| parts.iter().map(part).collect());
        Reader::default().lines(text).iter().map(line).collect()
    }

    #[test]
    fn long_lines_stay_as_they_are() {
        for text in ["{{a}}".repeat(200_000), "{%".repeat(500_000), "{% raw %}".repeat(100_000)] {
            assert_eq!(shown(&text), [text]);
        }
    }

    #[test]
    fn marks_are_taken_off_line_by_line() {
        for (text, expected) in [
            ("plain\n\nlines", &["plain", "", "lines"][..]),
            ("a {{ b.c }} d", &["a <b.c> d"]),
            ("a {{- b|lower -}} d", &["a <b|lower> d"]),
            ("{{ '{{' }} x {{ '}}' }}", &["{{ x }}"]),
            ("t: {{ '{% raw %}${{ s.T }}{% endraw %}' }}", &["t: {% raw %}${{ s.T }}{% endraw %}"]),
            (r#"{{ "{{ '' }}" }}"#, &["{{ '' }}"]),
            (r"{{ 'it\'s' }}", &["it's"]),
            ("g: {% raw %}${{ github.ref }}{% endraw %}-x", &["g: ${{ github.ref }}-x"]),
            (
                "{% raw %}\n{{ kept }}\n{% kept %}\n{%- endraw -%}\n{{ v }}",
                &["-", "{{ kept }}", "{% kept %}", "-", "<v>"],
            ),
            ("{%- if a %}\nx\n{% else %}\ny\n{% endif %}", &["-", "x", "-", "y", "-"]),
            ("a{% if b %}, c{% endif %}", &["a, c"]),
            ("{# one #} x\n{# two\nlines #}\ny", &[" x", "-", "-", "y"]),
            ("{% set a =\n 1 %}\nb", &["-", "-", "b"]),
            ("a {{ open", &["a <open>"]),
            ("a {{ 'open", &["a <'open>"]),
            ("${{ github.ref }}", &["$<github.ref>"]),
            ("{{ 'a' + b }}", &["<'a' + b>"]),
            ("{", &["{"]),
            ("{{", &["<>"]),
            ("{{ 'ä' }}ö{% raw %}ü", &["äöü"]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
