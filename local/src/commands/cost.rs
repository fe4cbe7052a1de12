//! `downstream cost`: what pushes cost on AWS and on Google Cloud, from what was counted and a committed table of prices.

mod bill;
mod measure;
mod prices;
mod show;
mod usage;

use anyhow::Context;
use contracts::RunId;
use serde::Deserialize;
use serde_json::json;

use crate::cli::{Common, Cost};
use crate::exit::{Exit, Failure};
use crate::home::{self, Home};
use crate::relations;

use bill::Bill;
use prices::Prices;
use usage::Usage;

/// The name of what `--json` prints.
const SCHEMA: &str = "downstream.cost/v1";

pub async fn run(common: &Common, args: &Cost) -> Result<Exit, Failure> {
    let prices = Prices::committed()?;
    let pipeline = relations::read_pipeline(&common.pipeline)?;
    let (usage, source) = counted(common, args).await?;
    if usage.pushes == 0 {
        let why = "no push is recorded here; start with downstream dev, or measure one with --repository";
        return Err(Failure::Usage(why.to_owned()));
    }
    let bills = [bill::aws(&usage, &prices, &pipeline), bill::gcp(&usage, &prices, &pipeline)];
    if common.json {
        println!("{}", document(&source, &usage, &bills, &prices));
    } else {
        show::print(&source, &usage, &bills, &prices);
    }
    Ok(Exit::Ok)
}

/// The usage, and where it comes from.
async fn counted(common: &Common, args: &Cost) -> Result<(Usage, String), Failure> {
    let build = if cfg!(debug_assertions) { "debug build: times are too long" } else { "release build" };
    if let Some(typed) = &args.repository {
        let usage = measure::measure(common, args, typed).await?;
        return Ok((usage, format!("measured with {typed}, {build}")));
    }
    if let Some(file) = &args.replay_bench {
        #[derive(Deserialize)]
        struct Earlier {
            usage: Usage,
        }
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let earlier: Earlier = serde_json::from_str(&text)
            .with_context(|| format!("{} is not what downstream cost --json prints", file.display()))?;
        return Ok((earlier.usage, format!("counted earlier: {}", file.display())));
    }
    let path = common.home.clone().map_or_else(home::default_path, Ok)?;
    let home = Home::open(&path, runtime::clock::system()).await?;
    match &args.run {
        Some(run) => {
            let id: RunId = run.parse().map_err(|e: contracts::ids::InvalidId| Failure::Usage(e.to_string()))?;
            Ok((
                usage::of_run(&home.store, &id).await?,
                format!("recorded of run {run}; requests are the mean of all runs"),
            ))
        }
        None => Ok((usage::recorded(&home.store).await?, format!("recorded in {}", path.display()))),
    }
}

fn document(source: &str, usage: &Usage, bills: &[Bill], prices: &Prices) -> serde_json::Value {
    let unverified: Vec<_> = [&prices.aws, &prices.gcp]
        .iter()
        .flat_map(|provider| provider.unverified())
        .map(|price| json!({ "what": price.unit, "source": price.source }))
        .collect();
    json!({
        "schema": SCHEMA,
        "source": source,
        "pushes": bill::PUSHES,
        "goal_usd": bill::GOAL_USD,
        "prices_as_of": prices.as_of,
        "usage": usage,
        "bills": bills,
        "assumptions": prices.assumptions().collect::<Vec<_>>(),
        "unverified_prices": unverified,
    })
}
