//! What is alive in a body, as a Markdown parser sees it that is not ours.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};

/// The one mention that a page makes.
pub const CALL: &str = " @acme/reviewers: please have a look.";

/// Pieces that do harm, alone or next to each other.
pub const PIECES: &[&str] = &[
    "@octocat",
    "@org/team",
    "#123",
    "GH-1",
    "gh-77",
    "owner/repo#1",
    "owner/repo@1865d05c8a2f",
    "1865d05c8a2f1b0a9e7d",
    "deadbeef",
    "1234567",
    "https://evil.example/x",
    "http://evil.example",
    "www.evil.example",
    "ftp://evil.example/a",
    "mail@evil.example",
    "mailto:a@evil.example",
    "xmpp:a@evil.example/x",
    "://",
    "[x](https://evil.example)",
    "![x](https://evil.example/p.png)",
    "[x]",
    "[x]: https://evil.example",
    "[^1]",
    "[^1]: note",
    "<b>",
    "</sub>",
    "</details>",
    "<!--",
    "-->",
    "<img src=x onerror=y>",
    "<https://evil.example>",
    "<a@evil.example>",
    "&lt;",
    "&#64;",
    "`",
    "``",
    "```",
    "````",
    "~~~",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    "    ",
    " ",
    "\\",
    "\\`",
    "|",
    "\\|",
    "||",
    "---",
    "===",
    "# ",
    "> ",
    "- [x] ",
    "1. ",
    "1) ",
    "* ",
    "**",
    "__",
    "*",
    "_",
    "~~",
    "$",
    "$$",
    "$x$",
    "$`x`$",
    ":tada:",
    "\u{202e}",
    "\u{200b}",
    "\u{0}",
    "\u{1b}[31m",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "é",
    "漢",
    "🦀",
    "x",
    "ab",
    "9",
    "-",
    "+",
    "=",
    "!",
    "(",
    ")",
    "@",
    "#",
    "/",
    ":",
    ".",
    ",",
    "w",
    "ww",
    "W",
    "<",
    ">",
    "&",
    "[",
    "]",
    "{",
    "}",
    "> [!WARNING]\n",
    "<details><summary>",
    "<!-- downstream:v1 fp=ffffffffffffffff run=1 -->",
    "%0a",
    "%00",
    "'",
    "\"",
];

/// The first thing in a body that should not be there.
pub fn judge(body: &str) -> Option<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, body, &options());
    let marker = body.lines().last().unwrap_or_default();
    let whole = ["fp=", "run=", "ev=", "urgency=", "files="].iter().all(|key| marker.contains(key));
    if !whole || !marker.starts_with("<!-- downstream:v1 fp=") {
        return Some(format!("the last line is no marker: {marker}"));
    }
    root.descendants().find_map(|node| suspect(node, marker))
}

fn suspect<'a>(node: &'a AstNode<'a>, marker: &str) -> Option<String> {
    let data = node.data.borrow();
    let ours = |html: &str| {
        let html = html.trim();
        html.is_empty()
            || html == marker.trim()
            || ["<sub>", "</sub>", "</details>", "<details><summary>Why downstream thinks so</summary>"].contains(&html)
            || html == "<details><summary>Yours and theirs</summary>"
            || is_box(html)
    };
    match &data.value {
        NodeValue::Link(link) if !allowed(&link.url) => Some(format!("a link to {}", link.url)),
        NodeValue::HtmlBlock(block) if !ours(&block.literal) => Some(format!("an HTML block {:?}", block.literal)),
        NodeValue::HtmlInline(html) if !ours(html) => Some(format!("HTML {html:?}")),
        NodeValue::Text(text) if !in_link(node) => {
            live(&text.replacen(CALL, "", 1)).map(|what| format!("{what} in text {text:?}"))
        }
        NodeValue::Image(_)
        | NodeValue::FootnoteReference(_)
        | NodeValue::FootnoteDefinition(_)
        | NodeValue::Math(_)
        | NodeValue::WikiLink(_)
        | NodeValue::Strikethrough => Some(format!("{:?}", data.value)),
        NodeValue::Heading(heading) if heading.level != 3 || heading.setext => Some(format!("{heading:?}")),
        _ => None,
    }
}

/// A comment that makes a line one of our boxes: nothing in it that could end it, or that anybody could read.
fn is_box(html: &str) -> bool {
    let words = html.strip_prefix("<!-- downstream:").and_then(|rest| rest.strip_suffix(" -->"));
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/%=".contains(c);
    let verbs = ["recheck", "snooze=14d", "diverge=", "file=", "revive="];
    words.is_some_and(|words| verbs.iter().any(|verb| words.starts_with(verb)) && words.chars().all(plain))
}

/// The text of one of our own links shows its address.
pub fn in_link<'a>(node: &'a AstNode<'a>) -> bool {
    node.ancestors().any(|a| matches!(&a.data.borrow().value, NodeValue::Link(_)))
}

pub fn allowed(url: &str) -> bool {
    // Another issue of the same repository, by its number.
    if let Some(number) = url.strip_prefix("../issues/") {
        return !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    }
    let repositories = ["https://github.com/acme/inference/", "https://github.com/acme/resumes/"];
    let rest = repositories.iter().find_map(|prefix| url.strip_prefix(prefix));
    let at = |rest: &str| {
        let commit = rest.split(['/', '#']).next().unwrap_or_default();
        commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit())
    };
    rest.is_some_and(|rest| rest.strip_prefix("blob/").or_else(|| rest.strip_prefix("commit/")).is_some_and(at))
}

/// What GitHub would make a mention or a reference of, outside code.
pub fn live(text: &str) -> Option<&'static str> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or(' ');
    let mut hex = 0;
    for (i, &c) in chars.iter().enumerate() {
        hex = if c.is_ascii_hexdigit() { hex + 1 } else { 0 };
        if hex >= 7 {
            return Some("a commit");
        }
        match c {
            '@' if at(i + 1).is_ascii_alphanumeric() => return Some("a mention"),
            '#' if at(i + 1).is_ascii_digit() => return Some("an issue reference"),
            '-' if at(i + 1).is_ascii_digit() && i >= 2 && chars[i - 2..i].iter().all(|c| "GHgh".contains(*c)) => {
                return Some("an issue reference");
            }
            ':' if at(i + 1) == '/' && at(i + 2) == '/' => return Some("an address"),
            _ => {}
        }
    }
    text.to_ascii_lowercase().contains("www.").then_some("an address")
}

pub fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.math_dollars = true;
    extension.math_code = true;
    extension.alerts = true;
    extension.wikilinks_title_after_pipe = false;
    options
}
