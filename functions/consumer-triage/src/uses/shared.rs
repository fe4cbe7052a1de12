//! What others take over as it is: hooks of pre-commit, and configurations that one's own `extends`.

use outline::{Format, Key};

use crate::contact;
use crate::dependent::File;
use crate::uses::{Asked, Certainty, Found, Use};

const RAISED: Certainty = Certainty::CheckFirst("the hook is taken at a fixed version and breaks when that is raised");
const FOLLOWED: Certainty = Certainty::Certain("the hook is taken from a branch, which no longer has it");
const EXTENDED: Certainty = Certainty::Likely("the configuration that is extended here is no longer offered");

/// Names that say nothing about which preset a file is.
const COMMON: &[&str] = &["index", "default", "config", "tsconfig", "package", "main", "base", "eslint", "prettier"];

/// Uses of a hook, by its id and the provider's address.
pub(crate) fn hook(id: &str, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    for file in asked.dependent.files.iter().filter(|file| is_named(&file.path, ".pre-commit-config.yaml")) {
        let keys = outline::keys(Format::Yaml, file.text());
        let ours = keys.iter().filter(|key| key.is(&["repos", "*", "repo"]) && is_provider(&key.value, asked));
        for repo in ours {
            let at = repo.path[1].as_str();
            let revision = keys.iter().find(|key| key.is(&["repos", at, "rev"])).map_or("", |key| key.value.as_str());
            let certainty = if is_fixed(revision) { RAISED } else { FOLLOWED };
            let used = keys.iter().filter(|key| key.is(&["repos", at, "hooks", "*", "id"]) && key.value == id);
            for key in used {
                let mut place = Use::at(&file.path, key.line).but(certainty);
                place.consequence = Some(match certainty {
                    RAISED => format!("Runs the hook `{id}` at `{revision}`; a `rev` that has this change fails."),
                    _ => format!("Runs the hook `{id}` from a branch; the next run fails."),
                });
                found.uses.push(place);
            }
        }
    }
    found
}

fn is_named(path: &str, name: &str) -> bool {
    path.rsplit('/').next() == Some(name)
}

/// `https://host/owner/name`, with or without `.git`.
fn is_provider(address: &str, asked: &Asked<'_>) -> bool {
    let address = address.trim().trim_end_matches('/').trim_end_matches(".git").to_ascii_lowercase();
    let provider = asked.case.change.repo.to_string().to_ascii_lowercase();
    address.strip_suffix(&provider).is_some_and(|before| before.ends_with(['/', ':']))
}

/// A version or a commit, not a branch.
fn is_fixed(revision: &str) -> bool {
    let commit = revision.len() >= 7 && revision.bytes().all(|b| b.is_ascii_hexdigit());
    commit || revision.bytes().any(|b| b.is_ascii_digit())
}

/// Configurations that extend a file of the provider's.
pub(crate) fn preset(path: &str, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    for file in &asked.dependent.files {
        for (line, value) in extended(file) {
            if is_preset(&value, path, asked) {
                let mut place = Use::at(&file.path, line).but(EXTENDED);
                place.consequence = Some(format!("Extends `{value}`; the next version no longer has it."));
                found.uses.push(place);
            }
        }
    }
    found
}

/// The name of a file without its folder and endings.
pub(crate) fn stem(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).split('.').find(|part| !part.is_empty()).unwrap_or("")
}

/// Configurations that extend `package/part`, a part that a package of the provider no longer offers.
pub(crate) fn part(part: &str, asked: &Asked<'_>) -> Vec<Use> {
    let ending = format!("/{part}");
    let mut out = Vec::new();
    for file in &asked.dependent.files {
        for (line, value) in extended(file) {
            let package = value.strip_suffix(&ending).filter(|package| !package.starts_with('.'));
            if package.is_some_and(|package| names_provider(package, asked)) {
                out.push(Use::at(&file.path, line).but(EXTENDED));
            }
        }
    }
    out
}

