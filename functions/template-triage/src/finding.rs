//! From hunks that fit to one finding a file, with a patch that was proved to apply.

use contracts::fact::Span;
use contracts::verdict::{Finding, Tier, Urgency};
use contracts::{CommitId, Fingerprint};

use crate::gather::{Case, Changed, Twin};
use crate::hunk::Hunk;
use crate::meanwhile::Now;
use crate::patch;
use crate::related::related;
use crate::render::is_unfinished;

/// Hunks that are quoted.
const QUOTED: usize = 6;
/// The rule in every fingerprint: whether a hunk applies or conflicts today, it is the same finding.
const FAMILY: &str = "template.hunk";
const CHANGED_AGAIN: &str = "the template has changed a part of it again";

/// The hunks of one file that the derivative may want.
#[derive(Debug, Default)]
pub(crate) struct Taken<'a> {
    applied: Vec<(Hunk<'a>, usize, usize, bool)>,
    conflicts: Vec<(Hunk<'a>, (usize, usize), &'static str)>,
    concerns: Vec<&'static str>,
    /// Hunks of the same file whose place looks different here.
    own_way: usize,
    /// The template has changed some of them again.
    again: bool,
}

impl<'a> Taken<'a> {
    pub(crate) fn changed_again(&mut self) {
        self.again = true;
    }

    pub(crate) fn own_way(&mut self) {
        self.own_way += 1;
    }

    pub(crate) fn apply(&mut self, hunk: Hunk<'a>, concerns: Vec<&'static str>, at: usize, remove: usize, exact: bool) {
        self.concern(concerns);
        self.applied.push((hunk, at, remove, exact));
    }

    pub(crate) fn conflict(
        &mut self,
        hunk: Hunk<'a>,
        concerns: Vec<&'static str>,
        lines: (usize, usize),
        why: &'static str,
    ) {
        self.concern(concerns);
        self.conflicts.push((hunk, lines, why));
    }

    fn concern(&mut self, concerns: Vec<&'static str>) {
        for concern in concerns {
            if !self.concerns.contains(&concern) {
                self.concerns.push(concern);
            }
        }
    }
}

/// One finding for all hunks of a file; none if there are none.
pub(crate) fn of_hunks(
    case: &Case,
    file: &Changed,
    here: &Twin,
    text: &str,
    taken: Taken<'_>,
    commit: Option<&CommitId>,
) -> Option<Finding> {
    let Taken { applied, conflicts, concerns, own_way, again } = &taken;
    if applied.is_empty() && conflicts.is_empty() {
        return None;
    }
    let span = |start: usize, end: usize| Span::cut(&case.target, commit, &here.path, text, number(start), number(end));
    let at = applied.iter().filter_map(|(_, at, remove, _)| match remove {
        // An insertion stands between two lines.
        0 => span((*at).max(1), at + 1),
        remove => span(at + 1, at + remove),
    });
    let lines: Vec<&str> = text.lines().collect();
    let inserted = applied.iter().filter(|(_, _, remove, _)| *remove == 0);
    let beside = inserted.filter_map(|(hunk, at, ..)| related(&lines, *at, &hunk.added));
    let beside = beside.filter_map(|(start, end)| span(start + 1, end + 1));
    let conflicting = conflicts.iter().filter_map(|(_, (start, end), _)| span(start + 1, end + 1));
    let unfinished = applied.iter().any(|(hunk, ..)| is_unfinished(&hunk.added));
    let exact = conflicts.is_empty() && applied.iter().all(|(_, _, _, exact)| *exact);
    let cured = applied.iter().all(|(hunk, ..)| !hunk.removed.is_empty());
    let (tier, tier_reason) = match (exact, applied.is_empty()) {
        _ if case.change.partial => (Tier::CheckFirst, "only the reporter's own diff is known"),
        _ if *again => (Tier::CheckFirst, CHANGED_AGAIN),
        (true, _) if cured => (Tier::Confirmed, "the lines that the template changed stand here to the letter"),
        (true, _) => (Tier::Likely, "the lines around the change stand here to the letter"),
        (false, false) => (Tier::Likely, "the place was found by similar lines around it"),
        (false, true) => (Tier::CheckFirst, "most of the old lines stand here, with changes between them"),
    };
    let (clean, all) = (applied.len(), applied.len() + conflicts.len() + own_way);
    let consequence = match (clean, all) {
        _ if *again => as_they_stand(case),
        (0, _) => "It does not apply as it is; look whether the same lines need the same cure here.".to_owned(),
        (1, 1) => "It applies cleanly here; nothing is broken if you skip it.".to_owned(),
        (clean, all) if clean == all => {
            format!("All {all} places apply cleanly here; nothing is broken if you skip them.")
        }
        (clean, all) => format!("{clean} of {all} places apply cleanly here; look at the rest before you take them."),
    };
    let hunks = applied.iter().map(|(hunk, ..)| hunk).chain(conflicts.iter().map(|(hunk, ..)| hunk));
    Some(Finding {
        rule: if applied.is_empty() { "template.hunk.conflicts" } else { "template.hunk.applies" }.to_owned(),
        title: title(case, &here.path, if applied.is_empty() { "needs a look" } else { "applies here" }),
        consequence,
        tier,
        tier_reason: tier_reason.to_owned(),
        provider: hunks.take(QUOTED).flat_map(|hunk| provider(case, file, hunk)).collect(),
        dependent: at.chain(beside).chain(conflicting).collect(),
        patch: merged(text, applied)
            .filter(|_| !again && !unfinished)
            .and_then(|new| proved(&here.path, Some(text), Some(&new))),
        triggers: concerns.iter().map(|&c| c.to_owned()).collect(),
        ..blank(case, file)
    })
}

