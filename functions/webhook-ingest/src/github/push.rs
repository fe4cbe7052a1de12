//! What a push says, and whether it is worth listening to. No I/O.

use std::borrow::Cow;
use std::fmt;

use contracts::messages::ChangeReported;
use contracts::{CommitId, MessageId, RepoName};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::problem::Problem;
use crate::reported::{branch_ref, first_line};

/// The few fields that matter. Strings are borrowed from the body where they hold no escapes; everything else of a
/// payload is skipped without being kept.
#[derive(Deserialize)]
struct Push<'a> {
    #[serde(borrow, rename = "ref")]
    git_ref: Cow<'a, str>,
    #[serde(borrow)]
    before: Cow<'a, str>,
    #[serde(borrow)]
    after: Cow<'a, str>,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    forced: bool,
    #[serde(borrow)]
    repository: Repository<'a>,
    #[serde(borrow, default)]
    head_commit: Option<HeadCommit<'a>>,
}

#[derive(Deserialize)]
struct Repository<'a> {
    #[serde(borrow)]
    full_name: Cow<'a, str>,
    #[serde(borrow, default)]
    default_branch: Option<Text<'a>>,
    #[serde(borrow, default)]
    pushed_at: Stamp<'a>,
}

#[derive(Deserialize)]
struct HeadCommit<'a> {
    #[serde(borrow, default)]
    message: Option<Text<'a>>,
}

/// Inside an `Option` a bare `Cow` would be copied: serde borrows only what stands in a field of its own.
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// What a push comes to.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// Nothing to do, and why.
    Ignored(&'static str),
    /// The default branch moved.
    Moved(Moved),
}

/// A default branch that moved.
#[derive(Debug, PartialEq)]
pub(super) struct Moved {
    pub(super) repo: RepoName,
    pub(super) git_ref: String,
    /// None where the branch is new.
    pub(super) before: Option<CommitId>,
    pub(super) after: CommitId,
    pub(super) summary: String,
    /// `before` is not an ancestor of `after`: dependents saw it all the same, so it is what to compare with.
    pub(super) forced: bool,
    /// From the signed content alone. A replay under another delivery id has the same; pushing the same commits again
    /// has another `pushed_at`.
    pub(super) content: MessageId,
}

const ZEROS: &str = "0000000000000000000000000000000000000000";

/// Reads a push event.
pub(super) fn heard(json: &[u8]) -> Result<Heard, Problem> {
    let push: Push<'_> = serde_json::from_slice(json)?;
    let repo: RepoName = parsed(&push.repository.full_name, "/repository/full_name")?;
    if let Some(reason) = uninteresting(&push) {
        return Ok(Heard::Ignored(reason));
    }
    let git_ref = branch_ref(&push.git_ref).ok_or_else(|| Problem::invalid("/ref", "not a branch that git allows"))?;
    let before = if push.before == ZEROS { None } else { Some(parsed(&push.before, "/before")?) };
    let after = parsed(&push.after, "/after")?;
    let pushed_at = &push.repository.pushed_at.0;
    let content = ChangeReported::id_of_push(&repo, &push.git_ref, &push.before, &push.after, pushed_at);
    let message = push.head_commit.and_then(|commit| commit.message);
    Ok(Heard::Moved(Moved {
        repo,
        git_ref,
        before,
        after,
        summary: message.map(|text| first_line(&text.0)).unwrap_or_default(),
        forced: push.forced,
        content,
    }))
}

fn uninteresting(push: &Push<'_>) -> Option<&'static str> {
    let Some(branch) = push.git_ref.strip_prefix("refs/heads/") else {
        return Some("not a branch: tags and other refs change nothing that is deployed from a branch");
    };
    if push.deleted || push.after == ZEROS {
        return Some("the branch was deleted");
    }
    // A payload without it is not GitHub's own; whoever made it meant this branch.
    let default = push.repository.default_branch.as_ref().map_or(branch, |name| &name.0);
    if branch != default {
        return Some("not the default branch: what is merged there later is looked at then");
    }
    (push.before == push.after).then_some("nothing moved: before and after are the same commit")
}

pub(super) fn parsed<T: std::str::FromStr<Err: fmt::Display>>(text: &str, pointer: &str) -> Result<T, Problem> {
    text.parse().map_err(|why: T::Err| Problem::invalid(pointer, why.to_string()))
}

/// `pushed_at`: seconds in a push, a date in other places; only ever compared as text.
#[derive(Default)]
pub(super) struct Stamp<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Stamp<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StampVisitor)
    }
}

struct StampVisitor;

impl<'de> Visitor<'de> for StampVisitor {
    type Value = Stamp<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date, as seconds or as text")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Stamp(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Stamp(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Self::Value, E> {
        Ok(Stamp(Cow::Owned(seconds.to_string())))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Self::Value, E> {
        Ok(Stamp(Cow::Owned(seconds.to_string())))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Self::Value, E> {
        Ok(Stamp(Cow::Owned(seconds.to_string())))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Stamp::default())
    }
}
