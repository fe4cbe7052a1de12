//! Directories whose name says what they are for.

use contracts::structure::{Directory, KeyPlace};

use crate::vendored;

/// Deeper down a name is a detail of what is above it.
const DEEPEST: usize = 4;

const ROLES: [(&str, &[&str]); 8] = [
    ("ci", &[".github", ".circleci", ".gitlab", ".buildkite", ".woodpecker", ".azure-pipelines", "ci", ".ci"]),
    ("tests", &["test", "tests", "spec", "specs", "__tests__", "e2e", "integration-tests", "integration_tests"]),
    ("docs", &["docs", "doc", "documentation", "website"]),
    ("examples", &["examples", "example", "samples", "sample", "demo", "demos"]),
    (
        "infrastructure",
        &[
            "infra",
            "infrastructure",
            "terraform",
            "deploy",
            "deployment",
            "deployments",
            "k8s",
            "kubernetes",
            "helm",
            "charts",
            "ansible",
            "docker",
            ".docker",
            "pulumi",
            "cloudformation",
        ],
    ),
    ("configuration", &["config", "configs", "conf", "configuration", "settings", ".config"]),
    ("scripts", &["scripts", "script", "bin", "tools", "hack", "xtask"]),
    (
        "source",
        &[
            "src", "lib", "libs", "app", "apps", "pkg", "internal", "cmd", "crates", "packages", "source", "sources",
            "server", "client", "backend", "frontend", "api", "modules", "services",
        ],
    ),
];

/// All of them, sorted by path. Inside of tests, docs and examples nothing else counts, nor does the same role again.
pub(crate) fn key_directories(directories: &[Directory]) -> Vec<KeyPlace> {
    let mut found: Vec<KeyPlace> = Vec::new();
    for directory in directories {
        let Some(role) = role_of(&directory.path) else { continue };
        let covered = above(&directory.path).filter_map(role_of).any(|outer| outer == role || is_closed(outer));
        if !covered {
            found.push(KeyPlace { path: directory.path.clone(), role: role.to_owned() });
        }
    }
    found
}

fn is_closed(role: &str) -> bool {
    matches!(role, "tests" | "docs" | "examples" | "ci")
}

/// The role of a directory by its own name; none for what is copied in or lies too deep.
fn role_of(path: &str) -> Option<&'static str> {
    let name = crate::directories::file_name(path);
    let far = path.matches('/').count() >= DEEPEST;
    // A file inside tells whether the directory itself is of the copied ones.
    if name.is_empty() || far || vendored::by_path(&format!("{path}/")) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    ROLES.iter().find(|(_, names)| names.contains(&lower.as_str())).map(|(role, _)| *role)
}

/// The directories above a path, the root left out.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_directory_is_for() {
        let paths = [
            "",
            ".github",
            ".github/workflows",
            "Docs",
            "crates",
            "crates/a",
            "crates/a/src",
            "crates/a/tests",
            "docs/src",
            "infra",
            "infra/terraform",
            "node_modules/x/src",
            "src",
            "src/lib",
            "src/config",
            "tests/src",
            "vendor",
            "a/b/c/d/e/src",
        ];
        let directories = paths.map(|path| Directory { path: path.into(), files: 1, directories: 0, size: 0 });
        let shown: Vec<_> = key_directories(&directories).into_iter().map(|place| (place.path, place.role)).collect();
        let expected = [
            (".github", "ci"),
            ("Docs", "docs"),
            ("crates", "source"),
            ("crates/a/tests", "tests"),
            ("infra", "infrastructure"),
            ("infra/terraform", "none"),
            ("src", "source"),
            ("src/config", "configuration"),
            ("tests/src", "none"),
        ];
        let expected: Vec<_> = expected.iter().filter(|(_, role)| *role != "none").collect();
        assert_eq!(shown.len(), expected.len(), "{shown:?}");
        for ((path, role), (expected_path, expected_role)) in shown.iter().zip(expected) {
            assert_eq!((path.as_str(), role.as_str()), (*expected_path, *expected_role));
        }
    }
}
