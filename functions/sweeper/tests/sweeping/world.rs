//! Everything around a sweeper, in memory: it keeps what it is told, recognises repeats, and a delivery that is asked for
//! again arrives. Each call gives way before and after it acts, so that a sweep can end between any two.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use contracts::messages::ChangeReported;
use contracts::record::{Notice, Wish};
use contracts::{BlobKey, CommitId, Fingerprint, MessageId, RepoName};
use futures::FutureExt;
use futures::future::BoxFuture;
use relationships::Relationships;
use stage::Fault;
use sweeper::{
    Attic, Delivery, Deps, Expired, Flight, Forge, Head, Known, Ledger, Outlet, Said, Settings, Waiting, Whom,
};

pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 1440 * MINUTE;
/// A Thursday.
pub const NOW: i64 = 1_795_077_060_000;

#[derive(Default)]
pub struct State {
    pub flights: Vec<Flight>,
    pub waiting: Vec<Waiting>,
    pub known: BTreeMap<RepoName, Known>,
    pub heads: BTreeMap<RepoName, Result<Head, Fault>>,
    pub pushed_at: Option<i64>,
    pub notices: Vec<Notice>,
    pub wishes: Vec<Wish>,
    pub roots: BTreeSet<BlobKey>,
    /// Documents with when they were put and what they refer to.
    pub documents: BTreeMap<BlobKey, (i64, Vec<BlobKey>)>,
    pub memory: Option<String>,
    pub attempts: Vec<Delivery>,
    /// The change that a delivery tells, by its guid.
    pub pushes: BTreeMap<String, ChangeReported>,
    /// What we would answer a delivery now.
    pub answer: u16,
    /// First messages by id.
    pub said: BTreeMap<MessageId, Said>,
    pub sent_again: BTreeMap<(Whom, MessageId), u32>,
    pub asked_for_heads: u32,
    pub redelivered: u32,
    pub now: i64,
}

#[derive(Clone, Default)]
pub struct World(Arc<Mutex<State>>);

impl World {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("not poisoned")
    }

    pub fn deps(&self, settings: Settings) -> Deps {
        let text = r#"{"relationships": {"o/api": {"type": "service_provider", "consumers": [
            {"repo": "o/shop", "relationship_type": "api_consumer"}, {"repo": "o/jobs", "relationship_type": "api_consumer"}]}}}"#;
        let world = Arc::new(self.clone());
        Deps {
            ledger: world.clone(),
            outlet: world.clone(),
            forge: world.clone(),
            attic: Some(world),
            relationships: Arc::new(Relationships::parse(text).expect("is understood")),
            settings,
        }
    }

    /// One call: gives way, acts, gives way.
    fn call<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut State) -> Result<T, Fault> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, Fault>> {
        let world = self.clone();
        async move {
            tokio::task::yield_now().await;
            let done = act(&mut world.state());
            tokio::task::yield_now().await;
            done
        }
        .boxed()
    }

    /// What is there in the end, whoever did it and how often.
    pub fn there(&self) -> Vec<String> {
        let state = self.state();
        let mut lines: Vec<String> = state.said.iter().map(|(id, said)| format!("{id} {said:?}")).collect();
        lines.extend(state.sent_again.keys().map(|(whom, id)| format!("again {whom:?} {id}")));
        lines.extend(state.documents.keys().map(|key| format!("kept {key}")));
        let delivered = state.attempts.iter().filter(|attempt| attempt.status == 202);
        lines.extend(delivered.map(|attempt| attempt.guid.clone()).collect::<BTreeSet<_>>());
        lines
    }
}

pub fn commit(n: u32) -> CommitId {
    format!("{n:040x}").parse().expect("a commit")
}

pub fn repo(name: &str) -> RepoName {
    name.parse().expect("a name")
}

pub fn head(n: u32) -> Result<Head, Fault> {
    Ok(Head { branch: "main".into(), commit: commit(n) })
}

pub fn key(kind: &str, n: u32) -> BlobKey {
    format!("{kind}/{n:064x}").parse().expect("a key")
}

/// A push that `webhook-ingest` would take in.
pub fn push(name: &str, before: u32, after: u32, pushed_at: i64) -> (MessageId, ChangeReported) {
    let repo = repo(name);
    let (b, a) = (commit(before), commit(after));
    let id = ChangeReported::id_of_push(&repo, "refs/heads/main", b.as_str(), a.as_str(), &pushed_at.to_string());
    let change = ChangeReported { before: Some(b), ..ChangeReported::of(repo, format!("https://h/{name}"), Some(a)) };
    (id, change)
}

impl State {
    /// A first message arrives; `false` where it is known. A change is decided about at once.
    pub fn arrive(&mut self, id: MessageId, said: Said) -> bool {
        if let Said::Change(change) = &said
            && let Some(commit) = change.after.clone()
        {
            let seq = self.said.len() as i64 + 1;
            if !self.said.contains_key(&id) {
                self.known.insert(change.repo.clone(), Known { commit, seq });
            }
        }
        let is_new = !self.said.contains_key(&id);
        self.said.entry(id).or_insert(said);
        is_new
    }

    /// GitHub tries to deliver a push.
    pub fn deliver(&mut self, guid: &str, id: MessageId, change: ChangeReported, at: i64) {
        let attempt = self.attempts.len();
        let (guid, event, status) = (guid.to_owned(), "push".to_owned(), self.answer);
        self.pushes.insert(guid.clone(), change.clone());
        self.attempts.push(Delivery { id: format!("{attempt}"), guid, event, at, status });
        if status == 202 {
            self.arrive(id, Said::Change(Box::new(change)));
        }
    }
}

