//! How the answer was reached, and who is speaking.

use contracts::tick::Tick;
use contracts::verdict::{Finding, Step, Verdict};

use super::Page;
use crate::inert::{cell, code_cell};

/// Steps beyond this are in the verdict's record.
const STEPS: usize = 20;
/// Steps that are told last.
const LAST: [&str; 2] = ["not checked", "cost"];

pub(super) fn add(page: &mut Page, verdict: &Verdict, finding: &Finding) {
    let mut table = "<details><summary>Why downstream thinks so</summary>\n\n| Step | Result |\n|---|---|\n".to_owned();
    let mut row = |step: String, result: String| table.push_str(&format!("| {step} | {result} |\n"));
    row("Rule".to_owned(), code_cell(&finding.rule, 100));
    row("Element".to_owned(), code_cell(&finding.element, 200));
    row("Declared relationship".to_owned(), code_cell(&verdict.relationship, 100));
    let (last, steps): (Vec<&Step>, Vec<&Step>) = verdict.trace.iter().partition(|step| is_last(step));
    for step in steps.iter().take(STEPS) {
        row(cell(&capital(&step.step), 120), cell(&step.result, 300));
    }
    if steps.len() > STEPS {
        row(format!("{} more steps", steps.len() - STEPS), "in the verdict's record".to_owned());
    }
    // What was left out and what it cost is never left out itself.
    for step in last.iter().take(LAST.len()) {
        row(cell(&capital(&step.step), 120), cell(&step.result, 300));
    }
    table.push_str("\n</details>\n\n");
    page.add(&table);
}

fn is_last(step: &Step) -> bool {
    LAST.iter().any(|name| step.step.eq_ignore_ascii_case(name))
}

/// A step's name as people write it; the id of a rule stays as it is.
fn capital(step: &str) -> String {
    let mut rest = step.chars();
    match rest.next().filter(|_| step.contains(' ') || !step.contains('.')) {
        Some(first) => first.to_ascii_uppercase().to_string() + rest.as_str(),
        None => step.to_owned(),
    }
}

/// Boxes for people with a mouse: each does what a command does.
fn boxes(finding: &Finding) -> String {
    let mut lines = Tick::Recheck.line("Look again now");
    lines += &Tick::Snooze { days: 14 }.line("Snooze for 14 days");
    if let Some(path) =
        finding.element.strip_prefix("file:").filter(|path| super::is_template(finding) && is_short(path))
    {
        let tick = Tick::Diverge { path: path.to_owned() };
        lines += &tick.line("We diverged here on purpose: never tell about this file again");
    }
    lines
}

fn is_short(path: &str) -> bool {
    !path.is_empty() && path.len() <= 300
}

pub(super) fn foot(verdict: &Verdict, finding: &Finding, config_url: Option<&str>) -> String {
    let config = match config_url.filter(|url| is_plain(url)) {
        Some(url) => format!("[`relationships.json`]({url})"),
        None => "`relationships.json`".to_owned(),
    };
    let role = if super::is_template(finding) { "a derivative" } else { "a dependent" };
    let source = crate::inert::code(verdict.source.as_str(), 210);
    let boxes = boxes(finding);
    format!(
        "---\n{boxes}\n<sub>Filed by downstream because {config} lists this repository as {role} of {source}. It is updated in \
         place and closes itself when it is over. Close it as *not planned* to mute it for good, or comment `/downstream help`.</sub>\n"
    )
}

/// An address that means nothing to Markdown.
fn is_plain(url: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#=&%+,@".contains(c);
    (url.starts_with("https://") || url.starts_with("http://")) && url.len() <= 1000 && url.chars().all(plain)
}
