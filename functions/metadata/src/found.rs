//! What the readers of manifests add to.

use contracts::metadata::Dependency;

/// A name or version longer than this is not one.
const LONGEST_FIELD: usize = 300;
/// More dependencies than any real lock file below the size cap names.
const MOST_IN_ONE_FILE: usize = 20_000;

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Runtime,
    Dev,
    Build,
    Optional,
    Locked,
}

impl Scope {
    fn as_str(self) -> &'static str {
        match self {
            Self::Runtime => "runtime",
            Self::Dev => "dev",
            Self::Build => "build",
            Self::Optional => "optional",
            Self::Locked => "locked",
        }
    }
}

/// The dependencies of one file.
#[derive(Debug)]
pub(crate) struct Found<'f> {
    file: &'f str,
    ecosystem: &'static str,
    list: Vec<Dependency>,
}

impl<'f> Found<'f> {
    /// Nothing yet, in `file` of `ecosystem`.
    pub(crate) fn new(file: &'f str, ecosystem: &'static str) -> Self {
        Self { file, ecosystem, list: Vec::new() }
    }

    /// The file that is being read.
    pub(crate) fn file(&self) -> &'f str {
        self.file
    }

    /// One dependency of the file's own ecosystem.
    pub(crate) fn add(&mut self, name: &str, version: &str, scope: Scope, line: u32) {
        self.add_foreign(self.ecosystem, name, version, scope, line);
    }

    /// One dependency of another ecosystem (an image in a workflow).
    pub(crate) fn add_foreign(&mut self, ecosystem: &str, name: &str, version: &str, scope: Scope, line: u32) {
        let (name, version) = (one_line(name), one_line(&without_credentials(version)));
        let sane = !name.is_empty() && name.len() <= LONGEST_FIELD && version.len() <= LONGEST_FIELD;
        if sane && self.list.len() < MOST_IN_ONE_FILE {
            let (file, ecosystem, scope) = (self.file.to_owned(), ecosystem.to_owned(), scope.as_str().to_owned());
            let name = without_credentials(&name);
            self.list.push(Dependency { file, name, ecosystem, version, scope, line });
        }
    }

    /// Everything, in the order in which it was found.
    pub(crate) fn into_list(self) -> Vec<Dependency> {
        self.list
    }
}

/// White space of any kind folded to one blank.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// URLs without `user:password@`: documents are read by more people than the repository.
fn without_credentials(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((scheme, after)) = rest.split_once("://") {
        clean.push_str(scheme);
        clean.push_str("://");
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        rest = match after[..end].rfind('@') {
            // `git@` is everybody's user, not a secret.
            Some(at) if &after[..at] != "git" => &after[at + 1..],
            _ => after,
        };
    }
    clean + rest
}

/// A repository and the point in it, the way pip and npm write it: `git+<url>#<point>`.
pub(crate) fn git_version(url: &str, point: Option<&str>) -> String {
    let prefix = if url.starts_with("git+") { "" } else { "git+" };
    point.map_or_else(|| format!("{prefix}{url}"), |point| format!("{prefix}{url}#{point}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_never_leave() {
        let cases = [
            ("https://user:secret@host/x.git", "https://host/x.git"),
            ("git+https://token@host/x#v1", "git+https://host/x#v1"),
            ("ssh://git@host/x", "ssh://git@host/x"),
            ("https://host/@scope/x", "https://host/@scope/x"),
            ("https://a@b@host", "https://host"),
            ("https://host?next=https://u:p@other/", "https://host?next=https://other/"),
            ("^1.2", "^1.2"),
            ("://", "://"),
            ("ä://ü@ö", "ä://ö"),
        ];
        for (text, expected) in cases {
            assert_eq!(without_credentials(text), expected, "{text}");
        }
    }

    #[test]
    fn nonsense_is_not_a_dependency() {
        let mut found = Found::new("f", "npm");
        found.add("", "1", Scope::Runtime, 1);
        found.add(&"x".repeat(301), "1", Scope::Runtime, 1);
        found.add("x", &"1".repeat(301), Scope::Runtime, 1);
        assert!(found.into_list().is_empty());
    }
}