/// What to take where a part of it was changed again.
fn as_they_stand(case: &Case) -> String {
    let by = case.later.as_ref().map_or_else(String::new, |commit| format!(" by `{}`", commit.short()));
    format!("It was changed again there{by}: take it as it stands there now.")
}

/// A file that the derivative lacks.
pub(crate) fn of_new_file(case: &Case, file: &Changed, after: &str, concerns: Vec<&'static str>) -> Finding {
    let found = new_file(case, file, after, concerns);
    if file.now == Now::AsItWas {
        return found;
    }
    let (tier, tier_reason) = (Tier::CheckFirst, CHANGED_AGAIN.to_owned());
    Finding { consequence: as_they_stand(case), tier, tier_reason, patch: None, ..found }
}

fn new_file(case: &Case, file: &Changed, after: &str, concerns: Vec<&'static str>) -> Finding {
    let lines = number(after.lines().count());
    let span = Span::cut(&case.change.repo, case.change.after.as_ref(), &file.path, after, 1, lines);
    Finding {
        title: title(case, &file.path, "is new there"),
        change: format!("added `{}`{}.", plain(&file.path), because(case)),
        consequence: "Nothing stands in its place here; nothing is broken if you skip it.".to_owned(),
        tier: Tier::Likely,
        tier_reason: "the concern is shared and the file is not here".to_owned(),
        provider: span.into_iter().collect(),
        patch: proved(&file.path, None, Some(after)),
        triggers: concerns.iter().map(|&c| c.to_owned()).collect(),
        ..blank(case, file)
    }
}

/// A file that the template gave up and the derivative still has.
pub(crate) fn of_removed_file(
    case: &Case,
    file: &Changed,
    here: &Twin,
    text: &str,
    concerns: Vec<&'static str>,
    commit: Option<&CommitId>,
) -> Finding {
    let lines = number(text.lines().count());
    let provider = Span::cut(&case.change.repo, case.change.before.as_ref(), &file.path, text, 1, lines);
    let dependent = Span::cut(&case.target, commit, &here.path, text, 1, lines);
    Finding {
        title: title(case, &file.path, "was removed there"),
        change: format!("removed `{}`{}.", plain(&file.path), because(case)),
        consequence: "The same file still stands here; look whether it is still needed.".to_owned(),
        urgency: Urgency::Low,
        tier: Tier::Likely,
        tier_reason: "the file stands here to the letter".to_owned(),
        provider: provider.into_iter().collect(),
        dependent: dependent.into_iter().collect(),
        triggers: concerns.iter().map(|&c| c.to_owned()).collect(),
        ..blank(case, file)
    }
}

/// What all findings of a file have in common.
fn blank(case: &Case, file: &Changed) -> Finding {
    let element = format!("file:{}", file.path);
    Finding {
        fingerprint: Fingerprint::derive(&case.change.repo, &case.target, &case.relationship, FAMILY, &element),
        rule: "template.hunk.applies".to_owned(),
        element,
        title: String::new(),
        change: format!("changed `{}`{}.", plain(&file.path), because(case)),
        consequence: String::new(),
        urgency: urgency(&case.change.summary),
        tier: Tier::Likely,
        tier_reason: String::new(),
        provider: Vec::new(),
        dependent: Vec::new(),
        patch: None,
        triggers: Vec::new(),
    }
}

