//! Hybrid search: words by BM25, likeness by an exact scan over quantised vectors, fused by rank. Here is what the
//! adapters share and how it is done with one file; `postgres::search` is the other.
//!
//! An exact scan, for at the size of a repository it is both better and fast: an approximate index with default
//! settings recalls 0.6 at 100,000 vectors. The vectors of a repository are read once and kept until its index
//! changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use contracts::index::Hit;
use contracts::{ObjectId, RepoName};
use sqlx::FromRow;
use sqlx::sqlite::SqlitePool;

use crate::db::Db;
use crate::{Error, Store};

/// Candidates a list contributes before both are fused.
pub(crate) const CANDIDATES: usize = 50;
/// Reciprocal rank fusion's constant (Cormack, Clarke, Buettcher, SIGIR 2009).
const RANK_OFFSET: f64 = 60.0;
/// Repositories whose vectors are kept in memory.
const MOST_REPOSITORIES: usize = 16;

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Query {
    /// Lower-case terms, made the way the index's terms were.
    pub terms: Vec<String>,
    /// A unit vector, scaled like the index's.
    pub vector: Vec<i8>,
    /// At most so many answers.
    pub limit: usize,
}

/// Vectors of recently searched repositories.
#[derive(Debug, Default)]
pub(crate) struct Vectors(Mutex<HashMap<i64, (i64, Arc<Loaded>)>>);

#[derive(Debug)]
struct Loaded {
    /// Sorted by row.
    chunks: Vec<Place>,
    files: Vec<(String, ObjectId)>,
    dimensions: usize,
    vectors: Vec<i8>,
}

#[derive(Debug)]
struct Place {
    row: i64,
    file: usize,
    start: u32,
    end: u32,
    title: String,
}

#[derive(FromRow)]
struct FileRow {
    path: String,
    oid: String,
    first_row: i64,
    chunks: String,
    vectors: Vec<u8>,
}

/// One indexed path: `(path, content)`.
pub type Indexed = (String, ObjectId);

impl Store {
    /// What the search index of a repository holds, by path, and the `seq` it reflects; none without an index. Rows
    /// that were not made by `version` are not told of: an update replaces them all.
    pub async fn indexed_files(&self, repo: &RepoName, version: &str) -> Result<Option<(i64, Vec<Indexed>)>, Error> {
        let readers = match &self.db {
            Db::Sqlite(file) => file.readers(),
            #[cfg(feature = "postgres")]
            Db::Postgres(database) => return database.indexed_files(repo, version).await,
        };
        let Some((number, seq, made_by)) = indexed_repository(readers, repo).await? else { return Ok(None) };
        if made_by != version {
            return Ok(Some((seq, Vec::new())));
        }
        // One row with a list, for a row on its own costs more than what is in it.
        let list: String = sqlx::query_scalar(
            "select json_group_array(json_array(path, oid)) from
             (select path, oid from indexed_file where repository = $1 order by path)",
        )
        .bind(number)
        .fetch_one(readers)
        .await?;
        let files = serde_json::from_str(&list);
        let files = files.map_err(|e| Error::Malformed { what: "file list".to_owned(), why: e.to_string() })?;
        Ok(Some((seq, files)))
    }

    /// The best chunks of a repository for a query; none if it has no index.
    pub async fn search(&self, repo: &RepoName, query: &Query) -> Result<Option<Vec<Hit>>, Error> {
        let readers = match &self.db {
            Db::Sqlite(file) => file.readers(),
            #[cfg(feature = "postgres")]
            Db::Postgres(database) => return database.search(repo, query).await,
        };
        let Some((number, seq, _)) = indexed_repository(readers, repo).await? else { return Ok(None) };
        let loaded = self.load(readers, number, seq).await?;
        let lexical = lexical(readers, number, &query.terms).await?;
        let semantic = loaded.nearest(&query.vector);
        let ranked = fuse(&lexical, &semantic, query.limit);
        Ok(Some(ranked.into_iter().filter_map(|(row, score)| loaded.hit(row, score)).collect()))
    }

