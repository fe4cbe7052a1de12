//! Issues that a person asked us to put away: closed without a word, with a note on top, and opened again the same way.

use contracts::RepoName;
use contracts::tick::Tick;
use github::{CloseReason, Issue, IssueState};

use crate::Deps;
use crate::filing::Trouble;
use crate::marker::Marker;

/// In a marker's `over`: for good.
pub(crate) const IGNORED: &str = "ignored";
/// In a marker's `over`: for a while.
pub(crate) const SNOOZED: &str = "snoozed";
const NOTE: &str = "> [!NOTE]\n> **Put away.** ";

/// Closes an issue as not planned. `note` is one line of Markdown that is ours or inert.
pub(crate) async fn put_away(
    deps: &Deps,
    repo: &RepoName,
    issue: &Issue,
    marker: &Marker,
    over: &str,
    note: &str,
) -> Result<(), Trouble> {
    let marker = Marker { over: Some(over.to_owned()), ..marker.clone() };
    let body = format!("{NOTE}{note}\n\n{}\n{marker}\n", Tick::cleared(bare(&issue.body)));
    let reason = CloseReason::NotPlanned;
    deps.github.close_issue(repo, issue.number, reason, &body, None).await?;
    Ok(())
}

/// Opens what was put away; says so if there is something to say.
pub(crate) async fn take_back(
    deps: &Deps,
    repo: &RepoName,
    issue: &Issue,
    marker: &Marker,
    say: Option<&str>,
) -> Result<(), Trouble> {
    if issue.state == IssueState::Open && marker.over.is_none() {
        return Ok(());
    }
    let marker = Marker { over: None, ..marker.clone() };
    let body = format!("{}\n{marker}\n", Tick::cleared(bare(&issue.body)));
    if let Some(say) = say {
        deps.github.comment(repo, issue.number, say).await?;
    }
    deps.github.update_issue(repo, issue.number, &issue.title, &body).await?;
    Ok(())
}

/// The body without our notes on top and without its last marker: both are written anew, and a body does not grow.
fn bare(body: &str) -> &str {
    let mut rest = body;
    while let Some(after) = rest.strip_prefix(NOTE) {
        rest = after.split_once("\n\n").map_or("", |(_, rest)| rest);
    }
    let end = rest.rfind(contracts::Fingerprint::MARK).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_the_same_after_being_put_away_twice() {
        let marker = "<!-- downstream:v1 fp=5b1e0c9a77d2f403 run=1 ev=2 urgency=high files=aa -->";
        for (body, expected) in [
            (format!("text\n\nmore\n{marker}\n"), "text\n\nmore"),
            (format!("{NOTE}until then\n\ntext\n{marker}\n"), "text"),
            (format!("{NOTE}a\n\n{NOTE}b\n\ntext\n{marker}\n"), "text"),
            (format!("{NOTE}a"), ""),
            ("é".to_owned(), "é"),
            (String::new(), ""),
        ] {
            assert_eq!(bare(&body), expected, "{body}");
        }
    }
}