/// A fix is worth a look, anything else is useful to know; nothing of a template breaks a derivative by itself.
fn urgency(summary: &str) -> Urgency {
    const CURES: &[&str] = &[
        "fix",
        "fixes",
        "fixed",
        "fixing",
        "bug",
        "bugfix",
        "hotfix",
        "security",
        "cve",
        "vulnerability",
        "crash",
        "leak",
        "deadlock",
        "regression",
    ];
    let summary = summary.to_ascii_lowercase();
    let cures = summary.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| CURES.contains(&word));
    if cures { Urgency::Medium } else { Urgency::Low }
}

fn title(case: &Case, path: &str, what: &str) -> String {
    let role = if case.upward { "Derivative" } else { "Template" };
    let room = 72_usize.saturating_sub(role.len() + what.len() + 4);
    let name: String = case.change.repo.name().chars().take(room.saturating_sub(12).clamp(8, 30)).collect();
    let room = room.saturating_sub(name.len());
    let file = path.rsplit('/').next().unwrap_or(path);
    let path = if path.chars().count() <= room { path } else { file };
    let path: String = path.chars().take(room).collect();
    format!("{role} {name}: {path} {what}")
}

/// The commit's own words, as words.
fn because(case: &Case) -> String {
    let summary: String = plain(&case.change.summary).chars().take(120).collect();
    let summary = summary.trim();
    if summary.is_empty() { String::new() } else { format!(" (\"{summary}\")") }
}

/// Without what would end a code span.
fn plain(text: &str) -> String {
    text.replace('`', "'")
}

fn provider(case: &Case, file: &Changed, hunk: &Hunk<'_>) -> Vec<Span> {
    let change = &case.change;
    let cut = |commit, path: &str, text: &Option<String>, start: u32, lines: usize| {
        let end = start.saturating_add(number(lines)).saturating_sub(1);
        (lines > 0).then(|| Span::cut(&change.repo, commit, path, text.as_deref()?, start, end)).flatten()
    };
    let began = file.began.as_ref().map_or(change.before.as_ref(), |began| began.commit.as_ref());
    let before = cut(began, &file.from, &file.before, hunk.before_start, hunk.lines.0);
    let after = cut(change.after.as_ref(), &file.path, &file.after, hunk.after_start, hunk.lines.1);
    before.into_iter().chain(after).collect()
}

/// The derivative's text with every hunk that applies; none if two of them want the same lines.
fn merged(text: &str, applied: &[(Hunk<'_>, usize, usize, bool)]) -> Option<String> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut order: Vec<&(Hunk<'_>, usize, usize, bool)> = applied.iter().collect();
    order.sort_by_key(|(_, at, ..)| *at);
    let apart = |pair: &[&(Hunk<'_>, usize, usize, bool)]| pair[0].1 + pair[0].2.max(1) <= pair[1].1;
    if order.is_empty() || !order.windows(2).all(apart) {
        return None;
    }
    for (hunk, at, remove, _) in order.into_iter().rev() {
        // An insertion behind a last line without its end would run into it.
        if *at > 0 && *at == lines.len() && !hunk.added.is_empty() {
            let last = lines.get_mut(at - 1)?;
            if !last.ends_with('\n') {
                last.push_str(end);
            }
        }
        let new = hunk.added.iter().map(|line| format!("{}{end}", line.trim_end_matches('\r')));
        lines.get(*at..at + remove)?;
        lines.splice(*at..at + remove, new.collect::<Vec<_>>());
    }
    Some(lines.concat())
}

/// The patch, if applying it gives exactly what it should.
fn proved(path: &str, old: Option<&str>, new: Option<&str>) -> Option<String> {
    // Names that a patch would have to quote.
    if path.chars().any(|c| c.is_control() || c == '"' || c == '\\')
        || path.starts_with('/')
        || path.split('/').any(|p| p == "..")
    {
        return None;
    }
    let patch = patch::between(path, old, new);
    (patch::apply(&patch, old.unwrap_or_default()).as_deref() == Some(new.unwrap_or_default())).then_some(patch)
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
