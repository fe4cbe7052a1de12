//! Hunks × derivative → a verdict. Pure.

mod begun;

use contracts::Fingerprint;
use contracts::record::Recheck;
use contracts::verdict::{Answer, Finding, Resolved, Step, Verdict};

use crate::concern::Say;
use crate::finding::{self, Taken};
use crate::fit::{Fit, fit};
use crate::gather::{Case, Changed, Reading, Twin};
use crate::hunk::{Hunk, hunks};
use crate::meanwhile::Now;
use crate::render::Rendering;
use crate::standing::{Since, Standing};
use crate::{noise, twin};

/// Steps that people are shown.
const STEPS: usize = 60;
/// A file of the same name is the same file if so much of the template's lines stand in it.
const ALIKE: f64 = 0.5;
/// Concerns whose new files a derivative may want; the rest of a template's new files are its own business.
const WANTED_NEW: &[&str] =
    &["docker", "infrastructure", "deployment", "gpu_configuration", "health_checks", "logging", "monitoring"];

/// Decides what the template's change means for the derivative.
pub fn decide(case: &Case, reading: &Reading) -> Verdict {
    with_beginnings(case, reading).0
}

/// The verdict, and which of its findings rest on everything since an open finding began.
pub(crate) fn with_beginnings(case: &Case, reading: &Reading) -> (Verdict, Vec<Fingerprint>) {
    let mut carried_on = Vec::new();
    let mut verdict = Verdict {
        source: case.change.repo.clone(),
        target: case.target.clone(),
        relationship: case.relationship.clone(),
        source_commit: case.change.after.clone(),
        target_commit: None,
        answer: Answer::Unknown(String::new()),
        findings: Vec::new(),
        resolved: Vec::new(),
        trace: Vec::new(),
    };
    match reading {
        Reading::Unreadable(why) => {
            verdict.answer = Answer::Unknown(format!("the derivative could not be read: {why}"));
            step(&mut verdict.trace, "Derivative", why.clone());
        }
        Reading::Read { commit, twins } => {
            verdict.target_commit = commit.clone();
            carried_on = read(case, twins, &mut verdict);
        }
    }
    (verdict, carried_on)
}

fn read(case: &Case, twins: &[Vec<Twin>], verdict: &mut Verdict) -> Vec<Fingerprint> {
    let mut counts = Counts::default();
    let mut blind = case.blind.clone();
    let mut carried_on = Vec::new();
    for (file, twins) in case.files.iter().zip(twins) {
        let mut since = None;
        if let Some(found) = begun::look(case, file, twins, verdict, &mut since) {
            carried_on.push(found.fingerprint.clone());
            verdict.findings.push(found);
            continue;
        }
        let plain = Changed { began: None, ..file.clone() };
        match look(case, &plain, twins, verdict, &mut counts, &mut blind) {
            Some(found) => verdict.findings.push(found),
            None => verdict.resolved.extend(since),
        }
    }
    if let Some(recheck) = &case.recheck {
        again(case, recheck, verdict, blind.is_empty());
    }
    for record in &case.taken_back {
        let fingerprint = record.finding.fingerprint.clone();
        let said = verdict.resolved.iter().any(|over| over.fingerprint == fingerprint);
        if !said && !verdict.findings.iter().any(|f| f.fingerprint == fingerprint) {
            let commit = case.change.after.clone();
            verdict.resolved.push(Resolved { fingerprint, how: "reverted".to_owned(), commit });
        }
    }
    verdict.answer = match (verdict.findings.is_empty(), blind.is_empty()) {
        (false, _) => Answer::Affected,
        (true, false) => Answer::Unknown(format!("could not read {}", blind.join(", "))),
        (true, true) => Answer::NotAffected(counts.say()),
    };
    carried_on
}

/// Keeps what the recheck is about; over if it is no more.
fn again(case: &Case, recheck: &Recheck, verdict: &mut Verdict, saw_everything: bool) {
    let element = recheck.element.key();
    verdict.findings.retain(|finding| finding.element == element);
    for finding in &mut verdict.findings {
        // Looked at again, it is the same finding, whatever the relationship is called by now.
        finding.fingerprint = recheck.fingerprint.clone();
    }
    let taken_back = case.taken_back.iter().any(|record| record.finding.fingerprint == recheck.fingerprint);
    if verdict.findings.is_empty() && saw_everything && !case.files.is_empty() && !taken_back {
        let (fingerprint, commit) = (recheck.fingerprint.clone(), verdict.target_commit.clone());
        verdict.resolved.push(Resolved { fingerprint, how: "fixed".to_owned(), commit });
    }
}

/// What became of the hunks, in numbers.
#[derive(Debug, Default)]
struct Counts {
    noise: usize,
    unshared: usize,
    present: usize,
    diverged: usize,
    absent: usize,
    undone: usize,
}

