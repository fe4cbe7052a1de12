//! Whatever text comes from outside, nothing of it comes alive. The judge is a Markdown parser that is not ours.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use contracts::fact::Span;
use contracts::verdict::{Finding, Step, Verdict};
use notify::{Frame, render};
use proptest::prelude::*;
use proptest::sample::select;

use super::sample;

/// Pieces that do harm, alone or next to each other.
const PIECES: &[&str] = &[
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

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_from_outside_comes_alive(texts in prop::collection::vec(hostile(), 13), kind in 0..3u8, local in any::<bool>()) {
        let base = match kind {
            0 => sample::moved_route(),
            1 => sample::renamed_variable(),
            _ => sample::template_fix(),
        };
        let verdict = poisoned(base, &texts);
        let mut links = sample::github();
        (links.source, links.target) = (!local, !local);
        let labels = vec!["dependency".to_owned()];
        let frame = Frame { run: &sample::run(), links: &links, labels: &labels, config_url: None };
        let body = render(&verdict, &verdict.findings[0], &frame);
        prop_assert!(body.body.chars().count() <= 58_000);
        prop_assert!(body.title.chars().count() <= 72 + 12, "{}", body.title);
        prop_assert!(live(&body.title).is_none(), "title {:?}", body.title);
        if let Some(problem) = judge(&body.body) {
            return Err(TestCaseError::fail(format!("{problem}\n-----\n{}", body.body)));
        }
    }
}

/// Every string that comes from outside replaced by a hostile one.
fn poisoned(mut verdict: Verdict, texts: &[String]) -> Verdict {
    let mut next = texts.iter().cycle().cloned();
    let mut take = || next.next().unwrap();
    let Finding {
        rule, element, title, change, consequence, tier_reason, provider, dependent, patch, triggers, ..
    } = &mut verdict.findings[0];
    for text in [title, change, consequence, tier_reason, rule, element] {
        *text = take();
    }
    for Span { path, quote, .. } in provider.iter_mut().chain(dependent) {
        (*path, *quote) = (take(), take());
    }
    *patch = patch.as_ref().map(|_| take());
    *triggers = vec![take(), take()];
    verdict.relationship = take();
    verdict.trace = vec![Step { step: take(), result: take() }, Step { step: take(), result: take() }];
    verdict
}

/// The first thing in a body that should not be there.
fn judge(body: &str) -> Option<String> {
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
    };
    match &data.value {
        NodeValue::Link(link) if !allowed(&link.url) => Some(format!("a link to {}", link.url)),
        NodeValue::HtmlBlock(block) if !ours(&block.literal) => Some(format!("an HTML block {:?}", block.literal)),
        NodeValue::HtmlInline(html) if !ours(html) => Some(format!("HTML {html:?}")),
        NodeValue::Text(text) if !in_link(node) => live(text).map(|what| format!("{what} in text {text:?}")),
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

/// The text of one of our own links shows its address.
fn in_link<'a>(node: &'a AstNode<'a>) -> bool {
    node.ancestors().any(|a| matches!(&a.data.borrow().value, NodeValue::Link(_)))
}

fn allowed(url: &str) -> bool {
    let repositories = ["https://github.com/acme/inference/", "https://github.com/acme/resumes/"];
    let rest = repositories.iter().find_map(|prefix| url.strip_prefix(prefix));
    let at = |rest: &str| {
        [sample::BEFORE, sample::AFTER, sample::TARGET]
            .iter()
            .any(|c| rest.strip_prefix(c).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    };
    rest.is_some_and(|rest| rest.strip_prefix("blob/").or_else(|| rest.strip_prefix("commit/")).is_some_and(at))
}

/// What GitHub would make a mention or a reference of, outside code.
fn live(text: &str) -> Option<&'static str> {
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

fn options() -> Options<'static> {
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

#[test]
fn the_judge_sees_what_is_alive() {
    let marker = "<!-- downstream:v1 fp=5b1e0c9a77d2f403 run=1 ev=1 urgency=low files=aa -->";
    for harmful in [
        "hello @octocat",
        "see #12",
        "see GH-12",
        "a/b#1",
        "commit 1865d05c8a2f",
        "https://evil.example",
        "www.evil.example",
        "<b>x</b>",
        "<script>x</script>",
        "[x](https://evil.example)",
        "![x](https://github.com/acme/inference/blob/x)",
        "# heading",
        "a $x$ b",
        "~~gone~~",
        "a[^1]\n\n[^1]: note",
        "<!-- hidden -->",
        "mail@evil.example",
        "https://github.com/acme/resumes/issues/1",
    ] {
        assert!(judge(&format!("{harmful}\n\n{marker}\n")).is_some(), "{harmful}");
    }
    for harmless in ["`@octocat`", "```\n@octocat <b> #12\n```", "plain, with a dot. And 123456.", "### Where"] {
        assert_eq!(judge(&format!("{harmless}\n\n{marker}\n")), None, "{harmless}");
    }
}
