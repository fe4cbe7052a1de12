//! The consumer's repository as far as it was read.

use std::sync::Arc;

use contracts::analysis::FileAnalysis;
use contracts::fact::Span;
use contracts::{BlobKey, CommitId, RepoName};

use crate::unread::Unread;

/// The consumer at one commit.
#[derive(Debug, Clone)]
pub struct Dependent {
    /// Name.
    pub repo: RepoName,
    /// The commit that was read.
    pub commit: Option<CommitId>,
    /// The manifest of that commit.
    pub snapshot: Option<BlobKey>,
    /// Files that could hold a use, interface files first, then by path.
    pub files: Vec<File>,
    /// Number of files in the whole tree.
    pub total: usize,
    /// Paths of its own files of messages, whether or not they were read.
    pub messages: Vec<String>,
    /// Files that could not be read or understood, and why.
    pub unread: Vec<Unread>,
}

/// One file of the consumer.
#[derive(Debug, Clone)]
pub struct File {
    /// Path.
    pub path: String,
    /// What it is there for.
    pub place: Place,
    /// What its syntax tree says.
    pub analysis: Option<Arc<FileAnalysis>>,
    /// Its text; none where nothing in it could be a use.
    pub text: Option<String>,
}

/// What a file is there for, the strongest evidence first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Named in the relationship's `interface_files`.
    Interface,
    /// Code and configuration.
    Source,
    /// Tests: they break too, but nobody's deployment does.
    Test,
}

impl File {
    /// The text, or nothing.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or("")
    }

    /// Lines that hold `needle`, with their numbers; lines beyond 2,000 bytes are data and left out.
    pub fn lines_with<'a, 'n>(&'a self, needle: &'n str) -> impl Iterator<Item = (u32, &'a str)> + use<'a, 'n> {
        let text = if needle.is_empty() || !self.text().contains(needle) { "" } else { self.text() };
        let lines = text.lines().enumerate().map(|(at, line)| (u32::try_from(at + 1).unwrap_or(u32::MAX), line));
        lines.filter(move |(_, line)| line.len() <= 2_000 && line.contains(needle))
    }

    /// One line, from 1.
    pub fn line(&self, number: u32) -> &str {
        number.checked_sub(1).and_then(|at| self.text().lines().nth(at as usize)).unwrap_or("")
    }

    /// Lines with their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        self.text().lines().enumerate().map(|(at, line)| (u32::try_from(at + 1).unwrap_or(u32::MAX), line))
    }

    /// The language id, or nothing.
    pub fn language(&self) -> &str {
        self.analysis.as_ref().map_or("", |analysis| &analysis.language)
    }

    /// Written for machines to read: everything that no grammar of a programming language covers.
    pub fn is_data(&self) -> bool {
        is_data(self.language())
    }
}

/// Written for machines to read, by its language; no language is data too.
pub(crate) fn is_data(language: &str) -> bool {
    let data =
        ["", "yaml", "json", "toml", "dockerfile", "bash", "hcl", "html", "xml", "ini", "properties", "make", "css"];
    data.contains(&language)
}

impl Dependent {
    /// Lines of one of its files, cut from the bytes that were read.
    pub fn span(&self, path: &str, start: u32, end: u32) -> Option<Span> {
        let file = self.files.iter().find(|file| file.path == path)?;
        Span::cut(&self.repo, self.commit.as_ref(), path, file.text(), start, end)
    }
}
