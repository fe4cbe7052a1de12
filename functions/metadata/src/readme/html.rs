//! `<h1>` to `<h6>` in a block of HTML.

use super::{Heading, heading_text};

pub(super) fn headings(block: &str) -> Vec<Heading> {
    let lower = block.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = lower[from..].find("<h").map(|at| at + from) {
        from = start + 2;
        let Some(level) = lower[from..].chars().next().and_then(|c| c.to_digit(10)).filter(|l| (1..=6).contains(l))
        else {
            continue;
        };
        // Without its end it is no heading, and neither is any that follows.
        let Some(end) = lower[from..].find("</h").map(|at| at + from) else { break };
        let Some(inside) = block[from..end].find('>').map(|at| at + from + 1) else { continue };
        let words = heading_text(&without_tags(&block[inside..end]));
        from = lower[end..].find('>').map_or(block.len(), |at| end + at + 1);
        if !words.is_empty() {
            let level = u8::try_from(level).unwrap_or(1);
            found.push(Heading { text: words, level, start, end: from });
        }
    }
    found
}

fn without_tags(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        words.push(' ');
        rest = after.split_once('>').map_or("", |(_, rest)| rest);
    }
    words + rest
}