impl Counts {
    fn say(&self) -> String {
        let Self { noise, unshared, present, diverged, absent, undone } = self;
        let parts = [
            (present, "already present"),
            (undone, "taken back or replaced there since"),
            (diverged, "where this repository has gone its own way"),
            (absent, "in files that are not here"),
            (unshared, "in concerns that are not shared"),
            (noise, "without effect"),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(count, _)| **count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        if parts.is_empty() { "nothing changed that a derivative could take".to_owned() } else { parts.join(", ") }
    }
}

fn look(
    case: &Case,
    file: &Changed,
    twins: &[Twin],
    verdict: &mut Verdict,
    counts: &mut Counts,
    blind: &mut Vec<String>,
) -> Option<Finding> {
    match (&file.before, &file.after) {
        (None, Some(after)) => added(case, file, after, twins, verdict, counts),
        (Some(before), None) => removed(case, file, before, twins, verdict, counts),
        (Some(before), Some(after)) => {
            let Some(here) = counterpart(file, before, twins) else {
                counts.absent += 1;
                step(&mut verdict.trace, format!("`{}`", file.path), "not in this repository");
                return None;
            };
            let Some(text) = &here.text else {
                blind.push(here.path.clone());
                step(&mut verdict.trace, format!("`{}`", here.path), "could not be read");
                return None;
            };
            modified(case, file, (before, after), (here, text), verdict, counts)
        }
        (None, None) => None,
    }
}

/// The file that stands in the template's file's place: by its path, or by its name and enough of its lines.
fn counterpart<'a>(file: &Changed, before: &str, twins: &'a [Twin]) -> Option<&'a Twin> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let here = |twin: &&Twin| {
        let by_path = file.from == twin.path || file.from.ends_with(&format!("/{}", twin.path));
        let known = by_path || twin::can_become(&file.from, &twin.path) || name(&file.from) != name(&twin.path);
        known || twin.text.as_deref().is_some_and(|text| twin::likeness(before, text) >= ALIKE)
    };
    twins.iter().find(here)
}

fn modified(
    case: &Case,
    file: &Changed,
    (before, after): (&str, &str),
    (here, text): (&Twin, &str),
    verdict: &mut Verdict,
    counts: &mut Counts,
) -> Option<Finding> {
    let lines: Vec<&str> = text.lines().collect();
    let mut taken = Taken::default();
    let now = match &file.now {
        Now::AsItWas => None,
        Now::Text(text) => Some(Since::of(before, after, text)),
        Now::Gone => Some(Since::of(before, after, "")),
    };
    let rendering = Rendering::of(&file.path, &here.path, (before, after), text);
    for hunk in hunks(before, after) {
        let at = format!("`{}` line {}", file.path, hunk.after_start);
        if noise::is_noise_hunk(&file.path, &hunk.removed, &hunk.added) {
            counts.noise += 1;
            continue;
        }
        let concerns = match case.concerns.say(&file.path, &hunk, &file.routes) {
            Say::Shared(concerns) => concerns,
            not_shared => {
                counts.unshared += 1;
                step(&mut verdict.trace, at, skipped(&not_shared));
                continue;
            }
        };
        let standing = now.as_ref().map_or(Standing::Holds, |now| now.standing(&hunk));
        if standing == Standing::Gone {
            counts.undone += 1;
            step(&mut verdict.trace, at, undone(case));
            continue;
        }
        let (hunk, fit) = fit_rendered(hunk, rendering.as_ref(), &lines);
        if standing == Standing::Changed && matches!(fit, Fit::Applies { .. } | Fit::Conflict { .. }) {
            taken.changed_again();
        }
        step(&mut verdict.trace, at, told(&fit, here));
        match fit {
            Fit::Present => counts.present += 1,
            Fit::Diverged => {
                counts.diverged += 1;
                taken.own_way();
            }
            Fit::Applies { at, remove, exact } => taken.apply(hunk, concerns, at, remove, exact),
            Fit::Conflict { start, end, why } => taken.conflict(hunk, concerns, (start, end), why),
        }
    }
    finding::of_hunks(case, file, here, text, taken, verdict.target_commit.as_ref())
}

/// The hunk as it stands in the template, or as the template's engine would have written it, whichever fits better.
fn fit_rendered<'h>(hunk: Hunk<'h>, rendering: Option<&'h Rendering>, lines: &[&str]) -> (Hunk<'h>, Fit) {
    let plain = fit(&hunk, lines);
    let Some(rendering) = rendering else { return (hunk, plain) };
    let rank = |fit: &Fit| match fit {
        Fit::Present | Fit::Applies { exact: true, .. } => 3,
        Fit::Applies { .. } => 2,
        Fit::Conflict { .. } => 1,
        Fit::Diverged => 0,
    };
    let rendered = rendering.hunk(&hunk);
    let found = fit(&rendered, lines);
    // Lines of the template that stand here to the letter were not rendered.
    let is_copied = !hunk.removed.is_empty() && rank(&plain) == 3;
    if is_copied || rank(&found) < rank(&plain) { (hunk, plain) } else { (rendered, found) }
}

