//! Taking in consecutive commits of a clone, in a folder of its own, and counting.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use contracts::messages::ChangeReported;
use contracts::{CommitId, RunId};
use git::Rev;
use relationships::Relationships;

use super::usage::{self, Usage};
use crate::cli::{Common, Cost};
use crate::commands::index::first_failure;
use crate::counted::Totals;
use crate::exit::Failure;
use crate::names::{self, Named};
use crate::relations;
use crate::river::{Plan, River};

/// How often the store is asked whether a push is done with.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What `args.pushes` pushes of a clone take. The state before them, and the first look at each dependent, are not counted:
/// they are paid once.
pub async fn measure(common: &Common, args: &Cost, typed: &str) -> Result<Usage, Failure> {
    let provider = names::understand(typed, &common.git_base_url)?;
    let dependents = args.dependents.iter().map(|typed| names::understand(typed, &common.git_base_url));
    let dependents: Vec<Named> = dependents.collect::<Result<_, _>>()?;
    let folder = tempfile::tempdir()?;
    let river = River::start(common, folder.path().to_owned(), plan(&provider, &dependents)?).await?;
    let commits = commits(&river, &provider, args.pushes as usize + 2).await?;
    let (first, counted) = commits.split_at(2.min(commits.len()));
    let mut before: Option<&CommitId> = None;
    for commit in first {
        push(&river, &provider, before, commit).await?;
        before = Some(commit);
    }
    let start = Totals::of(&river.world);
    let (mut runs, mut our_own) = (BTreeSet::new(), 0);
    for commit in counted {
        let (run, asked) = push(&river, &provider, before, commit).await?;
        runs.insert(run);
        our_own += asked;
        before = Some(commit);
        if !common.json {
            eprint!("\r{} of {} pushes", runs.len(), counted.len());
        }
    }
    if !common.json {
        eprint!("\r{:30}\r", "");
    }
    let mut requests = Totals::of(&river.world).since(start);
    requests.store.reads = requests.store.reads.saturating_sub(our_own);
    let taken = usage::of_runs(&river.world.store, runs).await?;
    river.drain().await;
    Ok(Usage { messages: requests.sent, message_bytes: requests.sent_bytes, requests, ..taken })
}

fn plan(provider: &Named, dependents: &[Named]) -> Result<Plan, Failure> {
    let targets: Vec<_> = dependents.iter().map(|named| named.repo.clone()).collect();
    let relationships = match targets.is_empty() {
        true => Relationships::empty(),
        false => relations::one_off(&provider.repo, &targets, "api_consumer")?,
    };
    let all = dependents.iter().chain([provider]);
    let addresses: HashMap<_, _> = all.map(|n| (n.repo.as_str().to_ascii_lowercase(), n.url.clone())).collect();
    Ok(Plan { relationships, addresses, sends_nothing: true, asks_a_model: false, settles: false })
}

/// The newest `most` commits of the first parents, oldest first.
async fn commits(river: &River, named: &Named, most: usize) -> Result<Vec<CommitId>, Failure> {
    let mut commits = Vec::new();
    for back in 0..most {
        match river.git.resolve(&named.url, &Rev::Ref(format!("HEAD~{back}"))).await {
            Ok(resolved) => commits.push(resolved.commit),
            Err(_) if commits.len() > 2 => break,
            Err(error) => {
                let why = format!("{error}; a clone in a folder with at least three commits is needed");
                return Err(Failure::Usage(why));
            }
        }
    }
    commits.reverse();
    Ok(commits)
}

/// Reports a push and waits for its end; answers its run, and how often the store was asked about it here.
async fn push(
    river: &River,
    named: &Named,
    before: Option<&CommitId>,
    after: &CommitId,
) -> Result<(RunId, u64), Failure> {
    let change = ChangeReported {
        before: before.cloned(),
        ..ChangeReported::of(named.repo.clone(), named.url.clone(), Some(after.clone()))
    };
    let run = river.report(change).await?;
    let mut asked = 0;
    while river.world.store.finished(&run).await? != Some(true) {
        asked += 1;
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    match first_failure(river, &run).await? {
        Some(error) => Err(Failure::Environment(error)),
        None => Ok((run, asked + 2)),
    }
}
