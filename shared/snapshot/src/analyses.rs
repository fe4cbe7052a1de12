//! What the syntax of a snapshot's files says: looked up by content, parsed only where nobody did before.

use std::collections::HashMap;
use std::sync::Arc;

use contracts::ObjectId;
use contracts::analysis::FileAnalysis;
use contracts::ids::digest_hex;
use contracts::manifest::{Content, Entry, EntryKind};
use store::Store;
use syntax::{GRAMMARS, Job, Parsers, language_of};

use crate::{Error, Snapshot};

/// Keys of one question to the store.
const LOOK_UP: usize = 500;
/// Bytes of source in memory at once while parsing; twice that while the next batch is being read.
const BATCH: u64 = 4 << 20;

/// A file and what its syntax says.
#[derive(Debug, Clone, PartialEq)]
pub struct FileAnalysisOf {
    /// Where it is.
    pub path: String,
    /// Its content.
    pub oid: ObjectId,
    /// Shared by all paths with this content.
    pub analysis: Arc<FileAnalysis>,
}

/// Where an entry's analysis is kept in the store, or none for what is not source: links, submodules, contents not kept.
///
/// `<digest of the grammars and the layout>/<language by the path alone>[.<extension>]/<object id>`. The extension stands there because
/// the language may also depend on the content (a C++ header named `.h`, a script by its first line), and path and content
/// together decide it: so the key follows from the manifest, and a known file is found without reading it.
pub fn analysis_key(entry: &Entry) -> Option<String> {
    let is_file = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
    let is_kept = matches!(entry.content, Content::Packed(_));
    if !is_file || !is_kept {
        return None;
    }
    let language = language_of(&entry.path, b"").unwrap_or("other");
    let name = entry.path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let extension = extension.filter(|e| e.len() <= 16).map_or_else(String::new, |e| format!(".{e}"));
    Some(format!("{}/{language}{extension}/{}", digest_hex(&[GRAMMARS, FileAnalysis::LAYOUT], 16), entry.oid))
}

/// The analyses of all `entries` that are written in a language with a grammar, in their order. What the store does not
/// have is parsed by `parsers`, a few megabytes at a time, and stored. `on_done` hears how many of `entries` are done.
///
/// # Errors
///
/// [`Error::Store`], [`Error::Blobs`], [`Error::Syntax`] if a door fails as a whole; a file that cannot be parsed is an
/// analysis that says so.
pub async fn analyses(
    snapshot: &Snapshot,
    entries: &[&Entry],
    store: &Store,
    parsers: &Parsers,
    on_done: &(dyn Fn(u64) + Sync),
) -> Result<Vec<FileAnalysisOf>, Error> {
    analyses_with(snapshot, entries, store, parsers, on_done, &|_, _| true).await
}

/// As [`analyses`]. What the store has and `in_full` does not want, by its key and its bytes, has only its head: language,
/// lines and status.
///
/// # Errors
///
/// The same.
pub async fn analyses_with(
    snapshot: &Snapshot,
    entries: &[&Entry],
    store: &Store,
    parsers: &Parsers,
    on_done: &(dyn Fn(u64) + Sync),
    in_full: &(dyn Fn(&str, &[u8]) -> bool + Sync),
) -> Result<Vec<FileAnalysisOf>, Error> {
    let keyed: Vec<(String, &Entry)> = entries.iter().filter_map(|e| Some((analysis_key(e)?, *e))).collect();
    let mut found = look_up(store, &keyed, in_full).await?;
    let mut missing: Vec<&(String, &Entry)> = keyed.iter().filter(|(key, _)| !found.contains_key(key)).collect();
    missing.sort_by(|a, b| a.0.cmp(&b.0));
    missing.dedup_by(|a, b| a.0 == b.0);
    let mut done = (entries.len() - missing.len()) as u64;
    on_done(done);
    // Neighbours in a pack are read together.
    missing.sort_by_key(|(_, entry)| entry.content.place().map(|place| (place.pack, place.offset)));
    let mut batches = batches(&missing).into_iter();
    let mut next = read(snapshot, batches.next()).await?;
    while let Some(batch) = next {
        let before = done;
        done += batch.len() as u64;
        let parsing = parse(batch, store, parsers, |n| on_done(before + n as u64));
        let (parsed, read) = tokio::join!(parsing, read(snapshot, batches.next()));
        found.extend(parsed?);
        next = read?;
    }
    let known = keyed.iter().filter_map(|(key, entry)| Some((entry, found.get(key)?)));
    let known = known.filter(|(_, analysis)| !analysis.language.is_empty());
    Ok(known
        .map(|(e, analysis)| FileAnalysisOf {
            path: e.path.clone(),
            oid: e.oid.clone(),
            analysis: Arc::clone(analysis),
        })
        .collect())
}

