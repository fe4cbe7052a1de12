//! Where a token for one repository comes from, when there is no token for all of them.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use contracts::RepoName;
use stage::Fault;
use url::Url;

use crate::Token;

type Asked = Pin<Box<dyn Future<Output = Result<Option<Token>, Fault>> + Send>>;

/// Gives the token that opens one repository, or none for a repository that is to be fetched as everybody may. Asked anew
/// before each fetch, so that what it gives may be short-lived. Cheap to clone.
#[derive(Clone)]
pub struct TokenSource(Arc<dyn Fn(RepoName) -> Asked + Send + Sync>);

impl TokenSource {
    /// From whatever knows tokens. A [`Fault`] ends the fetch: one to be tried again as unreachable, any other for good.
    pub fn new<F>(ask: impl Fn(RepoName) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Option<Token>, Fault>> + Send + 'static,
    {
        Self(Arc::new(move |repo| Box::pin(ask(repo))))
    }

    /// The token for the repository at this address; none where the address is not `…/owner/name`.
    pub(crate) async fn of(&self, url: &Url) -> Result<Option<Token>, Fault> {
        match repository(url) {
            Some(repo) => (self.0)(repo).await,
            None => Ok(None),
        }
    }
}

/// `owner/name`, where the address is that of a repository on a forge and nothing deeper.
fn repository(url: &Url) -> Option<RepoName> {
    let path = url.path().trim_matches('/');
    path.strip_suffix(".git").unwrap_or(path).parse().ok()
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSource(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_two_names_and_nothing_else() {
        for (url, repo) in [
            ("https://github.com/acme/api", Some("acme/api")),
            ("https://github.com/acme/api.git/", Some("acme/api")),
            ("https://github.com/acme", None),
            ("https://github.com/acme/api/tree", None),
            ("https://github.com/acme/a%2Fb", None),
            ("https://github.com/", None),
            ("https://github.com/acme/..", None),
        ] {
            let found = repository(&Url::parse(url).unwrap());
            assert_eq!(found.as_ref().map(RepoName::as_str), repo, "{url}");
        }
    }
}
