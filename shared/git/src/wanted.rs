//! What is asked of a repository, and what the answer is.

use contracts::CommitId;

use crate::Repository;

/// Which commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rev {
    /// This one. The id of an annotated tag is taken for the commit that it names.
    Commit(CommitId),
    /// Where this ref stands now: a full name (`refs/heads/main`), or a short one as git completes it. For a repository on
    /// disk any revision that git understands without searching (`main~3`, `v1^{commit}`).
    Ref(String),
    /// Where the default branch stands now.
    Head,
}

impl std::fmt::Display for Rev {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Commit(id) => write!(f, "commit {id}"),
            Self::Ref(name) => write!(f, "{name:?}"),
            Self::Head => f.write_str("HEAD"),
        }
    }
}

/// What to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The commit of interest.
    pub after: Rev,
    /// What it is held against.
    pub before: Before,
    /// The ref that moved, asked for where a server gives no commits by their id.
    pub git_ref: Option<String>,
}

impl Wanted {
    /// One commit and nothing to hold it against.
    pub fn only(after: Rev) -> Self {
        Self { after, before: Before::Nothing, git_ref: None }
    }
}

/// What a commit is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// Nothing.
    Nothing,
    /// This commit.
    Commit(CommitId),
    /// The first parent, if there is one.
    FirstParent,
    /// The newest commit that this one and the commit of interest both come from: where a pull request branched off.
    MergeBase(CommitId),
    /// This commit, if the commit of interest came from it a short while ago: over a network only the last 20 commits are
    /// looked through.
    Ancestor(CommitId),
}

/// Where a revision stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The commit.
    pub commit: CommitId,
    /// The branch that `HEAD` names, without `refs/heads/`, where the remote says.
    pub default_branch: Option<String>,
}

/// Commits that can be read now.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Reads them. While it lives, the cache keeps their objects.
    pub repository: Repository,
    /// The commit of interest.
    pub after: CommitId,
    /// What it is held against, if that was wanted and is still there.
    pub before: Option<CommitId>,
    /// The branch that `HEAD` names, without `refs/heads/`, where the remote says.
    pub default_branch: Option<String>,
    /// What went differently than asked, for people.
    pub notes: Vec<String>,
}
