//! What comes with the time: digests when their period begins, and the ends of snoozes.
//!
//! Each becomes a message whose id is made of what it is about and when, and is accepted like a delivery: durable, and
//! recognised when it comes again. So nothing is lost over a restart, and nothing is sent twice.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use contracts::messages::{DigestDue, IssueAct, IssueTouched};
use contracts::record::WishKind;
use contracts::{MessageId, RepoName};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use runtime::Clock;
use runtime::intake::Intake;
use store::Store;

/// How often somebody should look at the calendar.
pub const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Looks at the clock and says what is due.
pub struct Calendar {
    store: Store,
    intake: Arc<Intake>,
    clock: Clock,
    schedule: String,
    /// Said by this process: the store knows as well, but a look is cheaper than a write.
    said: HashSet<MessageId>,
}

impl Calendar {
    /// Digests by `schedule`: `daily`, `weekly` (from Monday) or `monthly`, all in UTC.
    pub fn new(store: Store, intake: Arc<Intake>, clock: Clock, schedule: &str) -> Self {
        Self { store, intake, clock, schedule: schedule.to_owned(), said: HashSet::new() }
    }

    /// Says everything that is due by now and was not said before.
    ///
    /// # Errors
    /// The store's; whatever is left is said the next time.
    pub async fn strike(&mut self) -> anyhow::Result<()> {
        let now = (self.clock)();
        if let Some((period, began)) = period(&self.schedule, now) {
            self.digests(&period, began).await?;
        }
        self.snoozes(now).await
    }

    /// What was noted before the period began is due. A digest that is there is looked at again: what it lists may be over.
    async fn digests(&mut self, period: &str, began: i64) -> anyhow::Result<()> {
        let mut due: Vec<RepoName> = Vec::new();
        for state in ["digest", "listing"] {
            due.extend(self.store.notices_in(state, began).await?.into_iter().map(|notice| notice.target));
        }
        for repo in due {
            let id = MessageId::derive(&["digest", &repo.as_str().to_ascii_lowercase(), period]);
            if !self.said.contains(&id) {
                let body = DigestDue { repo: repo.clone(), period: period.to_owned() };
                self.intake.accept_message(id.clone(), None, repo, body).await?;
                self.said.insert(id);
            }
        }
        Ok(())
    }

    async fn snoozes(&mut self, now: i64) -> anyhow::Result<()> {
        for wish in self.store.ended_snoozes(now).await? {
            let WishKind::Snooze { until } = wish.kind else { continue };
            let id = MessageId::derive(&["woken", wish.fingerprint.as_str(), &until.to_string()]);
            if self.said.contains(&id) {
                continue;
            }
            let said = IssueTouched {
                repo: wish.target.clone(),
                number: wish.number.unwrap_or_default(),
                fingerprint: wish.fingerprint,
                by: String::new(),
                act: IssueAct::Woken,
                comment: None,
                ticked: false,
                at: now,
            };
            self.intake.accept_message(id.clone(), None, wish.target, said).await?;
            self.said.insert(id);
        }
        Ok(())
    }
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
mod tests;
