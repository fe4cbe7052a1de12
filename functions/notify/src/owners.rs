//! Who looks after a file, as CODEOWNERS says: the last rule that matches counts.
//!
//! The syntax is GitHub's: <https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>

use contracts::RepoName;
use contracts::metadata::{Metadata, OwnerRule};
use globset::{GlobBuilder, GlobMatcher};

use crate::Deps;

/// Rules beyond this, from the end, are not looked at.
const MOST_RULES: usize = 2_000;
const LONGEST_PATTERN: usize = 400;

/// The dependent's CODEOWNERS as its newest index has them; none where there is no index.
pub(crate) async fn known(deps: &Deps, target: &RepoName) -> Vec<OwnerRule> {
    let metadata = match deps.store.index(target).await {
        Ok(Some(index)) => deps.blobs.document::<Metadata>(&index.metadata).await.map_err(|e| e.to_string()),
        Ok(None) => return Vec::new(),
        Err(error) => Err(error.to_string()),
    };
    match metadata {
        Ok(metadata) => metadata.owners.clone(),
        Err(why) => {
            // Who is named is a courtesy; what was found is not.
            tracing::warn!(%target, why, "owners are not named: the index cannot be read");
            Vec::new()
        }
    }
}

/// The owners of `paths`, each once, in the order of the paths.
pub(crate) fn of<'r>(rules: &'r [OwnerRule], paths: &[&str]) -> Vec<&'r str> {
    let mut waiting: Vec<&str> = paths.to_vec();
    let mut found: Vec<(usize, &'r str)> = Vec::new();
    for rule in rules.iter().rev().take(MOST_RULES) {
        if waiting.is_empty() {
            break;
        }
        let globs = globs(&rule.pattern);
        let is_here = |path: &str| globs.iter().any(|glob| glob.is_match(path));
        let at = waiting.iter().find(|path| is_here(path)).and_then(|path| paths.iter().position(|p| p == path));
        found.extend(at.into_iter().flat_map(|at| rule.owners.iter().map(move |owner| (at, owner.as_str()))));
        waiting.retain(|path| !is_here(path));
    }
    found.sort_by_key(|(at, _)| *at);
    let mut owners: Vec<&str> = Vec::new();
    for (_, owner) in found {
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    owners
}

/// The first owner that is a team of `organization`: `@organization/team` in characters that GitHub allows.
pub(crate) fn team<'o>(owners: &[&'o str], organization: &str) -> Option<&'o str> {
    let is_name = |text: &str, most: usize| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (1..=most).contains(&text.len()) && text.bytes().all(plain)
    };
    owners.iter().copied().find(|owner| {
        owner
            .strip_prefix('@')
            .and_then(|name| name.split_once('/'))
            .is_some_and(|(org, team)| org.eq_ignore_ascii_case(organization) && is_name(org, 39) && is_name(team, 100))
    })
}

/// A pattern as globs; none for one that means nothing.
fn globs(pattern: &str) -> Vec<GlobMatcher> {
    let core = pattern.trim_matches('/');
    if core.is_empty() || pattern.len() > LONGEST_PATTERN || pattern.starts_with('!') {
        return Vec::new();
    }
    // A slash before the end ties a pattern to the root; without one it is looked for in every folder.
    let anchored = pattern.trim_end_matches('/').contains('/');
    let core = if anchored { core.to_owned() } else { format!("**/{core}") };
    let last = core.rsplit('/').next().unwrap_or_default();
    let mut globs = Vec::new();
    if !pattern.ends_with('/') {
        globs.push(core.clone());
    }
    // `docs/*` is the files in docs and no deeper; `docs` and `docs/` are all below.
    if pattern.ends_with('/') || !last.contains('*') {
        globs.push(format!("{core}/**"));
    }
    globs.iter().filter_map(|glob| matcher(glob)).collect()
}

/// CODEOWNERS knows no ranges and no alternatives.
fn matcher(glob: &str) -> Option<GlobMatcher> {
    let mut plain = String::new();
    for c in glob.chars() {
        if matches!(c, '[' | ']' | '{' | '}') {
            plain.push('\\');
        }
        plain.push(c);
    }
    let built = GlobBuilder::new(&plain).literal_separator(true).backslash_escape(true).build();
    Some(built.ok()?.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_github_says() {
        for (pattern, path, expected) in [
            ("*", "a/b/c.rs", true),
            ("*.js", "deep/x.js", true),
            ("*.js", "x.ts", false),
            ("/build/logs/", "build/logs/a/b", true),
            ("/build/logs/", "x/build/logs/a", false),
            ("docs/*", "docs/a.md", true),
            ("docs/*", "docs/a/b.md", false),
            ("apps/", "x/apps/y/z", true),
            ("apps/", "apps", false),
            ("/docs/", "docs/x", true),
            ("/scripts", "scripts/x/y", true),
            ("/scripts", "scripts", true),
            ("scripts", "a/scripts/y", true),
            ("**/logs", "deep/logs/x", true),
            ("/a/**/z.rs", "a/b/c/z.rs", true),
            ("a\\ b.txt", "a b.txt", true),
            ("[ab].txt", "a.txt", false),
            ("{a,b}.txt", "a.txt", false),
            ("!x", "x", false),
            ("/", "x", false),
            ("", "x", false),
            ("\\", "x", false),
            ("***", "x", true),
        ] {
            let matched = globs(pattern).iter().any(|glob| glob.is_match(path));
            assert_eq!(matched, expected, "{pattern} {path}");
        }
    }

    #[test]
    fn the_last_rule_counts_and_an_empty_one_frees() {
        let rule = |pattern: &str, owners: &[&str]| OwnerRule {
            pattern: pattern.to_owned(),
            owners: owners.iter().map(|o| (*o).to_owned()).collect(),
        };
        let rules = [
            rule("*", &["@acme/all"]),
            rule("/src/", &["@acme/core", "@ann"]),
            rule("/src/free.rs", &[]),
            rule("*.md", &["docs@acme.example"]),
        ];
        for (paths, expected) in [
            (&["x.py"][..], &["@acme/all"][..]),
            (&["src/a.rs"], &["@acme/core", "@ann"]),
            (&["src/free.rs"], &[]),
            (&["src/a.md", "src/b.rs", "y"], &["docs@acme.example", "@acme/core", "@ann", "@acme/all"]),
            (&[], &[]),
        ] {
            assert_eq!(of(&rules, paths), expected, "{paths:?}");
        }
    }

    #[test]
    fn a_team_of_the_house_only() {
        for (owners, expected) in [
            (&["@ann", "@ACME/core"][..], Some("@ACME/core")),
            (&["@other/core"], None),
            (&["@acme/a b"], None),
            (&["@acme/x](https://evil.example)"], None),
            (&["@acme/"], None),
            (&["acme/core"], None),
            (&["@acme/core/more"], None),
            (&["@acme/é"], None),
        ] {
            assert_eq!(team(owners, "acme"), expected, "{owners:?}");
        }
    }
}
