//! Repositories on this machine: opened where they lie, nothing is copied or written.

use std::path::Path;

use contracts::CommitId;

use crate::repository::isolated;
use crate::{Before, Error, Fetched, Limits, Repository, Resolved, Rev, Wanted};

/// An open repository of this machine.
pub(crate) struct Local {
    inner: gix::ThreadSafeRepository,
    repo: gix::Repository,
    name: String,
}

/// Opens a bare repository, or one with a work tree, or a linked work tree. Blocking.
pub(crate) fn open(path: &Path) -> Result<Local, Error> {
    let name = path.display().to_string();
    if !path.exists() {
        return Err(Error::NotARepository { url: name, why: "there is no such folder".to_owned() });
    }
    let opened = isolated(Limits::default().max_object_bytes).open(path);
    let inner = opened.map_err(|e| Error::NotARepository { url: name.clone(), why: chain(&e) })?;
    let repo = inner.to_thread_local();
    if repo.object_hash() != gix::hash::Kind::Sha1 {
        return Err(Error::Unsupported { url: name, why: "its objects are not named by SHA-1".to_owned() });
    }
    Ok(Local { inner, repo, name })
}

impl Local {
    /// See [`crate::Git::resolve`].
    pub fn resolve(&self, rev: &Rev) -> Result<Resolved, Error> {
        let found = match rev {
            Rev::Commit(id) => self.commit(id.as_str()),
            Rev::Ref(name) => self.commit_of_ref(name),
            Rev::Head => self.head()?,
        };
        let commit = found.ok_or_else(|| self.absent(rev))?;
        Ok(Resolved { commit, default_branch: self.default_branch() })
    }

    /// See [`crate::Git::fetch`].
    pub fn fetch(self, wanted: &Wanted) -> Result<Fetched, Error> {
        let Resolved { commit: after, default_branch } = self.resolve(&wanted.after)?;
        let (before, note) = self.before(&after, &wanted.before);
        let repository = Repository::new(self.inner, &self.name, None);
        Ok(Fetched { repository, after, before, default_branch, notes: note.into_iter().collect() })
    }

    fn before(&self, after: &CommitId, wanted: &Before) -> (Option<CommitId>, Option<String>) {
        before(&self.repo, after, wanted)
    }

    fn head(&self) -> Result<Option<CommitId>, Error> {
        let head = self.repo.head().map_err(|e| Error::Damaged { url: self.name.clone(), why: text(&e) })?;
        if head.is_unborn() {
            return Err(self.absent(&Rev::Head));
        }
        Ok(head.id().and_then(|id| self.commit(&id.to_string())))
    }

    fn commit_of_ref(&self, name: &str) -> Option<CommitId> {
        let as_ref = self.repo.find_reference(name).ok().and_then(|mut r| r.peel_to_id().ok()).map(|id| id.detach());
        let id = as_ref.or_else(|| self.repo.rev_parse_single(name).ok().map(|id| id.detach()))?;
        self.commit(&id.to_string())
    }

    fn commit(&self, hex: &str) -> Option<CommitId> {
        commit_at(&self.repo, hex)
    }

    fn default_branch(&self) -> Option<String> {
        let name = self.repo.head_name().ok()??;
        Some(name.shorten().to_string())
    }

    fn absent(&self, rev: &Rev) -> Error {
        let unborn = self.repo.head().is_ok_and(|head| head.is_unborn());
        match self.repo.references().ok().and_then(|refs| refs.all().ok()?.next()) {
            None if unborn => Error::EmptyRepository { url: self.name.clone() },
            _ => Error::UnknownCommit { url: self.name.clone(), rev: rev.to_string() },
        }
    }
}

/// The commit that an object id stands for: itself, or what a tag names.
pub(crate) fn commit_at(repo: &gix::Repository, hex: &str) -> Option<CommitId> {
    let id = gix::ObjectId::from_hex(hex.as_bytes()).ok()?;
    let object = repo.try_find_object(id).ok()??;
    let commit = object.peel_to_commit().ok()?;
    commit.id.to_string().parse().ok()
}

/// What `after` is held against, or a note why there is nothing. Looks only at objects that are here.
pub(crate) fn before(repo: &gix::Repository, after: &CommitId, wanted: &Before) -> (Option<CommitId>, Option<String>) {
    match wanted {
        Before::Nothing => (None, None),
        Before::Commit(id) => match commit_at(repo, id.as_str()) {
            Some(commit) => (Some(commit), None),
            None => (None, Some(format!("the commit before ({}) is gone: history was rewritten or cut", id.short()))),
        },
        Before::FirstParent => {
            let Some(parent) = first_parent(repo, after) else { return (None, None) };
            match commit_at(repo, parent.as_str()) {
                Some(commit) => (Some(commit), None),
                None => (None, Some(format!("the parent commit ({}) is not there: history is cut", parent.short()))),
            }
        }
        Before::MergeBase(id) => match merge_base(repo, after, id) {
            Some(commit) => (Some(commit), None),
            None => (None, Some(format!("nothing that {} and {} both come from is near", after.short(), id.short()))),
        },
        Before::Ancestor(id) => match merge_base(repo, after, id) {
            Some(commit) if commit == *id => (Some(commit), None),
            _ => (None, Some(format!("{} did not come from {} a short while ago", after.short(), id.short()))),
        },
    }
}

/// What both commits come from, as far as their history is here.
pub(crate) fn merge_base(repo: &gix::Repository, one: &CommitId, other: &CommitId) -> Option<CommitId> {
    let id = |commit: &CommitId| gix::ObjectId::from_hex(commit.as_str().as_bytes()).ok();
    let base = repo.merge_base(id(one)?, id(other)?).ok()??.to_string();
    commit_at(repo, &base)
}

/// The first parent that a commit names, whether or not it is here.
fn first_parent(repo: &gix::Repository, commit: &CommitId) -> Option<CommitId> {
    let id = gix::ObjectId::from_hex(commit.as_str().as_bytes()).ok()?;
    let commit = repo.find_commit(id).ok()?;
    let decoded = commit.decode().ok()?;
    decoded.parents().next()?.to_string().parse().ok()
}

/// A foreign error with its causes: the first alone often says no more than that something failed.
fn chain(error: &dyn std::error::Error) -> String {
    let mut whole = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        whole = format!("{whole}: {error}");
        cause = error.source();
    }
    text(&whole)
}

/// A foreign error in one line, cut.
pub(crate) fn text(error: &dyn std::fmt::Display) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ").chars().take(500).collect()
}
