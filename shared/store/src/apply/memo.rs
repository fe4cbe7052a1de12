//! What somebody remembers.

use sqlx::sqlite::SqliteConnection;

pub(crate) async fn keep(connection: &mut SqliteConnection, name: &str, body: &str) -> Result<(), sqlx::Error> {
    sqlx::query("insert into memo (name, body) values ($1, $2) on conflict (name) do update set body = excluded.body")
        .bind(name)
        .bind(body)
        .execute(connection)
        .await
        .map(drop)
}
