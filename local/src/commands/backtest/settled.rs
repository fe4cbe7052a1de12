//! What a provider's branch held when a change had settled: a recorded change is judged by what its user would be told then.

use contracts::CommitId;
use git::{Error, Git, OnProgress, Reader, Rev, Wanted};

/// How long a change settles before somebody is told, in seconds: an installation with `settle_seconds` of an hour. What the
/// provider did later is the future, and is not looked at.
const SETTLES: i64 = 3600;

/// Commits of one branch that are walked through; an older change is judged as it was.
const MOST: usize = 100_000;

/// The newest commit of the default branch within the window after `commit`; `commit` itself where there is none, or where
/// nobody can tell.
pub(super) async fn settled(git: &Git, url: &str, commit: &CommitId) -> CommitId {
    match newest_within(git, url, commit).await {
        Ok(Some(found)) => found,
        Ok(None) => commit.clone(),
        Err(error) => {
            tracing::warn!(%error, "what became of a change cannot be looked at");
            commit.clone()
        }
    }
}

async fn newest_within(git: &Git, url: &str, commit: &CommitId) -> Result<Option<CommitId>, Error> {
    let fetched = git.fetch(url, &Wanted::only(Rev::Head), OnProgress::silent()).await?;
    let (reader, head, commit) = (fetched.repository.reader(), fetched.after, commit.clone());
    // A walk that panicked found nothing out.
    tokio::task::spawn_blocking(move || walk(&reader, head, &commit)).await.unwrap_or(Ok(None))
}

/// Along the first parents, from the newest commit back.
fn walk(reader: &Reader, head: CommitId, commit: &CommitId) -> Result<Option<CommitId>, Error> {
    let start = reader.facts(commit)?.committed_at;
    let mut at = head;
    for _ in 0..MOST {
        let facts = reader.facts(&at)?;
        if facts.committed_at < start {
            return Ok(None);
        }
        if facts.committed_at <= start.saturating_add(SETTLES) {
            return Ok(Some(at));
        }
        let Some(parent) = facts.parents.into_iter().next() else { return Ok(None) };
        at = parent;
    }
    Ok(None)
}
