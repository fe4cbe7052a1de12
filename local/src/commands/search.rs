//! `downstream search`: hybrid search in an indexed repository, with the lines themselves.

use contracts::index::Hit;
use model::Reading;
use serde_json::json;
use snapshot::Snapshot;
use store::Query;

use crate::cli::{Common, Search};
use crate::commands::index::known_as;
use crate::exit::{Exit, Failure};
use crate::home::{self, Home};
use crate::names;
use crate::show::{Paint, inert};

/// Lines of a hit that are shown.
const SHOWN: usize = 4;

pub async fn run(common: &Common, args: &Search) -> Result<Exit, Failure> {
    let named = names::understand(&args.repository, &common.git_base_url)?;
    let home_path = common.home.clone().map_or_else(home::default_path, Ok)?;
    let home = Home::open(&home_path, runtime::clock::system()).await?;
    // A plain name is the repository that is known by it, wherever it was fetched from.
    let named = if args.repository == named.repo.as_str() { named } else { known_as(&home.store, named).await? };
    let hits = home.store.search(&named.repo, &query(&args.query, args.limit)).await?;
    let Some(hits) = hits else {
        return Err(Failure::Usage(format!("{} is not indexed: run downstream index {}", named.repo, args.repository)));
    };
    if common.json {
        println!("{}", json!({ "repository": named.repo, "query": args.query, "hits": hits }));
        return Ok(Exit::Ok);
    }
    if hits.is_empty() {
        println!("nothing found in {} for {:?}", named.repo, args.query);
        return Ok(Exit::Ok);
    }
    let index = home.store.index(&named.repo).await?;
    let snapshot = match index {
        Some(index) => Some(Snapshot::open(&home.blobs, &index.snapshot).await?),
        None => None,
    };
    let paint = Paint::of_stdout();
    for hit in &hits {
        println!("{}", line(paint, hit));
        let text = match &snapshot {
            Some(snapshot) => snapshot.text(&hit.path).await?.unwrap_or_default(),
            None => String::new(),
        };
        for shown in best_lines(&text, hit, &args.query) {
            println!("    {}", inert(shown));
        }
    }
    Ok(Exit::Ok)
}

/// A question, read the way the index was.
pub fn query(text: &str, limit: usize) -> Query {
    let mut reading = Reading::default();
    reading.read(text);
    let mut terms: Vec<String> = reading.terms.split(' ').filter(|t| !t.is_empty()).map(str::to_owned).collect();
    terms.sort();
    terms.dedup();
    Query { terms, vector: reading.vector(), limit }
}

fn line(paint: Paint, hit: &Hit) -> String {
    let place = paint.blue(&format!("{}:{}", inert(&hit.path), hit.start));
    let why = match (hit.lexical, hit.semantic) {
        (true, true) => "words and likeness",
        (true, false) => "words",
        (false, _) => "likeness",
    };
    format!("{place}  {}  {}", paint.bold(&inert(&hit.title)), paint.dim(why))
}

/// The lines of a hit that say most of what was asked, in their order.
fn best_lines<'t>(text: &'t str, hit: &Hit, question: &str) -> Vec<&'t str> {
    let asked = query(question, 0).terms;
    let lines = text.lines().skip(hit.start as usize - 1).take((hit.end + 1 - hit.start) as usize);
    let mut scored: Vec<(usize, usize, &str)> = Vec::new();
    for (at, line) in lines.enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut matches = 0;
        model::for_each_term(line, &mut |term| matches += usize::from(asked.iter().any(|a| a == term)));
        scored.push((matches, at, line));
    }
    scored.sort_by_key(|(matches, at, _)| (std::cmp::Reverse(*matches), *at));
    scored.truncate(SHOWN);
    scored.sort_by_key(|(_, at, _)| *at);
    scored.into_iter().map(|(_, _, line)| line).collect()
}
