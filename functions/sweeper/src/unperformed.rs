//! What was accepted or said and nobody has decided about: sent again, later and later, and given up after a day.
//!
//! A queue may be slow rather than forgetful, so a message is sent again only when its age passes a step. However long a
//! backlog lasts, each of its messages is doubled five times at most.

use contracts::MessageId;

use crate::asks::{Flight, Waiting, Whom};
use crate::round::Round;

const MINUTE: i64 = 60_000;
/// Ages at which a message is sent again.
const STEPS: [i64; 5] = [5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 240 * MINUTE, 720 * MINUTE];
/// The age from which on somebody must look.
const GIVEN_UP: i64 = 1440 * MINUTE;
/// Where nothing is remembered of the last sweep, it is taken to have been this long ago.
const USUAL_PERIOD: i64 = 10 * MINUTE;
/// Messages that are looked at in one sweep.
const MOST: u32 = 5_000;

/// A message that nobody has decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left {
    whom: Whom,
    id: MessageId,
    envelope: String,
    since: i64,
}

/// What is to be done about them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// To be sent again, oldest first.
    again: Vec<Left>,
    /// A day old.
    given_up: Vec<Left>,
}

/// Which of them have passed a step since the last sweep.
pub(crate) fn decide(left: &[Left], now: i64, swept_at: i64, most: usize) -> Plan {
    let swept_at = if swept_at <= 0 || swept_at > now { now - USUAL_PERIOD } else { swept_at };
    let mut plan = Plan::default();
    for left in left {
        let (age, then) = (now - left.since, swept_at - left.since);
        if age >= GIVEN_UP {
            plan.given_up.push(left.clone());
        } else if STEPS.iter().any(|step| then < *step && *step <= age) && plan.again.len() < most {
            plan.again.push(left.clone());
        }
    }
    plan
}

pub(crate) async fn sweep(round: &mut Round<'_>) {
    let before = round.now - STEPS[0];
    let left = gather(round, before).await;
    unreceipted(round, before).await;
    let (now, swept_at) = (round.now, round.memory.swept_at);
    for left in &left {
        round.report.undecided.add(left.to_string());
    }
    let oldest = left.iter().map(|left| now - left.since).max().unwrap_or(0);
    round.report.oldest_undecided_seconds = oldest / 1000;
    let plan = decide(&left, now, swept_at, round.deps.settings.most_again);
    for left in &plan.given_up {
        round.report.given_up.add(left.to_string());
    }
    for left in plan.again {
        let line = left.to_string();
        match round.again(left.whom, left.id, left.envelope).await {
            Ok(()) => round.report.sent_again.add(line),
            Err(fault) => return round.problem(&format!("sending {line} again"), &fault),
        }
    }
}

async fn gather(round: &mut Round<'_>, before: i64) -> Vec<Left> {
    let ledger = &round.deps.ledger;
    let (waiting, flights) = (ledger.waiting(before, MOST).await, ledger.flights(before, MOST).await);
    let mut left = Vec::new();
    match waiting {
        Ok(waiting) => left.extend(waiting.into_iter().map(Left::from)),
        Err(fault) => round.problem("looking for accepted reports", &fault),
    }
    match flights {
        Ok(flights) => left.extend(flights.into_iter().map(Left::from)),
        Err(fault) => round.problem("looking for messages in the air", &fault),
    }
    left.sort_by_key(|left| left.since);
    left
}

/// Findings that nobody was told of. A new one waits for a correction as long as the settings say.
async fn unreceipted(round: &mut Round<'_>, before: i64) {
    let settles = i64::from(round.deps.relationships.notification_settings().settle_seconds) * 1000;
    match round.deps.ledger.unreceipted(before - settles, MOST).await {
        Ok(found) => found.iter().for_each(|(fingerprint, target)| {
            round.report.unreceipted.add(format!("finding {fingerprint} in {target}"));
        }),
        Err(fault) => round.problem("looking for findings without a receipt", &fault),
    }
}

impl From<Flight> for Left {
    fn from(Flight { stage, id, envelope, said_at }: Flight) -> Self {
        Self { whom: Whom::Stage(stage), id, envelope, since: said_at }
    }
}

impl From<Waiting> for Left {
    fn from(Waiting { id, topic, envelope, accepted_at }: Waiting) -> Self {
        Self { whom: Whom::Topic(topic), id, envelope, since: accepted_at }
    }
}

impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.whom {
            Whom::Stage(stage) => write!(f, "message {} for {stage}", self.id),
            Whom::Topic(topic) => write!(f, "report {} ({topic})", self.id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    fn aged(minutes: i64) -> Left {
        let id = MessageId::derive(&[&minutes.to_string()]);
        Left { whom: Whom::Stage("s".into()), id, envelope: String::new(), since: NOW - minutes * MINUTE }
    }

    #[test]
    fn a_message_is_sent_again_when_its_age_passes_a_step() {
        // Age in minutes, minutes since the last sweep (0: never), sent again, given up.
        let cases = [
            (4, 10, false, false),
            (5, 10, true, false),
            (5, 1, true, false),
            (6, 1, false, false),
            (7, 0, true, false),
            (14, 1, false, false),
            (15, 1, true, false),
            (15, 10, true, false),
            (20, 5, false, false),
            (61, 2, true, false),
            (100, 30, false, false),
            (250, 300, true, false),
            (725, 10, true, false),
            (1439, 10, false, false),
            (1440, 10, false, true),
            (99_999, 10, false, true),
            // A clock that went back, and one of tomorrow.
            (-3, 10, false, false),
            (5, -10, true, false),
        ];
        for (age, ago, again, given_up) in cases {
            let swept_at = if ago == 0 { 0 } else { NOW - ago * MINUTE };
            let plan = decide(&[aged(age)], NOW, swept_at, 10);
            let got = (plan.again.len() == 1, plan.given_up.len() == 1);
            assert_eq!(got, (again, given_up), "{age} minutes old, last sweep {ago} minutes ago");
        }
    }

    #[test]
    fn a_backlog_is_doubled_five_times_in_a_day_however_often_somebody_sweeps() {
        // Who sweeps rarely may find that two steps have passed at once.
        for (period, times) in [(1, 5), (7, 5), (10, 5), (45, 4)] {
            let (mut sent, mut swept_at) = (0, NOW - period * MINUTE);
            for minute in (0..=1500).step_by(period as usize) {
                let now = NOW + minute * MINUTE;
                sent += decide(&[aged(0)], now, swept_at, 10).again.len();
                swept_at = now;
            }
            assert_eq!(sent, times, "every {period} minutes");
        }
    }

    #[test]
    fn a_sweep_has_an_end() {
        let left: Vec<Left> = (0..100).map(|_| aged(5)).collect();
        assert_eq!(decide(&left, NOW, 0, 30).again.len(), 30);
    }
}
