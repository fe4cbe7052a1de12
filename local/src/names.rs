//! What a person types for a repository, and what it is called inside.

mod origin;

use std::path::{Path, PathBuf};

use contracts::RepoName;
use contracts::ids::digest_hex;

use crate::exit::Failure;

/// A repository that was named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name in the store: `owner/name` for one on a host and for its clones, `local/<folder>` for any other folder.
    pub repo: RepoName,
    /// Where it is fetched from.
    pub url: String,
}

impl Named {
    /// The same repository under a name that also tells its address from others of its name.
    #[must_use]
    pub fn told_apart(&self) -> Self {
        let name = format!("{}-{}", self.repo, digest_hex(&[&self.url], 6));
        Self { repo: name.parse().unwrap_or_else(|_| self.repo.clone()), url: self.url.clone() }
    }

    /// Itself, or told apart where `known` is another repository of its name.
    #[must_use]
    pub fn beside(self, known: Option<&str>) -> Self {
        if known.is_some_and(|url| place(url) != place(&self.url)) { self.told_apart() } else { self }
    }
}

/// An address without what two spellings of it differ in.
fn place(url: &str) -> &str {
    let plain = url.trim_end_matches('/');
    plain.strip_suffix(".git").unwrap_or(plain)
}

/// Understands a folder, an address, or `owner/name` below the base address.
pub fn understand(typed: &str, git_base_url: &str) -> Result<Named, Failure> {
    let typed = typed.trim_end_matches('/');
    if let Some(path) = typed.strip_prefix("file://") {
        return folder(Path::new(path), typed);
    }
    if typed.starts_with("http://") || typed.starts_with("https://") {
        return address(typed);
    }
    if Path::new(typed).is_dir() {
        return folder(Path::new(typed), typed);
    }
    if let Ok(repo) = typed.parse::<RepoName>() {
        return Ok(Named { url: join(git_base_url, &repo), repo });
    }
    Err(Failure::Usage(format!("{typed:?} is neither a folder, nor an http(s) address, nor owner/name")))
}

pub use installation::join;

/// `owner/name` of an address: its last two parts, as every forge has them.
fn address(typed: &str) -> Result<Named, Failure> {
    let bad = |why: &str| Failure::Usage(format!("{typed:?} is not the address of a repository: {why}"));
    let url = url::Url::parse(typed).map_err(|e| bad(&e.to_string()))?;
    let parts: Vec<&str> = url.path().split('/').filter(|p| !p.is_empty()).collect();
    let [.., owner, name] = parts.as_slice() else {
        return Err(bad("expected …/owner/name"));
    };
    let name = name.strip_suffix(".git").unwrap_or(name);
    let repo = format!("{owner}/{name}").parse().map_err(|e: contracts::ids::InvalidId| bad(&e.to_string()))?;
    Ok(Named { repo, url: typed.to_owned() })
}

fn folder(path: &Path, typed: &str) -> Result<Named, Failure> {
    let full: PathBuf = path.canonicalize().map_err(|e| Failure::Usage(format!("cannot open {typed:?}: {e}")))?;
    let name = full.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
    let plain = plain.trim_matches('.').trim_end_matches(".git");
    let local = || format!("local/{plain}").parse();
    let repo = origin::name(&full).map_or_else(local, Ok).or_else(|_| {
        // A folder whose name says nothing that a name may: its path tells it from others.
        format!("local/{}", digest_hex(&[&full.to_string_lossy()], 12)).parse()
    });
    let repo = repo.map_err(|e: contracts::ids::InvalidId| Failure::Usage(e.to_string()))?;
    let url =
        url::Url::from_file_path(&full).map_err(|()| Failure::Usage(format!("{typed:?} has no absolute path")))?;
    Ok(Named { repo, url: url.to_string() })
}

/// Splits `what@rev`; an address may hold an `@` before its last slash.
pub fn split_rev(typed: &str) -> (&str, Option<&str>) {
    match typed.rsplit_once('@') {
        Some((what, rev)) if !what.is_empty() && !rev.is_empty() && !rev.contains('/') => (what, Some(rev)),
        _ => (typed, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_understood() {
        let base = "https://github.com/";
        let cases = [
            ("pallets/flask", "pallets/flask", "https://github.com/pallets/flask"),
            ("https://github.com/pallets/flask.git", "pallets/flask", "https://github.com/pallets/flask.git"),
            ("https://git.example/a/b/c/", "b/c", "https://git.example/a/b/c"),
            ("http://127.0.0.1:9/o/n", "o/n", "http://127.0.0.1:9/o/n"),
        ];
        for (typed, repo, url) in cases {
            let named = understand(typed, base).expect(typed);
            assert_eq!((named.repo.as_str(), named.url.as_str()), (repo, url));
        }
        for typed in ["", "flask", "https://github.com/", "https://", "ssh://host/x", "/nowhere/at/all", "a b/c"] {
            assert!(matches!(understand(typed, base), Err(Failure::Usage(_))), "{typed}");
        }
    }

    #[test]
    fn folders_are_named_after_themselves() {
        let parent = tempfile::tempdir().expect("a folder");
        for (folder, repo) in [("shop", "local/shop"), ("Müller & Söhne", "local/M-ller---S-hne"), ("x.git", "local/x")]
        {
            let path = parent.path().join(folder);
            std::fs::create_dir(&path).expect("makes it");
            let named = understand(&path.to_string_lossy(), "https://github.com").expect(folder);
            assert_eq!(named.repo.as_str(), repo);
            assert!(named.url.starts_with("file:///"), "{}", named.url);
        }
    }

    #[test]
    fn two_folders_of_one_name_are_told_apart() {
        let shop = |url: &str| Named { repo: "local/shop".parse().expect("a name"), url: url.to_owned() };
        let (a, b) = (shop("file:///a/shop"), shop("file:///b/shop"));
        assert_eq!(b.clone().beside(None), b);
        assert_eq!(b.clone().beside(Some("file:///b/shop")), b);
        let apart = b.beside(Some("file:///a/shop"));
        assert!(apart.repo.as_str().starts_with("local/shop-") && apart.repo != a.told_apart().repo);
    }

    #[test]
    fn a_rev_follows_the_last_at() {
        let cases = [
            ("../shop@v1", ("../shop", Some("v1"))),
            ("../shop", ("../shop", None)),
            ("https://u@host/o/n", ("https://u@host/o/n", None)),
            ("o/n@abc123", ("o/n", Some("abc123"))),
        ];
        for (typed, expected) in cases {
            assert_eq!(split_rev(typed), expected);
        }
    }
}
