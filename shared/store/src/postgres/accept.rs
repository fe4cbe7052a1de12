//! Reports, told from repeats by what every process sees.

use serde_json::json;
use sqlx::PgConnection;

use crate::{Accept, Accepted};

/// Its run and its delivery are unique for ever: whoever comes second at the same moment waits, and learns of the first.
pub(super) async fn accept(on: &mut PgConnection, accept: &Accept) -> Result<Accepted, sqlx::Error> {
    let Accept { run, delivery, repo, reported_at, topic, envelope } = accept;
    let made =
        sqlx::query("insert into delivery (run, id, repo, reported_at) values ($1, $2, $3, $4) on conflict do nothing")
            .persistent(false)
            .bind(run.as_str())
            .bind(delivery)
            .bind(repo.as_str())
            .bind(reported_at)
            .execute(&mut *on)
            .await?;
    if made.rows_affected() == 0 {
        return Ok(Accepted::Duplicate(known(on, accept).await?));
    }
    // Who reads on after a row must not miss a smaller one that is committed later.
    super::lock(on, "order", "inbox").await?;
    sqlx::query("insert into inbox (report) values ($1)")
        .persistent(false)
        .bind(json!([0, run, delivery, repo, reported_at, envelope, topic]).to_string())
        .execute(on)
        .await?;
    Ok(Accepted::New)
}

/// The run that stands for a report.
async fn known(on: &mut PgConnection, accept: &Accept) -> Result<contracts::RunId, sqlx::Error> {
    let text = "select run from delivery where run = $1 or id = $2 order by run = $1 desc limit 1";
    let known: String = sqlx::query_scalar(text)
        .persistent(false)
        .bind(accept.run.as_str())
        .bind(&accept.delivery)
        .fetch_one(on)
        .await?;
    known.parse().map_err(|e: contracts::ids::InvalidId| sqlx::Error::Decode(e.into()))
}
