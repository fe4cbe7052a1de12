//! What a clone is called where it comes from. Others rely on it by that name: `uses: owner/name@v1`, an image, a module.

use std::path::Path;

use contracts::RepoName;
use gix::remote::Direction;
use gix::url::Scheme;

/// `owner/name` of the remote `origin` of a repository in `folder`; none if that is no host's.
pub fn name(folder: &Path) -> Option<RepoName> {
    let repository = gix::open_opts(folder, gix::open::Options::isolated()).ok()?;
    let remote = repository.find_remote("origin").ok()?;
    let url = remote.url(Direction::Fetch)?;
    if url.scheme == Scheme::File {
        return None;
    }
    let path = url.path.to_string();
    let mut parts = path.trim_matches('/').rsplit('/');
    let (name, owner) = (parts.next()?, parts.next()?);
    format!("{owner}/{}", name.strip_suffix(".git").unwrap_or(name)).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_called_as_where_it_comes_from() {
        let cases = [
            ("https://github.com/pallets/flask.git", Some("pallets/flask")),
            ("https://github.com/pallets/flask/", Some("pallets/flask")),
            ("git@github.com:pallets/flask.git", Some("pallets/flask")),
            ("ssh://git@git.example:2222/group/sub/api", Some("sub/api")),
            ("https://git.example/api.git", None),
            ("https://git.example/a b/c d", None),
            ("/home/me/api", None),
            ("file:///home/me/api", None),
            ("../api", None),
        ];
        for (url, expected) in cases {
            let folder = tempfile::tempdir().expect("a folder");
            gix::init(folder.path()).expect("makes it");
            let config = folder.path().join(".git/config");
            let text = std::fs::read_to_string(&config).expect("reads");
            std::fs::write(&config, format!("{text}[remote \"origin\"]\n\turl = {url}\n")).expect("writes");
            assert_eq!(name(folder.path()).as_ref().map(RepoName::as_str), expected, "{url}");
        }
        let plain = tempfile::tempdir().expect("a folder");
        assert_eq!(name(plain.path()), None);
    }
}
