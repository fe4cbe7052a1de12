//! What each call needs an App to be allowed: one permission, in the lowest level that will do.

use std::collections::BTreeMap;
use std::fmt;

use Level::{Read, Write};

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// To look.
    Read,
    /// To look and change.
    Write,
}

/// One permission of an App on a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// GitHub's name for it, such as `pull_requests`.
    pub name: &'static str,
    /// How much of it.
    pub level: Level,
}

/// Everything that is asked of one repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    ReadIssues,
    WriteIssue,
    ReadComments,
    WriteComment,
    React,
    ReadRepository,
    ReadMember,
    ReadPull,
    ReadPullComments,
    WritePullComment,
    ReadChecks,
    WriteCheck,
    ReadHead,
    Fetch,
    // With a token only: an App writes check runs, and has one hook of its own for all repositories.
    WriteStatus,
    Hooks,
}

/// By <https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps>.
const TABLE: [(Call, &str, Level); 14] = [
    (Call::ReadIssues, "issues", Read),
    (Call::WriteIssue, "issues", Write),
    (Call::ReadComments, "issues", Read),
    (Call::WriteComment, "issues", Write),
    (Call::React, "issues", Write),
    (Call::ReadRepository, "metadata", Read),
    (Call::ReadMember, "metadata", Read),
    (Call::ReadPull, "pull_requests", Read),
    (Call::ReadPullComments, "pull_requests", Read),
    (Call::WritePullComment, "pull_requests", Write),
    (Call::ReadChecks, "checks", Read),
    (Call::WriteCheck, "checks", Write),
    (Call::ReadHead, "contents", Read),
    (Call::Fetch, "contents", Read),
];

impl Call {
    /// The permission that the call needs; none for calls that an App does not make.
    pub(crate) fn permission(self) -> Option<Permission> {
        let row = TABLE.iter().find(|(call, ..)| *call == self);
        row.map(|&(_, name, level)| Permission { name, level })
    }
}

/// Everything that an App has to be granted: what all calls need, the higher level of each.
pub fn app_permissions() -> Vec<Permission> {
    let mut all = BTreeMap::new();
    for (_, name, level) in TABLE {
        let highest = all.entry(name).or_insert(level);
        *highest = level.max(*highest);
    }
    all.into_iter().map(|(name, level)| Permission { name, level }).collect()
}

impl Level {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Read => "read",
            Write => "write",
        }
    }
}

impl Permission {
    /// Whether a permission that was granted at the level called `granted` covers this one.
    pub(crate) fn is_covered_by(self, granted: Option<&str>) -> bool {
        match self.level {
            Read => matches!(granted, Some("read" | "write" | "admin")),
            Write => matches!(granted, Some("write" | "admin")),
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.level.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_granted_what_the_calls_need_and_nothing_else() {
        let all: Vec<String> = app_permissions().iter().map(Permission::to_string).collect();
        assert_eq!(all, ["checks: write", "contents: read", "issues: write", "metadata: read", "pull_requests: write"]);
    }

    #[test]
    fn a_level_covers_itself_and_lower_ones() {
        let of = |level| Permission { name: "issues", level };
        for (level, granted, covered) in [
            (Read, None, false),
            (Read, Some("read"), true),
            (Read, Some("write"), true),
            (Write, Some("read"), false),
            (Write, Some("write"), true),
            (Write, Some("admin"), true),
            (Read, Some("none"), false),
        ] {
            assert_eq!(of(level).is_covered_by(granted), covered, "{level:?} {granted:?}");
        }
    }
}
