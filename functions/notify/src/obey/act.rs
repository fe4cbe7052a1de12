//! What each act comes to. Everything here is harmless to repeat.

use contracts::messages::{IssueAct, NoticeDelivered, TriageConsumer, TriageTemplate};
use contracts::record::{FindingRecord, FindingState, Notice, Record, WishKind};
use github::IssueState;
use jiff::Timestamp;
use stage::Outcome;

use super::desk::Desk;
use super::{Said, dashboard};
use crate::filing::Trouble;
use crate::inert::{code, fence, prose};
use crate::{Deps, links, page, shelf, wishes};

const AWAKE: &str = "The snooze is over, and this still stands.";
const HELP: &str = "What members can say here:\n\n\
    - `/downstream recheck`: look again now\n\
    - `/downstream explain`: how this was found, as a comment\n\
    - `/downstream ignore [reason]`: never tell about this again\n\
    - `/downstream snooze 14d`: not before then (`h`, `d` or `w`, up to a year)\n\
    - `/downstream help`: this\n\n\
    Closing as *not planned* is the same as ignoring; opening again takes it back.";

/// Does what was asked; false where it could not be done.
pub(super) async fn perform(desk: &Desk<'_>, outcome: &mut Outcome<Said>) -> Result<bool, Trouble> {
    match &desk.msg.body.act {
        IssueAct::NotPlanned => mute(desk, outcome, "closed as not planned"),
        IssueAct::Reopened => return hear_again(desk, outcome).await,
        IssueAct::Recheck => return Ok(recheck(desk, outcome)),
        IssueAct::Explain => return explain(desk).await,
        IssueAct::Ignore { reason } => ignore(desk, reason, outcome).await?,
        IssueAct::Snooze { until } => snooze(desk, *until, outcome).await?,
        IssueAct::Help => say(desk, HELP).await?,
        IssueAct::Woken => wake(desk, outcome).await?,
        IssueAct::Diverge { path } => return diverge(desk, path, outcome).await,
        IssueAct::File { finding } => return dashboard::file(desk, finding, outcome).await,
        IssueAct::Revive { finding } => return dashboard::revive(desk, finding, outcome).await,
        IssueAct::Hold | IssueAct::Unhold | IssueAct::Merged { .. } => return Ok(false),
    }
    Ok(true)
}

fn mute(desk: &Desk<'_>, outcome: &mut Outcome<Said>, reason: &str) {
    wishes::keep(desk.wishes(WishKind::Mute, reason), desk.record.clone(), outcome);
    note(desk, "closed", outcome);
}

async fn hear_again(desk: &Desk<'_>, outcome: &mut Outcome<Said>) -> Result<bool, Trouble> {
    let said = &desk.msg.body;
    // It may be closed again by now: what is told later counts.
    if desk.issue.state == IssueState::Open {
        shelf::take_back(desk.deps, &said.repo, &desk.issue, &desk.marker, None).await?;
    }
    wishes::keep(desk.wishes(WishKind::Tell, "opened again"), desk.record.clone(), outcome);
    note(desk, "open", outcome);
    recheck(desk, outcome);
    Ok(true)
}

async fn ignore(desk: &Desk<'_>, reason: &str, outcome: &mut Outcome<Said>) -> Result<(), Trouble> {
    let said = &desk.msg.body;
    let why = prose(reason, 300);
    let why = if why.is_empty() { why } else { format!(": {why}") };
    let note = format!("Ignored for good by {}{why}", code(&said.by, 100));
    shelf::put_away(desk.deps, &said.repo, &desk.issue, &desk.marker, shelf::IGNORED, &note).await?;
    mute(desk, outcome, reason);
    Ok(())
}

async fn snooze(desk: &Desk<'_>, until: i64, outcome: &mut Outcome<Said>) -> Result<(), Trouble> {
    let said = &desk.msg.body;
    let time = Timestamp::from_millisecond(until).map(|time| time.strftime("%Y-%m-%d %H:%M UTC").to_string());
    let note = format!("Snoozed until {} by {}", time.unwrap_or_default(), code(&said.by, 100));
    shelf::put_away(desk.deps, &said.repo, &desk.issue, &desk.marker, shelf::SNOOZED, &note).await?;
    wishes::keep(desk.wishes(WishKind::Snooze { until }, ""), desk.record.clone(), outcome);
    self::note(desk, "closed", outcome);
    Ok(())
}