async fn look_up(
    store: &Store,
    keyed: &[(String, &Entry)],
    in_full: &(dyn Fn(&str, &[u8]) -> bool + Sync),
) -> Result<HashMap<String, Arc<FileAnalysis>>, Error> {
    let mut found = HashMap::with_capacity(keyed.len());
    for some in keyed.chunks(LOOK_UP) {
        let keys: Vec<String> = some.iter().map(|(key, _)| key.clone()).collect();
        let answered = store.analyses(&keys, in_full).await?;
        found.extend(answered.into_iter().map(|(key, analysis)| (key, Arc::new(analysis))));
    }
    Ok(found)
}

/// One file that is to be parsed.
struct Unknown {
    key: String,
    path: String,
    bytes: Vec<u8>,
}

fn batches<'a>(missing: &[&'a (String, &'a Entry)]) -> Vec<Vec<&'a (String, &'a Entry)>> {
    let mut batches: Vec<Vec<&(String, &Entry)>> = Vec::new();
    let mut room = 0;
    for &file in missing {
        match batches.last_mut() {
            Some(batch) if file.1.size <= room => batch.push(file),
            _ => {
                batches.push(vec![file]);
                room = BATCH;
            }
        }
        room = room.saturating_sub(file.1.size);
    }
    batches
}

async fn read(snapshot: &Snapshot, batch: Option<Vec<&(String, &Entry)>>) -> Result<Option<Vec<Unknown>>, Error> {
    let Some(batch) = batch else { return Ok(None) };
    let entries: Vec<&Entry> = batch.iter().map(|(_, entry)| *entry).collect();
    let contents = snapshot.read_many(&entries).await?;
    let files = batch.iter().zip(contents).map(|((key, entry), bytes)| Unknown {
        key: key.clone(),
        path: entry.path.clone(),
        bytes: bytes.unwrap_or_default(),
    });
    Ok(Some(files.collect()))
}

/// Parses a batch and stores its answers. A file without a grammar is remembered, too, as an analysis without a language:
/// otherwise every push would read it again to look at its first line.
async fn parse(
    batch: Vec<Unknown>,
    store: &Store,
    parsers: &Parsers,
    on_done: impl Fn(usize) + Sync,
) -> Result<Vec<(String, Arc<FileAnalysis>)>, Error> {
    let (mut keys, mut jobs, mut answers) = (Vec::new(), Vec::new(), Vec::new());
    for Unknown { key, path, bytes } in batch {
        match language_of(&path, &bytes) {
            Some(language) => {
                keys.push(key);
                jobs.push(Job { language: language.to_owned(), bytes });
            }
            None => answers.push((key, FileAnalysis::default())),
        }
    }
    let skipped = answers.len();
    on_done(skipped);
    if !jobs.is_empty() {
        let parsed = parsers.parse(jobs, &|n| on_done(skipped + n)).await?;
        answers.extend(keys.into_iter().zip(parsed));
    }
    store.put_analyses(&answers).await?;
    Ok(answers.into_iter().map(|(key, analysis)| (key, Arc::new(analysis))).collect())
}
