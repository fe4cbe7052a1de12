//! What a repository is searched by: chunks along its syntax, with their terms and vectors.
//!
//! Only files whose path or content is new are chunked and embedded; the index afterwards equals a clean rebuild,
//! because a file's chunks follow from its path and content alone.

mod chunks;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use blobs::Blobs;
use contracts::analysis::FileAnalysis;
use contracts::index::IndexedFile;
use contracts::manifest::Entry;
use contracts::messages::{CodeAnalyzed, RepositoryReady};
use contracts::record::{Index, Record};
use contracts::structure::{File, Origin, Structure};
use contracts::{Envelope, ObjectId, ids};
use snapshot::Snapshot;
use stage::{Fault, Outcome, ProgressHandle, Stage, StageProgress, says};
use store::{IndexUpdate, Store};
use syntax::Parsers;

pub use crate::chunks::chunk;

/// Bytes of text that are chunked and kept in one go: the bound on memory.
const BATCH_BYTES: u64 = 8 << 20;
/// Larger files are data; their head tells what they are.
const LARGEST_FILE: u64 = 512 << 10;

/// The stage.
#[derive(Debug)]
pub struct RagIndex;

/// What it may ask.
pub struct Deps {
    /// Snapshots and documents.
    pub blobs: Blobs,
    /// The search index. Its update is an ask: rows follow from content, so repeating it is harmless, and a whole
    /// index is too large for an outcome.
    pub store: Store,
    /// For analyses that the store does not have any more.
    pub parsers: Parsers,
    /// Files indexed so far.
    pub progress: ProgressHandle,
}

says! {
    /// What it may say.
    pub enum Out { RepositoryReady }
}

impl Stage for RagIndex {
    const NAME: &'static str = "rag_indexing";
    type In = CodeAnalyzed;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<CodeAnalyzed>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        let body = &msg.body;
        let snapshot = Snapshot::open(&deps.blobs, &body.snapshot).await?;
        let structure = deps.blobs.document::<Structure>(&body.structure).await?;
        let wanted = wanted(&snapshot, &structure);
        bring_up_to_date(msg, deps, &snapshot, &wanted).await?;
        Ok(decide(body, &wanted))
    }
}

/// How rows are made; rows made another way are replaced.
fn version() -> String {
    format!("{}/{}/{}", chunks::VERSION, model::VERSION, syntax::GRAMMARS)
}

/// The entries that are worth searching: text that people wrote.
fn wanted<'a>(snapshot: &'a Snapshot, structure: &Structure) -> BTreeMap<&'a str, &'a Entry> {
    let is_wanted = |file: &&File| file.origin == Origin::Source && file.size > 0 && file.size <= LARGEST_FILE;
    let entry = |file: &File| snapshot.manifest().entry(&file.path).filter(|e| e.content.place().is_some());
    structure.files.iter().filter(is_wanted).filter_map(entry).map(|e| (e.path.as_str(), e)).collect()
}

async fn bring_up_to_date(
    msg: &Envelope<CodeAnalyzed>,
    deps: &Deps,
    snapshot: &Snapshot,
    wanted: &BTreeMap<&str, &Entry>,
) -> Result<(), Fault> {
    let change = &msg.body.change;
    let known = deps.store.indexed_files(&change.repo, &version()).await?;
    let mut from = known.as_ref().map(|(seq, _)| *seq);
    if from.is_some_and(|from| from > change.seq) {
        return Ok(()); // A later change was faster; its index stays.
    }
    let known: HashMap<String, ObjectId> = known.map(|(_, files)| files).unwrap_or_default().into_iter().collect();
    let mut gone: Vec<String> = known.keys().filter(|path| !wanted.contains_key(path.as_str())).cloned().collect();
    gone.sort();
    let changed: Vec<&Entry> = wanted.values().filter(|e| known.get(&e.path) != Some(&e.oid)).copied().collect();
    let progress = deps.progress.of(&change.repo, &msg.run, RagIndex::NAME);
    let total = changed.len() as u64;
    let mut done = 0;
    // One step even without a changed file: it removes what is gone and takes the index to this change.
    for batch in batches(&changed) {
        let changed = index_files(deps, snapshot, batch).await?;
        let update =
            IndexUpdate { repo: change.repo.clone(), seq: change.seq, from, version: version(), gone, changed };
        if !deps.store.update_index(update).await? {
            return Err(store::Error::IndexMoved(change.repo.to_string()).into());
        }
        (from, gone) = (Some(change.seq), Vec::new());
        done += batch.len() as u64;
        report(&progress, done, total);
    }
    Ok(())
}

