//! The store as the sweeper's ledger.

use std::collections::{BTreeMap, BTreeSet};

use contracts::record::{Notice, Wish};
use contracts::{BlobKey, Fingerprint, MessageId, RepoName, RunId};
use futures::FutureExt;
use serde_json::Value;
use store::{Decided, StageRun, Store};

use crate::asks::{Answer, Flight, Known, Ledger, Waiting};

/// The name that the sweeper's memory is kept under.
const MEMO: &str = "sweeper";

impl Ledger for Store {
    fn flights(&self, before: i64, limit: u32) -> Answer<'_, Vec<Flight>> {
        async move {
            let mut flights = Vec::new();
            let mut times: BTreeMap<RunId, BTreeMap<String, i64>> = BTreeMap::new();
            for (stage, id, envelope) in self.in_flight_since(before, limit).await? {
                let Some((id, run)) = ids(&id, &envelope) else { continue };
                if !times.contains_key(&run) {
                    times.insert(run.clone(), said_at(&self.stage_runs(&run).await?));
                }
                let said_at = times.get(&run).and_then(|times| times.get(id.as_str())).copied();
                flights.extend(said_at.map(|said_at| Flight { stage, id, envelope, said_at }));
            }
            flights.sort_by_key(|flight| flight.said_at);
            Ok(flights)
        }
        .boxed()
    }

    fn waiting(&self, before: i64, limit: u32) -> Answer<'_, Vec<Waiting>> {
        async move {
            let waiting = self.waiting_since(before, limit).await?;
            let of = |(_, run, topic, envelope): (i64, String, String, String)| {
                let (id, accepted_at) = (run.parse().ok()?, accepted_at(&envelope)?);
                Some(Waiting { id, topic, envelope, accepted_at })
            };
            Ok(waiting.into_iter().filter_map(of).collect())
        }
        .boxed()
    }

    fn known<'a>(&'a self, repo: &'a RepoName) -> Answer<'a, Option<Known>> {
        async move {
            let known = self.repository(repo).await?;
            Ok(known.and_then(|known| Some(Known { commit: known.head?, seq: known.seq })))
        }
        .boxed()
    }

    fn notices<'a>(&'a self, state: &'a str, before: i64) -> Answer<'a, Vec<Notice>> {
        async move { Ok(self.notices_in(state, before).await?) }.boxed()
    }

    fn unreceipted(&self, before: i64, limit: u32) -> Answer<'_, Vec<(Fingerprint, RepoName)>> {
        async move {
            let asked_for = self.notices_in("creating", before).await?;
            let mut found: Vec<_> = asked_for.into_iter().map(|notice| (notice.fingerprint, notice.target)).collect();
            let untold = Store::unreceipted(self, before, limit).await?;
            found.extend(untold.into_iter().map(|finding| (finding.recheck.fingerprint, finding.target)));
            found.truncate(limit as usize);
            Ok(found)
        }
        .boxed()
    }

    fn ended_snoozes(&self, now: i64) -> Answer<'_, Vec<Wish>> {
        async move { Ok(Store::ended_snoozes(self, now).await?) }.boxed()
    }

    fn spent<'a>(&'a self, repos: &'a [RepoName], day: i64) -> Answer<'a, i64> {
        async move {
            let mut spent = 0;
            for repo in repos {
                spent += Store::spent(self, repo, day).await?;
            }
            Ok(spent)
        }
        .boxed()
    }

    fn roots(&self) -> Answer<'_, BTreeSet<BlobKey>> {
        async move {
            let mut roots = BTreeSet::new();
            for repository in self.repositories().await? {
                if let Some(index) = self.index(&repository.repo).await? {
                    roots.extend([index.snapshot, index.metadata, index.structure, index.code]);
                }
                roots.insert(repository.snapshot);
            }
            for finding in self.findings().await? {
                let recheck = finding.recheck;
                roots.extend([recheck.facts, recheck.before, recheck.after]);
            }
            for (_, _, envelope) in self.in_flight().await? {
                keys_in(&serde_json::from_str(&envelope).unwrap_or_default(), &mut roots);
            }
            Ok(roots)
        }
        .boxed()
    }

    fn prune(&self, before: i64) -> Answer<'_, Option<u64>> {
        async move {
            let pruned = Store::prune(self, before).await?;
            Ok(Some(pruned.events + pruned.decisions + pruned.deliveries))
        }
        .boxed()
    }

    fn memory(&self) -> Answer<'_, Option<String>> {
        async move { Ok(self.memo(MEMO).await?) }.boxed()
    }

    fn remember(&self, memory: String) -> Answer<'_, ()> {
        async move { Ok(self.keep_memo(MEMO, &memory).await?) }.boxed()
    }
}

fn ids(id: &str, envelope: &str) -> Option<(MessageId, RunId)> {
    let outer: Value = serde_json::from_str(envelope).ok()?;
    Some((id.parse().ok()?, outer["run"].as_str()?.parse().ok()?))
}

/// When the messages of a run were said: when it was decided to.
fn said_at(runs: &[StageRun]) -> BTreeMap<String, i64> {
    let said = |run: &StageRun| {
        let emitted = match serde_json::from_str(&run.body) {
            Ok(Decided::Emit(said) | Decided::GivenUp { say: said, .. }) => said,
            Ok(Decided::Rejected(_)) | Err(_) => Vec::new(),
        };
        let ended_at = run.ended_at;
        emitted.into_iter().map(move |emitted| (emitted.id.to_string(), ended_at))
    };
    runs.iter().flat_map(said).collect()
}

/// When a first message was accepted, as far as it says; a digest does not, and is said again by the calendar.
fn accepted_at(envelope: &str) -> Option<i64> {
    let outer: Value = serde_json::from_str(envelope).ok()?;
    let body = &outer["body"];
    body["reported_at"].as_i64().or_else(|| body["at"].as_i64())
}

/// Every text in it that is the key of a document: a kind and the digest of a content.
fn keys_in(value: &Value, keys: &mut BTreeSet<BlobKey>) {
    // A list of what is still to be looked at: an envelope from outside may be nested as deep as it likes.
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            Value::String(text) => {
                let is_key = text.rsplit_once('/').is_some_and(|(_, digest)| digest.len() == 64);
                keys.extend(text.parse::<BlobKey>().ok().filter(|_| is_key));
            }
            Value::Array(values) => waiting.extend(values),
            Value::Object(fields) => waiting.extend(fields.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_found_wherever_a_message_names_them() {
        let digest = "0".repeat(64);
        let text =
            format!(r#"{{"a": ["pack/{digest}", 1, null], "b": {{"c": "snapshot/{digest}"}}, "d": "src/main.rs"}}"#);
        let mut keys = BTreeSet::new();
        keys_in(&serde_json::from_str(&text).expect("is JSON"), &mut keys);
        let keys: Vec<String> = keys.into_iter().map(|key| key.as_str().to_owned()).collect();
        assert_eq!(keys, [format!("pack/{digest}"), format!("snapshot/{digest}")]);
    }
}
