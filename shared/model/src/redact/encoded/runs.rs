//! Runs of characters that could be an encoding.

/// Shortest run worth decoding: sixteen characters of base64 are twelve bytes.
const SHORTEST: usize = 16;
/// Shortest line that goes on in the next one. Nobody wraps narrower.
const SHORTEST_LINE: usize = 20;

/// Characters that may encode something.
#[derive(Debug)]
pub(super) struct Run {
    /// The characters, without the line breaks and quotes between them.
    pub(super) text: String,
    /// Where they are, as ranges of bytes.
    pub(super) parts: Vec<(usize, usize)>,
}

/// Every run of a text: of base64 or hex on a line, of the same wrapped over lines, and of escapes.
pub(super) fn of(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut open: Option<Run> = None;
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let end = at + bytes[at..].iter().take_while(|byte| in_base64(**byte)).count();
        if end == at {
            at += bytes[at..].iter().take_while(|byte| !in_base64(**byte)).count();
            continue;
        }
        let padded = end + bytes[end..].iter().take(2).take_while(|byte| **byte == b'=').count();
        let part = (at, padded);
        if end - at >= SHORTEST {
            runs.push(Run { text: text[at..end].to_owned(), parts: vec![part] });
        }
        let next = if padded == end && end - at >= SHORTEST_LINE { next_line(bytes, end) } else { None };
        match (&mut open, next) {
            (Some(run), _) => run.push(&text[at..end], part),
            (None, Some(_)) => open = Some(Run { text: text[at..end].to_owned(), parts: vec![part] }),
            (None, None) => {}
        }
        if next.is_none() {
            runs.extend(open.take());
        }
        at = next.unwrap_or(padded);
    }
    runs.extend(open.filter(|run| run.parts.len() > 1));
    escaped(text, &mut runs);
    runs
}

impl Run {
    fn push(&mut self, text: &str, part: (usize, usize)) {
        self.text.push_str(text);
        self.parts.push(part);
    }
}

fn in_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Where a run that ends at `end` goes on in the next line: after quotes, an operator, a line break (or `\n`), a diff's mark
/// and indentation.
fn next_line(bytes: &[u8], end: usize) -> Option<usize> {
    let skip = |at: usize, of: &[u8], most: usize| {
        at + bytes[at.min(bytes.len())..].iter().take(most).take_while(|byte| of.contains(byte)).count()
    };
    let written =
        [b"\\r\\n".as_slice(), b"\\n"].iter().find(|mark| bytes[end..].starts_with(mark)).map(|mark| end + mark.len());
    let mut at = match written {
        Some(at) => at,
        None => end,
    };
    let broken = skip(at, b"\"' \t+.\\,&_\r", 12);
    if bytes.get(broken) == Some(&b'\n') {
        let marked = starts_with_plus(bytes, end);
        at = skip(broken + 1, if marked { b"+" } else { b"->" }, 1);
        at = skip(at, b" \t", 200);
        at = skip(at, b"#*\"' ", 4);
    } else if written.is_none() {
        return None;
    }
    bytes.get(at).is_some_and(|byte| in_base64(*byte)).then_some(at)
}

/// Whether the line of byte `at` is one that a diff adds. Looks no further back than a wrapped line is long.
fn starts_with_plus(bytes: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(400);
    let line = bytes[from..at].iter().rposition(|byte| *byte == b'\n').map(|line| from + line + 1);
    line.or((from == 0).then_some(0)).is_some_and(|line| bytes.get(line) == Some(&b'+'))
}

/// Words with `%41`, `\x41` or `\u0041` in them.
fn escaped(text: &str, runs: &mut Vec<Run>) {
    let stop = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '|');
    let mut start = 0;
    for word in text.split(stop) {
        if word.contains(['%', '\\']) && super::decode::escapes(word).is_some() {
            runs.push(Run { text: word.to_owned(), parts: vec![(start, start + word.len())] });
        }
        start += word.len();
        start += text[start..].chars().next().map_or(0, char::len_utf8);
    }
}
