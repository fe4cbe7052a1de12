//! Reads the template's changed files on both sides, and what stands in their place in the derivative.

use contracts::fact::{FactSheet, FileChange, FileStatus};
use contracts::manifest::{Content, EntryKind};
use contracts::messages::{Change, TriageTemplate};
use contracts::record::{FindingRecord, Recheck};
use contracts::{BlobKey, CommitId, Envelope, RepoName};
use snapshot::{Rev, Snapshot, Take};
use stage::{Fault, Stage};

use crate::meanwhile::{Began, Now};
use crate::{Deps, TemplateTriage, meanwhile, noise, twin};

/// Larger files are data.
const MAX_TEXT: u64 = 1 << 20;
/// A change of more files than this is a new template, not a fix.
const MAX_FILES: usize = 400;

/// What is asked: the template's side and the relationship.
#[derive(Debug, Clone)]
pub struct Case {
    /// The template's change.
    pub change: Change,
    /// The derivative (or the template, where a change travels upward).
    pub target: RepoName,
    /// As declared: `template_fork`, ….
    pub relationship: String,
    /// The change travels from the derivative to its template.
    pub upward: bool,
    /// Who decides about what.
    pub concerns: Concerns,
    /// Changed files that are no noise, in path order.
    pub files: Vec<Changed>,
    /// Changed files that could not be read, and why.
    pub blind: Vec<String>,
    /// Set when an open finding is looked at again.
    pub recheck: Option<Recheck>,
    /// Findings of this pair that are open or muted.
    pub known: Vec<FindingRecord>,
    /// Open findings whose files the template has brought back to what they were.
    pub taken_back: Vec<FindingRecord>,
    /// Open findings about files that this change touches once more.
    pub open: Vec<FindingRecord>,
    /// Where the template's branch is by now, if it went on.
    pub later: Option<CommitId>,
}

/// Who decides about what. Words beside the known concerns may be paths of single files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concerns {
    /// The same on both sides; empty for everything that does not diverge.
    pub shared: Vec<String>,
    /// Each side for itself; wins over `shared`.
    pub divergent: Vec<String>,
}

/// A changed file of the template.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Path after the change (before it, for a removed file).
    pub path: String,
    /// Path before.
    pub from: String,
    /// What happened.
    pub status: FileStatus,
    /// Text before; none for a new file.
    pub before: Option<String>,
    /// Text after; none for a removed file.
    pub after: Option<String>,
    /// Lines after the change that declare HTTP routes, as told by the facts.
    pub routes: Vec<(u32, u32)>,
    /// What the template's branch holds in its place by now.
    pub now: Now,
    /// Where an open finding about it began.
    pub began: Option<Began>,
}

/// What came of reading the derivative.
#[derive(Debug, Clone)]
pub enum Reading {
    /// It was read.
    Read {
        /// The commit that was looked at.
        commit: Option<CommitId>,
        /// For each changed file, in the same order, what may stand in its place, the likeliest first.
        twins: Vec<Vec<Twin>>,
    },
    /// It never will be, and why.
    Unreadable(String),
}

/// A file of the derivative that may stand in a changed file's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// Path in the derivative.
    pub path: String,
    /// Its text; none where it is not kept (binary, too large, a link).
    pub text: Option<String>,
}

/// The manifests that a decision rests on, beside those that its message names.
#[derive(Debug, Clone, Default)]
pub struct ReadFrom {
    /// The derivative.
    pub dependent: Option<BlobKey>,
    /// Where the template's branch is by now, if it went on.
    pub later: Option<BlobKey>,
}

