//! What is due by the clock: digests at the beginning of their period, and snoozes that end.
//!
//! Both are said as first messages, whose id is made of what it is about and when, so that it is recognised when it comes
//! again. What was said and is still due is remembered, so that nobody is bothered with it every ten minutes.

use std::collections::BTreeSet;

use contracts::messages::{DigestDue, IssueAct, IssueTouched};
use contracts::record::{Notice, Wish, WishKind};
use contracts::{MessageId, RepoName};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::asks::Said;
use crate::round::Round;

pub(crate) async fn sweep(round: &mut Round<'_>) {
    let mut due = Vec::new();
    match gather_digests(round).await {
        Ok(digests) => due.extend(digests),
        Err(fault) => round.problem("looking for due digests", &fault),
    }
    match round.deps.ledger.ended_snoozes(round.now).await {
        Ok(wishes) => due.extend(woken(wishes, round.now)),
        Err(fault) => round.problem("looking for ended snoozes", &fault),
    }
    let before = std::mem::take(&mut round.memory.said);
    for (id, said) in due {
        let name = match &said {
            Said::Digest(digest) => digest.repo.to_string(),
            Said::Touched(touched) => touched.repo.to_string(),
            Said::Change(change) => change.repo.to_string(),
        };
        let is_digest = matches!(said, Said::Digest(_));
        if !before.contains(&id) {
            match round.say(id.clone(), said).await {
                Ok(false) => {}
                Ok(true) if is_digest => round.report.digests.add(name),
                Ok(true) => round.report.woken.add(name),
                Err(fault) => {
                    round.problem(&format!("saying what is due for {name}"), &fault);
                    continue;
                }
            }
        }
        round.memory.said.insert(id);
    }
}

/// What was noted before the period began is due. A digest that is there is looked at again: what it lists may be over.
async fn gather_digests(round: &Round<'_>) -> Result<Vec<(MessageId, Said)>, stage::Fault> {
    let Some((period, began)) = period(&round.deps.settings.digest_schedule, round.now) else { return Ok(Vec::new()) };
    let mut noted = Vec::new();
    for state in ["digest", "listing"] {
        noted.extend(round.deps.ledger.notices(state, began).await?);
    }
    Ok(digests(&noted, &period))
}

/// One digest a dependent.
fn digests(noted: &[Notice], period: &str) -> Vec<(MessageId, Said)> {
    let mut seen = BTreeSet::new();
    let mut due = Vec::new();
    for Notice { target, .. } in noted {
        let id = MessageId::derive(&["digest", &target.as_str().to_ascii_lowercase(), period]);
        if seen.insert(id.clone()) {
            due.push((id, Said::Digest(DigestDue { repo: target.clone(), period: period.to_owned() })));
        }
    }
    due
}

fn woken(wishes: Vec<Wish>, now: i64) -> Vec<(MessageId, Said)> {
    let touched = |wish: Wish| {
        let WishKind::Snooze { until } = wish.kind else { return None };
        let id = MessageId::derive(&["woken", wish.fingerprint.as_str(), &until.to_string()]);
        let repo: RepoName = wish.target;
        let touched = IssueTouched {
            repo,
            number: wish.number.unwrap_or_default(),
            fingerprint: wish.fingerprint,
            by: String::new(),
            act: IssueAct::Woken,
            comment: None,
            ticked: false,
            at: now,
        };
        Some((id, Said::Touched(Box::new(touched))))
    };
    wishes.into_iter().filter_map(touched).collect()
}

/// The period that `now` lies in: the day it began on, and when that was in milliseconds since the Unix epoch.
fn period(schedule: &str, now: i64) -> Option<(String, i64)> {
    let today = Timestamp::from_millisecond(now).ok()?.to_zoned(TimeZone::UTC).date();
    let first: Date = match schedule {
        "daily" => today,
        "monthly" => today.first_of_month(),
        _ => today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days()).ok()?,
    };
    let began = first.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
    Some((first.to_string(), began))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("a time").as_millisecond()
    }

    #[test]
    fn periods_begin_at_midnight_in_utc() {
        for (schedule, now, first) in [
            ("weekly", "2026-11-19T08:31:00Z", "2026-11-16"),
            ("weekly", "2026-11-16T00:00:00Z", "2026-11-16"),
            ("weekly", "2026-11-15T23:59:59.999Z", "2026-11-09"),
            ("weekly", "2027-01-01T00:00:00Z", "2026-12-28"),
            ("daily", "2026-11-19T23:59:59Z", "2026-11-19"),
            ("daily", "2026-11-20T00:00:00Z", "2026-11-20"),
            ("monthly", "2028-02-29T12:00:00Z", "2028-02-01"),
        ] {
            let began = at(&format!("{first}T00:00:00Z"));
            assert_eq!(period(schedule, at(now)), Some((first.to_owned(), began)), "{schedule} {now}");
        }
        assert_eq!(period("weekly", i64::MAX), None, "a clock that makes no sense rings no bell");
    }

    #[test]
    fn a_dependent_has_one_digest_however_it_is_spelled() {
        let notice = |target: &str| Notice {
            fingerprint: "0000000000000001".parse().expect("a fingerprint"),
            target: target.parse().expect("a name"),
            number: None,
            location: String::new(),
            state: "digest".to_owned(),
            evidence: String::new(),
            at: 0,
        };
        let due = digests(&[notice("acme/shop"), notice("Acme/Shop"), notice("acme/jobs")], "2026-11-16");
        assert_eq!(due.len(), 2);
        let again = digests(&[notice("ACME/shop")], "2026-11-16");
        assert_eq!(again[0].0, due[0].0);
        assert_ne!(digests(&[notice("acme/shop")], "2026-11-23")[0].0, due[0].0);
    }
}
