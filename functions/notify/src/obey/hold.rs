//! `/downstream hold` on a provider's pull request: kept as a wish about the pull request, told in its comment.

use contracts::messages::{IssueAct, IssueTouched};
use contracts::record::{FindingState, Notice, Record, Wish, WishKind};
use contracts::{CommitId, Envelope, Fingerprint};
use stage::Outcome;

use super::Said;
use super::act::look_again;
use crate::filing::Trouble;
use crate::{Deps, hold, preview};

/// Does what was asked. Everything here is harmless to repeat.
pub(super) async fn perform(
    msg: &Envelope<IssueTouched>,
    deps: &Deps,
    outcome: &mut Outcome<Said>,
) -> Result<(), Trouble> {
    let said = &msg.body;
    // Whoever says so in a marker of their own says nothing about this pull request.
    if said.fingerprint != Fingerprint::of_pull_request(&said.repo, said.number) {
        return Ok(());
    }
    match &said.act {
        IssueAct::Hold => {
            wish(said, said.fingerprint.clone(), WishKind::Mute, outcome);
            retell(said, deps, Some(&said.by), outcome).await?;
        }
        IssueAct::Unhold => {
            wish(said, said.fingerprint.clone(), WishKind::Tell, outcome);
            retell(said, deps, None, outcome).await?;
            catch_up(said, deps, outcome).await?;
        }
        IssueAct::Merged { commits } if hold::by(&deps.store, &said.fingerprint).await?.is_some() => {
            for commit in commits {
                wish(said, hold::of_commit(&said.repo, commit), WishKind::Mute, outcome);
            }
        }
        _ => {}
    }
    Ok(())
}

fn wish(said: &IssueTouched, fingerprint: Fingerprint, kind: WishKind, outcome: &mut Outcome<Said>) {
    let (target, number, by) = (said.repo.clone(), Some(said.number), said.by.clone());
    let reason = if kind == WishKind::Mute { "held" } else { "no longer held" }.to_owned();
    outcome.save.push(Record::Wish(Wish { fingerprint, target, number, kind, by, reason, at: said.at }));
}

/// Says it in the pull request's comment, if there is one; the next comment says it anyway.
async fn retell(
    said: &IssueTouched,
    deps: &Deps,
    by: Option<&str>,
    outcome: &mut Outcome<Said>,
) -> Result<(), Trouble> {
    let _turn = deps.store.turn(crate::PULL_REQUESTS).await?;
    let IssueTouched { repo, number, fingerprint, .. } = said;
    let notice = deps.store.notice(fingerprint).await?;
    let known = notice.as_ref().and_then(|notice| notice.number);
    let comment = deps.github.sticky_comment(repo, *number, known, &preview::needle(*number)).await?;
    let Some(comment) = comment else { return Ok(()) };
    let Some((body, evidence)) = preview::retold(&comment.body, *number, by) else { return Ok(()) };
    if body != comment.body && deps.github.edit_sticky(repo, *number, comment.id, &body).await?.is_none() {
        return Ok(());
    }
    if let Some(notice) = notice {
        outcome.save.push(Record::Notice(Notice { evidence, ..notice }));
    }
    Ok(())
}

/// What was held back after the merge is looked at again, and told if it still stands.
async fn catch_up(said: &IssueTouched, deps: &Deps, outcome: &mut Outcome<Said>) -> Result<(), Trouble> {
    let wishes = deps.store.wishes_in(&said.repo).await?;
    let is_of = |commit: &CommitId| {
        let held = hold::of_commit(&said.repo, commit);
        wishes.iter().any(|wish| wish.fingerprint == held && wish.number == Some(said.number))
    };
    for record in deps.store.findings_from(&said.repo).await? {
        let is_its = record.recheck.change.after.as_ref().is_some_and(is_of);
        if is_its && record.state == FindingState::Open {
            look_again(deps, &record, outcome);
        }
    }
    Ok(())
}
