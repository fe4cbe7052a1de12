//! Indexed repositories that use another one without being declared as its dependents: the counterpart of an unused
//! relationship. Reads what is indexed and nothing else: one document a repository, its root manifests and `.gitmodules`.

use std::collections::{BTreeMap, BTreeSet};

use blobs::Blobs;
use contracts::RepoName;
use contracts::metadata::{Dependency, Metadata};
use relationships::Relationships;
use serde_json::json;
use snapshot::Snapshot;
use store::Store;

use super::Check;

/// Uses that are listed.
const SHOWN: usize = 50;
/// Manifests of one repository that are asked for the name under which it is published.
const MANIFESTS: usize = 50;
/// A manifest is no larger.
const LARGEST: u64 = 1 << 20;

/// A repository as its index shows it.
#[derive(Debug, Clone)]
struct Indexed {
    repo: RepoName,
    /// Names under which others can depend on it, with their ecosystem.
    published: BTreeSet<(&'static str, String)>,
    /// What it depends on by its own word.
    dependencies: Vec<Dependency>,
}

/// A use that nobody declared.
#[derive(Debug, PartialEq, Eq)]
struct Use<'a> {
    dependent: &'a RepoName,
    provider: &'a RepoName,
    by: &'a Dependency,
}

/// One warning a use. What cannot be read of an index is left out: whoever is not indexed is not looked at either.
pub(super) async fn undeclared(
    store: &Store,
    blobs: &Blobs,
    relationships: &Relationships,
) -> Result<Vec<Check>, store::Error> {
    let mut all = Vec::new();
    for known in store.repositories().await? {
        let Some(index) = store.index(&known.repo).await? else { continue };
        let (Ok(metadata), Ok(snapshot)) =
            (blobs.get_json::<Metadata>(&index.metadata).await, Snapshot::open(blobs, &index.snapshot).await)
        else {
            continue;
        };
        let mut dependencies = metadata.dependencies;
        dependencies.extend(submodules(&snapshot).await);
        all.push(Indexed { published: published(&snapshot).await, repo: known.repo, dependencies });
    }
    let providers = all.iter().map(|indexed| &indexed.repo).chain(relationships.repositories());
    let providers: BTreeSet<&RepoName> = providers.collect();
    Ok(uses(&all, &providers, relationships).iter().take(SHOWN).map(warning).collect())
}

fn warning(found: &Use<'_>) -> Check {
    let Use { dependent, provider, by } = found;
    let place = if by.line > 0 { format!("{}:{}", by.file, by.line) } else { by.file.clone() };
    let message = format!("{dependent} uses {provider} and is not declared: {place} names {}", by.name);
    let entry = json!({ "repo": dependent, "relationship_type": relationship(by), "interface_files": [by.file] });
    let fix = format!("add to relationships.{provider}.consumers in relationships.json: {entry}");
    Check::warning("config.undeclared_use", crate::show::inert(&message), crate::show::inert(&fix))
}

fn relationship(by: &Dependency) -> &'static str {
    match by.ecosystem.as_str() {
        "github_actions" | "pre_commit" => "reusable_workflow",
        "docker" => "image_consumer",
        _ => "library",
    }
}

/// The first use of each provider by each repository that has no relationship with it, whichever way.
fn uses<'a>(all: &'a [Indexed], providers: &BTreeSet<&'a RepoName>, relationships: &Relationships) -> Vec<Use<'a>> {
    let mut owners: BTreeMap<(&str, &str), BTreeSet<&RepoName>> = BTreeMap::new();
    for indexed in all {
        for (ecosystem, name) in &indexed.published {
            owners.entry((ecosystem, name)).or_default().insert(&indexed.repo);
        }
    }
    let mut found: Vec<Use<'a>> = Vec::new();
    for Indexed { repo, dependencies, .. } in all {
        // A lock file names what others brought along.
        for by in dependencies.iter().filter(|by| by.scope != "locked") {
            let name = canonical(&by.ecosystem, &by.name);
            let published = owners.iter().find(|(key, _)| **key == (by.ecosystem.as_str(), name.as_str()));
            // A name that several repositories publish, a fork among them, says nothing about which is meant.
            let published = published.map(|(_, owners)| owners).filter(|owners| owners.len() == 1);
            let published = published.and_then(|owners| owners.first().copied());
            let named = providers.iter().copied().find(|provider| is_named_by(provider, by));
            let Some(provider) = named.or(published).filter(|provider| *provider != repo) else { continue };
            let known = found.iter().any(|other| other.dependent == repo && other.provider == provider);
            if !known && !is_declared(relationships, repo, provider) {
                found.push(Use { dependent: repo, provider, by });
            }
        }
    }
    found
}