/// The end of a snooze, unless somebody wished something else meanwhile.
async fn wake(desk: &Desk<'_>, outcome: &mut Outcome<Said>) -> Result<(), Trouble> {
    let said = &desk.msg.body;
    let sleeps = |kind| matches!(kind, WishKind::Snooze { until } if until <= said.at);
    if !desk.wish.as_ref().is_some_and(|wish| sleeps(wish.kind)) {
        return Ok(());
    }
    wishes::keep(desk.wishes(WishKind::Tell, "the snooze is over"), desk.record.clone(), outcome);
    let stands = desk.record.as_ref().is_none_or(|record| record.state == FindingState::Open);
    if stands && desk.marker.over.as_deref() == Some(shelf::SNOOZED) {
        let say = format!("{AWAKE}\n{}", desk.signature());
        shelf::take_back(desk.deps, &said.repo, &desk.issue, &desk.marker, Some(&say)).await?;
        note(desk, "open", outcome);
        recheck(desk, outcome);
    }
    Ok(())
}

/// The finding is muted, and told how that is written down where everybody sees it: in `relationships.json`, by a person.
async fn diverge(desk: &Desk<'_>, path: &str, outcome: &mut Outcome<Said>) -> Result<bool, Trouble> {
    let is_it = |record: &&FindingRecord| {
        record.finding.rule.starts_with("template.") && record.finding.element.strip_prefix("file:") == Some(path)
    };
    let Some(record) = desk.record.as_ref().filter(is_it) else { return Ok(false) };
    let said = &desk.msg.body;
    let (source, target) = (code(record.source.as_str(), 210), code(record.target.as_str(), 210));
    let line = format!("\"divergent_concerns\": [{}]", serde_json::Value::from(path));
    let text = format!(
        "{} is not told about again here. So that everybody sees why, write it down in `relationships.json`, where {source} \
         and {target} are declared as template and derivative (beside what the list holds already):\n\n{}",
        code(path, 300),
        fence("json", &line)
    );
    say(desk, &text).await?;
    let note = format!("Diverged here on purpose, says {}", code(&said.by, 100));
    shelf::put_away(desk.deps, &said.repo, &desk.issue, &desk.marker, shelf::IGNORED, &note).await?;
    mute(desk, outcome, "diverged here on purpose");
    Ok(true)
}

fn recheck(desk: &Desk<'_>, outcome: &mut Outcome<Said>) -> bool {
    desk.record.as_ref().is_some_and(|record| look_again(desk.deps, record, outcome))
}

/// Whoever made the finding looks again, in the order and with the words of the change that it was made of. False for one that
/// is over.
pub(super) fn look_again(deps: &Deps, record: &FindingRecord, outcome: &mut Outcome<Said>) -> bool {
    if record.state == FindingState::Resolved {
        return false;
    }
    let FindingRecord { recheck, target, finding, seq, .. } = record.clone();
    let (mut change, facts) = (recheck.change.clone(), recheck.facts.clone());
    (change.seq, change.dry_run) = (seq, false);
    let (before, after) = (recheck.before.clone(), recheck.after.clone());
    let target_url = (deps.where_is)(&target);
    let recheck = Some(recheck);
    outcome.emit.push(if finding.rule.starts_with("template.") {
        TriageTemplate { change, facts, after, before, target, target_url, recheck }.into()
    } else {
        TriageConsumer { change, facts, after, before, target, target_url, recheck }.into()
    });
    true
}

async fn explain(desk: &Desk<'_>) -> Result<bool, Trouble> {
    let Some(record) = &desk.record else {
        say(desk, "A digest lists what is not worth an issue of its own; each line says its rule.").await?;
        return Ok(true);
    };
    let verdict = desk.verdict(record).await?;
    let links = links::between(desk.deps, &record.source, &record.recheck.change.url, &record.target).await?;
    say(desk, &page::explain(&verdict, &record.finding, &links)).await?;
    Ok(true)
}

async fn say(desk: &Desk<'_>, text: &str) -> Result<(), Trouble> {
    let text = format!("{}\n\n{}", text.trim_end(), desk.signature());
    Ok(desk.deps.github.comment(&desk.msg.body.repo, desk.msg.body.number, &text).await?)
}

/// Whether the issue is open, as the next verdict and the number of open issues see it.
fn note(desk: &Desk<'_>, state: &str, outcome: &mut Outcome<Said>) {
    let said = &desk.msg.body;
    // A digest stays a listing: only its wish says whether it is wanted.
    let state = if desk.record.is_some() { state } else { "listing" };
    let number = Some(said.number).filter(|_| desk.deps.github.outbox().is_none());
    let evidence = desk.notice.as_ref().map_or(desk.marker.evidence.clone(), |notice| notice.evidence.clone());
    outcome.save.push(Record::Notice(Notice {
        fingerprint: said.fingerprint.clone(),
        target: said.repo.clone(),
        number,
        location: desk.issue.url.clone(),
        state: state.to_owned(),
        evidence,
        at: (desk.deps.clock)(),
    }));
    let (fingerprint, target, location) = (said.fingerprint.clone(), said.repo.clone(), desk.issue.url.clone());
    let action = if state == "closed" { "closed" } else { "updated" };
    outcome.emit.push(NoticeDelivered { fingerprint, target, action: action.to_owned(), location }.into());
}
