//! What is sent, and what the two stages make of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use contracts::messages::{Change, MetadataExtracted, SnapshotTaken, StructureAnalyzed};
use contracts::record::{Record, Repository};
use contracts::{BlobKey, Envelope, MessageId, RepoName};
use stage::{Fault, Outcome, Put, Stage, says};

/// Stages must bear names of the installed wiring; these two have `metadata`'s and `structure`'s.
pub struct Take;
pub struct Pass;

says! { pub enum Taken { MetadataExtracted } }
says! { pub enum Passed { StructureAnalyzed } }

/// Names of repositories that say what happens to their message.
pub const STORIES: [&str; 8] = ["well", "retry", "slow", "panic", "crash", "reject", "large", "again"];
/// How many more go well, so that batches are full.
pub const CROWD: usize = 24;

/// The messages by which the play begins.
pub fn first() -> Vec<(MessageId, SnapshotTaken)> {
    let crowd = (0..CROWD).map(|n| format!("crowd-{n}"));
    let stories = STORIES.iter().map(|story| (*story).to_owned());
    let mut all: Vec<_> =
        stories.chain(crowd).map(|name| (MessageId::derive(&["play", &name]), taken(&name))).collect();
    all.extend(all.iter().find(|(_, taken)| taken.change.repo.as_str() == "play/again").cloned());
    all
}

/// Texts that are no messages, or none that this version knows.
pub fn unreadable() -> Vec<String> {
    let newer = MessageId::derive(&["play", "newer"]);
    vec![
        r#"{"id":"0123"#.to_owned(),
        String::from("{}"),
        "no JSON".to_owned(),
        format!(r#"{{"id":"{newer}","run":"{newer}","body":{{"of":"a version to come"}}}}"#),
    ]
}

fn taken(name: &str) -> SnapshotTaken {
    let repo: RepoName = format!("play/{name}").parse().expect("a name");
    // Above what SQS takes.
    let summary = if name == "large" { "x".repeat(2 << 20) } else { name.to_owned() };
    let after = key(name);
    let (before, only, pinned) = (None, Vec::new(), Default::default());
    let change = Change {
        repo,
        url: "https://example.com".to_owned(),
        git_ref: "refs/heads/main".to_owned(),
        before,
        after: None,
        summary,
        reported_at: 7,
        seq: 7,
        dry_run: false,
        only,
        pinned,
        partial: false,
    };
    SnapshotTaken { change, after, before: None }
}

fn key(name: &str) -> BlobKey {
    blobs::key_of("snapshot", name.as_bytes())
}

/// Whether it is the first time that `story` comes to `what`, over all processes.
fn first_time(folder: &Path, story: &str) -> bool {
    std::fs::File::create_new(folder.join(story)).is_ok()
}

impl Stage for Take {
    const NAME: &'static str = "metadata";
    type In = SnapshotTaken;
    type Out = Taken;
    type Deps = PathBuf;

    async fn handle(msg: &Envelope<SnapshotTaken>, folder: &PathBuf) -> Result<Outcome<Taken>, Fault> {
        let change = msg.body.change.clone();
        let story = change.repo.as_str().trim_start_matches("play/").to_owned();
        match story.as_str() {
            "reject" => return Err(Fault::reject("it balks")),
            "retry" if first_time(folder, &story) => {
                return Err(Fault::Retry { why: "not yet".to_owned(), after: Some(Duration::from_millis(100)) });
            }
            "slow" if first_time(folder, &story) => tokio::time::sleep(Duration::from_secs(60)).await,
            "panic" if first_time(folder, &story) => panic!("the first time"),
            "crash" if first_time(folder, &story) => std::process::abort(),
            _ => {}
        }
        let metadata: Put = blobs::document("metadata", &story);
        let snapshot = msg.body.after.clone();
        let repository = Repository {
            repo: change.repo.clone(),
            url: change.url.clone(),
            head: None,
            snapshot: snapshot.clone(),
            seq: 7,
        };
        let said = MetadataExtracted { change, snapshot, metadata: metadata.key.clone() };
        Ok(Outcome { put: vec![metadata], save: vec![Record::Repository(repository)], emit: vec![said.into()] })
    }
}

impl Stage for Pass {
    const NAME: &'static str = "structure";
    type In = MetadataExtracted;
    type Out = Passed;
    type Deps = PathBuf;

    async fn handle(msg: &Envelope<MetadataExtracted>, _: &PathBuf) -> Result<Outcome<Passed>, Fault> {
        let MetadataExtracted { change, snapshot, metadata } = msg.body.clone();
        let structure = key("structure");
        Ok(Outcome::say(StructureAnalyzed { change, snapshot, metadata, structure }.into()))
    }
}
