//! Where it hits: the dependent's lines.

use contracts::fact::Span;
use contracts::verdict::{Finding, Verdict};

use super::{Page, is_template};
use crate::inert::{code, fence, one_line};
use crate::links::Links;

/// More places than this are counted, not shown.
const SHOWN: usize = 12;

pub(super) fn add(page: &mut Page, verdict: &Verdict, finding: &Finding, links: &Links) {
    let spans = distinct(&finding.dependent);
    if spans.is_empty() {
        return;
    }
    let heading = if is_template(finding) { "Where it goes" } else { "Where" };
    let at = verdict.target_commit.as_ref().map(|c| format!(" at {}", code(c.short(), 7))).unwrap_or_default();
    page.add(&format!("### {heading} (this repository{at})\n\n"));
    let mut left = 0;
    for (i, span) in spans.iter().enumerate() {
        if i >= SHOWN || !page.add(&place(span, links)) {
            left += 1;
        }
    }
    if left > 0 {
        page.add(&format!("…and {left} more.\n\n"));
    }
}

fn place(span: &Span, links: &Links) -> String {
    match links.blob(span, links.target) {
        // Alone on its line: GitHub shows the code itself.
        Some(url) => format!("{url}\n\n"),
        None => format!("{}\n{}\n", position(span), fence("", &short(&span.quote))),
    }
}

/// `path:line`, as compilers say it.
pub(super) fn position(span: &Span) -> String {
    let lines = if span.end > span.start { format!("{}-{}", span.start, span.end) } else { span.start.to_string() };
    code(&format!("{}:{lines}", one_line(&span.path, 200)), 230)
}

/// At most 20 lines of 200 characters.
pub(super) fn short(quote: &str) -> String {
    let line = |line: &str| {
        let mut cut: String = line.chars().take(200).collect();
        cut.extend((cut.len() < line.len()).then_some('…'));
        cut
    };
    let lines: Vec<String> = quote.lines().take(20).map(line).collect();
    lines.join("\n")
}

fn distinct(spans: &[Span]) -> Vec<&Span> {
    let mut seen: Vec<&Span> = Vec::new();
    for span in spans {
        if !seen.iter().any(|s| (&s.path, s.start, s.end) == (&span.path, span.start, span.end)) {
            seen.push(span);
        }
    }
    seen
}
