//! What the composing program owes the sweeper.

use std::collections::BTreeSet;

use contracts::messages::{ChangeReported, DigestDue, IssueTouched};
use contracts::record::{Notice, Wish};
use contracts::{BlobKey, CommitId, Fingerprint, MessageId, RepoName};
use futures::future::BoxFuture;
use serde::Serialize;
use stage::Fault;

use crate::expiry::Expired;

/// An answer that takes a while.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, Fault>>;

/// What is remembered. `store::Store` keeps it.
pub trait Ledger: Send + Sync {
    /// Messages that were said before `before` and that their stage has not decided about, oldest first, at most `limit`.
    fn flights(&self, before: i64, limit: u32) -> Answer<'_, Vec<Flight>>;
    /// Reports that were accepted before `before` and that nobody has decided about, oldest first, at most `limit`.
    fn waiting(&self, before: i64, limit: u32) -> Answer<'_, Vec<Waiting>>;
    /// The newest change of a repository that is known.
    fn known<'a>(&'a self, repo: &'a RepoName) -> Answer<'a, Option<Known>>;
    /// Notices in `state` that were noted before `before`.
    fn notices<'a>(&'a self, state: &'a str, before: i64) -> Answer<'a, Vec<Notice>>;
    /// Findings that nobody was told of, or whose issue was asked for without anybody noting the answer, since before
    /// `before`, at most `limit`: with the dependent.
    fn unreceipted(&self, before: i64, limit: u32) -> Answer<'_, Vec<(Fingerprint, RepoName)>>;
    /// Snoozes that ended by `now`.
    fn ended_snoozes(&self, now: i64) -> Answer<'_, Vec<Wish>>;
    /// What a model cost on a day (since the Unix epoch) for these repositories, in millionths of a US dollar.
    fn spent<'a>(&'a self, repos: &'a [RepoName], day: i64) -> Answer<'a, i64>;
    /// Every document that is still referred to directly: by the newest state of a repository, a finding, or a message in
    /// the air.
    fn roots(&self) -> Answer<'_, BTreeSet<BlobKey>>;
    /// Removes rows of before `before` that nothing needs; none where this store keeps them.
    fn prune(&self, before: i64) -> Answer<'_, Option<u64>>;
    /// What the last sweep remembered.
    fn memory(&self) -> Answer<'_, Option<String>>;
    /// Remembers until the next sweep.
    fn remember(&self, memory: String) -> Answer<'_, ()>;
}

/// A message in the air.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flight {
    /// Who is to hear it.
    pub stage: String,
    /// Its id.
    pub id: MessageId,
    /// Itself, as JSON.
    pub envelope: String,
    /// When it was said, in milliseconds since the Unix epoch.
    pub said_at: i64,
}

/// An accepted report that nobody has decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: MessageId,
    /// Its topic.
    pub topic: String,
    /// Itself, as JSON.
    pub envelope: String,
    /// When it was accepted, in milliseconds since the Unix epoch.
    pub accepted_at: i64,
}

/// The newest change of a repository that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Where it led.
    pub commit: CommitId,
    /// Its place in the order of acceptance.
    pub seq: i64,
}

/// Where messages enter.
pub trait Outlet: Send + Sync {
    /// Takes a first message in under the id that follows from its cause; `false` where it was known. `reported_at` and
    /// `seq` of a change are set there.
    fn say(&self, id: MessageId, said: Said) -> Answer<'_, bool>;
    /// Sends a message that was said before again, under the same id.
    fn again(&self, whom: Whom, id: MessageId, envelope: String) -> Answer<'_, ()>;
}

/// Who is to hear a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whom {
    /// One stage.
    Stage(String),
    /// Everybody who hears this topic.
    Topic(String),
}

/// A first message.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A repository changed.
    Change(Box<ChangeReported>),
    /// A digest is due.
    Digest(DigestDue),
    /// A snooze is over.
    Touched(Box<IssueTouched>),
}

/// Where repositories are.
pub trait Forge: Send + Sync {
    /// The newest commit of the default branch. `Reject` means that asking again does not help (gone, no access).
    fn head<'a>(&'a self, repo: &'a RepoName) -> Answer<'a, Head>;
    /// When somebody last pushed there, in seconds since the Unix epoch; none where that is not told.
    fn pushed_at<'a>(&'a self, repo: &'a RepoName) -> Answer<'a, Option<i64>>;
    /// Attempts to deliver to us since `since` (milliseconds since the Unix epoch), in any order; none where that is not told.
    fn deliveries(&self, since: i64) -> Answer<'_, Option<Vec<Delivery>>>;
    /// Asks for a delivery to be attempted again.
    fn redeliver<'a>(&'a self, delivery: &'a Delivery) -> Answer<'a, ()>;
    /// Where a repository is fetched from.
    fn url(&self, repo: &RepoName) -> String;
}

/// A default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its name, without `refs/heads/`.
    pub branch: String,
    /// Its newest commit.
    pub commit: CommitId,
}

/// One attempt to deliver an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// The attempt.
    pub id: String,
    /// The event, the same for every attempt.
    pub guid: String,
    /// Its kind: `push`, ….
    pub event: String,
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
    /// What we answered; 0 where we did not.
    pub status: u16,
}

/// Where documents are kept.
pub trait Attic: Send + Sync {
    /// The documents that a document refers to; empty where it is gone.
    fn refers_to<'a>(&'a self, key: &'a BlobKey) -> Answer<'a, Vec<BlobKey>>;
    /// Removes documents that were last put before `before` and are not in `keep`.
    fn expire<'a>(&'a self, before: i64, keep: &'a BTreeSet<BlobKey>) -> Answer<'a, Expired>;
}
