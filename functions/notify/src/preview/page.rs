//! The comment: a pure function of what is known.

use std::fmt;

use contracts::RepoName;
use contracts::fact::Span;
use contracts::verdict::{Answer, Finding, Verdict};

use super::impact::{Impact, Kind, Missing};
use super::rows;
use crate::inert::{code, fence, one_line, prose};
use crate::links::Links;
use crate::page::{LONGEST, Page};

/// Places of a finding that are listed.
const PLACES: usize = 12;

/// The comment without its marker: headline, table, and what was found for each dependent. Everything that comes from
/// outside is inert. `is_there` tells which repositories people can open on `web`; of those no code is quoted, for who
/// reads this may not be allowed to read that.
pub fn markdown(impact: &Impact, web: &str, is_there: &dyn Fn(&RepoName) -> bool) -> String {
    let source = is_there(&impact.source);
    let links = |target: &RepoName| Links { web: web.to_owned(), source, target: is_there(target) };
    let mut page = Page::with_room(LONGEST);
    page.add(&heading(impact));
    if let Some(problem) = &impact.problem {
        page.add(&format!("> [!WARNING]\n> Nobody could be asked: {}\n\n", prose(problem, 400)));
    }
    rows::add(&mut page, impact, &links);
    let mut verdicts: Vec<&Verdict> = impact.verdicts.iter().collect();
    verdicts.sort_by_key(|verdict| Kind::of(verdict));
    let foot = foot(impact);
    page.reserve(&foot);
    let shown = verdicts.iter().filter(|v| page.add(&details(v, impact, &links(&v.target)))).count();
    if shown < verdicts.len() {
        page.add(&format!("…and {} more without room here.\n\n", verdicts.len() - shown));
    }
    page.into_text() + &foot
}

fn heading(impact: &Impact) -> String {
    if impact.is_clean() && !impact.verdicts.is_empty() {
        let count = impact.verdicts.len();
        return format!("### Downstream impact: none, {count} unaffected\n\n");
    }
    format!("### Downstream impact: {}\n\n", impact.headline())
}

/// What is known about one dependent; nothing for one that is not affected.
fn details(verdict: &Verdict, impact: &Impact, links: &Links) -> String {
    let of = match &verdict.answer {
        Answer::NotAffected(_) => return String::new(),
        Answer::Unknown(why) => format!("{}\n\n", prose(why, 600)),
        Answer::Affected => {
            verdict.findings.iter().map(|f| finding(verdict, f, impact, links)).collect::<Vec<_>>().concat()
        }
    };
    // A name has nothing in it that HTML could read.
    let (target, told) = (&verdict.target, told(verdict));
    format!("<details><summary><code>{target}</code>: {told}</summary>\n\n{of}</details>\n\n")
}

fn told(verdict: &Verdict) -> String {
    match verdict.findings.len() {
        0 => "could not be told".to_owned(),
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    }
}

fn finding(verdict: &Verdict, finding: &Finding, impact: &Impact, links: &Links) -> String {
    let Finding { change, consequence, tier, tier_reason, urgency, rule, .. } = finding;
    let (change, consequence) = (prose(change, 600), prose(consequence, 600));
    let mut text = if change.is_empty() { String::new() } else { format!("**{change}**\n\n") };
    // It is told from the dependent's point of view, where "here" is another place.
    text += &format!("In {}: {consequence}\n\n", code(verdict.target.as_str(), 210));
    let reason = prose(tier_reason, 300);
    let reason = if reason.is_empty() { reason } else { format!(" ({reason})") };
    text += &format!("*{}*{reason} · urgency **{}** · rule {}\n\n", tier.as_str(), urgency.as_str(), code(rule, 100));
    let here: Vec<&Span> = finding.provider.iter().filter(|span| span.repo == impact.source).collect();
    let before = |span: &Span| span.commit.is_some() && span.commit != impact.head;
    text += &places("Changed here", &here, links, (links.source, &before));
    let there: Vec<&Span> = finding.dependent.iter().filter(|span| span.repo != impact.source).collect();
    text + &places("Used there", &there, links, (links.target, &|_| false))
}

