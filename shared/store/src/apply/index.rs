//! The search index: terms in a full-text table, vectors beside the file they belong to.

use contracts::index::IndexedFile;
use serde_json::Value;
use sqlx::sqlite::SqliteConnection;

use crate::IndexUpdate;

/// Row ids of a repository: its number in the upper half, a running number in the lower.
const ROWS_A_REPOSITORY: i64 = 1 << 32;
/// A statement on its own costs a round trip to the database's thread.
const FILES_A_STATEMENT: usize = 32;

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
    let known_rows = known.is_some();
    let (number, mut next_row) = match known {
        Some((number, _, next_row, version)) if version == update.version => (number, next_row),
        Some((number, ..)) => start_over(connection, number).await?,
        None => new_repository(connection).await?,
    };
    let replaced = update.changed.iter().map(|file| &file.path);
    // A repository without rows has none to remove.
    if known_rows {
        remove(connection, number, update.gone.iter().chain(replaced)).await?;
    }
    for files in update.changed.chunks(FILES_A_STATEMENT) {
        next_row = add(connection, number, next_row, files).await?;
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

async fn remove(
    connection: &mut SqliteConnection,
    number: i64,
    paths: impl Iterator<Item = &String>,
) -> Result<(), sqlx::Error> {
    let removed: Vec<(i64, i64)> = sqlx::query_as(
        "delete from indexed_file where repository = $1 and path in (select value from json_each($2))
         returning first_row, json_array_length(chunks)",
    )
    .bind(number)
    .bind(Value::from_iter(paths.map(String::as_str)).to_string())
    .fetch_all(&mut *connection)
    .await?;
    let rows = removed.into_iter().flat_map(|(first, chunks)| first..first + chunks);
    sqlx::query("delete from chunk_terms where rowid in (select value from json_each($1))")
        .bind(Value::from_iter(rows).to_string())
        .execute(connection)
        .await
        .map(drop)
}

/// Adds files from row `first_row` on, in one round trip; answers the next free row.
async fn add(
    connection: &mut SqliteConnection,
    number: i64,
    first_row: i64,
    files: &[IndexedFile],
) -> Result<i64, sqlx::Error> {
    let encode = |e: serde_json::Error| sqlx::Error::Encode(e.into());
    // The text is ours: as many rows of parameters as there are files.
    let mut query = sqlx::query(sqlx::AssertSqlSafe(insert_text(files.len()))).bind(number);
    let mut terms = Vec::new();
    let mut row = first_row;
    for file in files {
        let places: Vec<_> = file.chunks.iter().map(|c| (c.start, c.end, &c.title)).collect();
        let vectors: Vec<u8> = file.chunks.iter().flat_map(|c| &c.vector).map(|v| v.cast_unsigned()).collect();
        let places = serde_json::to_string(&places).map_err(encode)?;
        query = query.bind(&file.path).bind(file.oid.as_str()).bind(row).bind(places).bind(vectors);
        for chunk in &file.chunks {
            terms.push((row, &chunk.terms));
            row += 1;
        }
    }
    query.bind(serde_json::to_string(&terms).map_err(encode)?).execute(connection).await?;
    Ok(row)
}

/// `$1` is the repository's number, then five parameters a file, then the terms of all.
fn insert_text(files: usize) -> String {
    let values = |file: usize| {
        let [path, oid, row, chunks, vectors] = [2, 3, 4, 5, 6].map(|first| first + 5 * file);
        format!("($1, ${path}, ${oid}, ${row}, ${chunks}, ${vectors})")
    };
    let rows: Vec<String> = (0..files).map(values).collect();
    format!(
        "insert into indexed_file (repository, path, oid, first_row, chunks, vectors) values {};
         insert into chunk_terms (rowid, terms) select value->>0, value->>1 from json_each(${})",
        rows.join(", "),
        2 + 5 * files
    )
}