fn report(progress: &StageProgress, done: u64, total: u64) {
    progress.report(done, Some(total), format!("indexed {done}/{total} files"));
}

/// Slices of at most [`BATCH_BYTES`], at least one slice even of nothing.
fn batches<'a, 'e>(entries: &'a [&'e Entry]) -> Vec<&'a [&'e Entry]> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, entry) in entries.iter().enumerate() {
        if bytes + entry.size > BATCH_BYTES && at > start {
            batches.push(&entries[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += entry.size;
    }
    batches.push(&entries[start..]);
    batches
}

async fn index_files(deps: &Deps, snapshot: &Snapshot, entries: &[&Entry]) -> Result<Vec<IndexedFile>, Fault> {
    let analyses = snapshot::analyses(snapshot, entries, &deps.store, &deps.parsers, &|_| ()).await?;
    let analyses: HashMap<String, Arc<FileAnalysis>> = analyses.into_iter().map(|a| (a.path, a.analysis)).collect();
    let contents = snapshot.read_many(entries).await?;
    let mut files = Vec::new();
    for (entry, content) in entries.iter().zip(contents) {
        let text = String::from_utf8_lossy(content.as_deref().unwrap_or_default()).into_owned();
        let symbols = analyses.get(&entry.path).map(|a| a.symbols.as_slice()).unwrap_or_default();
        let chunks = chunk(&entry.path, &text, symbols);
        files.push(IndexedFile { path: entry.path.clone(), oid: entry.oid.clone(), chunks });
    }
    Ok(files)
}

fn decide(body: &CodeAnalyzed, wanted: &BTreeMap<&str, &Entry>) -> Outcome<Out> {
    let version = version();
    let mut parts = vec![version.as_str(), body.structure.as_str(), body.code.as_str()];
    parts.extend(wanted.iter().flat_map(|(path, entry)| [*path, entry.oid.as_str()]));
    let digest = ids::digest_hex(&parts, 64);
    let CodeAnalyzed { change, snapshot, metadata, structure, code } = body.clone();
    let record = Record::Index(Index {
        repo: change.repo.clone(),
        snapshot: snapshot.clone(),
        metadata: metadata.clone(),
        structure: structure.clone(),
        code: code.clone(),
        digest: digest.clone(),
        seq: change.seq,
    });
    let ready = RepositoryReady { change, snapshot, metadata, structure, code, index_digest: digest };
    Outcome { save: vec![record], ..Outcome::say(ready.into()) }
}

#[cfg(test)]
mod tests {
    use contracts::manifest::{Content, EntryKind};

    use super::*;

    fn entry(size: u64) -> Entry {
        let oid = "0".repeat(40).parse().expect("an id");
        Entry { path: "p".into(), kind: EntryKind::File, oid, size, content: Content::Absent }
    }

    #[test]
    fn batches_hold_everything_once_and_little_at_a_time() {
        let cases: [&[u64]; 5] = [&[], &[1], &[BATCH_BYTES, 1], &[BATCH_BYTES * 2, BATCH_BYTES * 2], &[3 << 20; 10]];
        for sizes in cases {
            let entries: Vec<Entry> = sizes.iter().map(|size| entry(*size)).collect();
            let entries: Vec<&Entry> = entries.iter().collect();
            let batches = batches(&entries);
            assert_eq!(batches.iter().map(|b| b.len()).sum::<usize>(), sizes.len());
            for batch in batches {
                assert!(batch.len() <= 1 || batch.iter().map(|e| e.size).sum::<u64>() <= BATCH_BYTES);
            }
        }
    }
}
