//! What a verdict costs: over a large dependent, and as dependents grow in number.

use std::collections::HashMap;
use std::path::Path;

use contracts::RepoName;
use local::river::River;
use relationships::Relationships;
use serde_json::json;

use crate::indexing::{run, start_with};
use crate::numbers::{median, processor_time};
use crate::scratch::Scratch;
use crate::table::{Bound, Table};

const PROVIDER: &str = "bench/provider";
/// Pushes whose median counts.
const PUSHES: usize = 9;
/// Numbers of small dependents.
const CROWDS: [usize; 3] = [10, 100, 1_000];
/// Files of each of them.
const FILES: usize = 20;

/// One verdict over `repository`: each push of the provider moves a route that code could call.
pub fn one(repository: &Path, table: &mut Table) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let dependent = Scratch::over(repository)?;
    let cost = runtime.block_on(async {
        let crowd = Crowd::start(vec![("bench/dependent".to_owned(), &dependent)], PUSHES).await?;
        let mut figures = Vec::new();
        for n in 0..PUSHES {
            figures.push(crowd.push(n).await?);
        }
        crowd.river.drain().await;
        anyhow::Ok(median(figures))
    })?;
    table.row(
        "a push and its verdict over an indexed dependent, processor time ÷ 150 ms",
        (cost * 1e3, "ms"),
        (150.0, "ms"),
        Bound::AtMost(1.0),
    );
    Ok(())
}

/// A push with 10, 100 and 1,000 dependents.
pub fn many(table: &mut Table) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let dependent = small()?;
    let mut each = Vec::new();
    for crowd in CROWDS {
        let names = (0..crowd).map(|n| (format!("bench/dependent-{n}"), &dependent)).collect();
        let cost = runtime.block_on(async {
            let crowd = Crowd::start(names, 1).await?;
            let cost = crowd.push(0).await?;
            crowd.river.drain().await;
            anyhow::Ok(cost)
        })?;
        each.push((crowd, cost / crowd as f64));
    }
    let (_, few) = each[0];
    for (crowd, cost) in each.into_iter().skip(1) {
        table.row(
            &format!("a verdict with {crowd} dependents, processor time each ÷ with {}", CROWDS[0]),
            (cost * 1e3, "ms"),
            (few * 1e3, "ms"),
            Bound::AtMost(1.5),
        );
    }
    Ok(())
}

/// A provider, its dependents, and a river that has indexed all of them.
struct Crowd {
    river: River,
    provider: Scratch,
    repo: RepoName,
    _home: tempfile::TempDir,
}

impl Crowd {
    async fn start(dependents: Vec<(String, &Scratch)>, routes: usize) -> anyhow::Result<Self> {
        let provider = Scratch::empty()?;
        let consumers: Vec<_> =
            dependents.iter().map(|(name, _)| json!({ "repo": name, "relationship_type": "api_consumer" })).collect();
        let declared = json!({ "relationships": { PROVIDER: { "type": "service_provider", "consumers": consumers } } });
        let relationships = Relationships::parse(&declared.to_string()).map_err(|e| anyhow::anyhow!("{e}"))?;
        let mut addresses = HashMap::from([(PROVIDER.to_owned(), provider.url()?)]);
        for (name, scratch) in &dependents {
            addresses.insert(name.clone(), scratch.url()?);
        }
        let home = tempfile::tempdir_in(".")?;
        let river = start_with(home.path(), relationships, addresses).await?;
        let repo: RepoName = PROVIDER.parse()?;
        provider.write(&[service(routes, 0)])?;
        run(&river, &repo, &provider, None, &provider.head()?).await?;
        for (name, scratch) in dependents {
            run(&river, &name.parse()?, scratch, None, &scratch.head()?).await?;
        }
        Ok(Self { river, provider, repo, _home: home })
    }

    /// Moves one more route; answers the processor time until everybody has a verdict.
    async fn push(&self, n: usize) -> anyhow::Result<f64> {
        let before = self.provider.head()?;
        let after = self.provider.write(&[service(PUSHES.max(n + 1), n + 1)])?;
        let started = processor_time();
        run(&self.river, &self.repo, &self.provider, Some(before), &after).await?;
        Ok(processor_time() - started)
    }
}

/// A service whose first `moved` routes have moved.
fn service(routes: usize, moved: usize) -> (String, Vec<u8>) {
    let mut text = "from fastapi import FastAPI\n\napp = FastAPI()\n".to_owned();
    for n in 0..routes {
        let version = if n < moved { "/v2" } else { "" };
        text += &format!("\n\n@app.get(\"{version}/reports/{n}/latest\")\ndef report_{n}():\n    return {n}\n");
    }
    ("app.py".to_owned(), text.into_bytes())
}

/// A dependent of which one file calls the service.
fn small() -> anyhow::Result<Scratch> {
    let scratch = Scratch::empty()?;
    let call =
        "import requests\n\n\ndef latest(base):\n    return requests.get(f\"{base}/reports/0/latest\", timeout=5)\n";
    let other = |n: usize| format!("def plus_{n}(value):\n    return value + {n}\n");
    let mut files = vec![("client.py".to_owned(), call.as_bytes().to_vec())];
    files.extend((1..FILES).map(|n| (format!("src/part_{n}.py"), other(n).into_bytes())));
    scratch.write(&files)?;
    Ok(scratch)
}
