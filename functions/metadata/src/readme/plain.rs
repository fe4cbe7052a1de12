//! Headings of plain text: underlined (reStructuredText and letters to the reader) or marked (AsciiDoc, Org, RDoc).

use super::{Heading, heading_text};

/// Lines with a row of the same mark below, maybe also above. Levels in the order in which the rows turn up.
pub(super) fn underlined(text: &str) -> Vec<Heading> {
    let lines = lines_with_offsets(text);
    let mut styles: Vec<(char, bool)> = Vec::new();
    let mut found: Vec<Heading> = Vec::new();
    for at in 1..lines.len() {
        let ((start, title), (row_start, row)) = (lines[at - 1], lines[at]);
        let Some(mark) = row_of(row).filter(|_| is_title(title) && long_enough(title, row)) else { continue };
        let above = at.checked_sub(2).map(|above| lines[above]);
        let over = above.filter(|(_, line)| row_of(line) == Some(mark));
        // A row above that closed another heading belongs to that one.
        let over = over.filter(|(start, _)| found.last().is_none_or(|last| last.end <= *start));
        let style = (mark, over.is_some());
        let level = styles.iter().position(|known| *known == style).unwrap_or_else(|| {
            styles.push(style);
            styles.len() - 1
        });
        let level = u8::try_from(level + 1).unwrap_or(6).min(6);
        let start = over.map_or(start, |(start, _)| start);
        found.push(Heading { text: heading_text(title), level, start, end: row_start + row.len() });
    }
    found
}

/// Lines that start with one to six `mark`s and a blank.
pub(super) fn marked(text: &str, mark: char) -> Vec<Heading> {
    let mut found = Vec::new();
    for (start, line) in lines_with_offsets(text) {
        let words = line.trim_start_matches(mark);
        let level = line.len() - words.len();
        if (1..=6).contains(&level) && words.starts_with(' ') && !words.trim().is_empty() {
            let level = u8::try_from(level).unwrap_or(6);
            found.push(Heading { text: heading_text(words), level, start, end: start + line.len() });
        }
    }
    found
}

fn lines_with_offsets(text: &str) -> Vec<(usize, &str)> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        lines.push((start, line.trim_end()));
        start += line.len();
    }
    lines
}

/// The mark of a line that is nothing but three or more of it.
fn row_of(line: &str) -> Option<char> {
    let mark = line.chars().next().filter(|c| "=-~`#\"^+*':._".contains(*c))?;
    (line.len() >= 3 && line.chars().all(|c| c == mark)).then_some(mark)
}

fn is_title(line: &str) -> bool {
    line.contains(char::is_alphanumeric) && row_of(line).is_none()
}

/// Shorter rows are rulers and ellipses, not headings; a little slack is what people's editors leave.
fn long_enough(title: &str, row: &str) -> bool {
    row.chars().count() + 3 >= title.trim().chars().count()
}
