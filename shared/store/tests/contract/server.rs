//! Postgres for tests: one server a test program, one database a test.

use std::sync::LazyLock;

use counterparts::{Server, postgres, postgres_url};
use sqlx::{Connection, PgConnection};

static SERVER: LazyLock<Server> = LazyLock::new(postgres);

/// The URL of a new, empty database.
pub async fn database(name: &str) -> String {
    execute(&url("postgres"), &format!("create database {name}")).await;
    url(name)
}

/// The URL of a database.
pub fn url(name: &str) -> String {
    postgres_url(&SERVER, name)
}

/// Runs statements on a connection of their own.
pub async fn execute(url: &str, text: &str) {
    let mut connection = PgConnection::connect(url).await.expect("connects");
    sqlx::raw_sql(sqlx::AssertSqlSafe(text.to_owned())).execute(&mut connection).await.expect(text);
    connection.close().await.expect("closes");
}
