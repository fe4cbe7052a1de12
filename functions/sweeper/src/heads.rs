//! Changes that nobody told us of: the head of each repository against the newest change that is known.
//!
//! One question a repository, eight at once, each repository at most every nine minutes: 500 repositories are asked about
//! 3,300 times an hour. The answer comes by git's own protocol, which no hourly limit counts; GitHub's API is asked (when
//! was the last push?) only about the few that differ.

use std::collections::BTreeMap;

use contracts::RepoName;
use contracts::messages::ChangeReported;
use futures::{FutureExt, StreamExt};
use relationships::Relationships;
use stage::Fault;

use crate::Deps;
use crate::asks::{Head, Known, Said};
use crate::memory::Behind;
use crate::round::Round;

/// Repositories that are asked about at the same time.
const AT_ONCE: usize = 8;
/// Changes that are said in one sweep: each is a run.
const MOST_CHANGES: usize = 50;

/// What a look at a repository comes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Nothing is known of it, so nothing was missed.
    Unknown,
    /// The newest change is known.
    UpToDate,
    /// Its delivery may be under way.
    Behind(Behind),
    /// Its delivery was missed.
    Missed(Behind),
}

/// Holds a head against what is known. `behind` is what an earlier sweep saw.
pub(crate) fn decide(known: Option<&Known>, head: &Head, behind: Option<&Behind>, now: i64, grace: i64) -> Look {
    let Some(known) = known else { return Look::Unknown };
    if known.commit == head.commit {
        return Look::UpToDate;
    }
    let since = behind.filter(|behind| behind.known == known.commit).map_or(now, |behind| behind.since.min(now));
    let behind = Behind { known: known.commit.clone(), since };
    if now - since >= grace { Look::Missed(behind) } else { Look::Behind(behind) }
}

/// The message that the missed delivery would have been. `stamp` is when the push was made, as the delivery tells it; where
/// nobody knows, the id follows from what was known, so that two sweepers say the same.
pub(crate) fn change(
    repo: &RepoName,
    url: String,
    known: &Known,
    head: &Head,
    pushed_at: Option<i64>,
) -> (contracts::MessageId, ChangeReported) {
    let git_ref = format!("refs/heads/{}", head.branch);
    let stamp = pushed_at.map_or_else(|| format!("after {}", known.seq), |seconds| seconds.to_string());
    let id = ChangeReported::id_of_push(repo, &git_ref, known.commit.as_str(), head.commit.as_str(), &stamp);
    let before = Some(known.commit.clone());
    let change = ChangeReported { git_ref, before, ..ChangeReported::of(repo.clone(), url, Some(head.commit.clone())) };
    (id, change)
}

pub(crate) async fn sweep(round: &mut Round<'_>) {
    if !round.asks_others {
        return;
    }
    let all = watched(&round.deps.relationships);
    let turn = turn(&all, &round.memory.last_repository, round.deps.settings.most_repositories);
    round.memory.behind.retain(|name, _| all.contains_key(name));
    let deps = round.deps;
    // Boxed one by one: as a closure's futures, the compiler cannot tell that they may be sent between threads.
    let asked: Vec<_> = turn.iter().map(|repo| ask(deps, repo).boxed()).collect();
    let looks: Vec<_> = futures::stream::iter(asked).buffered(AT_ONCE).collect().await;
    let mut said = 0;
    for (repo, known, head) in looks {
        match (known, head) {
            (Ok(known), Ok(head)) => {
                round.report.repositories_looked_at += 1;
                said += look(round, repo, known, head, said < MOST_CHANGES).await;
            }
            (Err(fault), _) => round.problem(&format!("looking up {repo}"), &fault),
            // Gone, renamed, no access: a person's business, and no reason to alarm anybody every ten minutes.
            (_, Err(Fault::Reject { why })) => round.report.skipped.push(format!("{repo}: {why}")),
            (_, Err(fault)) => round.problem(&format!("asking for the head of {repo}"), &fault),
        }
    }
    round.memory.last_repository = turn.last().map(|repo| repo.as_str().to_ascii_lowercase()).unwrap_or_default();
}

type Asked<'r> = (&'r RepoName, Result<Option<Known>, Fault>, Result<Head, Fault>);

async fn ask<'r>(deps: &Deps, repo: &'r RepoName) -> Asked<'r> {
    (repo, deps.ledger.known(repo).await, deps.forge.head(repo).await)
}

/// Says a missed change; answers how many were said.
async fn look(round: &mut Round<'_>, repo: &RepoName, known: Option<Known>, head: Head, may_say: bool) -> usize {
    let name = repo.as_str().to_ascii_lowercase();
    let behind = round.memory.behind.remove(&name);
    let look = decide(known.as_ref(), &head, behind.as_ref(), round.now, round.deps.settings.grace);
    match (look, known) {
        (Look::Behind(behind), _) => drop(round.memory.behind.insert(name, behind)),
        (Look::Missed(behind), Some(known)) => {
            let line = format!("{repo}: {} was not delivered", head.commit.short());
            round.report.missed_deliveries.add(line.clone());
            round.memory.behind.insert(name, behind);
            if !may_say {
                return 0;
            }
            // Without an answer the id is one of our own: a late delivery is then looked at a second time, no more.
            let pushed_at = round.deps.forge.pushed_at(repo).await.unwrap_or_default();
            let (id, change) = change(repo, round.deps.forge.url(repo), &known, &head, pushed_at);
            match round.say(id, Said::Change(Box::new(change))).await {
                Ok(true) => round.report.found_changes.add(line),
                Ok(false) => {}
                Err(fault) => round.problem(&format!("reporting the change of {repo}"), &fault),
            }
            return 1;
        }
        (Look::Missed(_) | Look::Unknown | Look::UpToDate, _) => {}
    }
    0
}

/// Providers and dependents, by name in lower case: a dependent's own change may mend what was broken for it.
pub(crate) fn watched(relationships: &Relationships) -> BTreeMap<String, &RepoName> {
    let dependents = |source| relationships.dependents_of(source);
    let all = relationships.repositories().flat_map(|source| std::iter::once(source).chain(dependents(source)));
    all.map(|repo| (repo.as_str().to_ascii_lowercase(), repo)).collect()
}

/// The next `most` of them, after the one that was last.
fn turn<'r>(all: &BTreeMap<String, &'r RepoName>, last: &str, most: usize) -> Vec<&'r RepoName> {
    let after = all.range::<str, _>((std::ops::Bound::Excluded(last), std::ops::Bound::Unbounded));
    let until = all.range::<str, _>((std::ops::Bound::Unbounded, std::ops::Bound::Included(last)));
    after.chain(until).take(most).map(|(_, repo)| *repo).collect()
}

#[cfg(test)]
mod tests;
