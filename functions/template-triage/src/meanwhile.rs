//! What the template did before and after the change that is looked at: where its branch is by now, and where findings began
//! that are still open.

use blobs::Blobs;
use contracts::fact::FileStatus;
use contracts::manifest::Content;
use contracts::record::{FindingRecord, FindingState};
use contracts::{CommitId, Fingerprint};
use snapshot::Snapshot;
use stage::Fault;

use crate::gather::{Case, Changed, text};

/// What the template's branch holds in a changed file's place by now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Now {
    /// The same; or nobody can tell.
    #[default]
    AsItWas,
    /// Another text.
    Text(String),
    /// No such file.
    Gone,
}

/// The beginning of an open finding about a file that this change touches once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Began {
    /// The finding.
    pub fingerprint: Fingerprint,
    /// The template's commit before it.
    pub commit: Option<CommitId>,
    /// The file at that commit.
    pub before: String,
    /// The file as it was when the finding was told last.
    pub told: String,
}

/// Open findings about files that this change touches.
pub(crate) fn open(case: &Case) -> Vec<FindingRecord> {
    if case.recheck.is_some() || case.change.dry_run || case.change.partial {
        return Vec::new();
    }
    let touched = |record: &&FindingRecord| {
        let path = record.finding.element.strip_prefix("file:");
        record.state == FindingState::Open && path.is_some_and(|path| case.files.iter().any(|file| file.path == path))
    };
    case.known.iter().filter(touched).cloned().collect()
}

/// Puts the beginnings of open findings beside the files that they are about.
pub(crate) async fn begin(case: &mut Case, blobs: &Blobs) -> Result<(), Fault> {
    for record in case.open.clone() {
        let path = record.finding.element.strip_prefix("file:").unwrap_or_default().to_owned();
        // What is no longer kept, or was no file then, is no beginning.
        let (Ok(before), Ok(told)) =
            (Snapshot::open(blobs, &record.recheck.before).await, Snapshot::open(blobs, &record.recheck.after).await)
        else {
            continue;
        };
        let (was, is) = (text(&before, &path).await?, text(&told, &path).await?);
        let (Some(was), Some(told)) = (was, is) else { continue };
        let (fingerprint, commit) = (record.finding.fingerprint, before.manifest().commit.clone());
        for file in case.files.iter_mut().filter(|file| file.path == path && file.before.as_ref() != Some(&was)) {
            let (fingerprint, commit) = (fingerprint.clone(), commit.clone());
            file.began = Some(Began { fingerprint, commit, before: was.clone(), told: told.clone() });
        }
    }
    Ok(())
}

/// Holds the changed files against where the template's branch is by now.
pub(crate) async fn hold_against(case: &mut Case, later: &Snapshot) -> Result<(), Fault> {
    case.later = later.manifest().commit.clone();
    for file in &mut case.files {
        file.now = now(file, later).await?;
    }
    Ok(())
}

async fn now(file: &Changed, later: &Snapshot) -> Result<Now, Fault> {
    if let Some(entry) = later.manifest().entry(&file.path) {
        return Ok(match text(later, &file.path).await? {
            Some(text) if file.after.as_ref() != Some(&text) => Now::Text(text),
            None if file.status == FileStatus::Removed && !matches!(entry.content, Content::Absent) => {
                Now::Text(String::new())
            }
            _ => Now::AsItWas,
        });
    }
    // A file that has the same name elsewhere may have moved there.
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let moved = later.manifest().entries.iter().any(|entry| name(&entry.path) == name(&file.path));
    Ok(if file.after.is_none() || moved { Now::AsItWas } else { Now::Gone })
}
