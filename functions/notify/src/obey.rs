//! What people do on our issues is obeyed: mute, hear again, recheck, explain, ignore, snooze, help.
//!
//! Whose issue it is follows from what was recorded or from who opened it, never from the marker alone: anybody can write
//! a marker into an issue of their own.

mod act;
mod dashboard;
mod desk;
mod hold;

use contracts::Envelope;
use contracts::messages::{DashboardDue, IssueAct, IssueTouched, NoticeDelivered, TriageConsumer, TriageTemplate};
use github::{Error, Reaction};
use stage::{Fault, Outcome, Stage, says};

use crate::Deps;
use crate::filing::Trouble;
use desk::{Desk, shelf_marker};

says! {
    /// Everything that comes of it.
    pub enum Said { NoticeDelivered, TriageConsumer, TriageTemplate, DashboardDue }
}

/// Obeys people.
#[derive(Debug)]
pub struct IssueCommands;

impl Stage for IssueCommands {
    const NAME: &'static str = "issue_commands";
    type In = IssueTouched;
    type Out = Said;
    type Deps = Deps;

    async fn handle(msg: &Envelope<IssueTouched>, deps: &Deps) -> Result<Outcome<Said>, Fault> {
        let _turn = deps.store.turn(crate::ISSUES).await?;
        let mut outcome = Outcome::default();
        if matches!(msg.body.act, IssueAct::Hold | IssueAct::Unhold | IssueAct::Merged { .. }) {
            // It silences others than those whose repository it is in: to be a member of the organization is not enough.
            if !matches!(msg.body.act, IssueAct::Merged { .. }) && !may(msg, deps).await? {
                acknowledge(msg, deps, Reaction::Confused).await?;
                return Ok(outcome);
            }
            acknowledge(msg, deps, Reaction::Eyes).await?;
            hold::perform(msg, deps, &mut outcome).await?;
            acknowledge(msg, deps, Reaction::Rocket).await?;
            return Ok(outcome);
        }
        let Some(desk) = Desk::open(msg, deps).await? else {
            tracing::info!(repo = %msg.body.repo, issue = msg.body.number, "not an issue of ours");
            return Ok(outcome);
        };
        if msg.body.ticked && !may(msg, deps).await? {
            return Ok(outcome);
        }
        acknowledge(msg, deps, Reaction::Eyes).await?;
        let done = act::perform(&desk, &mut outcome).await?;
        desk.clear_boxes(done).await?;
        acknowledge(msg, deps, if done { Reaction::Rocket } else { Reaction::Confused }).await?;
        if deps.settings.wants_dashboard(&msg.body.repo) {
            outcome.emit.push(DashboardDue { repo: msg.body.repo.clone() }.into());
        }
        Ok(outcome)
    }
}

/// An edit does not say what its author may, and a comment only whether they belong to the organization: GitHub is asked. Who
/// cannot be asked about is nobody.
async fn may(msg: &Envelope<IssueTouched>, deps: &Deps) -> Result<bool, Trouble> {
    let IssueTouched { repo, by, number, .. } = &msg.body;
    match deps.github.is_member(repo, by).await {
        Ok(true) => Ok(true),
        Ok(false) => {
            tracing::info!(%repo, number, "asked for by somebody who may not");
            Ok(false)
        }
        Err(error @ (Error::Denied { .. } | Error::Refused { .. })) => {
            tracing::warn!(%error, "whether somebody may ask for this cannot be asked");
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows under the comment how far it is. A comment that is gone, or that may not be reacted to, holds nothing up.
async fn acknowledge(msg: &Envelope<IssueTouched>, deps: &Deps, reaction: Reaction) -> Result<(), Trouble> {
    let said = &msg.body;
    let Some(comment) = said.comment else { return Ok(()) };
    match deps.github.react(&said.repo, said.number, comment, reaction).await {
        Err(error @ (Error::Denied { .. } | Error::Missing { .. } | Error::Refused { .. })) => {
            tracing::warn!(%error, "a command could not be acknowledged");
            Ok(())
        }
        reacted => Ok(reacted?),
    }
}
