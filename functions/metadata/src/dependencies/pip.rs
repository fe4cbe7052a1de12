//! requirements.txt and constraints.txt, and the requirement itself (PEP 508), which other files quote.

use crate::dependencies::Around;
use crate::format::file_name;
use crate::found::{Found, Scope};

/// One requirement: a name and everything that narrows it, as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Requirement<'t> {
    pub(super) name: &'t str,
    pub(super) version: &'t str,
}

/// Reads `name[extras] <version> ; marker` or `name @ url ; marker`.
pub(super) fn requirement(text: &str) -> Option<Requirement<'_>> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = without_extras(rest.trim_start())?;
    let version = match rest.strip_prefix('@') {
        // A URL may hold a semicolon; a marker is set off by a blank.
        Some(url) => url.split(" ;").next().unwrap_or(url).trim(),
        None => rest.split(';').next().unwrap_or(rest).trim(),
    };
    let version = version.strip_prefix('(').and_then(|v| v.strip_suffix(')')).unwrap_or(version);
    let narrows = version.is_empty() || rest.starts_with('@') || version.starts_with(['=', '<', '>', '~', '!']);
    narrows.then_some(Requirement { name, version })
}

fn without_extras(rest: &str) -> Option<&str> {
    let Some(extras) = rest.strip_prefix('[') else { return Some(rest) };
    extras.split_once(']').map(|(_, rest)| rest.trim_start())
}

pub(super) fn read(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let scope = scope_of(found.file());
    let mut problem = None;
    for (number, line) in joined_lines(text) {
        let line = without_comment(&line);
        if line.is_empty() {
            continue;
        }
        if !read_line(found, line, scope, number) {
            let shown: String = line.chars().take(60).collect();
            problem.get_or_insert_with(|| format!("line {number}: not a requirement: {shown}"));
        }
    }
    problem.map_or(Ok(()), Err)
}

/// `requirements-dev.txt` says in its name what it is for.
fn scope_of(file: &str) -> Scope {
    const DEVELOPMENT: [&str; 7] = ["dev", "test", "lint", "doc", "ci", "typing", "style"];
    let name = file_name(file).to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphabetic());
    if name.contains("constraints") {
        Scope::Locked
    } else if words.any(|word| DEVELOPMENT.contains(&word.strip_suffix('s').unwrap_or(word))) {
        Scope::Dev
    } else {
        Scope::Runtime
    }
}

/// Lines that end with a backslash go on in the next one.
fn joined_lines(text: &str) -> Vec<(u32, String)> {
    let mut joined: Vec<(u32, String)> = Vec::new();
    let mut goes_on = false;
    for (number, line) in crate::read::lines::numbered(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        let part = line.trim_end().strip_suffix('\\');
        let words = part.unwrap_or(line);
        match joined.last_mut() {
            Some((_, open)) if goes_on => {
                open.push(' ');
                open.push_str(words.trim());
            }
            _ => joined.push((number, words.trim().to_owned())),
        }
        goes_on = part.is_some();
    }
    joined
}

/// A comment starts the line or follows a blank, for `#` also stands in URLs.
fn without_comment(line: &str) -> &str {
    if line.starts_with('#') {
        return "";
    }
    line.split(" #").next().unwrap_or(line).trim()
}

/// False where the line is nothing that pip knows.
fn read_line(found: &mut Found<'_>, line: &str, scope: Scope, number: u32) -> bool {
    if let Some(option) = line.strip_prefix('-') {
        let editable = ["e ", "-editable ", "-editable="].iter().find_map(|flag| option.strip_prefix(flag));
        if let Some(source) = editable {
            add_source(found, source.trim(), scope, number);
        }
        return true;
    }
    let line = line.split(" --").next().unwrap_or(line).trim();
    if is_source(line) {
        add_source(found, line, scope, number);
        return true;
    }
    let Some(requirement) = requirement(line) else { return false };
    found.add(requirement.name, requirement.version, scope, number);
    true
}

/// A URL or a path instead of a name.
fn is_source(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    first.contains("://") || line.starts_with(['.', '/', '~']) || first.contains('/') && !line.contains(" @ ")
}

/// Named by its `egg`, else by the last part of the address.
fn add_source(found: &mut Found<'_>, source: &str, scope: Scope, number: u32) {
    let source = source.split(" ;").next().unwrap_or(source).trim();
    let egg = source.split_once("egg=").map(|(_, egg)| egg.split(['&', '[']).next().unwrap_or(egg));
    let address = source.split(['#', '?']).next().unwrap_or(source).trim_end_matches('/');
    let last = address.rsplit('/').next().unwrap_or(address);
    let repository = last.split_once(".git").map_or(last, |(repository, _)| repository);
    // `package-1.0-py3-none-any.whl` and `package-1.0.tar.gz` start with the name.
    let package = repository.split_once(['@', '[']).map_or(repository, |(name, _)| name);
    let package = match package.find(".whl").or_else(|| package.find(".tar")) {
        Some(_) => package.split('-').next().unwrap_or(package),
        None => package,
    };
    let version = if source.contains("://") { source.to_owned() } else { format!("path:{source}") };
    // `-e .` is the project itself.
    if !package.trim_matches('.').is_empty() {
        found.add(egg.unwrap_or(package), &version, scope, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_read_as_pip_reads_them() {
        let cases = [
            ("flask", Some(("flask", ""))),
            ("Flask==2.0", Some(("Flask", "==2.0"))),
            ("a[b,c] >= 1, < 2 ; python_version < '3.8'", Some(("a", ">= 1, < 2"))),
            ("a (>=1)", Some(("a", ">=1"))),
            ("a~=1.0", Some(("a", "~=1.0"))),
            ("a @ https://x/y;z ; extra == 'q'", Some(("a", "https://x/y;z"))),
            ("a@https://x/y", Some(("a", "https://x/y"))),
            ("zope.interface", Some(("zope.interface", ""))),
            ("a[b", None),
            ("a b", None),
            ("?", None),
            ("", None),
            ("ä", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(name, version)| Requirement { name, version });
            assert_eq!(requirement(text), expected, "{text}");
        }
    }
}
