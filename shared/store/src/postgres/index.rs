//! Steps of the search index.

use contracts::index::IndexedFile;
use serde_json::Value;
use sqlx::PgConnection;

use super::posting::{lists, words};
use crate::IndexUpdate;

/// Rows that share a statement.
const ROWS_A_STATEMENT: usize = 5000;
/// After so many steps a common term has as many lists: they are made anew, as one.
const MOST_STEPS: i64 = 200;

/// A repository's row.
#[derive(Default, sqlx::FromRow)]
struct Known {
    number: i64,
    seq: i64,
    version: String,
    next_row: i64,
    dimensions: i64,
    chunks: i64,
    words: i64,
    dead: String,
    steps: i64,
}

/// One at a time for a repository.
pub(super) async fn update(on: &mut PgConnection, update: &IndexUpdate) -> Result<bool, sqlx::Error> {
    super::lock(on, "index", &update.repo.as_str().to_ascii_lowercase()).await?;
    let text = "select number, seq, version, next_row, dimensions, chunks, words, dead, steps
                from indexed_repository where repo = lower($1)";
    let known: Option<Known> =
        sqlx::query_as(text).persistent(false).bind(update.repo.as_str()).fetch_optional(&mut *on).await?;
    // Only from the state that the step was computed against; anything else has to be asked for again.
    if known.as_ref().map(|known| known.seq) != update.from || update.from.is_some_and(|from| from > update.seq) {
        return Ok(false);
    }
    let mut next = match known {
        Some(known) => known,
        None => new_repository(on, update).await?,
    };
    let mut dead: Vec<(i64, i64)> = serde_json::from_str(&next.dead).unwrap_or_default();
    if next.version != update.version {
        next = start_over(on, next).await?;
        dead.clear();
    } else {
        remove(on, &mut next, &mut dead, update).await?;
    }
    add(on, &mut next, &update.changed).await?;
    next.steps += 1;
    if next.steps > MOST_STEPS || dead.iter().map(|(_, count)| count).sum::<i64>() > next.chunks {
        anew(on, &next).await?;
        (next.steps, dead) = (0, Vec::new());
    }
    next.dead = serde_json::to_string(&dead).map_err(|e| sqlx::Error::Encode(e.into()))?;
    keep(on, &next, update).await.map(|()| true)
}

async fn new_repository(on: &mut PgConnection, update: &IndexUpdate) -> Result<Known, sqlx::Error> {
    let text = "insert into indexed_repository (repo, seq, version, next_row, dimensions, chunks, words, dead, steps)
                values (lower($1), $2, $3, 0, 0, 0, 0, '[]', 0) returning number";
    let made = sqlx::query_scalar(text).persistent(false).bind(update.repo.as_str()).bind(update.seq);
    let number = made.bind(&update.version).fetch_one(on).await?;
    Ok(Known { number, seq: update.seq, version: update.version.clone(), ..Known::default() })
}

/// Rows are not used twice, so that a search that is under way finds nothing rather than something else.
async fn start_over(on: &mut PgConnection, known: Known) -> Result<Known, sqlx::Error> {
    for text in [
        "delete from indexed_file where repository = $1",
        "delete from chunk_vector where repository = $1",
        "delete from posting where repository = $1",
    ] {
        sqlx::query(text).persistent(false).bind(known.number).execute(&mut *on).await?;
    }
    Ok(Known { dimensions: 0, chunks: 0, words: 0, steps: 0, ..known })
}

async fn remove(
    on: &mut PgConnection,
    known: &mut Known,
    dead: &mut Vec<(i64, i64)>,
    update: &IndexUpdate,
) -> Result<(), sqlx::Error> {
    let replaced = update.changed.iter().map(|file| &file.path);
    let paths = Value::from_iter(update.gone.iter().chain(replaced).map(String::as_str)).to_string();
    let text = "delete from indexed_file where repository = $1 and path in (select value from json_each($2))
                returning first_row, terms";
    let removed: Vec<(i64, String)> =
        sqlx::query_as(text).persistent(false).bind(known.number).bind(paths).fetch_all(&mut *on).await?;
    let mut rows = Vec::new();
    for (first, terms) in removed {
        let terms = texts(&terms)?;
        known.chunks -= terms.len() as i64;
        known.words -= terms.iter().map(|terms| words(terms).count() as i64).sum::<i64>();
        rows.extend(first..first + terms.len() as i64);
        dead.push((first, terms.len() as i64));
    }
    sqlx::query("delete from chunk_vector where repository = $1 and \"row\" = any($2)")
        .persistent(false)
        .bind(known.number)
        .bind(rows)
        .execute(on)
        .await
        .map(drop)
}

