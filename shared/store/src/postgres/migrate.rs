//! The schema, brought up to date by whoever comes first.

use sqlx::PgConnection;
use sqlx::postgres::PgPool;

use crate::Error;

/// Each brings the schema from the version of its place to the next one. None is ever changed.
const MIGRATIONS: [&str; 1] = [include_str!("0001.sql")];

/// Makes the schema what this program knows, or says why not. Many may do so at once.
pub(super) async fn bring_up_to_date(pool: &PgPool, place: &str) -> Result<(), Error> {
    let refuse = |why: String| Error::Open { url: place.to_owned(), why };
    let newest = MIGRATIONS.len();
    let mut transaction = super::retry::begin(pool).await?;
    let mut version = version(&mut transaction).await?;
    if version < newest {
        super::lock(&mut transaction, "schema", "").await?;
        version = self::version(&mut transaction).await?;
    }
    if version > newest {
        return Err(refuse(format!(
            "its schema is of version {version} and this program knows {newest}: use a newer program"
        )));
    }
    for (version, text) in MIGRATIONS.into_iter().enumerate().skip(version) {
        if version == 0 {
            extension(&mut transaction).await?.map_or(Ok(()), |why| Err(refuse(why)))?;
        }
        sqlx::raw_sql(text).execute(&mut *transaction).await?;
        sqlx::query("insert into downstream_schema (version) values ($1)")
            .persistent(false)
            .bind(version as i64 + 1)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(transaction.commit().await?)
}

/// How many migrations were done.
async fn version(on: &mut PgConnection) -> Result<usize, sqlx::Error> {
    // Looked up in the catalogue itself: a name is resolved from a cache that a wait for the lock does not freshen.
    let text =
        "select exists (select 1 from pg_class where relname = 'downstream_schema' and pg_table_is_visible(oid))";
    let made: bool = sqlx::query_scalar(text).persistent(false).fetch_one(&mut *on).await?;
    if !made {
        return Ok(0);
    }
    let version: i64 = sqlx::query_scalar("select coalesce(max(version), 0) from downstream_schema")
        .persistent(false)
        .fetch_one(on)
        .await?;
    Ok(usize::try_from(version).unwrap_or_default())
}

/// Sees to pgvector; answers why it cannot be used.
async fn extension(on: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    let made = sqlx::raw_sql(
        "create extension if not exists vector;
         create table if not exists downstream_schema (version bigint primary key)",
    )
    .execute(&mut *on)
    .await;
    // Feature not supported, undefined file, insufficient privilege.
    if let Err(sqlx::Error::Database(error)) = &made
        && matches!(error.code().as_deref(), Some("0A000" | "58P01" | "42501"))
    {
        return Ok(Some(format!(
            "the extension vector (pgvector 0.7 or newer) is needed and cannot be made here: {error}; have it installed, or \
             made by whoever may"
        )));
    }
    made?;
    let has_halves: bool =
        sqlx::query_scalar("select to_regtype('halfvec') is not null").persistent(false).fetch_one(on).await?;
    Ok((!has_halves).then(|| "its extension vector is older than pgvector 0.7: have it updated".to_owned()))
}
