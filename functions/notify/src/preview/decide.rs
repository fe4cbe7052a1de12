//! What to say on a pull request, from what is known. Pure.

use contracts::verdict::Urgency;
use github::Comment;

use super::impact::Impact;

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) comment: Say,
    /// Say a check of the head.
    pub(super) check: bool,
}

/// What becomes of the comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Say {
    Nothing,
    New,
    Edit,
}

/// Silence is the default: a comment begins with a finding, a check with a finding or a question that stays open. Both are
/// kept true once they are there; and where a check may fail, people wait for it, so it is always said.
pub(super) fn decide(impact: &Impact, there: Option<&Comment>, fail_on: Option<Urgency>, same: bool) -> Step {
    let comment = match there {
        Some(_) if same => Say::Nothing,
        Some(_) => Say::Edit,
        None if impact.affects() => Say::New,
        None => Say::Nothing,
    };
    Step { comment, check: there.is_some() || !impact.is_clean() || fail_on.is_some() }
}
