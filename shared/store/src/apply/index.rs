//! The search index: terms in a full-text table, vectors beside the file they belong to.

use contracts::index::IndexedFile;
use sqlx::sqlite::SqliteConnection;

use crate::IndexUpdate;

/// Row ids of a repository: its number in the upper half, a running number in the lower.
const ROWS_A_REPOSITORY: i64 = 1 << 32;

pub(super) async fn update(connection: &mut SqliteConnection, update: &IndexUpdate) -> Result<bool, sqlx::Error> {
    let known: Option<(i64, i64, i64, String)> =
        sqlx::query_as("select number, seq, next_row, version from indexed_repository where repo = lower($1)")
            .bind(update.repo.as_str())
            .fetch_optional(&mut *connection)
            .await?;
    // Only from the state that the step was computed against; anything else has to be asked for again.
    if known.as_ref().map(|(_, seq, ..)| *seq) != update.from || update.from.is_some_and(|from| from > update.seq) {
        return Ok(false);
    }
    let (number, mut next_row) = match known {
        Some((number, _, next_row, version)) if version == update.version => (number, next_row),
        Some((number, ..)) => start_over(connection, number).await?,
        None => new_repository(connection).await?,
    };
    let replaced = update.changed.iter().map(|file| &file.path);
    for path in update.gone.iter().chain(replaced) {
        remove(connection, number, path).await?;
    }
    for file in &update.changed {
        add(connection, number, next_row, file).await?;
        next_row += file.chunks.len() as i64;
    }
    sqlx::query(
        "insert into indexed_repository (repo, number, seq, version, next_row) values (lower($1), $2, $3, $4, $5)
         on conflict (repo) do update
         set seq = excluded.seq, version = excluded.version, next_row = excluded.next_row",
    )
    .bind(update.repo.as_str())
    .bind(number)
    .bind(update.seq)
    .bind(&update.version)
    .bind(next_row)
    .execute(connection)
    .await?;
    Ok(true)
}

async fn new_repository(connection: &mut SqliteConnection) -> Result<(i64, i64), sqlx::Error> {
    let number: i64 =
        sqlx::query_scalar("select coalesce(max(number), 0) + 1 from indexed_repository").fetch_one(connection).await?;
    Ok((number, number * ROWS_A_REPOSITORY))
}

async fn start_over(connection: &mut SqliteConnection, number: i64) -> Result<(i64, i64), sqlx::Error> {
    let first = number * ROWS_A_REPOSITORY;
    sqlx::query("delete from indexed_file where repository = $1").bind(number).execute(&mut *connection).await?;
    sqlx::query("delete from chunk_terms where rowid >= $1 and rowid < $2")
        .bind(first)
        .bind(first + ROWS_A_REPOSITORY)
        .execute(connection)
        .await?;
    Ok((number, first))
}

async fn remove(connection: &mut SqliteConnection, number: i64, path: &str) -> Result<(), sqlx::Error> {
    let known: Option<(i64, i64)> = sqlx::query_as(
        "delete from indexed_file where repository = $1 and path = $2
         returning first_row, json_array_length(chunks)",
    )
    .bind(number)
    .bind(path)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((first_row, chunks)) = known else { return Ok(()) };
    sqlx::query("delete from chunk_terms where rowid >= $1 and rowid < $2")
        .bind(first_row)
        .bind(first_row + chunks)
        .execute(connection)
        .await
        .map(drop)
}

async fn add(
    connection: &mut SqliteConnection,
    number: i64,
    first_row: i64,
    file: &IndexedFile,
) -> Result<(), sqlx::Error> {
    let places: Vec<_> = file.chunks.iter().map(|c| (c.start, c.end, &c.title)).collect();
    let places = serde_json::to_string(&places).map_err(|e| sqlx::Error::Encode(e.into()))?;
    let vectors: Vec<u8> = file.chunks.iter().flat_map(|c| &c.vector).map(|v| v.cast_unsigned()).collect();
    sqlx::query(
        "insert into indexed_file (repository, path, oid, first_row, chunks, vectors)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(number)
    .bind(&file.path)
    .bind(file.oid.as_str())
    .bind(first_row)
    .bind(places)
    .bind(vectors)
    .execute(&mut *connection)
    .await?;
    let terms: Vec<&str> = file.chunks.iter().map(|c| c.terms.as_str()).collect();
    let terms = serde_json::to_string(&terms).map_err(|e| sqlx::Error::Encode(e.into()))?;
    sqlx::query("insert into chunk_terms (rowid, terms) select $1 + key, value from json_each($2)")
        .bind(first_row)
        .bind(terms)
        .execute(connection)
        .await
        .map(drop)
}
