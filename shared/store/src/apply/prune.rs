//! What is over and old goes, a bounded piece at a time.

use sqlx::sqlite::SqliteConnection;

use crate::Pruned;

/// So many rows of a kind go at most with one step: others wait for it.
pub(crate) const ROWS_A_STEP: u64 = 2000;

/// Each with the time as its parameter, in this order: events, decisions, deliveries. A run is over and old when nothing
/// of it is in flight or waits and all its decisions were made before.
pub(crate) const STATEMENTS: [&str; 3] = [
    "delete from event where seq in
         (select seq from event where at < $1
          and not exists (select 1 from flight where flight.run = event.run)
          and not exists (select 1 from decision where decision.run = event.run and decision.ended_at >= $1)
          order by seq limit 2000)",
    "delete from decision where (message, stage) in
         (select message, stage from decision as old where ended_at < $1
          and not exists (select 1 from flight where flight.run = old.run)
          and not exists (select 1 from decision as newer where newer.run = old.run and newer.ended_at >= $1)
          limit 2000)",
    "delete from delivery where run in
         (select run from delivery where reported_at < $1
          and not exists (select 1 from flight where flight.run = delivery.run)
          and not exists (select 1 from decision where decision.run = delivery.run)
          and run not in (select report->>1 from inbox)
          limit 2000)",
];

pub(crate) async fn here(connection: &mut SqliteConnection, before: i64) -> Result<Pruned, sqlx::Error> {
    let mut rows = [0; 3];
    for (text, rows) in STATEMENTS.into_iter().zip(&mut rows) {
        *rows = sqlx::query(text).bind(before).execute(&mut *connection).await?.rows_affected();
    }
    Ok(Pruned::of(rows))
}
