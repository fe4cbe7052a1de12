//! Reading commits: facts, paths, contents. Nothing here knows how the objects got here.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use contracts::manifest::GitFacts;
use contracts::{CommitId, ObjectId};

use crate::listing::{self, Listing};
use crate::{Error, blocking};

/// Characters of a commit message's first line, and of a name, that are kept.
const MAX_SUMMARY: usize = 500;
const MAX_NAME: usize = 200;
/// Parents of an octopus merge that are kept.
const MAX_PARENTS: usize = 100;

/// A repository that can be read. Cloning shares it.
#[derive(Clone)]
pub struct Repository {
    inner: Arc<gix::ThreadSafeRepository>,
    name: Arc<str>,
    _reading: Option<Arc<File>>,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Repository").field(&self.name).finish()
    }
}

/// Settings under which a repository on disk is nothing but data: no includes, no configuration from outside it, no
/// environment, no replaced objects, and no single object of more than `max_object_bytes` in memory.
pub(crate) fn isolated(max_object_bytes: u64) -> gix::open::Options {
    gix::open::Options::isolated().config_overrides([
        "core.useReplaceRefs=false".to_owned(),
        "gitoxide.objects.noReplace=true".to_owned(),
        format!("gitoxide.objects.allocLimit={max_object_bytes}"),
    ])
}

impl Repository {
    pub(crate) fn new(inner: gix::ThreadSafeRepository, name: &str, reading: Option<Arc<File>>) -> Self {
        Self { inner: Arc::new(inner), name: name.into(), _reading: reading }
    }

    /// The folder with the object database.
    pub fn git_dir(&self) -> &Path {
        self.inner.refs.git_dir()
    }

    /// Author, time, first line of the message and parents of a commit. The default branch is not known here.
    pub async fn facts(&self, commit: &CommitId) -> Result<GitFacts, Error> {
        let (this, commit) = (self.clone(), commit.clone());
        blocking(&self.name, move || this.reader().facts(&commit)).await
    }

    /// All paths of a commit, at most `max_files`, sorted.
    pub async fn list(&self, commit: &CommitId, max_files: usize) -> Result<Listing, Error> {
        let (this, commit) = (self.clone(), commit.clone());
        blocking(&self.name, move || this.reader().list(&commit, max_files)).await
    }

    /// A reader for one thread. Its methods block.
    pub fn reader(&self) -> Reader {
        Reader { repo: self.inner.to_thread_local(), name: self.name.clone() }
    }
}

/// Reads objects on one thread; every method may block on the disk.
pub struct Reader {
    repo: gix::Repository,
    name: Arc<str>,
}

impl Reader {
    /// See [`Repository::facts`].
    pub fn facts(&self, commit: &CommitId) -> Result<GitFacts, Error> {
        let object = self.repo.find_commit(self.id(commit.as_str())?).map_err(|e| self.damaged(&e))?;
        let commit = object.decode().map_err(|e| self.damaged(&e))?;
        let summary = String::from_utf8_lossy(commit.message.split(|b| *b == b'\n').next().unwrap_or_default());
        let author = commit.author().map(|author| author.name.to_string()).unwrap_or_default();
        let committed_at = commit.committer().ok().and_then(|c| c.time().ok()).map_or(0, |time| time.seconds);
        let parents = commit.parents().take(MAX_PARENTS).filter_map(|id| id.to_string().parse().ok());
        Ok(GitFacts {
            author: author.chars().take(MAX_NAME).collect(),
            committed_at,
            summary: summary.trim_end().chars().take(MAX_SUMMARY).collect(),
            parents: parents.collect(),
            default_branch: None,
        })
    }

    /// See [`Repository::list`].
    pub fn list(&self, commit: &CommitId, max_files: usize) -> Result<Listing, Error> {
        let commit = self.repo.find_commit(self.id(commit.as_str())?).map_err(|e| self.damaged(&e))?;
        let tree = commit.tree_id().map_err(|e| self.damaged(&e))?.detach();
        if !self.repo.has_object(tree) {
            return Err(self.damaged(&format!("tree {tree} is missing")));
        }
        Ok(listing::list(&self.repo, tree, max_files))
    }

    /// A blob's size in bytes without reading all of it; none if it is not there.
    pub fn size(&self, blob: &ObjectId) -> Result<Option<u64>, Error> {
        let header = self.repo.try_find_header(self.id(blob.as_str())?).map_err(|e| self.damaged(&e))?;
        Ok(header.map(|header| header.size()))
    }

    /// A blob's bytes; none if it is not there or is no blob. Look at [`Reader::size`] before: all of it goes into memory.
    pub fn blob(&self, blob: &ObjectId) -> Result<Option<Vec<u8>>, Error> {
        let found = self.repo.try_find_object(self.id(blob.as_str())?).map_err(|e| self.damaged(&e))?;
        let found = found.filter(|object| object.kind == gix::objs::Kind::Blob);
        Ok(found.map(|mut object| std::mem::take(&mut object.data)))
    }

    fn id(&self, hex: &str) -> Result<gix::ObjectId, Error> {
        gix::ObjectId::from_hex(hex.as_bytes()).map_err(|e| self.damaged(&e))
    }

    fn damaged(&self, why: &dyn std::fmt::Display) -> Error {
        Error::Damaged { url: self.name.to_string(), why: why.to_string() }
    }
}