    /// Every row of a repository's search index as text, sorted: equal for equal trees, however they were reached.
    pub async fn dump_index(&self, repo: &RepoName) -> Result<Vec<String>, Error> {
        let readers = match &self.db {
            Db::Sqlite(file) => file.readers(),
            #[cfg(feature = "postgres")]
            Db::Postgres(database) => return database.dump_index(repo).await,
        };
        let Some((number, ..)) = indexed_repository(readers, repo).await? else { return Ok(Vec::new()) };
        let mut terms = terms(readers, number).await?;
        let mut lines = Vec::new();
        for row in file_rows(readers, number).await? {
            let chunks = chunks_of(&row.chunks)?.len() as i64;
            let terms: Vec<_> = (0..chunks).filter_map(|n| terms.remove(&(row.first_row + n))).collect();
            lines.push(format!("{} {} {} {:?} {terms:?}", row.path, row.oid, row.chunks, row.vectors));
        }
        Ok(lines)
    }

    async fn load(&self, readers: &SqlitePool, number: i64, seq: i64) -> Result<Arc<Loaded>, Error> {
        if let Some(loaded) = self.vectors.get(number, seq) {
            return Ok(loaded);
        }
        let loaded = Arc::new(Loaded::from_rows(file_rows(readers, number).await?)?);
        self.vectors.keep(number, seq, loaded.clone());
        Ok(loaded)
    }
}

async fn indexed_repository(readers: &SqlitePool, repo: &RepoName) -> Result<Option<(i64, i64, String)>, Error> {
    Ok(sqlx::query_as("select number, seq, version from indexed_repository where repo = lower($1)")
        .bind(repo.as_str())
        .fetch_optional(readers)
        .await?)
}

async fn file_rows(readers: &SqlitePool, number: i64) -> Result<Vec<FileRow>, Error> {
    Ok(sqlx::query_as(
        "select path, oid, first_row, chunks, vectors from indexed_file where repository = $1 order by path",
    )
    .bind(number)
    .fetch_all(readers)
    .await?)
}

/// The terms of every row of a repository, in their order.
async fn terms(readers: &SqlitePool, number: i64) -> Result<HashMap<i64, Vec<String>>, Error> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("select doc, term from chunk_occurrence where doc >= $1 and doc < $2 order by doc, offset")
            .bind(number << 32)
            .bind((number + 1) << 32)
            .fetch_all(readers)
            .await?;
    let mut terms: HashMap<i64, Vec<String>> = HashMap::new();
    for (row, term) in rows {
        terms.entry(row).or_default().push(term);
    }
    Ok(terms)
}

/// Rows by BM25, best first.
async fn lexical(readers: &SqlitePool, number: i64, terms: &[String]) -> Result<Vec<i64>, Error> {
    // Quoted, so that a term can be no operator; our terms hold no quote, and a foreign one is doubled.
    let any: Vec<String> = terms.iter().map(|t| format!("\"{}\"", t.replace('"', "\"\""))).collect();
    if any.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_scalar(
        "select rowid from chunk_terms where chunk_terms match $1 and rowid >= $2 and rowid < $3
         order by rank, rowid limit $4",
    )
    .bind(any.join(" OR "))
    .bind(number << 32)
    .bind((number + 1) << 32)
    .bind(CANDIDATES as u32)
    .fetch_all(readers)
    .await?)
}

impl Vectors {
    fn get(&self, number: i64, seq: i64) -> Option<Arc<Loaded>> {
        let kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.get(&number).filter(|(at, _)| *at == seq).map(|(_, loaded)| loaded.clone())
    }

    fn keep(&self, number: i64, seq: i64, loaded: Arc<Loaded>) {
        let mut kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if kept.len() >= MOST_REPOSITORIES {
            kept.clear();
        }
        kept.insert(number, (seq, loaded));
    }
}

