//! Tells a pull request what it would do to others if it were merged: one comment that is edited in place, and a check.
//!
//! Nothing is said elsewhere, and nothing at all on a pull request that never affected anybody. Its key is the pull
//! request: the stored notice is asked first, then the hidden marker among its comments.

mod check;
mod decide;
mod gather;
mod impact;
mod looks;
mod owners;
mod page;
mod rows;

use blobs::Blobs;
use contracts::Envelope;
use contracts::messages::{NoticeDelivered, PreviewAdvanced};
use contracts::record::{Notice, Record};
use contracts::verdict::Urgency;
use github::{Comment, Github};
use stage::{Fault, Outcome, Stage, says};
use store::Store;

use crate::hold;
use decide::{Step, decide};
use gather::{Asked, Before};
use page::Marker;

pub use impact::{Impact, Missing};
pub use looks::Looks;
pub use owners::owners;
pub use page::markdown;

says! {
    /// What is said of a comment.
    pub enum Shown { NoticeDelivered }
}

/// Brings a pull request's comment and check up to date.
pub struct Preview;

/// What this stage may ask.
pub struct PreviewDeps {
    /// Where pull requests are read and told.
    pub github: Github,
    /// The run's answers, and what was told before.
    pub store: Store,
    /// Decisions, and the CODEOWNERS of dependents.
    pub blobs: Blobs,
    /// From this urgency on the check fails; none leaves it neutral, whatever is found.
    pub fail_on: Option<Urgency>,
    /// Stages after which one more thing is known: those that may say `PreviewAdvanced`.
    pub asks: Vec<&'static str>,
    /// How often runs were heard of.
    pub looks: Looks,
}

impl Stage for Preview {
    const NAME: &'static str = "preview";
    type In = PreviewAdvanced;
    type Out = Shown;
    type Deps = PreviewDeps;

    async fn handle(msg: &Envelope<PreviewAdvanced>, deps: &PreviewDeps) -> Result<Outcome<Shown>, Fault> {
        let Some(number) = msg.body.change.pull_request() else { return Ok(Outcome::default()) };
        // Two answers about one pull request must not both find no comment and create one.
        let _turn = deps.store.turn(crate::PULL_REQUESTS).await?;
        // Asked before anything is read: what is decided later says so itself.
        let is_moving = deps.store.is_moving(&msg.run, &deps.asks).await?;
        if !deps.looks.is_due(&msg.run, &msg.id, is_moving) {
            return Ok(Outcome::default());
        }
        let mut outcome = Outcome::default();
        if let Some(asked) = gather::asked(msg, number, deps).await?
            && let Some(before) = gather::before(&asked, deps).await?
        {
            outcome = tell(&asked, before, deps).await?;
        }
        if !is_moving {
            deps.looks.end(&msg.run, &msg.id);
        }
        Ok(outcome)
    }
}

/// What the comment of a pull request is found again by.
pub(crate) fn needle(number: u64) -> String {
    Marker::needle(number)
}

/// A comment's body and its digest with or without the note that the pull request is held; none for one without our marker.
pub(crate) fn retold(body: &str, number: u64, held_by: Option<&str>) -> Option<(String, String)> {
    let marker = Marker::read(body, number)?;
    let text = body.get(..body.rfind(&Marker::needle(number))?)?;
    Some(gather::signed(&hold::noted(text, held_by), number, marker.seq))
}

async fn tell(asked: &Asked, before: Before, deps: &PreviewDeps) -> Result<Outcome<Shown>, Fault> {
    let step = decide(&asked.impact, before.comment.as_ref(), deps.fail_on, before.same);
    let comment = write(asked, &step, before.comment, deps).await;
    let url = comment.as_ref().ok().and_then(|comment| comment.as_ref().map(|c| c.url.clone()));
    if step.check {
        let check =
            check::of(&asked.impact, &asked.digest, deps.fail_on, url.filter(|_| deps.github.outbox().is_none()));
        if let Some(check) = check {
            match deps.github.check(&asked.impact.source, &check).await {
                // What the comment says is enough; without one nobody would ever hear of it.
                Err(error @ github::Error::Denied { .. }) if matches!(comment, Ok(Some(_))) => {
                    tracing::warn!(%error, "the comment stands without a check");
                }
                said => drop(said?),
            }
        }
    }
    // Told after the check: a comment that may not be edited is no reason to keep that back.
    let Some(comment) = comment? else { return Ok(Outcome::default()) };
    Ok(noted(asked, &step, comment))
}

/// The comment as it stands after this; none where there is none.
async fn write(
    asked: &Asked,
    step: &Step,
    before: Option<Comment>,
    deps: &PreviewDeps,
) -> Result<Option<Comment>, Fault> {
    let (repo, number) = (&asked.impact.source, asked.number);
    match (step.comment, before) {
        (decide::Say::Nothing, before) => Ok(before),
        (decide::Say::New, _) => Ok(Some(deps.github.create_sticky(repo, number, &asked.body).await?)),
        (decide::Say::Edit, Some(there)) => Ok(deps.github.edit_sticky(repo, number, there.id, &asked.body).await?),
        (decide::Say::Edit, None) => Ok(None),
    }
}

fn noted(asked: &Asked, step: &Step, comment: Comment) -> Outcome<Shown> {
    let (fingerprint, target) = (asked.key(), asked.impact.source.clone());
    let state = if asked.impact.is_clean() { "closed" } else { "open" };
    let action = match (step.comment, state) {
        (decide::Say::Nothing, _) => "unchanged",
        (decide::Say::New, _) => "created",
        (decide::Say::Edit, "closed") => "closed",
        (decide::Say::Edit, _) => "updated",
    };
    // What stands there, where nothing was written, may be older than this.
    let shown = Marker::read(&comment.body, asked.number).map(|marker| marker.digest).unwrap_or_default();
    let Comment { id, url: location, .. } = comment;
    let notice = Notice {
        fingerprint: fingerprint.clone(),
        target: target.clone(),
        number: Some(id),
        location: location.clone(),
        state: state.to_owned(),
        evidence: shown,
        at: 0,
    };
    let said = NoticeDelivered { fingerprint, target, action: action.to_owned(), location };
    Outcome { save: vec![Record::Notice(notice)], ..Outcome::say(said.into()) }
}
