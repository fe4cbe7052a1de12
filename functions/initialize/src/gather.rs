//! Asks: fetches the commits, takes their snapshots.

use contracts::messages::{ChangeReported, pull_request};
use contracts::{BlobKey, CommitId, Envelope};
use git::{Before, Fetched, Rev, Wanted};
use snapshot::Snapshot;
use stage::{Fault, Stage, StageProgress};

use crate::{Deps, Initialize};

/// What was found out about a reported change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The repository was read.
    Commits {
        /// The commit now and its manifest.
        after: (CommitId, BlobKey),
        /// The commit before and its manifest, where there is one.
        before: Option<(CommitId, BlobKey)>,
        /// First line of the commit's message.
        summary: String,
    },
    /// The repository cannot be read, but the report brought its own diff.
    Hunks {
        /// Manifest of the lines after.
        after: BlobKey,
        /// Manifest of the lines before.
        before: BlobKey,
        /// Why the repository could not be read.
        why: String,
    },
}

/// Reads the repository; where that will never work and the report has its own diff, takes that.
///
/// # Errors
///
/// [`Fault::Retry`] for what may pass, [`Fault::Reject`] for a repository that cannot be read at all.
pub async fn gather(msg: &Envelope<ChangeReported>, deps: &Deps) -> Result<Found, Fault> {
    if is_hypothetical(&msg.body) {
        return hunks(msg, deps, "no commit is named".to_owned()).await;
    }
    match read(msg, deps).await {
        Err(snapshot::Error::Git(error)) if !error.is_transient() && !msg.body.files.is_empty() => {
            hunks(msg, deps, error.to_string()).await
        }
        read => Ok(read?),
    }
}

/// A diff without a commit, asked about and not pushed: what the repository holds at its head is another change.
fn is_hypothetical(report: &ChangeReported) -> bool {
    report.dry_run && report.after.is_none() && !report.files.is_empty()
}

async fn hunks(msg: &Envelope<ChangeReported>, deps: &Deps, why: String) -> Result<Found, Fault> {
    tracing::warn!(repo = %msg.body.repo, why, "only the reporter's own diff is used");
    let (before, after) = snapshot::from_hunks(&deps.blobs, &msg.body.files).await?;
    Ok(Found::Hunks { after: after.key().clone(), before: before.key().clone(), why })
}

async fn read(msg: &Envelope<ChangeReported>, deps: &Deps) -> Result<Found, snapshot::Error> {
    let report = &msg.body;
    let progress = deps.progress.of(&report.repo, &msg.run, Initialize::NAME);
    progress.report(0, None, "fetching");
    let fetched = deps.git.fetch(&report.url, &wanted(report), snapshot::fetching(progress.clone())).await?;
    for note in &fetched.notes {
        tracing::info!(repo = %report.repo, note);
        progress.report(0, None, note);
    }
    let taking = Taking { fetched: &fetched, deps, progress: &progress };
    let newest = newest(report, deps).await?;
    let before = match &fetched.before {
        Some(commit) => Some(taking.take(commit, newest.as_ref()).await?),
        None => None,
    };
    // Most pushes follow the newest snapshot, so `before` is that one and `after` differs from it by a few files.
    let after = taking.take(&fetched.after, before.as_ref().or(newest.as_ref())).await?;
    Ok(Found::Commits {
        summary: after.manifest().git.summary.clone(),
        after: (fetched.after.clone(), after.key().clone()),
        before: fetched.before.clone().zip(before.map(|snapshot| snapshot.key().clone())),
    })
}

/// What the report asks for.
fn wanted(report: &ChangeReported) -> Wanted {
    let git_ref = Some(report.git_ref.clone()).filter(|name| !name.is_empty());
    let after = match (&report.after, &git_ref) {
        (Some(commit), _) => Rev::Commit(commit.clone()),
        (None, Some(name)) => Rev::Ref(name.clone()),
        (None, None) => Rev::Head,
    };
    let before = match &report.before {
        // What its base branch did since is not what a pull request changes.
        Some(base) if is_proposed(report) => Before::MergeBase(base.clone()),
        Some(commit) => Before::Commit(commit.clone()),
        // A reporter that describes one commit by its diff means that commit against its parent. Without a diff it is a
        // new branch: nothing is known to have changed.
        None if report.after.is_some() && !report.files.is_empty() => Before::FirstParent,
        None => Before::Nothing,
    };
    Wanted { after, before, git_ref }
}

fn is_proposed(report: &ChangeReported) -> bool {
    report.dry_run && pull_request(&report.git_ref).is_some()
}

/// The repository's newest snapshot; one that cannot be read any more only costs the time to read everything again.
async fn newest(report: &ChangeReported, deps: &Deps) -> Result<Option<Snapshot>, snapshot::Error> {
    let Some(known) = deps.store.repository(&report.repo).await? else { return Ok(None) };
    match Snapshot::open(&deps.blobs, &known.snapshot).await {
        Ok(snapshot) => Ok(Some(snapshot)),
        Err(snapshot::Error::Blobs(error @ (blobs::Error::Missing(_) | blobs::Error::Malformed { .. }))) => {
            tracing::warn!(repo = %report.repo, %error, "the newest snapshot is gone: everything is read again");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

struct Taking<'a> {
    fetched: &'a Fetched,
    deps: &'a Deps,
    progress: &'a StageProgress,
}

impl Taking<'_> {
    /// The snapshot of `commit`, which may be the previous one itself.
    async fn take(&self, commit: &CommitId, previous: Option<&Snapshot>) -> Result<Snapshot, snapshot::Error> {
        if let Some(same) = previous.filter(|snapshot| snapshot.manifest().commit.as_ref() == Some(commit)) {
            return Ok(same.clone());
        }
        let Fetched { repository, default_branch, .. } = self.fetched;
        let Deps { git, blobs, .. } = self.deps;
        let branch = default_branch.as_deref();
        snapshot::of_commit(repository, commit, branch, blobs, previous, git.limits(), Some(self.progress)).await
    }
}
