//! Hybrid search in Postgres beside the same vector search alone, asked by `psql`.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use contracts::RepoName;
use contracts::index::{Chunk, IndexedFile};
use store::{IndexUpdate, Query, Store};

use crate::numbers::median;
use crate::table::{Bound, Table};

const CHUNKS: usize = 100_000;
/// They share the database; a search is in one of them.
const REPOSITORIES: usize = 5;
const LINES_A_CHUNK: usize = 25;
const LARGEST_FILE: u64 = 256 << 10;
/// Files that become one step of an index.
const FILES_A_STEP: usize = 1000;
const QUESTIONS: usize = 20;
const REPEATS: usize = 5;
const HITS: usize = 10;

type Corpus = Vec<(RepoName, Vec<IndexedFile>)>;

pub fn measure(text: &Path, table: &mut Table) -> anyhow::Result<()> {
    let corpus = corpus(text)?;
    let server = counterparts::postgres();
    let url = counterparts::postgres_url(&server, "postgres");
    let runtime = tokio::runtime::Runtime::new()?;
    let store = runtime.block_on(fill(&url, &corpus))?;
    // A database that stands does this by itself.
    psql(&url, "vacuum analyze")?;
    let questions = questions(&corpus);
    let alone = alone(&url, &questions)?;
    let ours = runtime.block_on(search(&store, &questions))?;
    let again = self::alone(&url, &questions)?;
    let beside = median([alone, again].concat());
    let what = "Postgres, 100,000 chunks: filtered hybrid search p50 ÷ its vector search alone in psql";
    table.row(what, (median(ours) * 1e3, "ms"), (beside * 1e3, "ms"), Bound::AtMost(1.5));
    let found = runtime.block_on(recall(&store, &corpus, &questions))?;
    table.row("the same: recall@10 ÷ brute force", (found, ""), (1.0, ""), Bound::AtLeast(0.99));
    Ok(())
}

/// Files of real text, cut into chunks, in several repositories.
fn corpus(text: &Path) -> anyhow::Result<Corpus> {
    let mut files = Vec::new();
    let mut chunks = 0;
    for path in paths(text) {
        let Ok(content) = std::fs::read_to_string(&path) else { continue };
        let name = path.strip_prefix(text)?.to_string_lossy().into_owned();
        let file = indexed(&name, &content, files.len());
        chunks += file.chunks.len();
        files.push(file);
        if chunks >= CHUNKS {
            break;
        }
    }
    ensure!(chunks >= CHUNKS, "{} has text for {chunks} chunks only, {CHUNKS} are needed", text.display());
    let size = files.len().div_ceil(REPOSITORIES).max(1);
    let mut corpus = Vec::new();
    while !files.is_empty() {
        let rest = files.split_off(size.min(files.len()));
        corpus.push((format!("bench/r{}", corpus.len()).parse()?, std::mem::replace(&mut files, rest)));
    }
    Ok(corpus)
}

