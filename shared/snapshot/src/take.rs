//! Taking a snapshot: list the tree, read what is new, pack it, write the manifest.

use std::collections::HashMap;

use blobs::Blobs;
use contracts::manifest::{Content, Entry, Manifest};
use contracts::{BlobKey, CommitId};
use git::{Git, Limits, Listing, OnProgress, Repository, Rev, Wanted};
use stage::StageProgress;
use tokio::sync::mpsc;

use crate::pack::{Pack, Packer};
use crate::{Error, Snapshot};
use fill::Filler;

mod fill;

/// Above this many packs everything is packed anew: reading would be scattered, and dead frames add up.
const MAX_PACKS: usize = 50;
/// What to take a snapshot of.
#[derive(Debug, Clone)]
pub struct Take<'a> {
    /// The repository.
    pub url: &'a str,
    /// The commit.
    pub rev: Rev,
    /// A snapshot of the same repository; what it has is not read again.
    pub previous: Option<&'a Snapshot>,
    /// How much is kept.
    pub limits: Limits,
}

/// Fetches one commit and takes its snapshot.
///
/// # Errors
///
/// [`Error::Git`] if it cannot be fetched, [`Error::Blobs`] if it cannot be stored.
pub async fn take(
    git: &Git,
    blobs: &Blobs,
    take: Take<'_>,
    progress: Option<&StageProgress>,
) -> Result<Snapshot, Error> {
    let on_progress = progress.cloned().map_or_else(OnProgress::silent, fetching);
    let fetched = git.fetch(take.url, &Wanted::only(take.rev), on_progress).await?;
    let branch = fetched.default_branch.as_deref();
    of_commit(&fetched.repository, &fetched.after, branch, blobs, take.previous, &take.limits, progress).await
}

/// Reports a fetch as progress of a stage: objects done, and the bytes in words.
pub fn fetching(progress: StageProgress) -> OnProgress {
    OnProgress::new(move |received| {
        let message = format!("fetching, {} KiB so far", received.bytes / 1024);
        progress.report(received.objects, received.objects_total, message);
    })
}

/// Takes the snapshot of a commit that is here already. Its contents pass through memory pack by pack.
///
/// # Errors
///
/// [`Error::Git`] if the commit cannot be read, [`Error::Blobs`] if object storage fails.
pub async fn of_commit(
    repository: &Repository,
    commit: &CommitId,
    default_branch: Option<&str>,
    blobs: &Blobs,
    previous: Option<&Snapshot>,
    limits: &Limits,
    progress: Option<&StageProgress>,
) -> Result<Snapshot, Error> {
    let mut facts = repository.facts(commit).await?;
    facts.default_branch = default_branch.map(|name| name.chars().take(250).collect());
    let listing = repository.list(commit, limits.max_files).await?;
    let old = previous.map(|snapshot| snapshot.manifest.as_ref());
    let job = Job { repository, listing: &listing, limits, progress };
    let mut filled = job.fill(blobs, old).await?;
    if filled.packs.len() > MAX_PACKS {
        filled = job.fill(blobs, None).await?;
    }
    let Filled { entries, packs, notes } = filled;
    let manifest = Manifest { commit: Some(commit.clone()), entries, packs, git: facts, notes };
    Snapshot::store(blobs, manifest).await
}

struct Job<'a> {
    repository: &'a Repository,
    listing: &'a Listing,
    limits: &'a Limits,
    progress: Option<&'a StageProgress>,
}

struct Filled {
    entries: Vec<Entry>,
    packs: Vec<BlobKey>,
    notes: Vec<String>,
}

impl Job<'_> {
    /// Finds a place for every entry, storing packs while the next one is filled.
    async fn fill(&self, blobs: &Blobs, old: Option<&Manifest>) -> Result<Filled, Error> {
        let (full, mut packs) = mpsc::channel::<Pack>(1);
        let known = old.map(known).unwrap_or_default();
        let old_packs = old.map(|manifest| manifest.packs.clone()).unwrap_or_default();
        let first = u32::try_from(old_packs.len()).unwrap_or(u32::MAX);
        let (repository, limits) = (self.repository.clone(), self.limits.clone());
        let (listing, progress) = (self.listing.clone(), self.progress.cloned());
        let filling = tokio::task::spawn_blocking(move || {
            let packer = Packer::new(first).map_err(|e| Error::Pack(e.to_string()))?;
            let reader = repository.reader();
            let filler =
                Filler { reader, packer, full, known, limits, progress, kept: 0, beyond: 0, notes: listing.notes };
            filler.fill(listing.entries)
        });
        let mut all_packs = old_packs;
        while let Some(Pack { key, bytes }) = packs.recv().await {
            // If this fails the channel closes, and with it the filling.
            blobs.put(&key, bytes).await?;
            all_packs.push(key);
        }
        let (entries, notes) = filling.await.map_err(|e| Error::Pack(e.to_string()))??;
        let (entries, packs) = drop_unused(entries, &all_packs);
        Ok(Filled { entries, packs, notes })
    }
}

/// What a manifest says of each content: its size, and where it is or why not.
fn known(manifest: &Manifest) -> HashMap<String, (u64, Content)> {
    let contents = manifest.entries.iter().filter(|entry| entry.content != Content::Absent);
    contents.map(|entry| (entry.oid.to_string(), (entry.size, entry.content))).collect()
}

/// Keeps the packs that are named by an entry, and numbers them anew.
fn drop_unused(mut entries: Vec<Entry>, packs: &[BlobKey]) -> (Vec<Entry>, Vec<BlobKey>) {
    let mut used = vec![false; packs.len()];
    for place in entries.iter().filter_map(|entry| entry.content.place()) {
        if let Some(used) = used.get_mut(place.pack as usize) {
            *used = true;
        }
    }
    let mut number = 0;
    let numbers: Vec<u32> = used
        .iter()
        .map(|used| {
            if *used {
                number += 1;
                number - 1
            } else {
                0
            }
        })
        .collect();
    for entry in &mut entries {
        if let Content::Packed(place) | Content::Lfs(place) = &mut entry.content {
            place.pack = numbers.get(place.pack as usize).copied().unwrap_or(place.pack);
        }
    }
    let kept = packs.iter().zip(&used).filter(|(_, used)| **used).map(|(key, _)| key.clone()).collect();
    (entries, kept)
}

#[cfg(test)]
mod tests {
    use contracts::manifest::{EntryKind, Place};

    use super::*;

    #[test]
    fn packs_that_nothing_names_are_dropped() {
        let place = |pack| Place { pack, offset: 1, length: 2 };
        let entry = |path: &str, content| Entry {
            path: path.to_owned(),
            kind: EntryKind::File,
            oid: "0123456789abcdef0123456789abcdef01234567".parse().unwrap(),
            size: 3,
            content,
        };
        let entries = vec![
            entry("a", Content::Packed(place(2))),
            entry("b", Content::Binary),
            entry("c", Content::Lfs(place(0))),
        ];
        let packs: Vec<BlobKey> = ["pack/0", "pack/1", "pack/2"].iter().map(|key| key.parse().unwrap()).collect();
        let (entries, kept) = drop_unused(entries, &packs);
        assert_eq!(kept, [packs[0].clone(), packs[2].clone()]);
        assert_eq!(entries[0].content, Content::Packed(place(1)));
        assert_eq!(entries[2].content, Content::Lfs(place(0)));
    }
}
