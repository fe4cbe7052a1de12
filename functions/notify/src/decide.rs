//! What to do about one finding, from what is known. Pure.

use contracts::record::{Notice, Wish, WishKind};
use github::{Issue, IssueState, StateReason};
use relationships::Action;

use crate::marker::Marker;
use crate::{shelf, wishes};

/// What is known about a finding before anything is done.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// What was recorded the last time.
    pub(crate) notice: Option<Notice>,
    /// The issue as it stands, where it was looked up.
    pub(crate) issue: Option<Issue>,
    /// A later change has already spoken about this finding.
    pub(crate) superseded: bool,
    /// Open issues of this dependent.
    pub(crate) open: u32,
    /// What a person asked for.
    pub(crate) wish: Option<Wish>,
    /// Milliseconds since the Unix epoch.
    pub(crate) now: i64,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// All is said.
    Nothing,
    /// A person said "not planned".
    Mute,
    /// A person opened it again, and nobody told us: what it says is brought up to date.
    Unmute,
    /// The issue stands as it is; only the record is missing or old.
    Note,
    /// Not worth an issue of its own, or one too many.
    Digest,
    /// A new issue.
    Create,
    /// Rewrite the body in place, reopening a closed one; say so if a person should hear.
    Update { say: Option<&'static str> },
}

const WORSE: &str =
    "This got worse: it is more urgent than before, or hits another file. The text above is up to date.";
const BACK: &str = "This is back: it was over, and the text above shows where it hits again.";

const AWAKE: &str = "The snooze is over, and this still stands. The text above is up to date.";

/// Decides about a finding whose body would carry `marker`.
pub(crate) fn decide(known: &Known, marker: &Marker, action: Action, most_open: u32) -> Step {
    if known.superseded {
        return Step::Nothing;
    }
    if wishes::is_silent(known.wish.as_ref(), known.now) {
        let again = |issue: &Issue| {
            let reopened = issue.state == IssueState::Open && issue.state_reason == Some(StateReason::Reopened);
            reopened && wishes::is_muted(known.wish.as_ref())
        };
        return if known.issue.as_ref().is_some_and(again) { Step::Unmute } else { Step::Nothing };
    }
    match &known.issue {
        Some(issue) => about_issue(issue, known.notice.as_ref(), marker),
        None => about_nothing(known, marker, action, most_open),
    }
}

fn about_nothing(known: &Known, marker: &Marker, action: Action, most_open: u32) -> Step {
    let recorded =
        |state: &str| known.notice.as_ref().is_some_and(|n| n.state == state && n.evidence == marker.evidence);
    if recorded("open") {
        return Step::Nothing;
    }
    // A person who asked for it gets it, room or not.
    let asked = known.wish.as_ref().is_some_and(|wish| wish.kind == WishKind::Tell);
    match !asked && (action == Action::AddToDigest || known.open >= most_open) {
        true if recorded("digest") => Step::Nothing,
        true => Step::Digest,
        false => Step::Create,
    }
}

fn about_issue(issue: &Issue, notice: Option<&Notice>, marker: &Marker) -> Step {
    let before = Marker::read(&issue.body).filter(|before| before.fingerprint == marker.fingerprint);
    let same = before.as_ref().is_some_and(|before| before.evidence == marker.evidence);
    let worse = before.as_ref().is_some_and(|before| marker.is_worse_than(before));
    let how = before.as_ref().and_then(|before| before.over.as_deref());
    let over = how.is_some();
    let say = worse.then_some(WORSE);
    match (issue.state, issue.state_reason) {
        (IssueState::Closed, _) if how == Some(shelf::IGNORED) => Step::Mute,
        (IssueState::Closed, _) if how == Some(shelf::SNOOZED) => Step::Update { say: Some(AWAKE) },
        (IssueState::Closed, _) if over => Step::Update { say: Some(BACK) },
        (IssueState::Closed, Some(StateReason::NotPlanned | StateReason::Duplicate)) => Step::Mute,
        // A person closed it as done and may know of a fix that is not here yet: only news opens it again.
        (IssueState::Closed, _) if worse => Step::Update { say },
        (IssueState::Closed, _) => Step::Note,
        (IssueState::Open, _) if same && !over => noted(issue, notice, marker),
        (IssueState::Open, _) => Step::Update { say },
    }
}

fn noted(issue: &Issue, notice: Option<&Notice>, marker: &Marker) -> Step {
    let told = |n: &Notice| n.state == "open" && n.location == issue.url && n.evidence == marker.evidence;
    if notice.is_some_and(told) { Step::Nothing } else { Step::Note }
}
