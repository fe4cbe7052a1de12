//! Finds an issue again and files a new one, so that a crash or a lagging listing never makes two.

use std::time::Duration;

use contracts::record::{Notice, Record};
use contracts::{Fingerprint, RepoName};
use github::{Draft, Error, Issue, Written};
use stage::Fault;

use crate::Deps;
use crate::marker::Marker;

/// How long an issue that was just made may be missing from the listing.
const LAG: Duration = Duration::from_secs(20);

/// Why something could not be told: what GitHub said, or what happens next.
#[derive(Debug)]
pub(crate) enum Trouble {
    Github(Error),
    Fault(Fault),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Github(error)
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<store::Error> for Trouble {
    fn from(error: store::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Github(error) => error.into(),
            Trouble::Fault(fault) => fault,
        }
    }
}

/// The issue about `fingerprint`: by its recorded number, else by its marker.
///
/// # Errors
/// A retry where one was asked for a moment ago and may only not be listed yet.
pub(crate) async fn find(
    deps: &Deps,
    target: &RepoName,
    fingerprint: &Fingerprint,
    notice: Option<&Notice>,
) -> Result<Option<Issue>, Trouble> {
    if let Some(number) = notice.and_then(|n| n.number)
        && let Some(issue) = deps.github.issue(target, number).await?
    {
        return Ok(Some(issue));
    }
    let found = deps.github.find_issue(target, &Marker::needle(fingerprint)).await?;
    let asked = notice.filter(|n| n.state == "creating" && found.is_none());
    let waited = asked.map(|n| u64::try_from((deps.clock)().saturating_sub(n.at)).unwrap_or(0));
    match waited.map(Duration::from_millis).filter(|waited| *waited < LAG) {
        Some(waited) => Err(Trouble::Fault(Fault::Retry {
            why: format!("an issue about {fingerprint} was asked for in {target} and is not listed yet"),
            after: Some(LAG - waited),
        })),
        None => Ok(found),
    }
}

/// Files an issue. That it was asked for is on the disk before it is.
pub(crate) async fn create(
    deps: &Deps,
    target: &RepoName,
    fingerprint: &Fingerprint,
    draft: &Draft,
) -> Result<Written, Trouble> {
    // An outbox lists what it holds at once.
    let is_real = deps.github.outbox().is_none();
    let note = async |state: &str| match is_real {
        true => deps.store.save(vec![Record::Notice(plain(deps, target, fingerprint, state))]).await,
        false => Ok(()),
    };
    note("creating").await?;
    match deps.github.create_issue(target, draft).await {
        Ok(written) => {
            if !written.dropped_labels.is_empty() {
                let (issue, labels) = (&written.issue.url, &written.dropped_labels);
                tracing::warn!(%issue, ?labels, "github dropped labels: the token may not set them there");
            }
            Ok(written)
        }
        // It may exist all the same.
        Err(error @ (Error::Unreachable { .. } | Error::Server { .. } | Error::Malformed { .. })) => Err(error.into()),
        Err(error) => {
            note("undelivered").await?;
            Err(error.into())
        }
    }
}

fn plain(deps: &Deps, target: &RepoName, fingerprint: &Fingerprint, state: &str) -> Notice {
    Notice {
        fingerprint: fingerprint.clone(),
        target: target.clone(),
        number: None,
        location: String::new(),
        state: state.to_owned(),
        evidence: String::new(),
        at: (deps.clock)(),
    }
}
