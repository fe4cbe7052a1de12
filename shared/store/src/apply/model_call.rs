//! What questions to a model may cost, and what they did.

use sqlx::sqlite::SqliteConnection;

use crate::{Reserve, Settle};

/// One statement, so that two who ask at once cannot both take the last of a day's money. A question that was left
/// unanswered is counted anew, under today.
pub(crate) async fn reserve(connection: &mut SqliteConnection, wanted: &Reserve) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "insert into model_call (input, repo, day, model, micro_usd)
         select $1, lower($2), $3, $4, $5
         where $5 + (select coalesce(sum(micro_usd), 0) from model_call
                     where repo = lower($2) and day = $3 and input <> $1) <= $6
         on conflict (input) do update
         set repo = excluded.repo, day = excluded.day, model = excluded.model, micro_usd = excluded.micro_usd
         where model_call.answer is null",
    )
    .bind(&wanted.input)
    .bind(wanted.repo.as_str())
    .bind(wanted.day)
    .bind(&wanted.model)
    .bind(wanted.micro_usd)
    .bind(wanted.budget)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn settle(connection: &mut SqliteConnection, settled: &Settle) -> Result<(), sqlx::Error> {
    sqlx::query("update model_call set answer = $2, micro_usd = $3 where input = $1 and answer is null")
        .bind(&settled.input)
        .bind(&settled.answer)
        .bind(settled.micro_usd)
        .execute(connection)
        .await
        .map(drop)
}