/// The case, what was read of the derivative, and the manifests that both were read from.
pub(crate) async fn gather(msg: &Envelope<TriageTemplate>, deps: &Deps) -> Result<(Case, Reading, ReadFrom), Fault> {
    let body = &msg.body;
    let sheet: FactSheet = deps.blobs.get_json(&body.facts).await?;
    let before = Snapshot::open(&deps.blobs, &body.before).await?;
    let after = Snapshot::open(&deps.blobs, &body.after).await?;
    let mut known = deps.store.findings_against(&body.target).await?;
    known.retain(|record| record.source == body.change.repo && record.finding.rule.starts_with("template."));
    let taken_back = taken_back(&known, &after, deps).await?;
    let mut case = declared(body, deps, known, taken_back);
    fill(&mut case, &sheet, &before, &after).await?;
    case.open = meanwhile::open(&case);
    meanwhile::begin(&mut case, &deps.blobs).await?;
    // The template's own later pushes take back what was found before them.
    let later = if body.recheck.is_some() { None } else { later(&case, &after, deps).await? };
    if let Some(later) = &later {
        meanwhile::hold_against(&mut case, later).await?;
    }
    let mut read_from = ReadFrom { dependent: None, later: later.map(|snapshot| snapshot.key().clone()) };
    match head(msg, deps).await {
        Ok(snapshot) => {
            let reading = read(&snapshot, &case).await?;
            read_from.dependent = Some(snapshot.key().clone());
            Ok((case, reading, read_from))
        }
        Err(Fault::Reject { why }) => Ok((case, Reading::Unreadable(why), read_from)),
        Err(retry) => Err(retry),
    }
}

async fn later(case: &Case, after: &Snapshot, deps: &Deps) -> Result<Option<Snapshot>, Fault> {
    if case.files.is_empty() {
        return Ok(None);
    }
    Ok(snapshot::later(&deps.git, &deps.blobs, &case.change, after).await?)
}

/// Reads both sides of the changed files into the case.
pub(crate) async fn fill(case: &mut Case, sheet: &FactSheet, before: &Snapshot, after: &Snapshot) -> Result<(), Fault> {
    case.blind = unseen(sheet);
    for file in sheet.files.iter().filter(|file| file.noise.is_none() && !noise::is_noise_path(&file.path)) {
        if case.files.len() >= MAX_FILES {
            case.blind.push(format!("more than {MAX_FILES} changed files"));
            break;
        }
        match changed(file, sheet, before, after).await? {
            Some(changed) => case.files.push(changed),
            None => case.blind.push(file.path.clone()),
        }
    }
    Ok(())
}

/// What the sheet could not look at. A file without a syntax tree is no loss here: hunks are text.
fn unseen(sheet: &FactSheet) -> Vec<String> {
    let as_text = |note: &&String| {
        let of = |file: &FileChange| note.strip_prefix(&file.path).is_some_and(|rest| rest.starts_with(": "));
        sheet.files.iter().any(|file| file.noise.is_none() && of(file))
    };
    sheet.blind.iter().filter(|note| !as_text(note)).cloned().collect()
}

fn declared(body: &TriageTemplate, deps: &Deps, known: Vec<FindingRecord>, taken_back: Vec<FindingRecord>) -> Case {
    let link = deps.relationships.template_link(&body.change.repo, &body.target);
    let (shared, divergent) = link.map_or_else(Default::default, |link| {
        (link.derivative.shared_concerns.clone(), link.derivative.divergent_concerns.clone())
    });
    Case {
        change: body.change.clone(),
        target: body.target.clone(),
        relationship: link.map_or_else(|| "undeclared".to_owned(), |link| link.derivative.relationship_type.clone()),
        upward: link.is_some_and(|link| link.upward),
        concerns: Concerns { shared, divergent },
        files: Vec::new(),
        blind: Vec::new(),
        recheck: body.recheck.clone(),
        known,
        taken_back,
        open: Vec::new(),
        later: None,
    }
}

/// Open findings about files that stand, after this change, exactly as before the change that led to the finding.
async fn taken_back(known: &[FindingRecord], after: &Snapshot, deps: &Deps) -> Result<Vec<FindingRecord>, Fault> {
    let mut back = Vec::new();
    if after.manifest().commit.is_none() {
        // A reporter's diff names a few files; those that it does not name are not gone.
        return Ok(back);
    }
    for record in known.iter().filter(|record| record.state == contracts::record::FindingState::Open) {
        let Some(path) = record.finding.element.strip_prefix("file:") else { continue };
        let Ok(then) = Snapshot::open(&deps.blobs, &record.recheck.before).await else { continue };
        let content = |snapshot: &Snapshot| snapshot.manifest().entry(path).map(|entry| entry.oid.clone());
        // A finding that is looked at again rests on this very change: it cannot have been taken back by it.
        if record.recheck.after != *after.key() && content(&then) == content(after) {
            back.push(record.clone());
        }
    }
    Ok(back)
}

