//! Reads what changed: both manifests, both sides of each changed file, and the unchanged files that may still
//! hold what the changed ones no longer have.

mod wiring;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use contracts::analysis::{FileAnalysis, ParseStatus};
use contracts::fact::FileStatus;
use contracts::manifest::{Content, Entry, EntryKind};
use contracts::{BlobKey, RepoName};
use snapshot::Snapshot;
use stage::Fault;

use crate::comparison::{Changed, Comparison, Side};
use crate::modules::{MANIFESTS, Packages};
use crate::pair::{Pair, join_similar, pairs};
use outline::role as paths;

use crate::{Deps, facts, noise};

/// Changed files beyond this are not read; the sheet says so.
const MAX_CHANGED: usize = 5_000;

/// Unchanged files beyond these are not searched; what could stand there counts as standing.
const MAX_KEPT: usize = 2_000;

/// Files larger than this are data, not code or configuration.
const MAX_SEARCHED: u64 = 1 << 20;

/// Texts of changed files are read up to this sum, both sides together, and texts of unchanged ones up to it again; the
/// sheet says what was left over.
const MAX_TEXTS: u64 = 256 << 20;

/// Files that are read at once.
const BATCH: usize = 256;

/// Languages that declare nothing by their syntax tree that anybody could call.
const NO_CODE: &[&str] = &["css", "html", "json", "markdown", "toml", "yaml"];

/// Everything that is to be known about `before..after`.
///
/// # Errors
///
/// Retry where storage fails for now, reject where a snapshot is gone.
pub async fn compare(deps: &Deps, repo: &RepoName, before: &BlobKey, after: &BlobKey) -> Result<Comparison, Fault> {
    let before = Snapshot::open(&deps.blobs, before).await?;
    let after = Snapshot::open(&deps.blobs, after).await?;
    let mut blind = Vec::new();
    if after.manifest().commit.is_none() {
        // A reporter's diff: what was left out of it is unknown, not unchanged.
        blind.extend(after.manifest().notes.iter().cloned());
    }
    let files = changed_files(deps, &before, &after, &mut blind).await?;
    let packages = packages(&before).await?.with_address(repo);
    let mut comparison = Comparison {
        repo: repo.clone(),
        before: before.manifest().commit.clone(),
        after: after.manifest().commit.clone(),
        files,
        kept: Vec::new(),
        wiring: Vec::new(),
        packages,
        blind,
    };
    comparison.wiring = wiring::read(deps, &before, &after, &comparison.files).await?;
    let gone = facts::gone(&comparison);
    comparison.kept = kept(deps, &before, &after, &gone, &mut comparison.blind).await?;
    Ok(comparison)
}

async fn changed_files(
    deps: &Deps,
    before: &Snapshot,
    after: &Snapshot,
    blind: &mut Vec<String>,
) -> Result<Vec<Changed>, Fault> {
    let mut pairs = pairs(before.manifest(), after.manifest());
    if pairs.len() > MAX_CHANGED {
        blind.push(format!("{} files changed, only the first {MAX_CHANGED} were read", pairs.len()));
        pairs.truncate(MAX_CHANGED);
    }
    let fits = how_many_fit(&pairs);
    if fits < pairs.len() {
        blind.push(format!(
            "{} files changed, only the first {fits} were read: all together may have {} MiB",
            pairs.len(),
            MAX_TEXTS >> 20
        ));
        pairs.truncate(fits);
    }
    let old = texts(before, pairs.iter().filter_map(|pair| pair.before)).await?;
    let new = texts(after, pairs.iter().filter_map(|pair| pair.after)).await?;
    let text =
        |entry: &Entry| old.get(entry.path.as_str()).or_else(|| new.get(entry.path.as_str())).map(String::as_str);
    join_similar(&mut pairs, &text);
    let old_trees = trees(deps, before, pairs.iter().filter_map(|pair| pair.before)).await?;
    let new_trees = trees(deps, after, pairs.iter().filter_map(|pair| pair.after)).await?;
    let mut files: Vec<Changed> = Vec::with_capacity(pairs.len());
    for pair in &pairs {
        note_unreadable(pair, blind);
        let side = |entry: Option<&Entry>, texts: &HashMap<String, String>, trees: &Trees| {
            entry.map(|entry| Side {
                path: entry.path.clone(),
                text: texts.get(&entry.path).cloned(),
                analysis: trees.get(&entry.path).cloned(),
            })
        };
        files.push(Changed {
            status: status(pair),
            before: side(pair.before, &old, &old_trees),
            after: side(pair.after, &new, &new_trees),
            noise: None,
        });
    }
    noise::mark(&mut files);
    files.iter().for_each(|file| note_unparsed(file, blind));
    Ok(files)
}

