//! What people do on our issues is obeyed: mute, hear again, recheck, explain, ignore, snooze, help.
//!
//! Whose issue it is follows from what was recorded or from who opened it, never from the marker alone: anybody can write
//! a marker into an issue of their own.

mod act;
mod desk;

use contracts::Envelope;
use contracts::messages::{IssueTouched, NoticeDelivered, TriageConsumer, TriageTemplate};
use github::{Error, Reaction};
use stage::{Fault, Outcome, Stage, says};

use crate::Deps;
use crate::filing::Trouble;
use desk::Desk;

says! {
    /// Everything that comes of it.
    pub enum Said { NoticeDelivered, TriageConsumer, TriageTemplate }
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
        let _turn = deps.turn.lock().await;
        let mut outcome = Outcome::default();
        let Some(desk) = Desk::open(msg, deps).await? else {
            tracing::info!(repo = %msg.body.repo, issue = msg.body.number, "not an issue of ours");
            return Ok(outcome);
        };
        acknowledge(&desk, Reaction::Eyes).await?;
        let done = act::perform(&desk, &mut outcome).await?;
        acknowledge(&desk, if done { Reaction::Rocket } else { Reaction::Confused }).await?;
        Ok(outcome)
    }
}

/// Shows under the comment how far it is. A comment that is gone, or that may not be reacted to, holds nothing up.
async fn acknowledge(desk: &Desk<'_>, reaction: Reaction) -> Result<(), Trouble> {
    let said = &desk.msg.body;
    let Some(comment) = said.comment else { return Ok(()) };
    match desk.deps.github.react(&said.repo, said.number, comment, reaction).await {
        Err(error @ (Error::Denied { .. } | Error::Missing { .. } | Error::Refused { .. })) => {
            tracing::warn!(%error, "a command could not be acknowledged");
            Ok(())
        }
        reacted => Ok(reacted?),
    }
}
