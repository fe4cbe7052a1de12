//! What a token bears out of what its sender says. No I/O.
//!
//! The repository, the ref and, of a branch, the commit are in the token. Of a pull request it names the merge that GitHub
//! made to try it, not its head: which head is meant is the sender's word, and the answer goes to that pull request alone.
//! What changed (`changed_files`), since when (`before`) and the commit's message are the sender's word, too: they are used
//! only where the repository itself does not say better, or to choose between its own commits.

use contracts::{CommitId, RepoName};
use oidc::{ActionsClaims, quoted};

use crate::reported::branch_ref;

/// Events that run a repository's own code for what happened to it. Others run on behalf of strangers (`issue_comment`,
/// `pull_request_target`, `workflow_run`) with a ref at which nothing happened.
const EVENTS: [&str; 5] = ["push", "pull_request", "workflow_dispatch", "repository_dispatch", "schedule"];

/// Where something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The full ref of a branch; empty for the head, whatever it is called.
    Branch(String),
    /// A pull request.
    Pull(u64),
}

/// What a body says that a token speaks about, too.
pub(crate) struct Said<'a> {
    /// As it was written.
    pub(crate) branch: Option<&'a str>,
    /// If it is named in full.
    pub(crate) commit: Option<CommitId>,
}

/// What is true of a report by its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) place: Place,
    pub(crate) commit: CommitId,
}

/// Holds what is said against the claims; an error says what does not fit.
pub(super) fn bound(
    claims: &ActionsClaims,
    known_id: Option<&str>,
    repo: &RepoName,
    said: &Said<'_>,
) -> Result<Bound, String> {
    same_repository(claims, known_id, repo)?;
    if !EVENTS.contains(&claims.event_name.as_str()) {
        let shown = quoted(&claims.event_name);
        return Err(format!("the workflow runs on {shown}: reports are taken from {}", EVENTS.join(", ")));
    }
    let place = place(claims)?;
    same_place(claims, &place, said.branch)?;
    let claimed: CommitId = claims.sha.parse().map_err(|_| "the token's sha is no commit".to_owned())?;
    let commit = match (&place, &said.commit) {
        (_, None) => claimed,
        (Place::Branch(_), Some(commit)) if *commit != claimed => {
            return Err(format!("commit_sha is {commit}, but the workflow runs for {claimed}"));
        }
        (_, Some(commit)) => commit.clone(),
    };
    Ok(Bound { place, commit })
}

fn same_repository(claims: &ActionsClaims, known_id: Option<&str>, repo: &RepoName) -> Result<(), String> {
    let got = quoted(&claims.repository);
    if !claims.repository.eq_ignore_ascii_case(repo.as_str()) {
        return Err(format!("source_repo is {repo}, but the token is for a workflow of {got}"));
    }
    if !claims.repository_owner.eq_ignore_ascii_case(repo.owner()) {
        return Err(format!("the token names {got} and another owner, {}", quoted(&claims.repository_owner)));
    }
    match known_id {
        Some(id) if id != claims.repository_id => {
            let got = quoted(&claims.repository_id);
            Err(format!("{repo} has the id {id} in ORCHESTRATOR_REPOSITORY_IDS, and {got} in the token"))
        }
        _ => Ok(()),
    }
}

fn place(claims: &ActionsClaims) -> Result<Place, String> {
    let pull = pull_request(&claims.git_ref).filter(|_| claims.git_ref.ends_with("/merge"));
    let branch = || branch_ref(&claims.git_ref).filter(|full| *full == claims.git_ref);
    match (claims.event_name.as_str(), pull) {
        ("pull_request", Some(number)) => Ok(Place::Pull(number)),
        ("pull_request", None) | (_, Some(_)) => {
            Err(format!("the token is for {} and for {}", quoted(&claims.git_ref), quoted(&claims.event_name)))
        }
        _ => branch().map(Place::Branch).ok_or_else(|| {
            format!("the workflow runs for {}: reports are about branches and pull requests", quoted(&claims.git_ref))
        }),
    }
}

/// A body without a branch means the one that its token names.
fn same_place(claims: &ActionsClaims, place: &Place, branch: Option<&str>) -> Result<(), String> {
    let Some(branch) = branch.map(str::trim).filter(|branch| !branch.is_empty()) else { return Ok(()) };
    let is_same = match place {
        Place::Branch(full) => branch_ref(branch).as_ref() == Some(full),
        // GitHub's short name for `refs/pull/7/merge` is `7/merge`.
        Place::Pull(number) => pull_request(branch) == Some(*number) || branch == format!("{number}/merge"),
    };
    if is_same {
        return Ok(());
    }
    Err(format!("branch is {}, but the workflow runs for {}", quoted(branch), quoted(&claims.git_ref)))
}

/// The number in `refs/pull/<number>/head` or `/merge`.
pub(crate) fn pull_request(git_ref: &str) -> Option<u64> {
    let of_merge = || contracts::messages::pull_request(&format!("{}/head", git_ref.strip_suffix("/merge")?));
    contracts::messages::pull_request(git_ref).or_else(of_merge)
}
