//! Deliveries that failed: GitHub never tries one again by itself
//! (<https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries>).

use std::collections::{BTreeMap, BTreeSet};

use stage::Fault;

use crate::asks::Delivery;
use crate::round::Round;

const MINUTE: i64 = 60_000;
/// As long as GitHub can deliver one again.
const LOOK_BACK: i64 = 3 * 1440 * MINUTE;
/// Attempts at one event, the first included; after that only the look at the heads can help.
const MOST_ATTEMPTS: usize = 5;
/// Events that we listen to.
const HEARD: [&str; 4] = ["push", "issues", "issue_comment", "pull_request"];

/// What is to be done about failed deliveries.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// To be attempted again, oldest first.
    again: Vec<Delivery>,
    /// Failed, whatever is done about it.
    failed: Vec<Delivery>,
    /// Failed too often.
    given_up: Vec<Delivery>,
}

/// Which events failed last time and may be attempted again now: 5 minutes after the first attempt, then 15, 45, ….
pub(crate) fn decide(attempts: &[Delivery], asked: &BTreeSet<String>, now: i64, most: usize) -> Plan {
    let mut events: BTreeMap<&str, Vec<&Delivery>> = BTreeMap::new();
    for attempt in attempts.iter().filter(|attempt| HEARD.contains(&attempt.event.as_str())) {
        events.entry(&attempt.guid).or_default().push(attempt);
    }
    let mut plan = Plan::default();
    for attempts in events.values_mut() {
        attempts.sort_by_key(|attempt| (attempt.at, &attempt.id));
        let Some(&last) = attempts.last() else { continue };
        if attempts.iter().any(|attempt| (200..300).contains(&attempt.status)) {
            continue;
        }
        plan.failed.push(last.clone());
        let wait = 5 * MINUTE * 3_i64.pow(attempts.len().min(MOST_ATTEMPTS) as u32 - 1);
        if attempts.len() >= MOST_ATTEMPTS {
            plan.given_up.push(last.clone());
        } else if now - last.at >= wait && !asked.contains(&last.id) {
            plan.again.push(last.clone());
        }
    }
    for list in [&mut plan.again, &mut plan.failed, &mut plan.given_up] {
        list.sort_by_key(|delivery| delivery.at);
    }
    plan.again.truncate(most);
    plan
}

pub(crate) async fn sweep(round: &mut Round<'_>) {
    let every = round.deps.settings.ask_for_deliveries_every;
    if !round.asks_others || round.now.saturating_sub(round.memory.asked_for_deliveries_at) < every {
        return;
    }
    round.memory.asked_for_deliveries_at = round.now;
    let attempts = match round.deps.forge.deliveries(round.now - LOOK_BACK).await {
        Ok(Some(attempts)) => attempts,
        Ok(None) => return round.report.skipped.push("deliveries: nobody tells which of them failed".to_owned()),
        Err(fault) => return round.problem("asking for failed deliveries", &fault),
    };
    let plan = decide(&attempts, &round.memory.redelivered, round.now, round.deps.settings.most_redeliveries);
    for delivery in &plan.failed {
        round.report.missed_deliveries.add(named(delivery));
    }
    for delivery in &plan.given_up {
        round.report.skipped.push(format!("{}: failed {MOST_ATTEMPTS} times", named(delivery)));
    }
    // What GitHub has forgotten need not be remembered.
    round.memory.redelivered.retain(|id| attempts.iter().any(|attempt| attempt.id == *id));
    for delivery in plan.again {
        match round.redeliver(&delivery).await {
            Ok(()) => {
                round.report.redelivered.add(named(&delivery));
                round.memory.redelivered.insert(delivery.id);
            }
            // It asks for patience, or is gone: the others would fare no better.
            Err(fault @ Fault::Retry { .. }) => return round.problem("asking for a delivery again", &fault),
            Err(fault) => round.report.skipped.push(format!("{}: {fault}", named(&delivery))),
        }
    }
}

fn named(delivery: &Delivery) -> String {
    format!("delivery {} ({}, status {})", delivery.guid, delivery.event, delivery.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    /// One event: statuses with their age in minutes, oldest first.
    fn event(guid: &str, attempts: &[(i64, u16)]) -> Vec<Delivery> {
        let delivery = |(n, (age, status)): (usize, &(i64, u16))| Delivery {
            id: format!("{guid}{n}"),
            guid: guid.to_owned(),
            event: "push".to_owned(),
            at: NOW - age * MINUTE,
            status: *status,
        };
        attempts.iter().enumerate().map(delivery).collect()
    }

    #[test]
    fn a_failed_delivery_is_asked_for_again_later_and_later() {
        // Ages in minutes with what we answered, oldest first; asked for again; counted as failed.
        type Case = (&'static [(i64, u16)], bool, bool);
        let cases: [Case; 12] = [
            (&[(6, 202)], false, false),
            (&[(4, 502)], false, true),
            (&[(5, 502)], true, true),
            (&[(5, 0)], true, true),
            (&[(5, 401)], true, true),
            (&[(600, 502), (3, 502)], false, true),
            (&[(600, 502), (15, 502)], true, true),
            (&[(600, 502), (15, 202)], false, false),
            // Delivered once is delivered, whatever a person tried later.
            (&[(600, 202), (15, 502)], false, false),
            (&[(900, 502), (600, 502), (44, 502)], false, true),
            (&[(900, 502), (600, 502), (45, 502)], true, true),
            (&[(900, 1), (800, 1), (700, 1), (600, 1), (500, 1)], false, true),
        ];
        for (attempts, again, failed) in cases {
            let mut all = event("g", attempts);
            all.reverse();
            let plan = decide(&all, &BTreeSet::new(), NOW, 10);
            assert_eq!((!plan.again.is_empty(), !plan.failed.is_empty()), (again, failed), "{attempts:?}");
            assert_eq!(plan.given_up.is_empty(), attempts.len() < 5, "{attempts:?}");
        }
    }

    #[test]
    fn the_same_attempt_is_never_asked_for_twice() {
        let mut all = event("g", &[(60, 500)]);
        let first = decide(&all, &BTreeSet::new(), NOW, 10);
        let asked: BTreeSet<String> = first.again.iter().map(|delivery| delivery.id.clone()).collect();
        assert_eq!(decide(&all, &asked, NOW, 10).again, [], "its answer may be under way");
        all.extend(event("h", &[(60, 500)]));
        assert_eq!(decide(&all, &asked, NOW, 10).again.len(), 1);
        let failed_again = event("g", &[(60, 500), (20, 500)]);
        assert_eq!(decide(&failed_again, &asked, NOW, 10).again[0].id, "g1");
    }

    #[test]
    fn what_we_do_not_hear_is_let_go_and_a_sweep_has_an_end() {
        let mut all: Vec<Delivery> = (0..100).flat_map(|n| event(&format!("g{n}"), &[(60 + n, 500)])).collect();
        let plan = decide(&all, &BTreeSet::new(), NOW, 30);
        assert_eq!((plan.again.len(), plan.failed.len()), (30, 100));
        assert_eq!(plan.again[0].guid, "g99", "the oldest first");
        all.iter_mut().for_each(|delivery| delivery.event = "star".to_owned());
        assert_eq!(decide(&all, &BTreeSet::new(), NOW, 30), Plan::default());
    }
}
