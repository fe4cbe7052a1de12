//! What somebody remembers.

use sqlx::sqlite::SqliteConnection;

/// `$1` the name, `$2` the body.
pub(crate) const KEEP: &str =
    "insert into memo (name, body) values ($1, $2) on conflict (name) do update set body = excluded.body";

pub(crate) async fn keep(connection: &mut SqliteConnection, name: &str, body: &str) -> Result<(), sqlx::Error> {
    sqlx::query(KEEP).bind(name).bind(body).execute(connection).await.map(drop)
}
