//! A repository's files at one commit: what is where, and which bytes it holds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{BlobKey, CommitId, ObjectId};

/// All files of one commit, sorted by path. Contents lie in packs, so that a push stores only what it changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// The commit; none where the files were pieced together from a reporter's diff.
    pub commit: Option<CommitId>,
    /// Sorted by path, each path once.
    pub entries: Vec<Entry>,
    /// Packs that hold the contents; [`Place::pack`] is an index into this.
    pub packs: Vec<BlobKey>,
    /// Facts that only git knows.
    pub git: GitFacts,
    /// Things left out and why, for people (caps reached, unreadable entries).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// One path of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// From the root, `/` between parts. Bytes that are not UTF-8 are written `\xNN`.
    pub path: String,
    /// What stands there.
    pub kind: EntryKind,
    /// The git object id of the content (for a submodule: its commit).
    pub oid: ObjectId,
    /// Size in bytes; 0 for a submodule.
    pub size: u64,
    /// Where the bytes are, or why they are not kept.
    pub content: Content,
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A regular file with the executable bit.
    Executable,
    /// A symbolic link; its content is the target, which is never followed.
    Symlink,
    /// A commit of another repository; never fetched.
    Submodule,
}

/// Where an entry's bytes are, or why they are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// In a pack.
    Packed(Place),
    /// A NUL byte in the first 8,000 bytes (git's own rule).
    Binary,
    /// Larger than the cap for one file, or the cap for all files was reached.
    TooLarge,
    /// A pointer file of git LFS; the text of the pointer is in a pack.
    Lfs(Place),
    /// Nothing to keep (a submodule), or nothing could be read.
    Absent,
}

impl Content {
    /// Where the bytes are, if they are kept.
    pub fn place(&self) -> Option<Place> {
        match *self {
            Self::Packed(place) | Self::Lfs(place) => Some(place),
            Self::Binary | Self::TooLarge | Self::Absent => None,
        }
    }
}

/// A range of a pack: one zstd frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Index into [`Manifest::packs`].
    pub pack: u32,
    /// First byte.
    pub offset: u64,
    /// Number of (compressed) bytes.
    pub length: u32,
}

/// What git says about the commit. Untrusted text, cut to size.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GitFacts {
    /// Author's name.
    pub author: String,
    /// Commit time, seconds since the Unix epoch.
    pub committed_at: i64,
    /// First line of the message, at most 500 characters.
    pub summary: String,
    /// Parents of the commit.
    pub parents: Vec<CommitId>,
    /// The branch that `HEAD` names at the remote, where it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_branch: Option<String>,
}

impl Manifest {
    /// The entry at `path`.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|e| e.path.as_str().cmp(path)).ok()?;
        self.entries.get(at)
    }
}
