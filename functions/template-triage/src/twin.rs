//! Which file of the derivative stands in the place of a template's file.

use contracts::RepoName;

/// Suffixes that a template engine takes off.
const ENGINES: &[&str] = &[".jinja", ".jinja2", ".j2", ".tmpl", ".template", ".tpl", ".in"];
/// Folders in which templates keep what derivatives get at their root.
const ROOTS: &[&str] = &["template", "templates", "skeleton", "project", "boilerplate", "scaffold"];
/// Files of the same name elsewhere that are looked into.
const LOOKALIKES: usize = 4;

/// Paths of the derivative that may stand in the place of the template's `path`, the likeliest first, at most six.
pub fn candidates(path: &str, source: &RepoName, target: &RepoName, paths: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |candidate: &str| {
        if paths.contains(&candidate) && !found.iter().any(|f| f == candidate) {
            found.push(candidate.to_owned());
        }
    };
    let rendered = rendered(path);
    for candidate in [path, &rendered, &renamed(path, source, target), &renamed(&rendered, source, target)] {
        add(candidate);
    }
    if found.is_empty() {
        let name = rendered.rsplit('/').next().unwrap_or(&rendered);
        let same_name = |p: &&&str| p.rsplit('/').next() == Some(name);
        // A name that stands everywhere (`__init__.py`) says nothing about the place.
        let elsewhere: Vec<&&str> = paths.iter().filter(same_name).take(LOOKALIKES + 1).collect();
        if elsewhere.len() <= LOOKALIKES {
            found.extend(elsewhere.into_iter().map(|p| (*p).to_owned()));
        }
    }
    found
}

/// The path that a template's path becomes: without the engine's suffix and the folder of the template.
fn rendered(path: &str) -> String {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let bare = ENGINES.iter().find_map(|engine| name.strip_suffix(engine)).filter(|bare| !bare.is_empty());
    let is_placeholder = |part: &str| part.contains("{{") || part.contains("{%");
    let mut parts: Vec<&str> = folders.split('/').filter(|part| !part.is_empty()).collect();
    let root = parts.iter().rposition(|part| is_placeholder(part)).or_else(|| {
        let first = parts.first()?;
        (ROOTS.contains(&first.to_ascii_lowercase().as_str())).then_some(0)
    });
    if let Some(root) = root {
        parts.drain(..=root);
    }
    parts.push(bare.unwrap_or(name));
    parts.join("/")
}

/// The path with the template's own name in its last part replaced by the derivative's.
fn renamed(path: &str, source: &RepoName, target: &RepoName) -> String {
    let (folders, name) = path.rsplit_once('/').map_or(("", path), |(folders, name)| (folders, name));
    let name = name.replace(source.name(), target.name());
    if folders.is_empty() { name } else { format!("{folders}/{name}") }
}

/// Share of the lines of `a` that also stand in `b`, 0 to 1, blank lines left out.
pub(crate) fn likeness(a: &str, b: &str) -> f64 {
    let lines: std::collections::HashSet<&str> = b.lines().map(str::trim).collect();
    let wanted: Vec<&str> = a.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if wanted.is_empty() {
        return 0.0;
    }
    let there = wanted.iter().filter(|line| lines.contains(**line)).count();
    there as f64 / wanted.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_finds_what_was_made_of_its_files() {
        let (source, target) = ("o/alpha".parse().unwrap(), "o/beta".parse().unwrap());
        let paths = [
            "Dockerfile",
            "docs/conf.py",
            "duties.py",
            "libexec/beta-help",
            "deep/down/odd.sh",
            "a/x.py",
            "b/x.py",
            "c/x.py",
            "d/x.py",
            "e/x.py",
        ];
        for (path, expected) in [
            ("Dockerfile", &["Dockerfile"][..]),
            ("{{cookiecutter.name}}/docs/conf.py", &["docs/conf.py"]),
            ("template/docs/conf.py", &["docs/conf.py"]),
            ("project/duties.py.jinja", &["duties.py"]),
            ("libexec/alpha-help", &["libexec/beta-help"]),
            ("tools/odd.sh", &["deep/down/odd.sh"]),
            ("q/x.py", &[]),
            ("nowhere.txt", &[]),
        ] {
            assert_eq!(candidates(path, &source, &target, &paths), expected, "{path}");
        }
    }
}