fn is_declared(relationships: &Relationships, one: &RepoName, other: &RepoName) -> bool {
    let between = |a: &RepoName, b: &RepoName| relationships.dependents_of(a).contains(&b);
    between(one, other) || between(other, one)
}

/// Whether the dependency's name is the repository's own: `owner/name/.github/workflows/x.yml`, `ghcr.io/owner/name`,
/// `github.com/owner/name/v2`, `git::https://github.com/owner/name.git//modules/x`.
fn is_named_by(provider: &RepoName, by: &Dependency) -> bool {
    let own = provider.as_str().to_ascii_lowercase();
    let name = by.name.to_ascii_lowercase();
    let is_whole = |at: usize| {
        let rest = &name[at + own.len()..];
        let rest = rest.strip_prefix(".git").unwrap_or(rest);
        let before = &name[..at];
        let ends = rest.is_empty() || rest.starts_with(['/', '@', '?', '#', ':']);
        ends && (before.is_empty() || before.ends_with(['/', ':']))
    };
    let mut places = name.match_indices(&own).map(|(at, _)| at);
    match by.ecosystem.as_str() {
        "github_actions" => name.starts_with(&own) && is_whole(0),
        "docker" => places.any(|at| is_whole(at) && (at == 0 || name[..at].contains('.'))),
        "go" | "terraform" | "pre_commit" | "submodule" => {
            places.any(|at| is_whole(at) && name[..at].contains("github.com"))
        }
        _ => false,
    }
}

/// Names in one spelling: Python's count `-`, `_`, `.` and case as the same (PEP 503).
fn canonical(ecosystem: &str, name: &str) -> String {
    match ecosystem {
        "pypi" => name.to_ascii_lowercase().replace(['_', '.'], "-"),
        _ => name.to_owned(),
    }
}

/// The names in manifests at most one folder deep: what lies deeper is often an example or a copy.
async fn published(snapshot: &Snapshot) -> BTreeSet<(&'static str, String)> {
    let is_near = |path: &str| path.matches('/').count() <= 1 && !path.contains("node_modules");
    let entries = snapshot.manifest().entries.iter().filter(|entry| is_near(&entry.path) && entry.size <= LARGEST);
    let manifests = entries.filter(|entry| ecosystem(&entry.path).is_some()).take(MANIFESTS);
    let paths: Vec<String> = manifests.map(|entry| entry.path.clone()).collect();
    let mut names = BTreeSet::new();
    for path in paths {
        let text = snapshot.text(&path).await.ok().flatten().unwrap_or_default();
        names.extend(name_of(&path, &text));
    }
    names
}

fn ecosystem(path: &str) -> Option<&'static str> {
    Some(match path.rsplit('/').next()? {
        "Cargo.toml" => "cargo",
        "package.json" => "npm",
        "pyproject.toml" => "pypi",
        "composer.json" => "composer",
        "go.mod" => "go",
        _ => return None,
    })
}

fn name_of(path: &str, text: &str) -> Option<(&'static str, String)> {
    let ecosystem = ecosystem(path)?;
    let value = |format, wanted: &[&str]| {
        let key = outline::keys(format, text).into_iter().find(|key| key.is(wanted))?;
        Some(key.value.trim_matches('"').to_owned()).filter(|value| !value.is_empty())
    };
    let name = match ecosystem {
        "cargo" => value(outline::Format::Toml, &["package", "name"]),
        "pypi" => value(outline::Format::Toml, &["project", "name"])
            .or_else(|| value(outline::Format::Toml, &["tool", "poetry", "name"])),
        "go" => text.lines().find_map(|line| line.trim().strip_prefix("module ")).map(|name| name.trim().to_owned()),
        // Nobody can depend on what is never published.
        _ if value(outline::Format::Json, &["private"]).as_deref() == Some("true") => None,
        _ => value(outline::Format::Json, &["name"]),
    }?;
    Some((ecosystem, canonical(ecosystem, &name)))
}

