//! Everything that is known about what a change would do to its dependents.

use std::collections::BTreeMap;

use contracts::verdict::{Answer, Finding, Tier, Urgency, Verdict};
use contracts::{CommitId, RepoName};

/// What a change would do if it were merged, as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Impact {
    /// The repository whose change it is.
    pub source: RepoName,
    /// The change's newest commit.
    pub head: Option<CommitId>,
    /// The answers, by dependent.
    pub verdicts: Vec<Verdict>,
    /// Dependents without an answer.
    pub missing: Vec<(RepoName, Missing)>,
    /// Why nobody could be asked.
    pub problem: Option<String>,
    /// Who owns the affected files of a dependent, as its CODEOWNERS says.
    pub owners: BTreeMap<RepoName, Vec<String>>,
}

/// Why a dependent has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// It is still being looked at.
    Waiting,
    /// Looking failed, and why.
    Failed(String),
}

/// What an answer means to who reads it before the merge. The order is that of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Breaking,
    CheckFirst,
    Backport,
    Unknown,
    Waiting,
    Unaffected,
}

impl Kind {
    pub(super) fn of(verdict: &Verdict) -> Self {
        match &verdict.answer {
            Answer::Unknown(_) => Self::Unknown,
            Answer::NotAffected(_) => Self::Unaffected,
            Answer::Affected if verdict.findings.iter().all(crate::page::is_template) => Self::Backport,
            Answer::Affected if verdict.findings.iter().all(|f| f.tier == Tier::CheckFirst) => Self::CheckFirst,
            Answer::Affected => Self::Breaking,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::CheckFirst => "to check",
            Self::Backport => "backport",
            Self::Unknown => "unknown",
            Self::Waiting => "without an answer yet",
            Self::Unaffected => "unaffected",
        }
    }
}

impl Impact {
    /// Nobody is affected, and nothing is left open.
    pub fn is_clean(&self) -> bool {
        self.problem.is_none()
            && self.missing.is_empty()
            && self.verdicts.iter().all(|v| Kind::of(v) == Kind::Unaffected)
    }

    /// Somebody is affected.
    pub fn affects(&self) -> bool {
        self.findings().next().is_some()
    }

    /// Nobody is still being looked at.
    pub(super) fn is_complete(&self) -> bool {
        !self.missing.iter().any(|(_, why)| *why == Missing::Waiting)
    }

    /// Findings with their dependents.
    pub(super) fn findings(&self) -> impl Iterator<Item = (&Verdict, &Finding)> {
        self.verdicts.iter().flat_map(|verdict| verdict.findings.iter().map(move |finding| (verdict, finding)))
    }

    /// The most urgent finding's urgency.
    pub(super) fn worst(&self) -> Option<Urgency> {
        self.findings().map(|(_, finding)| finding.urgency).max()
    }

    /// `1 breaking, 1 backport, 3 unaffected`.
    pub fn headline(&self) -> String {
        let missing = self.missing.iter().map(|(_, why)| match why {
            Missing::Waiting => Kind::Waiting,
            Missing::Failed(_) => Kind::Unknown,
        });
        let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
        for kind in self.verdicts.iter().map(Kind::of).chain(missing) {
            *counts.entry(kind).or_default() += 1;
        }
        if self.problem.is_some() {
            return "unknown".to_owned();
        }
        let parts: Vec<String> = counts.into_iter().map(|(kind, count)| format!("{count} {}", kind.word())).collect();
        if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
    }
}
