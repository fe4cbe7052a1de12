//! Changes that nothing is filed for, because somebody held their pull request.

use contracts::messages::Change;
use contracts::record::WishKind;
use contracts::{CommitId, Fingerprint, RepoName};
use github::Error;
use stage::Fault;
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

/// Whether a change is what a held pull request became: as its merge said, or as GitHub knows the commit. Most repositories
/// hold nothing, and nobody is asked.
pub(crate) async fn is_held(deps: &Deps, change: &Change) -> Result<bool, Fault> {
    let Some(commit) = &change.after else { return Ok(false) };
    let wishes = deps.store.wishes_in(&change.repo).await?;
    let is_held = |number: u64| {
        let key = Fingerprint::of_pull_request(&change.repo, number);
        wishes.iter().any(|wish| wish.fingerprint == key && wish.kind == WishKind::Mute)
    };
    let numbers: Vec<u64> = wishes.iter().filter_map(|wish| wish.number).filter(|number| is_held(*number)).collect();
    if numbers.is_empty() {
        return Ok(false);
    }
    let merged = of_commit(&change.repo, commit);
    let known = wishes.iter().find(|wish| wish.fingerprint == merged).and_then(|wish| wish.number);
    if let Some(number) = known {
        return Ok(numbers.contains(&number));
    }
    match deps.github.pulls_of(&change.repo, commit).await {
        Ok(pulls) => Ok(pulls.iter().any(|number| numbers.contains(number))),
        Err(error @ Error::Denied { .. }) => {
            tracing::warn!(%error, "which pull request a commit belongs to cannot be asked");
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
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