/// How many of the pairs, from the first, may be held in memory at once.
fn how_many_fit(pairs: &[Pair<'_>]) -> usize {
    let size = |entry: Option<&Entry>| entry.filter(|entry| is_file(entry)).map_or(0, |entry| entry.size);
    let sums = pairs.iter().scan(0_u64, |sum, pair| {
        *sum = sum.saturating_add(size(pair.before)).saturating_add(size(pair.after));
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= MAX_TEXTS).count()
}

fn status(pair: &Pair<'_>) -> FileStatus {
    match (pair.before, pair.after) {
        (Some(before), Some(after)) if before.path == after.path => FileStatus::Modified,
        (Some(_), Some(_)) => FileStatus::Renamed,
        (None, _) => FileStatus::Added,
        (Some(_), None) => FileStatus::Removed,
    }
}

/// A text that is too large to be kept could hold anything, and so could one that is lost; a picture could not.
fn note_unreadable(pair: &Pair<'_>, blind: &mut Vec<String>) {
    for entry in [pair.before, pair.after].into_iter().flatten() {
        let prose = paths::is_docs(&entry.path) || paths::is_generated(&entry.path, "") || paths::is_test(&entry.path);
        let file = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
        let why = match entry.content {
            Content::TooLarge => format!("too large to be read ({} bytes)", entry.size),
            Content::Absent if file => "its content is not in the repository".to_owned(),
            _ => continue,
        };
        if !prose {
            blind.push(format!("{}: {why}", entry.path));
            return;
        }
    }
}

/// Code without a tree could declare anything. Data is read by its outline, with or without a tree.
fn note_unparsed(file: &Changed, blind: &mut Vec<String>) {
    if file.noise.is_some() || paths::is_test(file.path()) || outline::format_of(file.path()).is_some() {
        return;
    }
    for side in [&file.before, &file.after].into_iter().flatten() {
        let Some(tree) = &side.analysis else { continue };
        // What was refused without trying is written by machines.
        let is_code = !NO_CODE.contains(&tree.language.as_str())
            && syntax::refusal(&tree.language, side.text().as_bytes()).is_none();
        if let (ParseStatus::Failed(why), true) = (&tree.status, is_code) {
            blind.push(format!("{}: could not be parsed: {why}", side.path));
            return;
        }
    }
}

async fn texts(snapshot: &Snapshot, entries: impl Iterator<Item = &Entry>) -> Result<HashMap<String, String>, Fault> {
    let entries: Vec<&Entry> = entries.filter(|entry| is_file(entry)).collect();
    let mut out = HashMap::with_capacity(entries.len());
    for batch in entries.chunks(BATCH) {
        let bytes = snapshot.read_many(batch).await?;
        for (entry, bytes) in batch.iter().zip(bytes) {
            if let Some(bytes) = bytes {
                out.insert(entry.path.clone(), String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    Ok(out)
}

fn is_file(entry: &Entry) -> bool {
    matches!(entry.kind, EntryKind::File | EntryKind::Executable) && matches!(entry.content, Content::Packed(_))
}

type Trees = HashMap<String, Arc<FileAnalysis>>;

async fn trees(deps: &Deps, snapshot: &Snapshot, entries: impl Iterator<Item = &Entry>) -> Result<Trees, Fault> {
    let entries: Vec<&Entry> = entries.filter(|entry| is_file(entry)).collect();
    let analyses = snapshot::analyses(snapshot, &entries, &deps.store, &deps.parsers, &|_| ()).await?;
    Ok(analyses.into_iter().map(|found| (found.path, found.analysis)).collect())
}

async fn packages(before: &Snapshot) -> Result<Packages, Fault> {
    let manifests = before.manifest().entries.iter().filter(|entry| {
        let name = entry.path.rsplit('/').next().unwrap_or("");
        MANIFESTS.contains(&name) && !entry.path.contains("node_modules/") && !paths::is_test(&entry.path)
    });
    let texts = texts(before, manifests.take(BATCH)).await?;
    Ok(Packages::read(texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))))
}

/// Unchanged files that mention one of `gone`, with their trees.
async fn kept(
    deps: &Deps,
    before: &Snapshot,
    after: &Snapshot,
    gone: &BTreeSet<String>,
    blind: &mut Vec<String>,
) -> Result<Vec<Side>, Fault> {
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let searcher = match AhoCorasick::new(gone) {
        Ok(searcher) => searcher,
        Err(error) => {
            blind.push(format!("unchanged files could not be searched for {} names: {error}", gone.len()));
            return Ok(Vec::new());
        }
    };
    let unchanged = |entry: &&Entry| before.manifest().entry(&entry.path).is_some_and(|old| old.oid == entry.oid);
    let worth = |entry: &&Entry| {
        let prose = paths::is_docs(&entry.path) || paths::is_test(&entry.path) || paths::is_generated(&entry.path, "");
        is_file(entry) && !prose && entry.size <= MAX_SEARCHED
    };
    let entries: Vec<&Entry> = after.manifest().entries.iter().filter(unchanged).filter(worth).collect();
    let (mut found, mut room, mut more) = (Vec::new(), MAX_TEXTS, 0);
    for batch in entries.chunks(BATCH) {
        for (entry, bytes) in batch.iter().zip(after.read_many(batch).await?) {
            let Some(bytes) = bytes.filter(|bytes| searcher.is_match(bytes)) else { continue };
            match room.checked_sub(entry.size) {
                Some(left) if found.len() < MAX_KEPT => {
                    room = left;
                    found.push((*entry, String::from_utf8_lossy(&bytes).into_owned()));
                }
                _ => more += 1,
            }
        }
    }
    if more > 0 {
        let (all, read) = (found.len() + more, found.len());
        blind.push(format!("{all} unchanged files mention what changed, only {read} were read"));
    }
    let trees = trees(deps, after, found.iter().map(|(entry, _)| *entry)).await?;
    let side = |(entry, text): (&Entry, String)| Side {
        path: entry.path.clone(),
        text: Some(text),
        analysis: trees.get(&entry.path).cloned(),
    };
    Ok(found.into_iter().map(side).collect())
}