/// Small files below a folder, in a fixed order.
fn paths(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let mut entries: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().collect();
        entries.sort_by_key(std::fs::DirEntry::path);
        for entry in entries {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => open.push(entry.path()),
                Ok(metadata) if metadata.is_file() && metadata.len() <= LARGEST_FILE => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found
}

fn indexed(path: &str, content: &str, number: usize) -> IndexedFile {
    let lines: Vec<&str> = content.lines().collect();
    let pieces = lines.chunks(LINES_A_CHUNK).flat_map(|lines| rag_index::chunk(path, &lines.join("\n"), &[]));
    // Numbered, so that a hit names one chunk.
    let chunks = pieces.enumerate().map(|(n, chunk)| Chunk { start: n as u32, ..chunk }).collect();
    let oid = format!("{number:040x}").try_into();
    IndexedFile { path: path.to_owned(), oid: oid.unwrap_or_else(|_| unreachable!("forty digits")), chunks }
}

async fn fill(url: &str, corpus: &Corpus) -> anyhow::Result<Store> {
    let store = Store::open(url).await?;
    let started = Instant::now();
    for (repo, files) in corpus {
        for (step, files) in files.chunks(FILES_A_STEP).enumerate() {
            let (seq, from) = (step as i64, step.checked_sub(1).map(|from| from as i64));
            let (repo, version, gone, changed) = (repo.clone(), "bench".to_owned(), Vec::new(), files.to_vec());
            let done = store.update_index(IndexUpdate { repo, seq, from, version, gone, changed }).await?;
            ensure!(done, "a step was refused");
        }
    }
    println!("postgres: {CHUNKS} chunks indexed in {:.1} s", started.elapsed().as_secs_f64());
    Ok(store)
}

/// Words of chunks all over the corpus, as people would ask for them.
fn questions(corpus: &Corpus) -> Vec<(RepoName, Query)> {
    let mut questions = Vec::new();
    for n in 0..QUESTIONS {
        let (repo, files) = &corpus[n % corpus.len()];
        let chunk = files.iter().flat_map(|file| &file.chunks).nth(37 + n * 211);
        let mut seen = HashSet::new();
        let words = chunk.map_or("", |chunk| chunk.terms.as_str()).split(' ');
        let words: Vec<_> = words.filter(|word| word.len() > 2 && seen.insert(*word)).step_by(3).take(5).collect();
        questions.push((repo.clone(), local::search_query(&words.join(" "), HITS)));
    }
    questions
}

async fn search(store: &Store, questions: &[(RepoName, Query)]) -> anyhow::Result<Vec<f64>> {
    let mut figures = Vec::new();
    for (repo, query) in questions.iter().cycle().take(QUESTIONS * (REPEATS + 1)) {
        let started = Instant::now();
        let hits = store.search(repo, query).await?.context("no index")?;
        figures.push(started.elapsed().as_secs_f64());
        ensure!(!hits.is_empty(), "nothing was found");
    }
    // The first round connects.
    Ok(figures.split_off(QUESTIONS))
}

/// Seconds of each vector search in one `psql` with one prepared statement, by the server's clock.
fn alone(url: &str, questions: &[(RepoName, Query)]) -> anyhow::Result<Vec<f64>> {
    let mut script = "prepare near (bigint, halfvec) as
        select \"row\", vector <#> $2 as distance from chunk_vector where repository = $1
        order by distance, \"row\" limit 50;\n"
        .to_owned();
    for (repo, query) in questions.iter().cycle().take(QUESTIONS * REPEATS) {
        let vector: Vec<String> = query.vector.iter().map(ToString::to_string).collect();
        let number = format!("(select number from indexed_repository where repo = '{repo}')");
        script += &format!(
            "select {number} as number \\gset\n\
             select 'at ' || extract(epoch from clock_timestamp());\n\
             execute near (:number, '[{}]');\n\
             select 'at ' || extract(epoch from clock_timestamp());\n",
            vector.join(",")
        );
    }
    let output = psql(url, &script)?;
    let at: Vec<f64> = output.lines().filter_map(|line| line.strip_prefix("at ")?.parse().ok()).collect();
    ensure!(at.len() == 2 * QUESTIONS * REPEATS, "psql answered {} times", at.len());
    Ok(at.chunks(2).map(|pair| pair[1] - pair[0]).collect())
}

fn psql(url: &str, script: &str) -> anyhow::Result<String> {
    #[expect(clippy::disallowed_methods, reason = "the bench starts what it compares with")]
    let mut command = Command::new(counterparts::postgres_programs().join("psql"));
    command.arg(url).args(["--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("psql does not start")?;
    let mut input = child.stdin.take().context("no input")?;
    let script = script.to_owned();
    let writer = std::thread::spawn(move || input.write_all(script.as_bytes()));
    let output = child.wait_with_output()?;
    ensure!(output.status.success() && writer.join().is_ok(), "psql failed");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// How much of the ten nearest is found where words do not help, by comparing with everything.
async fn recall(store: &Store, corpus: &Corpus, questions: &[(RepoName, Query)]) -> anyhow::Result<f64> {
    let (mut found, mut wanted) = (0, 0);
    for (repo, query) in questions {
        let files = corpus.iter().find(|(name, _)| name == repo).map(|(_, files)| files).context("no repository")?;
        let mut likeness = HashMap::new();
        for (file, chunk) in files.iter().flat_map(|file| file.chunks.iter().map(move |chunk| (file, chunk))) {
            likeness.insert((file.path.as_str(), chunk.start), dot(&query.vector, &chunk.vector));
        }
        let mut best: Vec<i32> = likeness.values().copied().filter(|likeness| *likeness > 0).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.truncate(HITS);
        let least = best.last().copied().unwrap_or(i32::MAX);
        let hits = store.search(repo, &Query { terms: Vec::new(), ..query.clone() }).await?.context("no index")?;
        wanted += best.len();
        found += hits
            .iter()
            .filter(|hit| likeness.get(&(hit.path.as_str(), hit.start)).is_some_and(|l| *l >= least))
            .count();
    }
    Ok(found as f64 / wanted as f64)
}

fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}
