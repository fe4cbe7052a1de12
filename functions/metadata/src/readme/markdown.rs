//! Headings of Markdown, those written in HTML included.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{Heading, heading_text, html};

pub(super) fn headings(text: &str) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut open: Option<(u8, String)> = None;
    // Badges are pictures; what they would say aloud is no heading, unless nothing else is there.
    let (mut in_image, mut spoken) = (false, String::new());
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                open = Some((number(level), String::new()));
                spoken.clear();
            }
            Event::Start(Tag::Image { .. }) => in_image = true,
            Event::End(TagEnd::Image) => in_image = false,
            Event::End(TagEnd::Heading(_)) => {
                let said = |(level, words): (u8, String)| {
                    let words = if words.trim().is_empty() { spoken.clone() } else { words };
                    (!words.trim().is_empty()).then_some((level, words))
                };
                if let Some((level, words)) = open.take().and_then(said) {
                    found.push(Heading { text: heading_text(&words), level, start: range.start, end: range.end });
                }
            }
            Event::Text(words) if in_image => spoken.push_str(&words),
            Event::Text(words) | Event::Code(words) => {
                if let Some((_, heading)) = &mut open {
                    heading.push_str(&words);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some((_, heading)) = &mut open {
                    heading.push(' ');
                }
            }
            Event::Start(Tag::HtmlBlock) => {
                let block = text.get(range.clone()).unwrap_or_default();
                found.extend(html::headings(block).into_iter().map(|heading| moved(heading, range.start)));
            }
            _ => {}
        }
    }
    found
}

fn moved(heading: Heading, by: usize) -> Heading {
    Heading { start: heading.start + by, end: heading.end + by, ..heading }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
