//! Hybrid search where the vectors stay in the database: two questions at once, then the files that the best stand in.

use std::collections::HashMap;

use contracts::RepoName;
use contracts::index::Hit;
use sqlx::PgConnection;

use super::posting::{Corpus, rank};
use super::{Postgres, in_transaction, index};
use crate::search::{CANDIDATES, Score, chunks_of, fuse, object_id};
use crate::{Error, Indexed, Query};

/// The vectors of a repository nearest to one by inner product (as a distance: negated), exactly and computed once: `$1` the repository, `$2` the vector, `$3` its length, `$4` how many.
const NEAREST: &str = "select \"row\", vector <#> cast($2 as halfvec) as distance from chunk_vector
     where repository = (select number from indexed_repository where repo = lower($1) and dimensions = $3)
     order by distance, \"row\" limit $4";

/// What of a file its hits are made of.
#[derive(sqlx::FromRow)]
struct FileRow {
    path: String,
    oid: String,
    first_row: i64,
    chunks: String,
}

impl Postgres {
    pub(crate) async fn indexed_files(
        &self,
        repo: &RepoName,
        version: &str,
    ) -> Result<Option<(i64, Vec<Indexed>)>, Error> {
        in_transaction!(self, on => indexed_files(on, repo, version).await)
    }

    pub(crate) async fn search(&self, repo: &RepoName, query: &Query) -> Result<Option<Vec<Hit>>, Error> {
        let lexical = async { in_transaction!(self, on => lexical(on, repo, &query.terms).await) };
        let semantic = async { in_transaction!(self, on => semantic(on, repo, &query.vector).await) };
        let (lexical, semantic) = tokio::try_join!(lexical, semantic)?;
        let Some((number, lexical)) = lexical else { return Ok(None) };
        let ranked = fuse(&lexical, &semantic, query.limit);
        let rows: Vec<i64> = ranked.iter().map(|(row, _)| *row).collect();
        let files = in_transaction!(self, on => files(on, number, &rows).await)?;
        let hits = ranked.into_iter().map(|(row, score)| hit(&files, row, score));
        hits.filter_map(Result::transpose).collect::<Result<_, _>>().map(Some)
    }

    pub(crate) async fn dump_index(&self, repo: &RepoName) -> Result<Vec<String>, Error> {
        in_transaction!(self, on => dump(on, repo).await)
    }
}

/// As Postgres reads it.
pub(super) fn vector_text(vector: &[i8]) -> String {
    let mut text = String::with_capacity(vector.len() * 4 + 2);
    for (n, component) in vector.iter().enumerate() {
        text.push(if n == 0 { '[' } else { ',' });
        text.push_str(&component.to_string());
    }
    text + "]"
}

async fn indexed_files(
    on: &mut PgConnection,
    repo: &RepoName,
    version: &str,
) -> Result<Option<(i64, Vec<Indexed>)>, Error> {
    let known: Option<(i64, i64, String)> =
        sqlx::query_as("select number, seq, version from indexed_repository where repo = lower($1)")
            .persistent(false)
            .bind(repo.as_str())
            .fetch_optional(&mut *on)
            .await?;
    let Some((number, seq, made_by)) = known else { return Ok(None) };
    if made_by != version {
        return Ok(Some((seq, Vec::new())));
    }
    let files: Vec<(String, String)> =
        sqlx::query_as("select path, oid from indexed_file where repository = $1 order by path")
            .persistent(false)
            .bind(number)
            .fetch_all(on)
            .await?;
    let files = files.into_iter().map(|(path, oid)| Ok::<_, Error>((path, object_id(oid)?)));
    Ok(Some((seq, files.collect::<Result<_, _>>()?)))
}

