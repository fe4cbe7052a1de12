//! What changed at the provider, and what to do about it.

use contracts::fact::Span;
use contracts::verdict::{Finding, Verdict};

use super::head::day;
use super::place::short;
use super::{Frame, Page, is_template, template};
use crate::inert::{code, fence, one_line, prose};
use crate::links::Links;

/// A longer patch is not read in an issue.
const LONGEST_PATCH: usize = 20_000;

pub(super) fn add(page: &mut Page, verdict: &Verdict, finding: &Finding, frame: &Frame<'_>) {
    let links = frame.links;
    if !finding.provider.is_empty() {
        page.add("### What changed there\n\n");
        page.add(&origin(verdict, frame));
        for pair in pairs(verdict, &finding.provider).iter().take(6) {
            page.add(&shown(pair, verdict, links));
        }
    }
    if let Some(patch) = finding.patch.as_deref().filter(|patch| !patch.trim().is_empty()) {
        suggest(page, verdict, finding, (patch, frame));
    } else if is_template(finding)
        && let Some(commands) = template::commands(verdict, finding, frame)
    {
        page.add(&format!("### Take it\n{commands}\n"));
    }
}

/// The commit, in its own words, and when it was reported.
fn origin(verdict: &Verdict, frame: &Frame<'_>) -> String {
    let (links, summary) = (frame.links, prose(&frame.change.summary, 200));
    let summary = if summary.is_empty() { summary } else { format!(": \"{summary}\"") };
    let branch = frame.change.git_ref.strip_prefix("refs/heads/").map(|branch| format!(" on {}", code(branch, 100)));
    let when = format!("{}, {}", branch.unwrap_or_default(), day(frame.change.reported_at));
    let Some(commit) = &verdict.source_commit else {
        return format!("As reported by the repository itself{when}; the commit could not be read{summary}\n\n");
    };
    let short = code(commit.short(), 7);
    match links.commit(&verdict.source, commit, links.source) {
        Some(url) => format!("Commit [{short}]({url}){when}{summary}\n\n"),
        None => format!("Commit {short} of {}{when}{summary}\n\n", code(verdict.source.as_str(), 210)),
    }
}

/// Lines before and after that belong together; either may be missing.
struct Pair<'a> {
    before: Option<&'a Span>,
    after: Option<&'a Span>,
}

/// A span at the provider's new commit is an "after"; any other is a "before". Neighbours make a pair.
fn pairs<'a>(verdict: &Verdict, spans: &'a [Span]) -> Vec<Pair<'a>> {
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    for (at, span) in spans.iter().enumerate() {
        let known = span.commit.is_some() && verdict.source_commit.is_some();
        let after = if known { span.commit == verdict.source_commit } else { at % 2 == 1 };
        match pairs.last_mut() {
            Some(pair) if after && pair.after.is_none() => pair.after = Some(span),
            _ if after => pairs.push(Pair { before: None, after: Some(span) }),
            _ => pairs.push(Pair { before: Some(span), after: None }),
        }
    }
    pairs
}

fn shown(pair: &Pair<'_>, verdict: &Verdict, links: &Links) -> String {
    let Some(named) = pair.after.or(pair.before) else { return String::new() };
    let lines = if named.end > named.start {
        format!("lines {}–{}", named.start, named.end)
    } else {
        format!("line {}", named.start)
    };
    let path = code(&one_line(&named.path, 200), 210);
    let of =
        if named.repo == verdict.source { String::new() } else { format!(" of {}", code(named.repo.as_str(), 210)) };
    let place = match links.blob(named, links.source) {
        Some(url) => format!("[{path}]({url})"),
        None => path,
    };
    let before = pair.before.map(|s| short(&s.quote)).unwrap_or_default();
    let after = pair.after.map(|s| short(&s.quote)).unwrap_or_default();
    format!("{place}{of} {lines}\n{}\n", fence("diff", &diff(&before, &after)))
}

/// The lines with their signs; what both sides begin and end with stands once.
fn diff(before: &str, after: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(b, a)| b == a).count();
    let head = same(&mut before.iter().zip(&after));
    let tail = same(&mut before[head..].iter().rev().zip(after[head..].iter().rev()));
    let mut out = String::new();
    let mut put = |sign: char, lines: &[&str]| {
        for line in lines {
            out.extend([sign]);
            out.push_str(line);
            out.push('\n');
        }
    };
    put(' ', &before[..head]);
    put('-', &before[head..before.len() - tail]);
    put('+', &after[head..after.len() - tail]);
    put(' ', &before[before.len() - tail..]);
    out
}

fn suggest(page: &mut Page, verdict: &Verdict, finding: &Finding, (patch, frame): (&str, &Frame<'_>)) {
    let heading = if is_template(finding) { "Take it" } else { "Suggested change" };
    let checked = verdict.target_commit.as_ref().map_or_else(
        || "Checked: applies cleanly.".to_owned(),
        |c| format!("Checked: applies cleanly at {}.", code(c.short(), 7)),
    );
    let how = format!("{checked} Save it as `downstream.patch` and run `git apply downstream.patch`.\n\n");
    let commands = is_template(finding).then(|| template::commands(verdict, finding, frame)).flatten();
    let or = commands.map(|commands| format!("{commands}\nOr by hand:\n\n")).unwrap_or_default();
    let section = format!("### {heading}\n{or}{}\n{how}", fence("diff", patch));
    if patch.chars().count() > LONGEST_PATCH || !page.add(&section) {
        page.add(&format!("### {heading}\nThe patch is too long for an issue. {checked}\n\n"));
    }
}
