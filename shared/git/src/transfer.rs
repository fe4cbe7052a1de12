//! One conversation with a git server, its result kept in the cache.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use contracts::CommitId;
use gix::error::Class;
use gix::protocol::handshake::Ref;
use gix::remote::fetch::Shallow;
use gix::remote::ref_map;

use crate::cache::Place;
use crate::endpoint::{Endpoint, with_causes};
use crate::local::{before, commit_at, merge_base, text};
use crate::meter::Meter;
use crate::{Before, Error, Fetched, Limits, OnProgress, Repository, Resolved, Rev, Wanted};
use refs::{candidates, default_branch, is_unborn, pins, tip};

mod connection;
mod refs;

/// Lists `HEAD` without fetching it: the first names it, the second takes it out of what is fetched.
const SEE_HEAD: [&str; 2] = ["HEAD", "^HEAD"];
/// How far a ref's history is fetched in search of a commit that a server does not give by its id.
const SEARCH_DEPTHS: [u32; 3] = [1, 50, 1_000];
/// How far two histories are fetched in search of where they part. A branch that left longer ago is told to be too old.
const MERGE_BASE_DEPTHS: [u32; 3] = [20, 200, 2_000];

/// What a server says about an object it does not give. Before version 2 it says `ERR …` where gix expects a pack, and gix
/// names only the first letter of that, an E.
const REFUSALS: [&str; 3] = ["not our ref", "unadvertised object", "non-side channel line or input was malformed: 69"];

/// Everything that one fetch needs, on a blocking thread.
pub(crate) struct Transfer {
    /// The URL that was asked for.
    name: String,
    endpoint: Endpoint,
    place: Place,
    limits: Limits,
    interrupt: Arc<AtomicBool>,
    meter: Meter,
}

