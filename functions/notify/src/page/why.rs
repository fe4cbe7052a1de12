//! How the answer was reached, and who is speaking.

use contracts::verdict::{Finding, Verdict};

use super::Page;
use crate::inert::{cell, code_cell};

/// Steps beyond this are in the verdict's record.
const STEPS: usize = 20;

pub(super) fn add(page: &mut Page, verdict: &Verdict, finding: &Finding) {
    let mut table = "<details><summary>Why downstream thinks so</summary>\n\n| Step | Result |\n|---|---|\n".to_owned();
    let mut row = |step: String, result: String| table.push_str(&format!("| {step} | {result} |\n"));
    row("Rule".to_owned(), code_cell(&finding.rule, 100));
    row("Element".to_owned(), code_cell(&finding.element, 200));
    row("Declared relationship".to_owned(), code_cell(&verdict.relationship, 100));
    for step in verdict.trace.iter().take(STEPS) {
        row(cell(&step.step, 120), cell(&step.result, 300));
    }
    if verdict.trace.len() > STEPS {
        row(format!("{} more steps", verdict.trace.len() - STEPS), "in the verdict's record".to_owned());
    }
    table.push_str("\n</details>\n\n");
    page.add(&table);
}

pub(super) fn foot(verdict: &Verdict, finding: &Finding, config_url: Option<&str>) -> String {
    let config = match config_url.filter(|url| is_plain(url)) {
        Some(url) => format!("[`relationships.json`]({url})"),
        None => "`relationships.json`".to_owned(),
    };
    let role = if super::is_template(finding) { "a derivative" } else { "a dependent" };
    let source = crate::inert::code(verdict.source.as_str(), 210);
    format!(
        "---\n<sub>Filed by downstream because {config} lists this repository as {role} of {source}. It is updated in \
         place and closes itself when it is over. Close it as *not planned* to mute it for good, or comment `/downstream help`.</sub>\n"
    )
}

/// An address that means nothing to Markdown.
fn is_plain(url: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#=&%+,@".contains(c);
    (url.starts_with("https://") || url.starts_with("http://")) && url.len() <= 1000 && url.chars().all(plain)
}
