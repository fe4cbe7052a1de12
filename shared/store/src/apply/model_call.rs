//! What questions to a model may cost, and what they did.

use sqlx::sqlite::SqliteConnection;

use crate::{Reserve, Settle};

/// One statement, so that two who ask at once cannot both take the last of a day's money. Input, repository, day, model,
/// cost and budget.
pub(crate) const RESERVE: &str = "insert into model_call (input, repo, day, model, micro_usd)
         select $1, lower($2), $3, $4, $5
         where $5 + (select coalesce(sum(micro_usd), 0) from model_call where repo = lower($2) and day = $3) <= $6
         returning seq";

/// Reservation, answer and cost.
pub(crate) const SETTLE: &str = "update model_call set answer = $2, micro_usd = $3 where seq = $1 and answer is null";

pub(crate) async fn reserve(connection: &mut SqliteConnection, wanted: &Reserve) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(RESERVE)
        .bind(&wanted.input)
        .bind(wanted.repo.as_str())
        .bind(wanted.day)
        .bind(&wanted.model)
        .bind(wanted.micro_usd)
        .bind(wanted.budget)
        .fetch_optional(connection)
        .await
}

pub(crate) async fn settle(connection: &mut SqliteConnection, settled: &Settle) -> Result<(), sqlx::Error> {
    sqlx::query(SETTLE)
        .bind(settled.reserved)
        .bind(&settled.answer)
        .bind(settled.micro_usd)
        .execute(connection)
        .await
        .map(drop)
}
