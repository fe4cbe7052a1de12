//! `downstream sweep`: one sweep over the folder, and what it found and did.

use std::path::Path;
use std::sync::Arc;

use git::Git;
use github::Github;
use relationships::Relationships;
use runtime::intake::Intake;
use runtime::{Observers, World};
use serde_json::json;
use sweeper::{Count, Outside, Report, Settings};

use crate::cli::{Common, Secrets, Sweep};
use crate::exit::{Exit, Failure};
use crate::home::{self, Home};
use crate::river::wiring;
use crate::show::{Paint, inert};
use crate::sweeps::{self, Mail};
use crate::{credentials, names, relations};

pub async fn run(common: &Common, args: &Sweep) -> Result<Exit, Failure> {
    let home_path = common.home.clone().map_or_else(home::default_path, Ok)?;
    let home = Home::open(&home_path, runtime::clock::system()).await?;
    let relationships = relations::read(&common.relationships)?.unwrap_or_else(Relationships::empty);
    let world = world(common, &home)?;
    // Opening the way in sends what is in the air: not in a dry run.
    let intake = if args.dry_run { None } else { Some(Arc::new(Intake::open(world.clone()).await?)) };
    let outside = outside(common, &home, &relationships)?;
    let mut deps = sweeps::deps(&world, Arc::new(relationships), Mail { intake }, outside);
    // Whoever types this wants to know now.
    deps.settings =
        Settings { dry_run: args.dry_run, ask_others_every: 0, ask_for_deliveries_every: 0, ..deps.settings };
    let report = sweeper::sweep(&deps, (world.clock)()).await;
    world.queue.settle().await?;
    if common.json {
        println!("{}", json!({ "schema": "downstream.sweep/v1", "report": report }));
    } else {
        print(&report, &home_path);
    }
    Ok(if report.is_worrying() { Exit::Findings } else { Exit::Ok })
}

/// What a sweep would find in an open folder, without asking anybody outside.
pub async fn look(common: &Common, home: &Home, relationships: &Relationships) -> Result<Report, Failure> {
    let world = world(common, home)?;
    let mail = Mail { intake: None };
    // Nobody is asked, so it does not matter as whom.
    let nobody = Common { secrets: Secrets::default(), ..common.clone() };
    let outside = outside(&nobody, home, relationships)?;
    let mut deps = sweeps::deps(&world, Arc::new(relationships.clone()), mail, outside);
    let never = i64::MAX;
    deps.settings =
        Settings { dry_run: true, ask_others_every: never, ask_for_deliveries_every: never, ..deps.settings };
    Ok(sweeper::sweep(&deps, (world.clock)()).await)
}

fn world(common: &Common, home: &Home) -> Result<World, Failure> {
    Ok(World {
        queue: home.queue.clone(),
        store: home.store.clone(),
        blobs: home.blobs.clone(),
        wiring: Arc::new(wiring()),
        pipeline: Arc::new(relations::read_pipeline(&common.pipeline)?),
        clock: runtime::clock::system(),
        observers: Observers::default(),
    })
}

fn outside(common: &Common, home: &Home, relationships: &Relationships) -> Result<Outside, Failure> {
    let credentials = credentials::read(common)?;
    let (api_url, outbox) = (common.github_api_url.clone(), home.outbox());
    let github = Github::open(github::Settings { credentials, api_url, outbox })?;
    let base = common.git_base_url.clone();
    let where_is = Arc::new(move |repo: &contracts::RepoName| names::join(&base, repo));
    let git = Git::open(home.repositories(), credentials::git_settings(common)?);
    Ok(sweeps::outside(git, github, where_is, relationships))
}

fn print(report: &Report, home: &Path) {
    let paint = Paint::of_stdout();
    let (left, done) = if report.dry_run { ("Left behind", "Would be done") } else { ("Was left behind", "Done") };
    println!("{}", paint.bold(left));
    let oldest = match report.oldest_undecided_seconds {
        0 => String::new(),
        seconds => format!("the oldest for {}", minutes(seconds)),
    };
    line("without a decision for 5 minutes", &report.undecided, &oldest);
    line("for a day, given up", &report.given_up, "somebody must look: the dead letters are in downstream doctor");
    line("findings that nobody was told of", &report.unreceipted, "");
    let looked = format!("{} repositories looked at", report.repositories_looked_at);
    line("missed deliveries", &report.missed_deliveries, &looked);
    println!("{}", paint.bold(done));
    line("messages sent again", &report.sent_again, "");
    line("deliveries asked for again", &report.redelivered, "");
    line("changes found by looking", &report.found_changes, "");
    line("digests called for", &report.digests, "");
    line("snoozes ended", &report.woken, "");
    let bytes = format!("{} KiB", report.expired_bytes >> 10);
    line("old documents removed", &Count { count: report.expired_documents, examples: Vec::new() }, &bytes);
    for skipped in &report.skipped {
        println!("  {}", paint.dim(&format!("left out: {}", inert(skipped))));
    }
    for problem in &report.problems {
        println!("  {} {}", paint.red("✗"), inert(problem));
    }
    if report.sent_again.count + report.found_changes.count + report.digests.count + report.woken.count > 0
        && !report.dry_run
    {
        println!("What was said waits in {} for downstream dev.", home.display());
    }
}

/// A count with its first examples.
fn line(what: &str, Count { count, examples }: &Count, more: &str) {
    let more =
        if more.is_empty() || *count == 0 && !more.contains("looked at") { String::new() } else { format!("  {more}") };
    println!("  {count:>5}  {what}{more}");
    for example in examples {
        println!("         {}", inert(example));
    }
}

fn minutes(seconds: i64) -> String {
    match seconds / 60 {
        minutes @ 0..=119 => format!("{minutes} minutes"),
        minutes @ 120..=2879 => format!("{} hours", minutes / 60),
        minutes => format!("{} days", minutes / 1440),
    }
}
