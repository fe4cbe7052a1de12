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
        let pattern = pattern(path);
        let is_it = |p: &&&str| pattern.as_ref().is_some_and(|parts| fits(parts, p));
        found.extend(paths.iter().filter(is_it).take(LOOKALIKES).map(|p| (*p).to_owned()));
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
pub(crate) fn rendered(path: &str) -> String {
    let path = &without_tags(path);
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

/// What names the file in a condition is the file's name all the same: `{% if ci %}ci.yml{% endif %}`.
fn without_tags(path: &str) -> String {
    let (mut out, mut rest) = (String::new(), path);
    while let Some((before, inner)) = rest.split_once("{%") {
        let Some((_, after)) = inner.split_once("%}") else { break };
        out.push_str(before);
        rest = after;
    }
    out + rest
}

/// Whether a template's path with variables in it can have become `here`.
pub(crate) fn can_become(path: &str, here: &str) -> bool {
    pattern(path).is_some_and(|parts| fits(&parts, here))
}

/// The parts of the path below the template's folder, where one of them is named by a variable.
fn pattern(path: &str) -> Option<Vec<Vec<String>>> {
    let path = without_tags(path);
    let bare = ENGINES.iter().find_map(|engine| path.strip_suffix(engine)).unwrap_or(&path);
    let (root, below) = bare.split_once('/')?;
    let is_root = root.contains("{{") || ROOTS.contains(&root.to_ascii_lowercase().as_str());
    let below = if is_root { below } else { bare };
    below.contains("{{").then(|| below.split('/').map(literals).collect())
}

/// What stands around the variables of a part.
fn literals(part: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), part);
    while let Some((before, inner)) = rest.split_once("{{") {
        found.push(before.to_owned());
        rest = inner.split_once("}}").map_or("", |(_, after)| after);
    }
    found.push(rest.to_owned());
    found
}

/// Whether the path has the pattern's parts, a variable standing for one character or more.
fn fits(pattern: &[Vec<String>], path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    parts.len() == pattern.len() && pattern.iter().zip(parts).all(|(literals, part)| part_fits(literals, part))
}

fn part_fits(literals: &[String], part: &str) -> bool {
    let [first, between @ .., last] = literals else { return literals.iter().all(|only| only == part) };
    let Some(mut rest) = part.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else {
        return false;
    };
    for literal in between {
        let from = rest.chars().next().map_or(0, char::len_utf8);
        let Some(at) = rest.get(from..).and_then(|rest| rest.find(literal.as_str())) else { return false };
        rest = rest.get(from + at + literal.len()..).unwrap_or_default();
    }
    !rest.is_empty()
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
            ("{{cookiecutter.name}}/deep/{{cookiecutter.package}}/odd.sh", &["deep/down/odd.sh"]),
            ("template/{{ package }}/down/odd.sh.jinja", &["deep/down/odd.sh"]),
            ("{{a}}/li{{b}}ec/{{c}}-{{d}}", &["libexec/beta-help"]),
            ("{{a}}/libexec/beta-{{d}}help", &[]),
            ("project/{% if docs %}docs{% endif %}/conf.py.jinja", &["docs/conf.py"]),
            ("project/{% if x", &[]),
            ("{{", &[]),
            ("q/x.py", &[]),
            ("nowhere.txt", &[]),
        ] {
            assert_eq!(candidates(path, &source, &target, &paths), expected, "{path}");
        }
    }
}