fn places(title: &str, spans: &[&Span], links: &Links, (reachable, before): (bool, &dyn Fn(&Span) -> bool)) -> String {
    if spans.is_empty() {
        return String::new();
    }
    let mut list = format!("{title}:\n\n");
    for span in spans.iter().take(PLACES) {
        let then = if before(span) { " (before)" } else { "" };
        list += &format!("- {}{then}\n", place(span, links, reachable));
        if !reachable {
            let quote: Vec<String> = span.quote.lines().take(6).map(|line| line.chars().take(200).collect()).collect();
            list += &indented(&fence("", &quote.join("\n")));
        }
    }
    if spans.len() > PLACES {
        list += &format!("- …and {} more\n", spans.len() - PLACES);
    }
    list + "\n"
}

/// Two spaces make a fence part of its list item.
fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// `path:line`, linked where it can be opened.
pub(super) fn place(span: &Span, links: &Links, reachable: bool) -> String {
    let lines = if span.end > span.start { format!("{}-{}", span.start, span.end) } else { span.start.to_string() };
    let shown = code(&format!("{}:{lines}", one_line(&span.path, 120)), 140);
    match links.blob(span, reachable) {
        Some(url) => format!("[{shown}]({url})"),
        None => shown,
    }
}

fn foot(impact: &Impact) -> String {
    let at = impact.head.as_ref().map(|head| format!(" at {}", code(head.short(), 7))).unwrap_or_default();
    let open = impact.missing.iter().any(|(_, why)| *why == Missing::Waiting);
    let then = match (impact.affects(), open) {
        (_, true) => "Some dependents have not been looked at yet; this is edited in place when they are.",
        (true, false) => {
            "Issues are filed after the merge, if this still stands then; comment `/downstream hold` to file none. Edited in place."
        }
        (false, false) => "Edited in place.",
    };
    format!("<sub>Looked at by downstream{at}. {then}</sub>\n")
}

/// The hidden line by which the comment is found again. Digests and numbers of ours only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) number: u64,
    /// Order of acceptance of the change that the comment is about.
    pub(super) seq: i64,
    /// Digest of what it shows.
    pub(super) digest: String,
}

impl Marker {
    /// What the comment of this pull request contains, whatever else changes.
    pub(super) fn needle(number: u64) -> String {
        format!("<!-- downstream:v1 preview={number} ")
    }

    /// The last marker of a comment, if it has one.
    pub(super) fn read(body: &str, number: u64) -> Option<Self> {
        let needle = Self::needle(number);
        let line = body.get(body.rfind(&needle)? + needle.len()..)?;
        let line = line.get(..line.find(" -->")?)?;
        let value = |key: &str| line.split(' ').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
        Some(Self { number, seq: value("seq")?.parse().ok()?, digest: value("ev")?.to_owned() })
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}seq={} ev={} -->", Self::needle(self.number), self.seq, self.digest)
    }
}

#[cfg(test)]
mod tests {
    use super::Marker;

    #[test]
    fn what_is_written_is_read() {
        let marker = Marker { number: 12, seq: 1_795_176_876_756_000, digest: "00112233aabbccdd".to_owned() };
        let body = format!("text <!-- downstream:v1 preview=12 seq=1 ev=x -->\n{marker}\n");
        assert_eq!(Marker::read(&body, 12), Some(marker));
        for (body, number) in [
            (body.as_str(), 1),
            (body.as_str(), 123),
            ("", 12),
            ("<!-- downstream:v1 preview=12 seq=1 ev=x", 12),
            ("<!-- downstream:v1 preview=12 seq=é ev=x -->", 12),
            ("<!-- downstream:v1 fp=0011223344556677 run=1 -->", 12),
        ] {
            assert_eq!(Marker::read(body, number), None, "{body} {number}");
        }
    }
}
