//! `downstream setup github`: a GitHub App of one's own, registered with one click, or one that exists.
//!
//! The click goes from a page on this machine to GitHub with a manifest; GitHub leads the browser back with a code that is
//! exchanged for the App's key, once. The key goes into a file and nowhere else.

mod desk;
mod page;
mod server;

use std::io::{IsTerminal, Read};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use github::{App, AppInfo, Github, Settings};
use serde_json::json;
use tokio::net::TcpListener;

use crate::app_file::{Draft, SavedApp};
use crate::cli::{Common, SetupGithub};
use crate::exit::{Exit, Failure};
use crate::home;
use desk::{Desk, Wish};

/// No key is nearly as long.
const LARGEST_KEY: u64 = 64 << 10;

pub async fn run(common: &Common, args: &SetupGithub) -> Result<Exit, Failure> {
    let home = common.home.clone().map_or_else(home::default_path, Ok)?;
    let wish = Wish::new(common, args)?;
    let draft = Draft::new(&home, args.replace)?;
    let path = draft.path().to_owned();
    let app = match &args.app_id {
        Some(id) => existing(common, id, draft).await?,
        None => register(args, wish, draft).await?,
    };
    tell(common, args, &app, &path);
    Ok(Exit::Ok)
}

/// The page with the button, until GitHub has answered.
async fn register(args: &SetupGithub, wish: Wish, draft: Draft) -> Result<AppInfo, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).await;
    let listener =
        listener.with_context(|| format!("cannot listen on 127.0.0.1:{}; choose another with --port", args.port))?;
    let desk = Arc::new(Desk::new(listener.local_addr()?, wish, draft)?);
    eprintln!("Open this page in a browser on this machine, and press its button:\n\n  {}\n", desk.start_url());
    eprintln!("Waiting for GitHub; ctrl-c ends it.");
    let patience = Duration::from_secs(args.wait);
    let ended = async {
        tokio::select! {
            () = desk.done() => {}
            () = tokio::time::sleep(patience) => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    server::serve(listener, desk.clone(), ended).await?;
    desk.outcome().await.unwrap_or_else(|| {
        Err(Failure::Environment(
            "nothing came back from github, and nothing was saved; run the command again".to_owned(),
        ))
    })
}

/// An App that was registered before: its key is proved before it is saved.
async fn existing(common: &Common, id: &str, mut draft: Draft) -> Result<AppInfo, Failure> {
    let key = tokio::task::spawn_blocking(read_key).await??;
    let usage = |error: github::Error| Failure::Usage(error.to_string());
    let app = App::new(id, &key, runtime::clock::system()).map_err(usage)?;
    let settings = Settings { credentials: app.into(), api_url: common.github_api_url.clone(), outbox: PathBuf::new() };
    let info = Github::open(settings).map_err(usage)?.app().await?;
    let info = info.ok_or_else(|| Failure::Environment("github did not say which App this is".to_owned()))?;
    let webhook_secret = common.secrets.webhook_secret.clone();
    draft.save(&SavedApp { app_id: Some(id.trim().to_owned()), private_key: Some(unfolded(&key)), webhook_secret })?;
    Ok(info)
}

fn read_key() -> Result<String, Failure> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprintln!("Paste the App's private key (PEM), then press ctrl-d:");
    }
    let mut key = String::new();
    input.lock().take(LARGEST_KEY).read_to_string(&mut key).context("cannot read the key from standard input")?;
    if key.trim().is_empty() {
        let why = "no key on standard input: downstream setup github --app-id ID < key.pem";
        return Err(Failure::Usage(why.to_owned()));
    }
    Ok(key)
}

/// Base64 may be cut into lines by whoever made it; a PEM file's lines are kept.
fn unfolded(key: &str) -> String {
    let key = key.trim().trim_matches(['"', '\'']);
    if key.starts_with("-----") { key.to_owned() } else { key.split_whitespace().collect() }
}

fn tell(common: &Common, args: &SetupGithub, app: &AppInfo, path: &std::path::Path) {
    let (slug, link) = (&app.slug, app.install_link());
    if common.json {
        let told = json!({ "schema": "downstream.setup/v1", "slug": slug, "install": link, "saved": path });
        println!("{told}");
        return;
    }
    println!("The GitHub App {slug} is set up. Its key lies in {}, readable by you alone.", path.display());
    println!("\nNext:");
    println!("  1. Install it on the repositories that are named in relationships.json: {link}");
    println!("  2. downstream doctor         says where it is missing");
    match &args.url {
        Some(_) => println!(
            "  3. Give the deployed service the same file: deploy-gcp.sh or deploy-aws.sh --secrets {}",
            path.display()
        ),
        None => println!("  3. downstream dev            files issues as {slug}[bot]"),
    }
}
