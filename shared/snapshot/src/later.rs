//! What became of a change meanwhile: the repository where its default branch stands by now.

use blobs::Blobs;
use contracts::messages::Change;
use git::{Before, Git, OnProgress, Rev, Wanted};

use crate::{Error, Snapshot, of_commit};

/// The snapshot of what the changed repository's default branch went on to after `after`, or of the commit at which the
/// change pins its own repository. None where it did not move, where it did not come from `after` (another branch), and
/// where nobody can tell: this look answers whether something is still worth saying, and must not keep it from being said.
///
/// # Errors
///
/// [`Error::Blobs`] if object storage fails.
pub async fn later(git: &Git, blobs: &Blobs, change: &Change, after: &Snapshot) -> Result<Option<Snapshot>, Error> {
    let Some(from) = after.manifest().commit.as_ref() else { return Ok(None) };
    let pinned = change.pinned.get(&change.repo);
    if change.partial || change.pull_request().is_some() || pinned == Some(from) {
        return Ok(None);
    }
    let rev = pinned.map_or(Rev::Head, |commit| Rev::Commit(commit.clone()));
    match went_on(git, blobs, (&change.url, rev), after).await {
        Err(Error::Git(why)) => {
            tracing::warn!(repo = %change.repo, %why, "what became of a change cannot be looked at");
            Ok(None)
        }
        found => found,
    }
}

async fn went_on(
    git: &Git,
    blobs: &Blobs,
    (url, rev): (&str, Rev),
    after: &Snapshot,
) -> Result<Option<Snapshot>, Error> {
    let from = after.manifest().commit.as_ref();
    // Almost always the change is the newest one, and this question costs no objects.
    let commit = git.resolve(url, &rev).await?.commit;
    let Some(from) = from.filter(|from| **from != commit) else { return Ok(None) };
    let wanted = Wanted { after: Rev::Commit(commit), before: Before::Ancestor(from.clone()), git_ref: None };
    let fetched = git.fetch(url, &wanted, OnProgress::silent()).await?;
    if fetched.before.is_none() {
        return Ok(None);
    }
    let branch = fetched.default_branch.as_deref();
    let limits = git.limits();
    of_commit(&fetched.repository, &fetched.after, branch, blobs, Some(after), limits, None).await.map(Some)
}