/// How one attempt ended without success.
enum Failure {
    /// The server does not give this object.
    Refused,
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Transfer {
    pub fn new(
        name: String,
        endpoint: Endpoint,
        place: Place,
        limits: Limits,
        interrupt: Arc<AtomicBool>,
        on_progress: OnProgress,
    ) -> Self {
        let meter = Meter::new(limits.max_pack_bytes, interrupt.clone(), on_progress);
        Self { name, endpoint, place, limits, interrupt, meter }
    }

    /// Where `rev` stands at the remote. Transfers no objects.
    pub fn resolve(&self, rev: &Rev) -> Result<Resolved, Error> {
        let repo = self.repository()?.to_thread_local();
        let name = match rev {
            Rev::Ref(name) => Some(self.checked_ref(name)?),
            Rev::Commit(_) | Rev::Head => None,
        };
        let specs: Vec<String> = SEE_HEAD.iter().map(|s| (*s).to_owned()).chain(name.clone()).collect();
        let remote = self.remote(&repo, &specs)?;
        let connection = self.connect(&remote)?;
        let listed = connection.ref_map(self.meter.child(*b"LSRF"), ref_map::Options::default());
        let (map, _) = listed.map_err(|e| self.network(&e))?;
        let default_branch = default_branch(&map.remote_refs);
        let commit = match rev {
            Rev::Commit(id) => id.clone(),
            Rev::Head => tip(&map.remote_refs, "HEAD").ok_or_else(|| self.no_head(&map.remote_refs))?,
            Rev::Ref(_) => {
                let wanted = name.unwrap_or_default();
                let found = candidates(&wanted).iter().find_map(|full| tip(&map.remote_refs, full));
                found.ok_or_else(|| self.unknown(rev, &map.remote_refs))?
            }
        };
        Ok(Resolved { commit, default_branch })
    }

    /// Fetches what is wanted; a cache that turns out broken is thrown away and filled again, once.
    pub fn fetch(&self, wanted: &Wanted) -> Result<Fetched, Error> {
        let fetched = match self.fetch_once(wanted) {
            Err(Error::Damaged { why, .. }) => {
                tracing::warn!(url = %self.name, why, "the cached repository is broken and is fetched anew");
                self.place.discard()?;
                self.fetch_once(wanted)
            }
            fetched => fetched,
        };
        // With an empty cache it was not the cache: what the server sends makes no sense, at least today.
        fetched.map_err(|error| match error {
            Error::Damaged { url, why } => Error::Unreachable { url, why, after: None },
            error => error,
        })
    }

    fn fetch_once(&self, wanted: &Wanted) -> Result<Fetched, Error> {
        let tip = match &wanted.after {
            Rev::Commit(id) => id.clone(),
            other => self.resolve(other)?.commit,
        };
        let default_branch = self.bring(&tip, wanted)?;
        let inner = self.repository()?;
        let repo = inner.to_thread_local();
        let after = commit_at(&repo, tip.as_str()).ok_or_else(|| self.unknown(&wanted.after, &[]))?;
        let (before, note) = before(&repo, &after, &wanted.before);
        let repository = Repository::new(inner, &self.name, Some(self.place.reading()?));
        Ok(Fetched { repository, after, before, default_branch, notes: note.into_iter().collect() })
    }

    /// Gets `after` and what it is held against into the cache, by id where the server gives commits by id. A server
    /// does so for every commit in protocol version 2; before that only for tips of refs, unless it is configured to.
    fn bring(&self, after: &CommitId, wanted: &Wanted) -> Result<Option<String>, Error> {
        match &wanted.before {
            Before::MergeBase(base) => return self.bring_both_histories(after, base, wanted, &MERGE_BASE_DEPTHS),
            Before::Ancestor(base) => return self.bring_both_histories(after, base, wanted, &MERGE_BASE_DEPTHS[..1]),
            Before::Nothing | Before::Commit(_) | Before::FirstParent => {}
        }
        let depth = if wanted.before == Before::FirstParent { 2 } else { 1 };
        let both: Vec<&CommitId> = match &wanted.before {
            Before::Commit(before) if before != after => vec![after, before],
            _ => vec![after],
        };
        let asked = match self.attempt(&pins(&both), depth) {
            // One of them is not given; `before` may be gone for ever, so `after` is asked for alone.
            Err(Failure::Refused) if both.len() > 1 => self.attempt(&pins(&[after]), depth),
            asked => asked,
        };
        let branch = match asked {
            Ok(branch) => branch,
            Err(Failure::Refused) => return self.search(after, wanted),
            Err(Failure::Error(error)) => return Err(error),
        };
        let old_server = !self.endpoint.version2;
        if old_server && both.len() > 1 && !self.has_all(&both)? {
            return self.search(after, wanted);
        }
        Ok(branch)
    }

    /// Fetches two commits with their histories, deeper each time, until these meet. That they do not is no error: then
    /// there is nothing to hold the commit against.
    fn bring_both_histories(
        &self,
        after: &CommitId,
        base: &CommitId,
        wanted: &Wanted,
        depths: &[u32],
    ) -> Result<Option<String>, Error> {
        let mut branch = None;
        for &depth in depths {
            branch = match self.attempt(&pins(&[after, base]), depth) {
                Ok(branch) => branch,
                // A server that gives no commit by its id, or no longer this one: its refs may still lead there.
                Err(Failure::Refused) => return self.search(after, wanted),
                Err(Failure::Error(error)) => return Err(error),
            };
            let repo = self.repository()?.to_thread_local();
            if merge_base(&repo, after, base).is_some() {
                break;
            }
        }
        Ok(branch)
    }

    /// Fetches the ref that moved, deeper each time, until what is wanted is among its history.
    fn search(&self, after: &CommitId, wanted: &Wanted) -> Result<Option<String>, Error> {
        let name = wanted.git_ref.as_deref().unwrap_or("HEAD");
        let spec = format!("+{}:refs/tip/searched", self.checked_ref(name)?);
        let mut all = vec![after];
        if let Before::Commit(before) | Before::MergeBase(before) = &wanted.before {
            all.push(before);
        }
        let mut branch = None;
        for depth in SEARCH_DEPTHS {
            branch = match self.attempt(std::slice::from_ref(&spec), depth) {
                Ok(branch) => branch,
                Err(Failure::Refused) => break,
                Err(Failure::Error(error)) => return Err(error),
            };
            if self.has_all(&all)? {
                return Ok(branch);
            }
        }
        if self.has_all(&[after])? { Ok(branch) } else { Err(self.unknown(&wanted.after, &[])) }
    }

    fn has_all(&self, commits: &[&CommitId]) -> Result<bool, Error> {
        let repo = self.repository()?.to_thread_local();
        Ok(commits.iter().all(|id| commit_at(&repo, id.as_str()).is_some()))
    }

    /// One fetch of `specs`. Answers the default branch.
    fn attempt(&self, specs: &[String], depth: u32) -> Result<Option<String>, Failure> {
        let repo = self.repository()?.to_thread_local();
        // Where `HEAD` itself is fetched it is listed anyway, and must not be taken out.
        let fetches_head = specs.iter().any(|spec| spec.starts_with("+HEAD:"));
        let see_head: &[&str] = if fetches_head { &[] } else { &SEE_HEAD };
        let specs: Vec<String> = see_head.iter().map(|s| (*s).to_owned()).chain(specs.iter().cloned()).collect();
        let remote = self.remote(&repo, &specs)?;
        let connection = self.connect(&remote)?;
        let prepared = connection.prepare_fetch(self.meter.child(*b"LSRF"), ref_map::Options::default());
        let prepared = prepared.map_err(|e| self.failure(&e))?;
        let branch = default_branch(&prepared.ref_map().remote_refs);
        let depth = NonZeroU32::new(depth).unwrap_or(NonZeroU32::MIN);
        let received = prepared
            .with_shallow(Shallow::DepthAtRemote(depth))
            .receive(self.meter.child(*b"RECV"), &self.interrupt)
            .map_err(|e| self.failure(&e))?;
        tracing::debug!(url = %self.name, status = ?received.status, "fetched");
        Ok(branch)
    }

    /// A ref name from outside, which must not turn into another kind of refspec.
    fn checked_ref(&self, name: &str) -> Result<String, Error> {
        let is_name = name.len() <= 500 && !name.starts_with('+') && gix::refs::PartialName::try_from(name).is_ok();
        if is_name { Ok(name.to_owned()) } else { Err(self.unknown(&Rev::Ref(name.chars().take(200).collect()), &[])) }
    }

    fn unknown(&self, rev: &Rev, refs: &[Ref]) -> Error {
        match self.no_head(refs) {
            empty @ Error::EmptyRepository { .. } if refs.iter().any(is_unborn) => empty,
            _ => Error::UnknownCommit { url: self.name.clone(), rev: rev.to_string() },
        }
    }

    fn no_head(&self, refs: &[Ref]) -> Error {
        let url = self.name.clone();
        let branches = refs.iter().any(|r| !is_unborn(r));
        if branches { Error::UnknownCommit { url, rev: "HEAD".to_owned() } } else { Error::EmptyRepository { url } }
    }

    fn failure(&self, error: &gix::Error) -> Failure {
        let why = with_causes(error);
        let refused = REFUSALS.iter().any(|words| why.contains(words));
        if refused { Failure::Refused } else { Failure::Error(self.network(error)) }
    }

    /// Names a failed conversation by its cause.
    fn network(&self, error: &gix::Error) -> Error {
        let url = self.name.clone();
        let why = text(&with_causes(error));
        if self.meter.exceeded() {
            let what = format!("a fetch brings more than {} bytes", self.limits.max_pack_bytes);
            return Error::TooLarge { url, what };
        }
        if self.interrupt.load(Ordering::Relaxed) {
            return Error::Timeout { url, seconds: self.limits.timeout.as_secs_f64() };
        }
        match error.dominant_class() {
            Some(Class::Corruption | Class::NotFound) => Error::Damaged { url, why },
            _ => Error::Unreachable { url, why, after: None },
        }
    }
}