/// What a configuration extends, with its lines.
fn extended(file: &File) -> Vec<(u32, String)> {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path).to_ascii_lowercase();
    let tool = ["tsconfig", "jsconfig", "eslint", "prettier", "babel", "stylelint", "commitlint", "renovate", "biome"]
        .iter()
        .any(|tool| name.contains(tool));
    if !tool && name != "package.json" {
        return Vec::new();
    }
    if let (Some(tree), false) = (&file.analysis, file.is_data()) {
        let literals = tree.literals.iter().filter(|literal| literal.text.contains('/'));
        return literals.map(|literal| (literal.line, literal.text.clone())).collect();
    }
    let format = outline::format_of(&file.path).unwrap_or(Format::Json);
    let extends = |key: &Key| {
        let near = key.path.iter().rev().take(2);
        near.clone().any(|part| matches!(part.as_str(), "extends" | "presets"))
            || (key.is(&["prettier"]) && name == "package.json")
    };
    let keys = outline::keys(format, file.text()).into_iter();
    keys.filter(|key| extends(key) && !key.value.is_empty()).map(|key| (key.line, key.value)).collect()
}

/// Whether `value` names the provider's file at `path`.
fn is_preset(value: &str, path: &str, asked: &Asked<'_>) -> bool {
    let stem = stem(path);
    // `github>owner/name:preset`, `github>owner/name//folder/preset`.
    if let Some((_, rest)) = value.split_once('>') {
        let provider = asked.case.change.repo.to_string();
        let rest = rest.strip_prefix(provider.as_str()).map(|rest| rest.split('#').next().unwrap_or(rest));
        return match rest {
            Some("") => stem == "default" || stem == "renovate",
            Some(rest) => rest.starts_with([':', '/']) && rest.rsplit([':', '/']).next() == Some(stem),
            None => false,
        };
    }
    if value.starts_with(['.', '/']) {
        return false;
    }
    let (package, rest) = split(value);
    if !names_provider(package, asked) {
        return false;
    }
    let inside = !rest.is_empty() && (path == rest || path.ends_with(&format!("/{rest}")));
    let common = COMMON.contains(&stem) || stem.len() < 4;
    let unscoped = package.rsplit('/').next().unwrap_or(package);
    let by_stem = !common && (unscoped == stem || rest.split('/').any(|part| part.split('.').next() == Some(stem)));
    let by_folder = common && path.split('/').rev().nth(1) == Some(unscoped) && (rest.is_empty() || inside);
    by_stem || by_folder || (inside && !common)
}

/// The package and what follows it.
fn split(value: &str) -> (&str, &str) {
    let from = if value.starts_with('@') { value.find('/').map_or(value.len(), |at| at + 1) } else { 0 };
    match value[from..].find('/') {
        Some(at) => (&value[..from + at], &value[from + at + 1..]),
        None => (value, ""),
    }
}

/// A package that is called like the repository, or whose scope is its owner.
fn names_provider(package: &str, asked: &Asked<'_>) -> bool {
    let package = package.to_ascii_lowercase();
    let (scope, name) = package.split_once('/').unwrap_or(("", &package));
    let owner = asked.case.change.repo.owner().to_ascii_lowercase();
    let by_scope = scope.strip_prefix('@').is_some_and(|scope| scope == owner);
    by_scope || contact::names(&asked.case.change.repo).iter().any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_and_parts() {
        for (value, expected) in [
            ("@a/b/c/d.json", ("@a/b", "c/d.json")),
            ("@a/b", ("@a/b", "")),
            ("a/b", ("a", "b")),
            ("a", ("a", "")),
            ("@a", ("@a", "")),
            ("", ("", "")),
            ("@ä/ö/ü", ("@ä/ö", "ü")),
        ] {
            assert_eq!(split(value), expected, "{value}");
        }
    }

    #[test]
    fn versions_and_branches() {
        for (revision, fixed) in
            [("v4.6.0", true), ("abcdefabcdef", true), ("main", false), ("master", false), ("", false)]
        {
            assert_eq!(is_fixed(revision), fixed, "{revision}");
        }
    }
}
