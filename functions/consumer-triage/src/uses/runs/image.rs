//! References of images: whether one is the provider's, and whether it follows it.

use contracts::RepoName;
use contracts::messages::Change;

/// Registries in which the first part of a path is an account, as it is on the code host.
const BY_ACCOUNT: &[&str] = &["ghcr.io", "docker.io", "index.docker.io", "quay.io", "registry.hub.docker.com"];

/// What an image is pinned by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    tag: Option<String>,
    digest: Option<String>,
    /// Of a chart that says no tag, the chart's own version decides.
    by_chart: bool,
}

impl Image {
    /// Reads a reference; none if it is not an image of this repository.
    pub(crate) fn of(source: &RepoName, reference: &str) -> Option<Self> {
        let reference = with_defaults(reference.trim().trim_matches(['"', '\'']));
        let reference = reference.strip_prefix("docker://").unwrap_or(&reference);
        let (rest, digest) = match reference.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (reference, None),
        };
        let (path, tag) = match rest.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag.to_owned())),
            _ => (rest, None),
        };
        is_from(source, &path.to_ascii_lowercase()).then_some(Self { tag, digest, by_chart: false })
    }

    /// With the tag that a chart's values write beside it.
    pub(crate) fn of_chart(mut self, tag: Option<&str>) -> Self {
        if self.tag.is_none() {
            self.tag = tag.filter(|tag| !tag.is_empty()).map(str::to_owned);
        }
        self.by_chart = self.tag.is_none();
        self
    }

    /// A clone of the source at a branch, a tag or a commit.
    pub(crate) fn source(reference: Option<&str>) -> Self {
        Self { tag: reference.map(str::to_owned), digest: None, by_chart: false }
    }

    /// What keeps it from changing with the provider; none if it follows.
    pub(crate) fn pinned(&self, change: &Change) -> Option<String> {
        if let Some(digest) = &self.digest {
            return Some(format!("the digest {}", digest.chars().take(19).collect::<String>()));
        }
        if self.by_chart {
            return Some("the version of its chart".to_owned());
        }
        let tag = self.tag.as_deref()?;
        let released = change.git_ref.strip_prefix("refs/tags/");
        let version = tag.trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit());
        let hex = |text: &str| text.len() >= 7 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let commit = hex(tag) || tag.strip_prefix("sha-").is_some_and(hex);
        ((version || commit) && released != Some(tag)).then(|| format!("the tag {tag}"))
    }
}

/// `${NAME:-value}` is `value`, any other variable stays what it is.
fn with_defaults(reference: &str) -> String {
    let mut out = String::with_capacity(reference.len());
    let mut rest = reference;
    while let Some(at) = rest.find("${") {
        out.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('}').map(|end| at + end) else { break };
        out.push_str(rest[at + 2..end].split_once(":-").map_or("", |(_, default)| default));
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out.trim_end_matches(':').to_owned()
}

/// The last part is the repository's name and, where accounts are the same on both sides, the account is its owner.
fn is_from(source: &RepoName, path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let own = crate::contact::names(source);
    let named = |part: &str| own.iter().any(|name| name == part);
    let owner = source.as_str().split('/').next().unwrap_or("").to_ascii_lowercase();
    match parts.as_slice() {
        [name] => named(name),
        [account, name] if !account.contains(['.', ':']) => *account == owner && named(name),
        [registry, account, rest @ ..] if BY_ACCOUNT.contains(registry) => {
            *account == owner && rest.iter().any(|part| named(part))
        }
        [_, rest @ ..] => rest.last().is_some_and(|part| named(part)),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn images_of_a_repository() {
        let source: RepoName = "Acme/my-service".parse().unwrap();
        for good in [
            "my-service",
            "acme/my-service:latest",
            "ghcr.io/acme/my-service@sha256:00",
            "ghcr.io/acme/my-service/server:main",
            "gcr.io/project/my-service",
            "us-docker.pkg.dev/p/r/my-service:x",
            "localhost:5000/my-service",
            "${REGISTRY:-ghcr.io}/acme/my-service:${TAG:-latest}",
        ] {
            assert!(Image::of(&source, good).is_some(), "{good}");
        }
        for bad in [
            "other/my-service",
            "ghcr.io/other/my-service",
            "acme/my-service-proxy",
            "gcr.io/p/my-service/sidecar",
            "python:3",
            "",
            "ä/ö",
            "${X",
        ] {
            assert_eq!(Image::of(&source, bad), None, "{bad}");
        }
    }

    #[test]
    fn what_follows_and_what_does_not() {
        let source: RepoName = "acme/s-e-r".parse().unwrap();
        let mut change = Change {
            repo: source.clone(),
            url: String::new(),
            git_ref: "refs/heads/main".to_owned(),
            before: None,
            after: None,
            summary: String::new(),
            reported_at: 0,
            seq: 0,
            dry_run: false,
            only: Vec::new(),
            pinned: BTreeMap::new(),
            partial: false,
        };
        let pinned = |reference: &str, change: &Change| Image::of(&source, reference).unwrap().pinned(change).is_some();
        for (reference, expected) in [
            ("s-e-r", false),
            ("s-e-r:latest", false),
            ("s-e-r:main", false),
            ("s-e-r:1.2.3", true),
            ("s-e-r:v2", true),
            ("s-e-r:sha-0123abc", true),
            ("s-e-r:latest@sha256:0123", true),
            ("s-e-r:${TAG:-latest}", false),
            ("s-e-r:${TAG:-1.2}", true),
        ] {
            assert_eq!(pinned(reference, &change), expected, "{reference}");
        }
        change.git_ref = "refs/tags/1.2.3".to_owned();
        assert!(!pinned("s-e-r:1.2.3", &change));
    }
}
