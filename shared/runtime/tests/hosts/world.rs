//! What is there in the end, as text.

use std::collections::BTreeSet;
use std::path::Path;

use queue::Queue;
use sha2::{Digest, Sha256};
use store::Store;

use crate::scenario::{first, unreadable};

/// Messages that a stage refuses.
const REJECTED: usize = 1;

/// Everything that a play leaves and that may not depend on its host: decisions with what they say, records, messages in the
/// air, dead letters with their reasons.
pub async fn left(store: &Store, queue: &Queue) -> String {
    let mut lines = Vec::new();
    for (id, _) in first() {
        lines.push(format!("{id} finished {:?}", store.finished(&id.run()).await.expect("answers")));
        for run in store.stage_runs(&id.run()).await.expect("reads") {
            lines.push(format!("{} {} {} {}", run.message, run.stage, run.status, digest(&run.body)));
        }
    }
    for repository in store.repositories().await.expect("reads") {
        lines.push(format!("{} {} {}", repository.repo, repository.snapshot, repository.seq));
    }
    for (stage, message, envelope) in store.in_flight().await.expect("reads") {
        lines.push(format!("{stage} {message} flies {}", digest(&envelope)));
    }
    for (row, run, topic, _) in store.waiting(0, 100).await.expect("reads") {
        lines.push(format!("{run} waits {topic} {row}"));
    }
    for letter in queue.dead_letters(100).await.expect("reads") {
        lines.push(format!("{} {} dead: {}", letter.parcel.stage, letter.parcel.id, letter.why));
    }
    lines.sort();
    lines.dedup();
    lines.join("\n")
}

/// Whether both stages have decided about everything, and what is given up lies among the dead letters.
pub async fn is_over(store: &Store, queue: &Queue) -> bool {
    for (id, _) in first() {
        let runs = store.stage_runs(&id.run()).await.expect("reads");
        if !runs.iter().any(|run| run.stage == "structure" || run.status == "failed") {
            return false;
        }
    }
    let dead = queue.dead_letters(100).await.expect("reads");
    let dead: BTreeSet<_> = dead.into_iter().map(|letter| letter.parcel.id).collect();
    dead.len() == unreadable().len() + REJECTED
}

/// Doors that every host opens alike.
pub fn urls(folder: &Path) -> (String, String) {
    (format!("sqlite:{}", folder.join("state.db").display()), format!("dir:{}", folder.join("objects").display()))
}

fn digest(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..8])
}
