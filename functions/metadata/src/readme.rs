//! The README's title and sections.

mod html;
mod markdown;
mod plain;

use contracts::metadata::{Readme, Section};

use crate::found::one_line;

/// A README with more headings is a book.
const MOST_SECTIONS: usize = 500;
const LONGEST_TEXT: usize = 2_000;
const LONGEST_HEADING: usize = 200;

/// A heading and where it stands.
#[derive(Debug, PartialEq, Eq)]
struct Heading {
    text: String,
    /// 1 to 6.
    level: u8,
    /// First byte of the heading.
    start: usize,
    /// First byte after it.
    end: usize,
}

/// Reads the README at `path`.
pub(crate) fn read(path: &str, text: &str) -> Readme {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let name = crate::format::file_name(path).to_ascii_lowercase();
    let headings = match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "md" | "markdown" | "mdown" | "mkd" => markdown::headings(text),
        "adoc" | "asciidoc" | "rdoc" => plain::marked(text, '='),
        "org" => plain::marked(text, '*'),
        _ => plain::underlined(text),
    };
    let title = headings.first().map_or_else(|| first_words(text), |heading| heading.text.clone());
    Readme { path: path.to_owned(), sections: sections(text, &title, &headings), title, size: text.len() as u64 }
}

/// The first line that says something.
fn first_words(text: &str) -> String {
    cut(
        text.lines().map(str::trim).find(|line| line.contains(char::is_alphanumeric)).unwrap_or_default(),
        LONGEST_HEADING,
    )
}

fn sections(text: &str, title: &str, headings: &[Heading]) -> Vec<Section> {
    if headings.is_empty() && !text.trim().is_empty() {
        return vec![Section { heading: title.to_owned(), level: 1, line: 1, text: cut(text.trim(), LONGEST_TEXT) }];
    }
    let lines = crate::read::lines::Lines::of(text);
    let ends = headings.iter().skip(1).map(|next| next.start).chain([text.len()]);
    let section = |(heading, end): (&Heading, usize)| Section {
        heading: heading.text.clone(),
        level: heading.level,
        line: lines.at(heading.start),
        text: cut(text.get(heading.end..end).unwrap_or_default().trim(), LONGEST_TEXT),
    };
    headings.iter().zip(ends).take(MOST_SECTIONS).map(section).collect()
}

/// The first `most` characters.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

fn heading_text(text: &str) -> String {
    cut(&one_line(text), LONGEST_HEADING)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, text: &str) -> (String, Vec<String>) {
        let readme = read(path, text);
        let shown = |s: &Section| format!("{} {} {}|{}", s.line, s.level, s.heading, s.text);
        (readme.title, readme.sections.iter().map(shown).collect())
    }

    #[test]
    fn every_way_to_write_a_heading_is_known() {
        let cases: [(&str, &str, &str, &[&str]); 14] = [
            ("README.md", "intro\n\n# A `b` *c*\ntext\n## D\nmore\n", "A b c", &["3 1 A b c|text", "5 2 D|more"]),
            ("README.md", "Title\n=====\n\nSub\n---\nx", "Title", &["1 1 Title|", "4 2 Sub|x"]),
            (
                "README.md",
                "```\n# not a heading\n```\n",
                "# not a heading",
                &["1 1 # not a heading|```\n# not a heading\n```"],
            ),
            (
                "README.md",
                "<h1 align=\"center\">\n <img src=x>\n The Name\n</h1>\n\ntext\n",
                "The Name",
                &["1 1 The Name|text"],
            ),
            ("README.md", "# [Link](x) ![alt](y)\n", "Link", &["1 1 Link|"]),
            ("README.md", "# ![Logo](y)\n", "Logo", &["1 1 Logo|"]),
            ("README.md", "\u{feff}# Ünï\r\ncode\r\n", "Ünï", &["1 1 Ünï|code"]),
            (
                "README.rst",
                "=====\nTitle\n=====\n\nintro\n\nPart\n----\ntext\n\nSub\n~~~\ny\n\nOther\n-----\n",
                "Title",
                &["1 1 Title|intro", "7 2 Part|text", "11 3 Sub|y", "15 2 Other|"],
            ),
            (
                "README.rst",
                "a table\n\n==== ====\na    b\n==== ====\n1    2\n==== ====\n",
                "a table",
                &["1 1 a table|a table\n\n==== ====\na    b\n==== ====\n1    2\n==== ===="],
            ),
            ("README.adoc", "= Title\n:toc:\n\n== Part\ntext\n", "Title", &["1 1 Title|:toc:", "4 2 Part|text"]),
            ("README.org", "* One\nx\n** Two\ny", "One", &["1 1 One|x", "3 2 Two|y"]),
            ("README", "just words\nand more", "just words", &["1 1 just words|just words\nand more"]),
            ("README.txt", "", "", &[]),
            ("README.md", "\n\n  \n", "", &[]),
        ];
        for (path, text, title, sections) in cases {
            assert_eq!(
                shown(path, text),
                (title.to_owned(), sections.iter().map(|s| s.to_string()).collect()),
                "{text}"
            );
        }
    }

    #[test]
    fn sizes_are_bounded_by_characters() {
        let text = format!("# {}\n{}", "ä".repeat(5_000), "ö".repeat(5_000));
        let readme = read("README.md", &text);
        assert_eq!(readme.title.chars().count(), LONGEST_HEADING);
        assert_eq!(readme.sections[0].text.chars().count(), LONGEST_TEXT);
        assert_eq!(read("README.md", &"# x\n".repeat(3_000)).sections.len(), MOST_SECTIONS);
    }
}