/// A new file is worth taking if nothing stands in its place and its concern is one that templates keep for others.
fn added(
    case: &Case,
    file: &Changed,
    after: &str,
    twins: &[Twin],
    verdict: &mut Verdict,
    counts: &mut Counts,
) -> Option<Finding> {
    let lines: Vec<&str> = after.lines().collect();
    let hunk = Hunk {
        before_start: 1,
        after_start: 1,
        lines: (0, lines.len()),
        removed: Vec::new(),
        added: lines,
        above: Vec::new(),
        below: Vec::new(),
    };
    let at = format!("`{}`, a new file", file.path);
    if let Some(there) = twins.iter().find(|twin| twin.path == file.path) {
        counts.present += 1;
        step(&mut verdict.trace, at, format!("`{}` is here already", there.path));
        return None;
    }
    if noise::is_noise_hunk(&file.path, &[], &hunk.added) {
        counts.noise += 1;
        return None;
    }
    let concerns = match case.concerns.say(&file.path, &hunk, &file.routes) {
        Say::Shared(concerns) => concerns,
        not_shared => {
            counts.unshared += 1;
            step(&mut verdict.trace, at, skipped(&not_shared));
            return None;
        }
    };
    if file.now == Now::Gone {
        counts.undone += 1;
        step(&mut verdict.trace, at, undone(case));
        return None;
    }
    let wanted = concerns.iter().any(|c| WANTED_NEW.contains(c) || case.concerns.shared.iter().any(|s| s == c));
    let is_raw = |text: &str| text.contains("{{") || text.contains("{%");
    if !wanted
        || is_raw(&file.path)
        || (is_raw(after) && !file.path.contains(".github/"))
        || outline::role::is_test(&file.path)
    {
        counts.absent += 1;
        step(&mut verdict.trace, at, "the template's own business, or to be rendered first");
        return None;
    }
    step(&mut verdict.trace, at, "nothing stands in its place here");
    Some(finding::of_new_file(case, file, after, concerns))
}

/// A removed file is worth telling only where the derivative still has it to the letter.
fn removed(
    case: &Case,
    file: &Changed,
    before: &str,
    twins: &[Twin],
    verdict: &mut Verdict,
    counts: &mut Counts,
) -> Option<Finding> {
    let at = format!("`{}`, removed", file.path);
    let same = |twin: &&Twin| twin.path == file.path && twin.text.as_deref() == Some(before);
    let Some(here) = twins.iter().find(same) else {
        counts.absent += 1;
        step(&mut verdict.trace, at, "not here, or with changes of its own");
        return None;
    };
    if matches!(file.now, Now::Text(_)) {
        counts.undone += 1;
        step(&mut verdict.trace, at, undone(case));
        return None;
    }
    let lines: Vec<&str> = before.lines().collect();
    let hunk = Hunk {
        before_start: 1,
        after_start: 1,
        lines: (lines.len(), 0),
        removed: lines,
        added: Vec::new(),
        above: Vec::new(),
        below: Vec::new(),
    };
    match case.concerns.say(&file.path, &hunk, &file.routes) {
        Say::Shared(concerns) if concerns.iter().any(|c| WANTED_NEW.contains(c)) => {
            step(&mut verdict.trace, at, "still here, unchanged");
            Some(finding::of_removed_file(case, file, here, before, concerns, verdict.target_commit.as_ref()))
        }
        say => {
            counts.unshared += 1;
            step(&mut verdict.trace, at, skipped(&say));
            None
        }
    }
}

fn undone(case: &Case) -> String {
    let by = case.later.as_ref().map_or_else(String::new, |commit| format!(" by {}", commit.short()));
    format!("taken back or replaced there{by}")
}

fn skipped(say: &Say) -> String {
    match say {
        Say::Divergent(concern) => format!("skipped: `{concern}` diverges by declaration"),
        Say::Shared(concerns) | Say::Unlisted(concerns) => format!("skipped: {} is not shared", concerns.join(", ")),
    }
}

fn told(fit: &Fit, here: &Twin) -> String {
    let path = &here.path;
    match fit {
        Fit::Present => format!("already present in `{path}`"),
        Fit::Applies { at, exact: true, .. } => format!("applies cleanly to `{path}` at line {}", at + 1),
        Fit::Applies { at, exact: false, .. } => {
            format!("fits into `{path}` at line {}, found by its surroundings", at + 1)
        }
        Fit::Conflict { start, why, .. } => format!("conflicts in `{path}` at line {}: {why}", start + 1),
        Fit::Diverged => format!("`{path}` has gone its own way here"),
    }
}

fn step(trace: &mut Vec<Step>, step: impl Into<String>, result: impl Into<String>) {
    if trace.len() < STEPS {
        trace.push(Step { step: step.into(), result: result.into() });
    }
}
