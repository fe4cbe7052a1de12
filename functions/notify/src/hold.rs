//! Changes that nothing is filed for, because somebody held their pull request.

use contracts::messages::Change;
use contracts::record::{Record, Wish, WishKind};
use contracts::{CommitId, Fingerprint, RepoName};
use github::{Error, PullRequest};
use stage::{Fault, Outcome};
use store::Store;

use crate::Deps;
use crate::inert::code;

const NOTE: &str = "> [!NOTE]\n> **Held.** ";

/// What a held pull request's commits are remembered under.
pub(crate) fn of_commit(repo: &RepoName, commit: &CommitId) -> Fingerprint {
    Fingerprint::derive(repo, repo, "pull_request", "held", commit.as_str())
}

/// Who holds a pull request, if somebody does.
pub(crate) async fn by(store: &Store, pull_request: &Fingerprint) -> Result<Option<String>, store::Error> {
    let wish = store.wish(pull_request).await?;
    Ok(wish.filter(|wish| wish.kind == WishKind::Mute).map(|wish| wish.by))
}

/// A text with the note on top that it is held, or without.
pub(crate) fn noted(text: &str, by: Option<&str>) -> String {
    let rest = match text.strip_prefix(NOTE) {
        Some(noted) => noted.split_once("\n\n").map_or("", |(_, rest)| rest),
        None => text,
    };
    let Some(by) = by else { return rest.to_owned() };
    let by = code(by, 100);
    format!(
        "{NOTE}{by} asked that no issue is filed for this after the merge. `/downstream unhold` takes it back.\n\n{rest}"
    )
}

/// Whether a change is what a held pull request became: as its merge said, or as GitHub knows it where nobody told us. What is
/// closed by now is remembered in `outcome` by its commits, or not at all, so that it is asked about once.
pub(crate) async fn is_held<Out>(deps: &Deps, change: &Change, outcome: &mut Outcome<Out>) -> Result<bool, Fault> {
    let Some(commit) = &change.after else { return Ok(false) };
    let wishes = deps.store.wishes_in(&change.repo).await?;
    let merged = of_commit(&change.repo, commit);
    if let Some(number) = wishes.iter().find(|wish| wish.fingerprint == merged).and_then(|wish| wish.number) {
        return Ok(held(&wishes, &change.repo).any(|wish| wish.number == Some(number)));
    }
    let mut is_held = false;
    for wish in held(&wishes, &change.repo).filter(|wish| !is_tied(&wishes, wish)) {
        let Some(pull) = stands(deps, wish).await?.filter(|pull| !pull.open) else { continue };
        let over = over(wish, &pull, (deps.clock)());
        is_held |= over.iter().any(|wish| wish.fingerprint == merged);
        outcome.save.extend(over.into_iter().map(Record::Wish));
    }
    Ok(is_held)
}

/// Pull requests that somebody holds, whatever became of them.
fn held<'w>(wishes: &'w [Wish], repo: &'w RepoName) -> impl Iterator<Item = &'w Wish> {
    let is_of = |wish: &Wish, number| wish.fingerprint == Fingerprint::of_pull_request(repo, number);
    wishes
        .iter()
        .filter(move |wish| wish.kind == WishKind::Mute && wish.number.is_some_and(|number| is_of(wish, number)))
}

/// Its commits are known: it is none but them. Issues and pull requests count together, so that no issue has its number.
fn is_tied(wishes: &[Wish], held: &Wish) -> bool {
    wishes.iter().any(|wish| wish.number == held.number && wish.fingerprint != held.fingerprint)
}

/// Where a held pull request stands; none where that cannot be asked.
async fn stands(deps: &Deps, held: &Wish) -> Result<Option<PullRequest>, Fault> {
    match deps.github.pull_request(&held.target, held.number.unwrap_or_default()).await {
        Err(error @ Error::Denied { .. }) => {
            tracing::warn!(%error, "what became of a held pull request cannot be asked");
            Ok(None)
        }
        pull => Ok(pull?),
    }
}

/// What is left of a hold when its pull request is closed: its commits, or nothing where it was not merged.
fn over(held: &Wish, pull: &PullRequest, now: i64) -> Vec<Wish> {
    let Some(merged_as) = &pull.merged_as else {
        let reason = "closed without a merge".to_owned();
        return vec![Wish { kind: WishKind::Tell, reason, at: now, ..held.clone() }];
    };
    let commits = [&pull.head, merged_as].into_iter().filter_map(|commit| commit.parse().ok());
    let tie = |commit: CommitId| Wish { fingerprint: of_commit(&held.target, &commit), at: now, ..held.clone() };
    commits.map(tie).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_there_once_or_not_at_all() {
        let text = "### Downstream impact: 1 breaking\n\ntable\n";
        let held = noted(text, Some("ann"));
        assert!(held.starts_with("> [!NOTE]\n> **Held.** `ann` asked"), "{held}");
        assert_eq!(noted(&held, Some("ann")), held);
        assert_eq!(noted(&held, None), text);
        assert_eq!(noted(text, None), text);
        for by in ["@octocat", "a\n\nb", "`", "<!-- -->", ""] {
            assert_eq!(noted(&noted(text, Some(by)), None), text, "{by:?}");
        }
        assert_eq!(noted(NOTE, None), "");
    }
}
