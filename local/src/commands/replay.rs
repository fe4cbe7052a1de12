//! `downstream replay`: a recorded delivery, through the very router that takes real ones.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use relationships::Relationships;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::cli::Common;
use crate::commands::demo::deliver;
use crate::exit::{Exit, Failure};
use crate::river::{Plan, River};
use crate::show::{self, Paint};
use crate::watch::{self, Shown};
use crate::{home, relations};

pub async fn run(common: &Common, file: &Path) -> Result<Exit, Failure> {
    let body = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let home_path = common.home.clone().map_or_else(home::default_path, Ok)?;
    let relationships = relations::read(&common.relationships)?.unwrap_or_else(Relationships::empty);
    let addresses = std::collections::HashMap::new();
    let mut river = River::start(
        common,
        home_path,
        Plan { relationships, addresses, sends_nothing: false, asks_a_model: true, settles: false },
    )
    .await?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    river.serve(listener, common);
    let answer = tokio::time::timeout(Duration::from_secs(30), deliver(common, address, &body)).await??;
    match answer.get("run").and_then(Value::as_str).map(str::parse) {
        Some(Ok(run)) => follow(common, &river, &answer, &run).await?,
        _ => println!("{answer}"),
    }
    river.drain().await;
    Ok(Exit::Ok)
}

async fn follow(common: &Common, river: &River, answer: &Value, run: &contracts::RunId) -> Result<(), Failure> {
    let repo = answer.get("source_repo").or_else(|| answer.get("repository")).and_then(Value::as_str);
    let repo = repo.unwrap_or("replayed/delivery").parse()?;
    watch::until_finished(river, &[(run.clone(), repo)], Shown::Activity.unless(common.json)).await?;
    let verdicts = river.world.store.verdicts(run).await?;
    if common.json {
        println!("{}", serde_json::json!({ "answer": answer, "verdicts": verdicts }));
        return Ok(());
    }
    let paint = Paint::of_stdout();
    for record in &verdicts {
        print!("{}", show::verdict(paint, &record.verdict));
    }
    if verdicts.is_empty() {
        println!("{}: indexed, and nobody is affected", answer["status"].as_str().unwrap_or("done"));
    }
    Ok(())
}
