//! `downstream dev`: all functions, HTTP on loopback, a durable folder, ctrl-c drains.

mod console;

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use relationships::Relationships;
use tokio::net::TcpListener;
use tokio::sync::broadcast::error::RecvError;

use crate::cli::{Common, Dev};
use crate::exit::{Exit, Failure};
use crate::river::{Plan, River};
use crate::{home, relations, sweeps};

use console::Console;

pub async fn run(common: &Common, args: &Dev) -> Result<Exit, Failure> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    // The port first: a program that cannot be reached should not start working.
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; stop what uses the port, or choose another with --port")
    })?;
    let address = listener.local_addr()?;
    let home_path = common.home.clone().map_or_else(home::default_path, Ok)?;
    let found = relations::read(&common.relationships)?;
    let has_relationships = found.is_some();
    let actions = crate::actions::from_environment()?;
    let plan = Plan {
        relationships: found.unwrap_or_else(Relationships::empty),
        addresses: std::collections::HashMap::new(),
        sends_nothing: false,
        asks_a_model: true,
        settles: true,
    };
    for problem in plan.relationships.validate() {
        eprintln!("{}:{problem}", common.relationships.display());
    }
    let mut river = River::start(common, home_path, plan).await?;
    river.actions = actions;
    river.serve(listener, common);
    print_places(common, &river, address, has_relationships);
    talk_until_stopped(&river).await?;
    eprintln!("finishing what is being handled; what is queued goes on with the next start");
    river.drain().await;
    Ok(Exit::Ok)
}

fn print_places(common: &Common, river: &River, address: SocketAddr, has_relationships: bool) {
    let watched = river.relationships.repositories().count();
    println!("downstream {}", env!("CARGO_PKG_VERSION"));
    println!("Webhooks:       http://{address}/webhooks/github   {}", signed(common));
    println!("Notifications:  http://{address}/api/webhook/change-notification   {}", authenticated(common, river));
    println!("Health:         http://{address}/health  /ready");
    println!("Storage:        {}", river.home.path.display());
    if has_relationships {
        println!("Relationships:  {} ({watched} repositories)", common.relationships.display());
    } else {
        println!(
            "Relationships:  none: {} does not exist, so pushes are indexed and nobody is told",
            common.relationships.display()
        );
    }
    println!("Triage:         rules only");
    match river.github.outbox() {
        Some(outbox) => {
            println!(
                "GitHub:         no GITHUB_TOKEN and no App: issue bodies land in {} and nothing is sent",
                outbox.display()
            )
        }
        None => println!("GitHub:         issues are written through {}", common.github_api_url),
    }
    println!("Stop with ctrl-c.");
}

fn authenticated(common: &Common, river: &River) -> &'static str {
    match (&river.actions, &common.secrets.api_key) {
        (Some(_), Some(_)) => "(with a token of GitHub Actions, or the key)",
        (Some(_), None) => "(with a token of GitHub Actions)",
        (None, Some(_)) => "(with the key)",
        (None, None) => {
            "(from anybody on this machine; set ORCHESTRATOR_URL or ORCHESTRATOR_API_KEY before exposing the port)"
        }
    }
}

fn signed(common: &Common) -> &'static str {
    match common.secrets.webhook_secret {
        Some(_) => "(signed)",
        None => "(unsigned deliveries are taken from this machine; set GITHUB_WEBHOOK_SECRET before exposing the port)",
    }
}

/// Says what happens until somebody ends it.
async fn talk_until_stopped(river: &River) -> Result<(), Failure> {
    let mut happenings = river.world.observers.watch();
    let mut console = Console::new(river.world.store.clone());
    let mut stop = std::pin::pin!(stopped());
    let mut sweeping = std::pin::pin!(sweeps::for_ever(river));
    loop {
        tokio::select! {
            ended = &mut stop => return ended,
            never = &mut sweeping => match never {},
            heard = happenings.recv() => match heard {
                Ok(happening) => console.tell(&happening).await,
                // A slow terminal misses lines; the store misses nothing.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return stop.await,
            },
        }
    }
}

/// Ctrl-c, or what a service manager sends.
async fn stopped() -> Result<(), Failure> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
