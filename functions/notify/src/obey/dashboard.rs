//! What the boxes of a dashboard ask for: an issue for a finding that has none, or to hear again of one that was put away.

use contracts::Fingerprint;
use contracts::record::{FindingRecord, Notice, Record, Wish, WishKind};
use stage::Outcome;

use super::act::look_again;
use super::desk::Desk;
use super::{Said, shelf_marker};
use crate::filing::{self, Trouble};
use crate::{dashboard, shelf, wishes};

/// Whoever found it looks again, and what is found is filed whether there is room or not.
pub(super) async fn file(desk: &Desk<'_>, finding: &Fingerprint, outcome: &mut Outcome<Said>) -> Result<bool, Trouble> {
    match known(desk, finding).await? {
        Some(record) => Ok(tell(desk, record, outcome)),
        None => Ok(false),
    }
}

/// Opens the finding's issue, where it has one, and looks again.
pub(super) async fn revive(
    desk: &Desk<'_>,
    finding: &Fingerprint,
    outcome: &mut Outcome<Said>,
) -> Result<bool, Trouble> {
    let Some(record) = known(desk, finding).await? else { return Ok(false) };
    let (deps, repo) = (desk.deps, &desk.msg.body.repo);
    let notice = deps.store.notice(finding).await?;
    if let Some(issue) = filing::find(deps, repo, finding, notice.as_ref()).await? {
        shelf::take_back(deps, repo, &issue, &shelf_marker(&issue, finding), None).await?;
        let number = Some(issue.number).filter(|_| deps.github.outbox().is_none());
        let evidence = notice.map(|notice| notice.evidence).unwrap_or_default();
        let (fingerprint, target, location) = (finding.clone(), repo.clone(), issue.url);
        let (state, at) = ("open".to_owned(), (deps.clock)());
        outcome.save.push(Record::Notice(Notice { fingerprint, target, number, location, state, evidence, at }));
    }
    Ok(tell(desk, record, outcome))
}

/// A finding of this repository, named by this repository's dashboard.
async fn known(desk: &Desk<'_>, finding: &Fingerprint) -> Result<Option<FindingRecord>, Trouble> {
    let said = &desk.msg.body;
    if said.fingerprint != dashboard::fingerprint(&said.repo) {
        return Ok(None);
    }
    let record = desk.deps.store.finding(finding).await?;
    Ok(record.filter(|record| wishes::same_repo(&record.target, &said.repo)))
}

fn tell(desk: &Desk<'_>, record: FindingRecord, outcome: &mut Outcome<Said>) -> bool {
    let fingerprint = record.finding.fingerprint.clone();
    let wish = Wish { fingerprint, number: None, ..desk.wishes(WishKind::Tell, "asked for on the dashboard") };
    let is_there = look_again(desk.deps, &record, outcome);
    wishes::keep(wish, Some(record), outcome);
    is_there
}