async fn add(on: &mut PgConnection, known: &mut Known, files: &[IndexedFile]) -> Result<(), sqlx::Error> {
    let encode = |e: serde_json::Error| sqlx::Error::Encode(e.into());
    let first_row = known.next_row;
    let (mut paths, mut oids, mut firsts, mut chunks, mut terms) =
        <(Vec<_>, Vec<_>, Vec<_>, Vec<_>, Vec<_>)>::default();
    for file in files {
        let places: Vec<_> = file.chunks.iter().map(|c| (c.start, c.end, &c.title)).collect();
        let texts: Vec<_> = file.chunks.iter().map(|c| &c.terms).collect();
        paths.push(file.path.as_str());
        oids.push(file.oid.as_str());
        firsts.push(known.next_row);
        chunks.push(serde_json::to_string(&places).map_err(encode)?);
        terms.push(serde_json::to_string(&texts).map_err(encode)?);
        known.next_row += file.chunks.len() as i64;
    }
    sqlx::query(
        "insert into indexed_file (repository, path, oid, first_row, chunks, terms)
         select $1, * from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[])",
    )
    .persistent(false)
    .bind(known.number)
    .bind(paths)
    .bind(oids)
    .bind(firsts)
    .bind(chunks)
    .bind(terms)
    .execute(&mut *on)
    .await?;
    add_vectors(on, known, first_row, files).await?;
    let rows = (first_row..).zip(files.iter().flat_map(|file| &file.chunks));
    let rows: Vec<_> = rows.map(|(row, chunk)| (row, chunk.terms.as_str())).collect();
    known.chunks += rows.len() as i64;
    known.words += rows.iter().map(|(_, terms)| words(terms).count() as i64).sum::<i64>();
    add_postings(on, known, &rows).await
}

/// Those of another length than the repository's first cannot be compared with, and are not found by likeness.
async fn add_vectors(
    on: &mut PgConnection,
    known: &mut Known,
    first_row: i64,
    files: &[IndexedFile],
) -> Result<(), sqlx::Error> {
    let mut rows = Vec::new();
    for (row, chunk) in (first_row..).zip(files.iter().flat_map(|file| &file.chunks)) {
        let dimensions = chunk.vector.len() as i64;
        if known.dimensions == 0 {
            known.dimensions = dimensions;
        }
        if dimensions > 0 && dimensions == known.dimensions {
            rows.push((row, super::search::vector_text(&chunk.vector)));
        }
    }
    for rows in rows.chunks(ROWS_A_STATEMENT) {
        let (rows, vectors): (Vec<i64>, Vec<&str>) = rows.iter().map(|(row, vector)| (*row, vector.as_str())).unzip();
        sqlx::query(
            "insert into chunk_vector (repository, \"row\", vector)
             select $1, r, cast(v as halfvec) from unnest($2::bigint[], $3::text[]) as new (r, v)",
        )
        .persistent(false)
        .bind(known.number)
        .bind(rows)
        .bind(vectors)
        .execute(&mut *on)
        .await?;
    }
    Ok(())
}

async fn add_postings(on: &mut PgConnection, known: &Known, rows: &[(i64, &str)]) -> Result<(), sqlx::Error> {
    let lists: Vec<_> = lists(rows).into_iter().collect();
    for lists in lists.chunks(ROWS_A_STATEMENT) {
        let (terms, lists): (Vec<&str>, Vec<&[u8]>) = lists.iter().map(|(term, list)| (*term, list.as_slice())).unzip();
        sqlx::query(
            "insert into posting (repository, term, step, rows)
             select $1, t, $2, l from unnest($3::text[], $4::bytea[]) as new (t, l)",
        )
        .persistent(false)
        .bind(known.number)
        .bind(known.steps)
        .bind(terms)
        .bind(lists)
        .execute(&mut *on)
        .await?;
    }
    Ok(())
}

/// Makes the lists of a repository anew from what stands in it.
async fn anew(on: &mut PgConnection, known: &Known) -> Result<(), sqlx::Error> {
    let delete = sqlx::query("delete from posting where repository = $1").persistent(false).bind(known.number);
    delete.execute(&mut *on).await?;
    let text = "select first_row, terms from indexed_file where repository = $1 order by first_row";
    let files: Vec<(i64, String)> =
        sqlx::query_as(text).persistent(false).bind(known.number).fetch_all(&mut *on).await?;
    let mut chunks = Vec::new();
    for (first, terms) in &files {
        chunks.extend((*first..).zip(texts(terms)?));
    }
    let rows: Vec<_> = chunks.iter().map(|(row, terms)| (*row, terms.as_str())).collect();
    add_postings(on, &Known { number: known.number, ..Known::default() }, &rows).await
}

async fn keep(on: &mut PgConnection, known: &Known, update: &IndexUpdate) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update indexed_repository set seq = $2, version = $3, next_row = $4, dimensions = $5, chunks = $6, words = $7,
                dead = $8, steps = $9 where number = $1",
    )
    .persistent(false)
    .bind(known.number)
    .bind(update.seq)
    .bind(&update.version)
    .bind(known.next_row)
    .bind(known.dimensions)
    .bind(known.chunks)
    .bind(known.words)
    .bind(&known.dead)
    .bind(known.steps)
    .execute(on)
    .await
    .map(drop)
}

/// The terms of each chunk of a file.
pub(super) fn texts(terms: &str) -> Result<Vec<String>, sqlx::Error> {
    serde_json::from_str(terms).map_err(|e| sqlx::Error::Decode(e.into()))
}
