//! Both sides of a change, as the families see them.

use std::sync::Arc;

use contracts::analysis::FileAnalysis;
use contracts::fact::{FileStatus, Span};
use contracts::{CommitId, RepoName};

use crate::modules::Packages;

/// Everything that is known about `before..after`.
#[derive(Debug)]
pub struct Comparison {
    /// The repository.
    pub repo: RepoName,
    /// The commit before; none for a reporter's diff.
    pub before: Option<CommitId>,
    /// The commit after; none for a reporter's diff.
    pub after: Option<CommitId>,
    /// Changed files, sorted by path.
    pub files: Vec<Changed>,
    /// Unchanged files that mention something which changed files no longer have: what stands there still stands.
    pub kept: Vec<Side>,
    /// Unchanged files that serve routes or say where others are served; read if the change touches either.
    pub wiring: Vec<Side>,
    /// Packages that the repository declared before the change.
    pub packages: Packages,
    /// What could not be looked at, and why.
    pub blind: Vec<String>,
}

/// A changed file.
#[derive(Debug)]
pub struct Changed {
    /// What happened.
    pub status: FileStatus,
    /// As it was.
    pub before: Option<Side>,
    /// As it is.
    pub after: Option<Side>,
    /// Why nothing is looked for in it.
    pub noise: Option<&'static str>,
}

/// One file at one commit.
#[derive(Debug, Clone)]
pub struct Side {
    /// Path.
    pub path: String,
    /// Text; none for binary and too large files.
    pub text: Option<String>,
    /// What its syntax tree says, where a grammar knows the language.
    pub analysis: Option<Arc<FileAnalysis>>,
}

impl Changed {
    /// Path after the change, or before it for a removed file.
    pub fn path(&self) -> &str {
        self.after.as_ref().or(self.before.as_ref()).map_or("", |side| &side.path)
    }
}

impl Side {
    /// The text, or nothing.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or("")
    }
}

impl Comparison {
    /// Changed files in which facts are looked for: not noise, not tests.
    pub fn looked_at(&self) -> impl Iterator<Item = &Changed> {
        self.files.iter().filter(|file| file.noise.is_none() && !outline::role::is_test(file.path()))
    }

    /// Sides before, of files that are looked at.
    pub fn befores(&self) -> impl Iterator<Item = &Side> {
        self.looked_at().filter_map(|file| file.before.as_ref())
    }

    /// Sides after, of files that are looked at.
    pub fn afters(&self) -> impl Iterator<Item = &Side> {
        self.looked_at().filter_map(|file| file.after.as_ref())
    }

    /// What stands after the change and could still hold an element: changed files, then unchanged ones.
    /// Files of formatting and comments count: their elements are untouched.
    pub fn standing(&self) -> impl Iterator<Item = &Side> {
        let changed = self.files.iter().filter(|file| !outline::role::is_test(file.path()));
        changed.filter_map(|file| file.after.as_ref()).chain(&self.kept)
    }

    /// Lines of the side before.
    pub fn before_span(&self, side: &Side, start: u32, end: u32) -> Option<Span> {
        Span::cut(&self.repo, self.before.as_ref(), &side.path, side.text(), start, end)
    }

    /// Lines of the side after.
    pub fn after_span(&self, side: &Side, start: u32, end: u32) -> Option<Span> {
        Span::cut(&self.repo, self.after.as_ref(), &side.path, side.text(), start, end)
    }
}
