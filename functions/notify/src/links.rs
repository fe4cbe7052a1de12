use std::fmt::Write;

use contracts::fact::Span;
use contracts::{CommitId, RepoName};
use stage::Fault;

use crate::Deps;

/// Which repositories people can open in a browser, and where.
#[derive(Debug, Clone)]
pub struct Links {
    /// `https://github.com`, or an Enterprise server.
    pub web: String,
    /// The provider is there.
    pub source: bool,
    /// The dependent is there.
    pub target: bool,
}

/// Longer addresses help nobody.
const LONGEST: usize = 1000;

impl Links {
    /// The address of a span's lines; none where it has none.
    pub(crate) fn blob(&self, span: &Span, reachable: bool) -> Option<String> {
        let commit = span.commit.as_ref().filter(|_| reachable)?;
        // A path that is not UTF-8 is written with backslashes, and no address leads to it.
        if span.path.is_empty() || span.path.contains('\\') {
            return None;
        }
        let lines = if span.end > span.start { format!("-L{}", span.end) } else { String::new() };
        let Self { web, .. } = self;
        let path = percent(&span.path);
        let url = format!("{web}/{}/blob/{commit}/{path}#L{}{lines}", span.repo, span.start.max(1));
        (url.len() <= LONGEST).then_some(url)
    }

    /// The address of a commit; none where it has none.
    pub(crate) fn commit(&self, repo: &RepoName, commit: &CommitId, reachable: bool) -> Option<String> {
        reachable.then(|| format!("{}/{repo}/commit/{commit}", self.web))
    }
}

/// Which of the two people can open.
pub(crate) async fn between(deps: &Deps, source: &RepoName, url: &str, target: &RepoName) -> Result<Links, Fault> {
    let web = deps.github.web_url();
    let target_url = deps.store.repository(target).await?.map(|r| r.url);
    let (source, target) = (is_on(&web, source, Some(url)), is_on(&web, target, target_url.as_deref()));
    Ok(Links { web, source, target })
}

/// Whether people can open a repository on `web`. `local/…` is how a repository without a home there is named.
pub(crate) fn is_on(web: &str, repo: &RepoName, url: Option<&str>) -> bool {
    let there = |url: &str| url.strip_prefix(web).is_some_and(|rest| rest.starts_with('/'));
    repo.owner() != "local" && url.is_none_or(there)
}

/// Everything but letters, digits, `-`, `.` and `/` encoded: nothing left that Markdown could read.
fn percent(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-./".contains(&byte) {
            out.push(char::from(byte));
        } else if byte == b'_' {
            out.push('_');
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