/// The repository's number and its rows by BM25, best first.
async fn lexical(on: &mut PgConnection, repo: &RepoName, terms: &[String]) -> Result<Option<(i64, Vec<i64>)>, Error> {
    let known: Option<(i64, i64, i64, i64, String)> =
        sqlx::query_as("select number, next_row, chunks, words, dead from indexed_repository where repo = lower($1)")
            .persistent(false)
            .bind(repo.as_str())
            .fetch_optional(&mut *on)
            .await?;
    let Some((number, next_row, chunks, words, dead)) = known else { return Ok(None) };
    let mut terms: Vec<&str> = terms.iter().map(String::as_str).filter(|term| !term.contains('\0')).collect();
    terms.sort_unstable();
    terms.dedup();
    if terms.is_empty() {
        return Ok(Some((number, Vec::new())));
    }
    let lists: Vec<(String, Vec<u8>)> =
        sqlx::query_as("select term, rows from posting where repository = $1 and term = any($2)")
            .persistent(false)
            .bind(number)
            .bind(terms)
            .fetch_all(on)
            .await?;
    let mut by_term: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for (term, list) in lists {
        by_term.entry(term).or_default().push(list);
    }
    let dead = serde_json::from_str(&dead);
    let dead = dead.map_err(|e| Error::Malformed { what: "list of rows".to_owned(), why: e.to_string() })?;
    let corpus = Corpus { next_row, chunks, words, dead };
    // In the order of terms: sums of fractions depend on it.
    let mut terms: Vec<_> = by_term.into_iter().collect();
    terms.sort_unstable();
    let terms: Vec<_> = terms.into_iter().map(|(_, lists)| lists).collect();
    Ok(Some((number, rank(&corpus, &terms, CANDIDATES))))
}

/// Rows by likeness, best first; those that have none are not named.
async fn semantic(on: &mut PgConnection, repo: &RepoName, vector: &[i8]) -> Result<Vec<i64>, sqlx::Error> {
    if vector.iter().all(|component| *component == 0) {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, f64)> = sqlx::query_as(NEAREST)
        .persistent(false)
        .bind(repo.as_str())
        .bind(vector_text(vector))
        .bind(vector.len() as i64)
        .bind(CANDIDATES as i64)
        .fetch_all(on)
        .await?;
    Ok(rows.into_iter().take_while(|(_, distance)| *distance < 0.0).map(|(row, _)| row).collect())
}

/// The files that rows stand in.
async fn files(on: &mut PgConnection, number: i64, rows: &[i64]) -> Result<Vec<FileRow>, sqlx::Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as(
        "select distinct file.path, file.oid, file.first_row, file.chunks from unnest($2::bigint[]) as wanted (r)
         cross join lateral (select path, oid, first_row, chunks from indexed_file
                             where repository = $1 and first_row <= wanted.r and chunks <> '[]'
                             order by first_row desc limit 1) as file
         order by file.first_row",
    )
    .persistent(false)
    .bind(number)
    .bind(rows)
    .fetch_all(on)
    .await
}

/// None for a row that went meanwhile.
fn hit(files: &[FileRow], row: i64, (score, lexical, semantic): Score) -> Result<Option<Hit>, Error> {
    let after = files.partition_point(|file| file.first_row <= row);
    let Some(file) = after.checked_sub(1).and_then(|at| files.get(at)) else { return Ok(None) };
    let place = usize::try_from(row - file.first_row).unwrap_or(usize::MAX);
    let Some((start, end, title)) = chunks_of(&file.chunks)?.into_iter().nth(place) else { return Ok(None) };
    let (path, oid) = (file.path.clone(), object_id(file.oid.clone())?);
    Ok(Some(Hit { path, oid, start, end, title, score, lexical, semantic }))
}

async fn dump(on: &mut PgConnection, repo: &RepoName) -> Result<Vec<String>, sqlx::Error> {
    type Row = (String, String, String, String, Vec<String>);
    let files: Vec<Row> = sqlx::query_as(
        "select path, oid, file.chunks, terms,
                array(select cast(vector as text) from chunk_vector
                      where chunk_vector.repository = number and \"row\" >= first_row
                            and \"row\" < first_row + json_array_length(cast(file.chunks as json))
                      order by \"row\")
         from indexed_repository join indexed_file as file on file.repository = number
         where repo = lower($1) order by path",
    )
    .persistent(false)
    .bind(repo.as_str())
    .fetch_all(on)
    .await?;
    let line = |(path, oid, chunks, terms, vectors): Row| {
        let terms = index::texts(&terms)?;
        let terms: Vec<Vec<&str>> = terms.iter().map(|terms| super::posting::words(terms).collect()).collect();
        Ok::<_, sqlx::Error>(format!("{path} {oid} {chunks} {vectors:?} {terms:?}"))
    };
    files.into_iter().map(line).collect()
}