impl Loaded {
    fn from_rows(rows: Vec<FileRow>) -> Result<Self, Error> {
        let mut loaded = Self { chunks: Vec::new(), files: Vec::new(), dimensions: 0, vectors: Vec::new() };
        let mut parts = Vec::new();
        for row in rows {
            let places = chunks_of(&row.chunks)?;
            let dimensions = row.vectors.len() / places.len().max(1);
            loaded.dimensions = loaded.dimensions.max(dimensions);
            let file = loaded.files.len();
            for (n, (start, end, title)) in places.into_iter().enumerate() {
                let vector = row.vectors[n * dimensions..(n + 1) * dimensions].to_vec();
                parts.push((Place { row: row.first_row + n as i64, file, start, end, title }, vector));
            }
            loaded.files.push((row.path, object_id(row.oid)?));
        }
        parts.sort_by_key(|(place, _)| place.row);
        for (place, vector) in parts {
            loaded.chunks.push(place);
            loaded.vectors.extend(vector.into_iter().map(u8::cast_signed));
        }
        Ok(loaded)
    }

    /// Rows by likeness, best first.
    fn nearest(&self, wanted: &[i8]) -> Vec<i64> {
        if self.dimensions == 0 || wanted.len() != self.dimensions || wanted.iter().all(|v| *v == 0) {
            return Vec::new();
        }
        let mut scored: Vec<(i32, usize)> = self
            .vectors
            .chunks_exact(self.dimensions)
            .enumerate()
            .map(|(at, vector)| (dot(wanted, vector), at))
            .filter(|(score, _)| *score > 0)
            .collect();
        let best = |a: &(i32, usize), b: &(i32, usize)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        if scored.len() > CANDIDATES {
            scored.select_nth_unstable_by(CANDIDATES, best);
            scored.truncate(CANDIDATES);
        }
        scored.sort_unstable_by(best);
        scored.into_iter().map(|(_, at)| self.chunks[at].row).collect()
    }

    fn hit(&self, row: i64, (score, lexical, semantic): Score) -> Option<Hit> {
        let at = self.chunks.binary_search_by_key(&row, |place| place.row).ok()?;
        let Place { file, start, end, title, .. } = &self.chunks[at];
        let (path, oid) = self.files[*file].clone();
        Some(Hit { path, oid, start: *start, end: *end, title: title.clone(), score, lexical, semantic })
    }
}

/// Reciprocal rank, found by words, found by likeness.
pub(crate) type Score = (f64, bool, bool);

/// The best of both lists of rows.
pub(crate) fn fuse(lexical: &[i64], semantic: &[i64], limit: usize) -> Vec<(i64, Score)> {
    let mut scores: HashMap<i64, Score> = HashMap::new();
    for (list, rows) in [lexical, semantic].into_iter().enumerate() {
        for (rank, row) in rows.iter().enumerate() {
            let entry = scores.entry(*row).or_default();
            entry.0 += 1.0 / (RANK_OFFSET + rank as f64 + 1.0);
            entry.1 |= list == 0;
            entry.2 |= list == 1;
        }
    }
    let mut ranked: Vec<_> = scores.into_iter().collect();
    ranked.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
    ranked.truncate(limit);
    ranked
}

fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}

/// First line, last line and title of each chunk of a file.
pub(crate) fn chunks_of(list: &str) -> Result<Vec<(u32, u32, String)>, Error> {
    serde_json::from_str(list).map_err(|e| Error::Malformed { what: "chunk list".to_owned(), why: e.to_string() })
}

/// The content that a row names.
pub(crate) fn object_id(text: String) -> Result<ObjectId, Error> {
    text.try_into().map_err(|e: contracts::ids::InvalidId| Error::Malformed {
        what: "indexed file".to_owned(),
        why: e.to_string(),
    })
}