/// The addresses in `.gitmodules`, as dependencies.
async fn submodules(snapshot: &Snapshot) -> Vec<Dependency> {
    let text = snapshot.text(".gitmodules").await.ok().flatten().unwrap_or_default();
    let url = |(at, line): (usize, &str)| {
        let name = line.trim().strip_prefix("url")?.trim_start().strip_prefix('=')?.trim().to_owned();
        let (file, version) = (".gitmodules".to_owned(), String::new());
        let (ecosystem, scope) = ("submodule".to_owned(), "build".to_owned());
        Some(Dependency { file, name, ecosystem, version, scope, line: u32::try_from(at + 1).unwrap_or(0) })
    };
    text.lines().enumerate().filter_map(url).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(ecosystem: &str, name: &str) -> Dependency {
        Dependency {
            file: "f".to_owned(),
            name: name.to_owned(),
            ecosystem: ecosystem.to_owned(),
            version: String::new(),
            scope: "runtime".to_owned(),
            line: 3,
        }
    }

    #[test]
    fn a_repository_is_named_whole_or_not_at_all() {
        let provider = "Acme/kit".parse().expect("a name");
        for (ecosystem, name, expected) in [
            ("github_actions", "acme/kit/.github/workflows/x.yml", true),
            ("github_actions", "acme/kit", true),
            ("github_actions", "acme/kit-more", false),
            ("github_actions", "other/acme/kit", false),
            ("docker", "ghcr.io/acme/kit", true),
            ("docker", "acme/kit", true),
            ("docker", "ghcr.io/acme/kit/worker", true),
            ("docker", "ghcr.io/notacme/kit", false),
            ("go", "github.com/acme/kit/v2", true),
            ("go", "github.com/acme/kitchen", false),
            ("go", "gitlab.com/acme/kit", false),
            ("submodule", "https://github.com/acme/kit.git", true),
            ("submodule", "git@github.com:acme/kit.git", true),
            ("submodule", "../kit", false),
            ("terraform", "git::https://github.com/acme/kit.git//modules/x?ref=v1", true),
            ("npm", "acme/kit", false),
            ("docker", "ä/acme/kit", false),
        ] {
            assert_eq!(is_named_by(&provider, &by(ecosystem, name)), expected, "{ecosystem} {name}");
        }
    }

    #[test]
    fn names_are_those_that_are_published() {
        for (path, text, expected) in [
            ("Cargo.toml", "[package]\nname = \"kit\"\n", Some(("cargo", "kit"))),
            ("Cargo.toml", "[workspace]\n", None),
            ("package.json", r#"{"name": "@acme/kit"}"#, Some(("npm", "@acme/kit"))),
            ("package.json", r#"{"name": "@acme/kit", "private": true}"#, None),
            ("pyproject.toml", "[project]\nname = \"Acme_Kit\"\n", Some(("pypi", "acme-kit"))),
            ("pyproject.toml", "[tool.poetry]\nname = \"kit\"\n", Some(("pypi", "kit"))),
            ("go.mod", "module github.com/acme/kit\n", Some(("go", "github.com/acme/kit"))),
            ("setup.py", "name='kit'", None),
            ("package.json", "{", None),
        ] {
            let expected = expected.map(|(ecosystem, name)| (ecosystem, name.to_owned()));
            assert_eq!(name_of(path, text), expected, "{path}: {text}");
        }
    }

    #[test]
    fn what_is_declared_is_not_told_and_what_is_unclear_neither() {
        let indexed = |repo: &str, published: &[&str], uses: &[Dependency]| Indexed {
            repo: repo.parse().expect("a name"),
            published: published.iter().map(|name| ("npm", (*name).to_owned())).collect(),
            dependencies: uses.to_vec(),
        };
        let locked = Dependency { scope: "locked".to_owned(), ..by("npm", "kit") };
        let all = [
            indexed("acme/kit", &["kit", "twice"], &[by("npm", "kit")]),
            indexed("acme/fork", &["twice"], &[]),
            indexed("acme/told", &[], &[by("npm", "kit")]),
            indexed("acme/untold", &[], &[by("npm", "other"), by("npm", "kit"), by("npm", "kit")]),
            indexed("acme/unclear", &[], &[by("npm", "twice"), by("pypi", "kit"), locked]),
            indexed("acme/flow", &[], &[by("github_actions", "acme/ci/.github/workflows/x.yml")]),
        ];
        let declared = r#"{ "relationships": { "acme/kit": { "type": "service_provider",
            "consumers": [{ "repo": "acme/told", "relationship_type": "library" }] }, "acme/ci": {} } }"#;
        let relationships = Relationships::parse(declared).expect("relationships");
        let providers = all.iter().map(|indexed| &indexed.repo).chain(relationships.repositories()).collect();
        let found = uses(&all, &providers, &relationships);
        let told: Vec<_> = found.iter().map(|found| format!("{} {}", found.dependent, found.provider)).collect();
        assert_eq!(told, ["acme/untold acme/kit", "acme/flow acme/ci"]);
        let check = warning(&found[1]);
        assert_eq!(
            check.message,
            "acme/flow uses acme/ci and is not declared: f:3 names acme/ci/.github/workflows/x.yml"
        );
        let fix = check.fix.unwrap_or_default();
        let entry = &fix[fix.find('{').unwrap_or(0)..];
        let parsed: serde_json::Value = serde_json::from_str(entry).expect("the entry is JSON");
        assert_eq!(parsed["relationship_type"], "reusable_workflow");
    }
}
