//! What the code of a repository defines, imports, calls, serves and reads from its environment.
//!
//! Each file's own analysis is keyed by its content, so a push parses what it changed; here they are summed up. The
//! sums of files that did not change are taken from the repository's previous summary.

mod sums;

use blobs::{Blobs, document};
use contracts::code::{CodeFile, CodeSummary};
use contracts::manifest::Content;
use contracts::messages::{CodeAnalyzed, StructureAnalyzed};
use contracts::structure::{Origin, Structure};
use contracts::{BlobKey, Envelope, RepoName};
use snapshot::Snapshot;
use stage::{Fault, Outcome, ProgressHandle, Stage, says};
use std::collections::HashMap;
use std::sync::Arc;
use store::Store;
use syntax::Parsers;

pub use crate::sums::{Analysed, decide};

/// The stage.
#[derive(Debug)]
pub struct CodeAnalysis;

/// What it may ask.
pub struct Deps {
    /// Snapshots and documents.
    pub blobs: Blobs,
    /// Earlier analyses and the previous summary.
    pub store: Store,
    /// Grammars behind their process boundary.
    pub parsers: Parsers,
    /// Files parsed so far.
    pub progress: ProgressHandle,
}

says! {
    /// What it may say.
    pub enum Out { CodeAnalyzed }
}

impl Stage for CodeAnalysis {
    const NAME: &'static str = "code_analysis";
    type In = StructureAnalyzed;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<StructureAnalyzed>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        let analysed = gather(msg, deps).await?;
        let put = document("code", &decide(analysed));
        let StructureAnalyzed { change, snapshot, metadata, structure } = msg.body.clone();
        let said = CodeAnalyzed { change, snapshot, metadata, structure, code: put.key.clone() };
        Ok(Outcome { put: vec![put], ..Outcome::say(said.into()) })
    }
}

async fn gather(msg: &Envelope<StructureAnalyzed>, deps: &Deps) -> Result<Vec<Analysed>, Fault> {
    let body = &msg.body;
    let snapshot = Snapshot::open(&deps.blobs, &body.snapshot).await?;
    let structure = deps.blobs.document::<Structure>(&body.structure).await?;
    let mut known = known_files(deps, &body.change.repo).await?;
    let mut analysed = Vec::new();
    let mut fresh = Vec::new();
    for entry in snapshot.manifest().entries.iter().filter(|entry| entry.content == Content::TooLarge) {
        if syntax::language_of(&entry.path, &[]).is_some() {
            analysed.push(Analysed::TooLarge { path: entry.path.clone(), size: entry.size });
        }
    }
    for file in &structure.files {
        let (Some(language), Some(entry)) = (&file.language, snapshot.manifest().entry(&file.path)) else { continue };
        if file.origin != Origin::Source || entry.content.place().is_none() {
            continue;
        }
        match known.remove(&file.path) {
            Some(earlier) if earlier.oid == entry.oid && &earlier.language == language => {
                analysed.push(Analysed::Known(earlier));
            }
            _ => fresh.push(entry),
        }
    }
    let progress = deps.progress.of(&body.change.repo, &msg.run, CodeAnalysis::NAME);
    let total = fresh.len() as u64;
    let report = |done| progress.report(done, Some(total), format!("parsed {done}/{total} files"));
    report(0);
    for file in snapshot::analyses(&snapshot, &fresh, &deps.store, &deps.parsers, &report).await? {
        analysed.push(Analysed::Fresh { path: file.path, oid: file.oid, analysis: file.analysis });
    }
    Ok(analysed)
}

/// The previous summary's files by path. Files whose parse failed are left out, for a failure is worth another try.
async fn known_files(deps: &Deps, repo: &RepoName) -> Result<HashMap<String, CodeFile>, Fault> {
    let Some(index) = deps.store.index(repo).await? else { return Ok(HashMap::new()) };
    let summary = read_summary(deps, &index.code).await?;
    if summary.grammars != syntax::GRAMMARS {
        return Ok(HashMap::new());
    }
    let failed: Vec<&str> = summary.failed.iter().filter_map(|f| f.split_once(": ")).map(|(path, _)| path).collect();
    let worked = summary.files.iter().filter(|file| !failed.contains(&file.path.as_str()));
    Ok(worked.map(|file| (file.path.clone(), file.clone())).collect())
}

async fn read_summary(deps: &Deps, key: &BlobKey) -> Result<Arc<CodeSummary>, Fault> {
    match deps.blobs.document(key).await {
        Ok(summary) => Ok(summary),
        // An expired or older document costs time, not the run.
        Err(blobs::Error::Missing(_) | blobs::Error::Malformed { .. }) => Ok(Arc::default()),
        Err(error) => Err(error.into()),
    }
}
