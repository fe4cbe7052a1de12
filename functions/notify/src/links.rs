use std::fmt::Write;

use contracts::fact::Span;
use contracts::{CommitId, RepoName};

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
