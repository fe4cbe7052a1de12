//! What was left lying: reads and removals for whoever tidies up.

use contracts::record::FindingRecord;

use crate::apply::{Op, Out, prune};
use crate::db::{Db, ask};
use crate::read::parse_all;
use crate::{Error, Store};

/// How many rows went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Events.
    pub events: u64,
    /// Decisions.
    pub decisions: u64,
    /// Deliveries, by which a repeat of a report was recognised.
    pub deliveries: u64,
}

impl Pruned {
    /// Of events, decisions and deliveries.
    pub(crate) fn of([events, decisions, deliveries]: [u64; 3]) -> Self {
        Self { events, decisions, deliveries }
    }
}

impl Store {
    /// Messages that were said before `before` (milliseconds since the Unix epoch) and are not decided about, the oldest
    /// first, at most `limit`: `(stage, message, envelope)`. To be sent again where a queue may have lost them.
    pub async fn in_flight_since(&self, before: i64, limit: u32) -> Result<Vec<(String, String, String)>, Error> {
        let text = "select flight.stage, flight.message, said.value->>'envelope'
                    from flight join decision on decision.run = flight.run,
                         json_each(coalesce(decision.body->'emit', decision.body->'given_up'->'say', '[]')) as said
                    where decision.ended_at < $1 and said.value->>'id' = flight.message
                    order by decision.ended_at, flight.message, flight.stage limit $2";
        ask!(self, fetch_all, sqlx::query_as(text).bind(before).bind(i64::from(limit)))
    }

    /// Reports of before `before` (milliseconds since the Unix epoch) that nobody has decided about, in the order they came,
    /// at most `limit`: `(row, run, topic, envelope)`.
    pub async fn waiting_since(&self, before: i64, limit: u32) -> Result<Vec<(i64, String, String, String)>, Error> {
        let text = "select seq, report->>1, coalesce(report->>6, 'change-reported.v1'), report->>5
                    from inbox where cast(report->>4 as bigint) < $1 order by seq limit $2";
        ask!(self, fetch_all, sqlx::query_as(text).bind(before).bind(i64::from(limit)))
    }

    /// Findings that are open since a change reported before `before` (milliseconds since the Unix epoch) and about which
    /// nothing was ever told, filed away or written down as undeliverable: a verdict without a receipt. The oldest first, at
    /// most `limit`. It is the settings' wish where their urgency is told nobody.
    pub async fn unreceipted(&self, before: i64, limit: u32) -> Result<Vec<FindingRecord>, Error> {
        let text = "select body from finding where state = 'open'
                    and not exists (select 1 from notice where notice.fingerprint = finding.fingerprint)
                    and cast(body->'recheck'->'change'->>'reported_at' as bigint) < $1
                    order by cast(body->'recheck'->'change'->>'reported_at' as bigint), fingerprint limit $2";
        let bodies = ask!(self, fetch_all, sqlx::query_scalar(text).bind(before).bind(i64::from(limit)))?;
        parse_all("finding", bodies)
    }

    /// Removes the events, decisions and deliveries of runs that were over before `before` (milliseconds since the Unix
    /// epoch): never anything of a run in flight, and no finding, notice, wish or verdict. A repeat of what went is not
    /// recognised any more, so `before` lies longer ago than a queue or a sender repeats.
    pub async fn prune(&self, before: i64) -> Result<Pruned, Error> {
        let mut all = Pruned::default();
        loop {
            let Out::Pruned(step) = self.write(Op::Prune(before)).await? else { return Err(Error::confused()) };
            all.events += step.events;
            all.decisions += step.decisions;
            all.deliveries += step.deliveries;
            if [step.events, step.decisions, step.deliveries].into_iter().all(|rows| rows < prune::ROWS_A_STEP) {
                return Ok(all);
            }
        }
    }
}
