//! What is known: the run's answers from the store, the pull request and its comment from GitHub.

use std::collections::{BTreeMap, BTreeSet};

use contracts::messages::{PreviewAdvanced, TriageConsumer, TriageTemplate};
use contracts::record::VerdictRecord;
use contracts::{Envelope, Fingerprint, Message, MessageId, RepoName, RunId};
use github::Comment;
use serde::Deserialize;
use stage::Fault;
use store::{Decided, Emitted, StageRun, Store};

use super::impact::{Impact, Missing};
use super::page::{self, Marker};
use super::{PreviewDeps, owners};
use crate::hold;
use crate::links::is_on;

/// What there is to say.
pub(super) struct Asked {
    pub(super) number: u64,
    pub(super) impact: Impact,
    /// The comment, with its marker.
    pub(super) body: String,
    /// Digest of what the comment shows.
    pub(super) digest: String,
    seq: i64,
}

/// What was said before.
pub(super) struct Before {
    pub(super) comment: Option<Comment>,
    /// It says this already.
    pub(super) same: bool,
}

impl Asked {
    /// Names the comment of this pull request for ever.
    pub(super) fn key(&self) -> Fingerprint {
        Fingerprint::of_pull_request(&self.impact.source, self.number)
    }
}

/// None while nothing is known that is worth saying.
pub(super) async fn asked(
    msg: &Envelope<PreviewAdvanced>,
    number: u64,
    deps: &PreviewDeps,
) -> Result<Option<Asked>, Fault> {
    let PreviewAdvanced { change, .. } = &msg.body;
    let records = deps.store.verdicts(&msg.run).await?;
    let (missing, problem) = open(&msg.run, &deps.store).await?;
    let mut impact = Impact {
        source: change.repo.clone(),
        head: change.after.clone(),
        missing,
        problem,
        owners: BTreeMap::new(),
        verdicts: Vec::new(),
    };
    for record in &records {
        if !record.verdict.findings.is_empty() {
            impact.owners.insert(record.verdict.target.clone(), owners(record, &deps.blobs).await?);
        }
    }
    impact.verdicts = records.into_iter().map(|VerdictRecord { verdict, .. }| verdict).collect();
    // An answer that changes nothing can wait for the next one: the last one finds all of them.
    if !impact.is_complete() && !impact.affects() {
        return Ok(None);
    }
    let web = deps.github.web_url();
    let is_there = |repo: &RepoName| {
        let url = (*repo == change.repo).then_some(change.url.as_str());
        is_on(&web, repo, url)
    };
    let text = page::markdown(&impact, &web, &is_there);
    let held_by = hold::by(&deps.store, &Fingerprint::of_pull_request(&change.repo, number)).await?;
    let (body, digest) = signed(&hold::noted(&text, held_by.as_deref()), number, change.seq);
    Ok(Some(Asked { number, impact, body, digest, seq: change.seq }))
}

/// A comment's text with its marker, and the digest of the text.
pub(super) fn signed(text: &str, number: u64, seq: i64) -> (String, String) {
    let digest = contracts::ids::digest_hex(&[text], 16);
    let marker = Marker { number, seq, digest: digest.clone() };
    (format!("{text}{marker}\n"), digest)
}

/// None where there is nothing more to say: it was said, the pull request went on, or it is over.
pub(super) async fn before(asked: &Asked, deps: &PreviewDeps) -> Result<Option<Before>, Fault> {
    let repo = &asked.impact.source;
    let notice = deps.store.notice(&asked.key()).await?;
    if notice.as_ref().is_some_and(|notice| notice.evidence == asked.digest) {
        return Ok(None);
    }
    if let Some(pull) = deps.github.pull_request(repo, asked.number).await?
        && (!pull.open || asked.impact.head.as_ref().is_some_and(|head| head.as_str() != pull.head))
    {
        return Ok(None);
    }
    let known = notice.and_then(|notice| notice.number);
    let comment = deps.github.sticky_comment(repo, asked.number, known, &Marker::needle(asked.number)).await?;
    let marker = comment.as_ref().and_then(|comment| Marker::read(&comment.body, asked.number));
    if marker.as_ref().is_some_and(|marker| marker.seq > asked.seq) {
        return Ok(None);
    }
    Ok(Some(Before { same: marker.is_some_and(|marker| marker.digest == asked.digest), comment }))
}

#[derive(Deserialize)]
struct Target {
    target: RepoName,
}

/// Who was asked and has not answered, and why nobody could be asked: as the run's own decisions tell.
async fn open(run: &RunId, store: &Store) -> Result<(Vec<(RepoName, Missing)>, Option<String>), Fault> {
    let mut asked: BTreeMap<MessageId, RepoName> = BTreeMap::new();
    let mut decided: BTreeSet<String> = BTreeSet::new();
    let mut failed: BTreeMap<String, String> = BTreeMap::new();
    let mut problem = None;
    for StageRun { message, body, .. } in store.stage_runs(run).await? {
        match serde_json::from_str(&body) {
            Ok(Decided::Emit(said)) => {
                for Emitted { topic, id, envelope } in said {
                    if [TriageConsumer::TOPIC, TriageTemplate::TOPIC].contains(&topic.as_str()) {
                        asked.extend(body_of::<Target>(&envelope).map(|of| (id, of.target)));
                    } else if topic == PreviewAdvanced::TOPIC {
                        problem = problem.or(body_of::<PreviewAdvanced>(&envelope).and_then(|said| said.problem));
                    }
                }
            }
            Ok(Decided::Rejected(why)) => drop(failed.insert(message.clone(), why)),
            // A triage left a verdict; whoever was to ask says what went wrong.
            Ok(Decided::GivenUp { say, .. }) => {
                let told = say.iter().filter(|said| said.topic == PreviewAdvanced::TOPIC);
                let mut why = told.filter_map(|said| body_of::<PreviewAdvanced>(&said.envelope)?.problem);
                problem = problem.or_else(|| why.next());
            }
            Err(_) => {}
        }
        decided.insert(message);
    }
    let missing = asked.into_iter().filter_map(|(id, target)| match failed.remove(id.as_str()) {
        Some(why) => Some((target, Missing::Failed(why))),
        None => (!decided.contains(id.as_str())).then_some((target, Missing::Waiting)),
    });
    let mut missing: Vec<(RepoName, Missing)> = missing.collect();
    missing.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok((missing, problem))
}

fn body_of<T: serde::de::DeserializeOwned>(envelope: &str) -> Option<T> {
    #[derive(Deserialize)]
    struct Outer<T> {
        body: T,
    }
    serde_json::from_str::<Outer<T>>(envelope).ok().map(|outer| outer.body)
}
