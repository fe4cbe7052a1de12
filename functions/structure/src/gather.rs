//! The one part that awaits: the snapshot, what is known from before, and the contents that are not.

use contracts::manifest::{Entry, Manifest};
use contracts::messages::MetadataExtracted;
use contracts::structure::Structure as Document;
use contracts::{Envelope, RepoName};
use snapshot::Snapshot;
use stage::{Fault, Stage, StageProgress};

use crate::attributes::{Attributes, is_attributes};
use crate::facts::{Facts, look, needs_content};
use crate::previous::Previous;
use crate::{Deps, KIND, Structure};

/// Contents are held one batch at a time, so a large repository needs no more memory than a small one.
const BATCH_BYTES: u64 = 8 << 20;
const BATCH_FILES: usize = 2_000;

/// Everything that [`crate::decide()`] looks at.
pub(crate) struct Gathered {
    pub(crate) snapshot: Snapshot,
    /// One for each entry of the manifest, in its order.
    pub(crate) facts: Vec<Facts>,
}

pub(crate) async fn gather(msg: &Envelope<MetadataExtracted>, deps: &Deps) -> Result<Gathered, Fault> {
    let snapshot = Snapshot::open(&deps.blobs, &msg.body.snapshot).await?;
    let progress = deps.progress.of(&msg.body.change.repo, &msg.run, Structure::NAME);
    let attributes = attributes(&snapshot).await?;
    let previous = previous(&msg.body.change.repo, snapshot.manifest(), deps).await?;
    let facts = facts(&snapshot, &attributes, &previous, &progress).await?;
    Ok(Gathered { snapshot, facts })
}

async fn attributes(snapshot: &Snapshot) -> Result<Attributes, Fault> {
    let entries: Vec<&Entry> = snapshot.manifest().entries.iter().filter(|entry| is_attributes(entry)).collect();
    let contents = snapshot.read_many(&entries).await?;
    let files =
        entries.iter().zip(&contents).filter_map(|(entry, bytes)| Some((entry.path.as_str(), bytes.as_deref()?)));
    Ok(Attributes::of(files))
}

/// The facts of the repository's last index; none where there is no index that can be trusted for this.
async fn previous(repo: &RepoName, manifest: &Manifest, deps: &Deps) -> Result<Previous, Fault> {
    let Some(index) = deps.store.index(repo).await? else { return Ok(Previous::default()) };
    let same_rules = index.structure.as_str().split('/').next() == Some(KIND);
    if !same_rules {
        return Ok(Previous::default());
    }
    let read = async {
        let entries = deps.blobs.document::<Manifest>(&index.snapshot).await?;
        let document: Document = deps.blobs.get_json(&index.structure).await?;
        Ok::<_, blobs::Error>((entries, document))
    };
    match read.await {
        Ok((entries, document)) => Ok(Previous::of(&entries, document, manifest)),
        // Reading everything again costs time and nothing else.
        Err(e) => {
            tracing::info!(%repo, "the last index is not used: {e}");
            Ok(Previous::default())
        }
    }
}

async fn facts(
    snapshot: &Snapshot,
    attributes: &Attributes,
    previous: &Previous,
    progress: &StageProgress,
) -> Result<Vec<Facts>, Fault> {
    let entries = &snapshot.manifest().entries;
    let mut facts: Vec<Option<Facts>> = (0..entries.len()).map(|at| previous.facts(at).cloned()).collect();
    let unknown: Vec<usize> = (0..entries.len()).filter(|at| facts[*at].is_none()).collect();
    let mut done = 0;
    for batch in batches(entries, &unknown) {
        progress.report(done, Some(unknown.len() as u64), "counting lines");
        let to_read: Vec<&Entry> = batch.iter().map(|at| &entries[*at]).filter(|entry| needs_content(entry)).collect();
        let mut contents = snapshot.read_many(&to_read).await?.into_iter();
        for at in batch {
            let entry = &entries[*at];
            let bytes = if needs_content(entry) { contents.next().flatten() } else { None };
            facts[*at] = Some(look(entry, attributes, bytes.as_deref()));
        }
        done += batch.len() as u64;
    }
    progress.report(done, Some(unknown.len() as u64), "counting lines");
    Ok(facts.into_iter().flatten().collect())
}

/// Runs of `unknown` whose contents fit into memory together.
fn batches<'u>(entries: &[Entry], unknown: &'u [usize]) -> Vec<&'u [usize]> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, entry) in unknown.iter().map(|at| &entries[*at]).enumerate() {
        let size = if needs_content(entry) { entry.size } else { 0 };
        if at > start && (bytes + size > BATCH_BYTES || at - start >= BATCH_FILES) {
            batches.push(&unknown[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += size;
    }
    if start < unknown.len() {
        batches.push(&unknown[start..]);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::manifest::{Content, EntryKind, Place};

    #[test]
    fn batches_hold_everything_once_and_stay_small() {
        let entry = |size| Entry {
            path: "x".into(),
            kind: EntryKind::File,
            oid: "0".repeat(40).parse().unwrap(),
            size,
            content: Content::Packed(Place { pack: 0, offset: 0, length: 1 }),
        };
        let cases: [(Vec<u64>, Vec<usize>); 5] = [
            (vec![], vec![]),
            (vec![1, 1], vec![2]),
            (vec![BATCH_BYTES, 1, 1], vec![1, 2]),
            (vec![BATCH_BYTES * 2, BATCH_BYTES * 2], vec![1, 1]),
            (vec![0; BATCH_FILES + 1], vec![BATCH_FILES, 1]),
        ];
        for (sizes, lengths) in cases {
            let entries: Vec<Entry> = sizes.into_iter().map(entry).collect();
            let unknown: Vec<usize> = (0..entries.len()).collect();
            let batches = batches(&entries, &unknown);
            assert_eq!(batches.iter().map(|batch| batch.len()).collect::<Vec<_>>(), lengths);
            assert_eq!(batches.concat(), unknown);
        }
    }
}