impl Ledger for World {
    fn flights(&self, before: i64, limit: u32) -> BoxFuture<'_, Result<Vec<Flight>, Fault>> {
        self.call(move |state| {
            let old = state.flights.iter().filter(|flight| flight.said_at < before);
            Ok(old.take(limit as usize).cloned().collect())
        })
    }

    fn waiting(&self, before: i64, limit: u32) -> BoxFuture<'_, Result<Vec<Waiting>, Fault>> {
        self.call(move |state| {
            let old = state.waiting.iter().filter(|waiting| waiting.accepted_at < before);
            Ok(old.take(limit as usize).cloned().collect())
        })
    }

    fn known<'a>(&'a self, repo: &'a RepoName) -> BoxFuture<'a, Result<Option<Known>, Fault>> {
        let repo = repo.clone();
        self.call(move |state| Ok(state.known.get(&repo).cloned()))
    }

    fn notices<'a>(&'a self, wanted: &'a str, before: i64) -> BoxFuture<'a, Result<Vec<Notice>, Fault>> {
        let wanted = wanted.to_owned();
        self.call(move |state| {
            Ok(state.notices.iter().filter(|n| n.state == wanted && n.at < before).cloned().collect())
        })
    }

    fn unreceipted(&self, before: i64, _limit: u32) -> BoxFuture<'_, Result<Vec<(Fingerprint, RepoName)>, Fault>> {
        self.call(move |state| {
            let old = state.notices.iter().filter(|n| n.state == "creating" && n.at < before);
            Ok(old.map(|notice| (notice.fingerprint.clone(), notice.target.clone())).collect())
        })
    }

    fn ended_snoozes(&self, _now: i64) -> BoxFuture<'_, Result<Vec<Wish>, Fault>> {
        self.call(|state| Ok(state.wishes.clone()))
    }

    fn spent<'a>(&'a self, _repos: &'a [RepoName], _day: i64) -> BoxFuture<'a, Result<i64, Fault>> {
        self.call(|_| Ok(250_000))
    }

    fn roots(&self) -> BoxFuture<'_, Result<BTreeSet<BlobKey>, Fault>> {
        self.call(|state| Ok(state.roots.clone()))
    }

    fn prune(&self, _before: i64) -> BoxFuture<'_, Result<Option<u64>, Fault>> {
        self.call(|_| Ok(None))
    }

    fn memory(&self) -> BoxFuture<'_, Result<Option<String>, Fault>> {
        self.call(|state| Ok(state.memory.clone()))
    }

    fn remember(&self, memory: String) -> BoxFuture<'_, Result<(), Fault>> {
        self.call(|state| {
            state.memory = Some(memory);
            Ok(())
        })
    }
}

impl Outlet for World {
    fn say(&self, id: MessageId, said: Said) -> BoxFuture<'_, Result<bool, Fault>> {
        self.call(|state| Ok(state.arrive(id, said)))
    }

    fn again(&self, whom: Whom, id: MessageId, _envelope: String) -> BoxFuture<'_, Result<(), Fault>> {
        self.call(|state| {
            *state.sent_again.entry((whom, id)).or_default() += 1;
            Ok(())
        })
    }
}

impl Forge for World {
    fn head<'a>(&'a self, repo: &'a RepoName) -> BoxFuture<'a, Result<Head, Fault>> {
        let repo = repo.clone();
        self.call(move |state| {
            state.asked_for_heads += 1;
            state.heads.get(&repo).cloned().unwrap_or_else(|| Err(Fault::reject("no such repository")))
        })
    }

    fn pushed_at<'a>(&'a self, _repo: &'a RepoName) -> BoxFuture<'a, Result<Option<i64>, Fault>> {
        self.call(|state| Ok(state.pushed_at))
    }

    fn deliveries(&self, since: i64) -> BoxFuture<'_, Result<Option<Vec<Delivery>>, Fault>> {
        self.call(move |state| Ok(Some(state.attempts.iter().filter(|a| a.at >= since).cloned().collect())))
    }

    fn redeliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Fault>> {
        let guid = delivery.guid.clone();
        self.call(move |state| {
            state.redelivered += 1;
            let now = state.now;
            if let Some(change) = state.pushes.get(&guid).cloned() {
                let (before, after) = (change.before.clone(), change.after.clone());
                let of = |commit: Option<CommitId>| commit.map(|c| c.as_str().to_owned()).unwrap_or_default();
                let (b, a) = (of(before), of(after));
                let id = ChangeReported::id_of_push(&change.repo, &change.git_ref, &b, &a, "1");
                state.deliver(&guid, id, change, now);
            }
            Ok(())
        })
    }

    fn url(&self, repo: &RepoName) -> String {
        format!("https://h/{repo}")
    }
}

impl Attic for World {
    fn refers_to<'a>(&'a self, key: &'a BlobKey) -> BoxFuture<'a, Result<Vec<BlobKey>, Fault>> {
        let key = key.clone();
        self.call(move |state| Ok(state.documents.get(&key).map(|(_, keys)| keys.clone()).unwrap_or_default()))
    }

    fn expire<'a>(&'a self, before: i64, keep: &'a BTreeSet<BlobKey>) -> BoxFuture<'a, Result<Expired, Fault>> {
        let keep = keep.clone();
        self.call(move |state| {
            let all = state.documents.len();
            state.documents.retain(|key, (at, _)| *at >= before || keep.contains(key));
            let documents = (all - state.documents.len()) as u64;
            Ok(Expired { documents, bytes: documents })
        })
    }
}