/// Both texts of a changed file; none if one of them is not kept.
async fn changed(
    file: &FileChange,
    sheet: &FactSheet,
    before: &Snapshot,
    after: &Snapshot,
) -> Result<Option<Changed>, Fault> {
    let from = file.from.clone().unwrap_or_else(|| file.path.clone());
    let was = if file.status == FileStatus::Added { Some(None) } else { text(before, &from).await?.map(Some) };
    let is = if file.status == FileStatus::Removed { Some(None) } else { text(after, &file.path).await?.map(Some) };
    let (Some(was), Some(is)) = (was, is) else { return Ok(None) };
    let routes = sheet.facts.iter().filter(|fact| fact.rule.starts_with("http."));
    let routes = routes.filter_map(|fact| fact.after.as_ref()).filter(|span| span.path == file.path);
    let routes = routes.map(|span| (span.start, span.end)).collect();
    let (path, now, began) = (file.path.clone(), Now::default(), None);
    Ok(Some(Changed { path, from, status: file.status, before: was, after: is, routes, now, began }))
}

/// The derivative's snapshot, at its head if nobody asked for another commit; what an earlier one holds is not fetched again.
async fn head(msg: &Envelope<TriageTemplate>, deps: &Deps) -> Result<Snapshot, Fault> {
    let body = &msg.body;
    let previous = match deps.store.repository(&body.target).await? {
        // A snapshot that is gone from storage is no reason to fail: everything is read anew.
        Some(known) => Snapshot::open(&deps.blobs, &known.snapshot).await.ok(),
        None => None,
    };
    let progress = deps.progress.of(&body.target, &msg.run, TemplateTriage::NAME);
    let limits = deps.git.limits().clone();
    let rev = body.change.pinned.get(&body.target).map_or(Rev::Head, |commit| Rev::Commit(commit.clone()));
    let take = Take { url: &body.target_url, rev, previous: previous.as_ref(), limits };
    Ok(snapshot::take(&deps.git, &deps.blobs, take, Some(&progress)).await?)
}

/// What stands in the changed files' places.
pub(crate) async fn read(snapshot: &Snapshot, case: &Case) -> Result<Reading, Fault> {
    let manifest = snapshot.manifest();
    let files = manifest.entries.iter().filter(|e| matches!(e.kind, EntryKind::File | EntryKind::Executable));
    let paths: Vec<&str> = files.map(|entry| entry.path.as_str()).collect();
    let mut twins = Vec::with_capacity(case.files.len());
    for file in &case.files {
        let mut found = Vec::new();
        for path in twin::candidates(&file.from, &case.change.repo, &case.target, &paths) {
            let text = text(snapshot, &path).await?;
            found.push(Twin { path, text });
        }
        twins.push(found);
    }
    Ok(Reading::Read { commit: manifest.commit.clone(), twins })
}

/// A file's text; none where it is not kept, is no text, or is too long.
pub(crate) async fn text(snapshot: &Snapshot, path: &str) -> Result<Option<String>, Fault> {
    let Some(entry) = snapshot.manifest().entry(path) else { return Ok(None) };
    if entry.size > MAX_TEXT || !matches!(entry.content, Content::Packed(_)) {
        return Ok(None);
    }
    let bytes = snapshot.read(entry).await?;
    Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_saw_is_no_reason_to_say_nothing_changed() {
        let file = |path: &str, noise: Option<&str>| FileChange {
            path: path.to_owned(),
            from: None,
            status: FileStatus::Modified,
            noise: noise.map(str::to_owned),
        };
        let blind = ["a.py: could not be parsed: timed out", "big.sql: too large", "9000 files changed", "b: left out"];
        let sheet = FactSheet {
            repo: "o/r".parse().unwrap(),
            facts: vec![],
            files: vec![file("a.py", None), file("big.sql", Some("binary"))],
            blind: blind.map(str::to_owned).to_vec(),
        };
        assert_eq!(unseen(&sheet), ["big.sql: too large", "9000 files changed", "b: left out"]);
    }
}
