//! `.gitattributes`: the two attributes by which people say who wrote a file.

use contracts::manifest::{Entry, EntryKind};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::directories::{file_name, parent};

/// Every rule costs something for every file.
const MOST_RULES: usize = 1_000;
const LONGEST_PATTERN: usize = 300;

/// What is said about one file; none where nothing is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said {
    /// `linguist-generated`.
    pub generated: Option<bool>,
    /// `linguist-vendored`.
    pub vendored: Option<bool>,
}

/// All rules of a repository, the ones that count more behind the ones that count less.
#[derive(Debug, Default)]
pub struct Attributes {
    patterns: GlobSet,
    said: Vec<Said>,
}

/// Whether an entry holds attributes.
pub(crate) fn is_attributes(entry: &Entry) -> bool {
    let regular = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
    regular && file_name(&entry.path) == ".gitattributes" && entry.content.place().is_some()
}

impl Attributes {
    /// Reads all `.gitattributes` files, given as path and content. Deeper files count more, and so do later lines.
    pub fn of<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> Self {
        let mut files: Vec<(&str, &[u8])> = files.into_iter().collect();
        files.sort_by_key(|(path, _)| (path.matches('/').count(), *path));
        let mut patterns = GlobSetBuilder::new();
        let mut said = Vec::new();
        for (path, bytes) in files {
            for line in String::from_utf8_lossy(bytes).lines() {
                let Some((pattern, what)) = rule(parent(path).unwrap_or_default(), line) else { continue };
                if said.len() < MOST_RULES
                    && let Ok(glob) = GlobBuilder::new(&pattern).literal_separator(true).build()
                {
                    patterns.add(glob);
                    said.push(what);
                }
            }
        }
        // Patterns that are too much together are as good as none: the defaults apply.
        patterns.build().map(|patterns| Self { patterns, said }).unwrap_or_default()
    }

    /// What is said about the file at `path`.
    pub fn of_path(&self, path: &str) -> Said {
        let mut answer = Said::default();
        if !self.said.is_empty() {
            for at in self.patterns.matches(path) {
                let Said { generated, vendored } = self.said[at];
                answer.generated = generated.or(answer.generated);
                answer.vendored = vendored.or(answer.vendored);
            }
        }
        answer
    }
}

/// The pattern, made to match whole paths, and what the line says of our two attributes; none for any other line.
fn rule(directory: &str, line: &str) -> Option<(String, Said)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with(['#', '!', '[']) {
        return None;
    }
    let (pattern, attributes) = pattern_of(line)?;
    let mut said = Said::default();
    for attribute in attributes.split_whitespace() {
        let (name, value) = value_of(attribute);
        match name {
            "linguist-generated" => said.generated = Some(value),
            "linguist-vendored" => said.vendored = Some(value),
            _ => {}
        }
    }
    let tells = said != Said::default() && pattern.len() <= LONGEST_PATTERN;
    tells.then(|| (anchored(directory, pattern), said))
}

/// The pattern may be quoted, for blanks.
fn pattern_of(line: &str) -> Option<(&str, &str)> {
    match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"'),
        None => line.split_once(char::is_whitespace),
    }
}

/// `name`, `name=true`, `-name`, `!name`, `name=false`.
fn value_of(attribute: &str) -> (&str, bool) {
    if let Some(name) = attribute.strip_prefix(['-', '!']) {
        return (name, false);
    }
    let (name, value) = attribute.split_once('=').unwrap_or((attribute, "true"));
    (name, value != "false")
}

/// Without a slash a pattern is about names anywhere below; with one it is about paths from here.
fn anchored(directory: &str, pattern: &str) -> String {
    let here = if directory.is_empty() { String::new() } else { format!("{}/", globset::escape(directory)) };
    match pattern.strip_prefix('/') {
        Some(rooted) => format!("{here}{rooted}"),
        None if pattern.contains('/') => format!("{here}{pattern}"),
        None => format!("{here}**/{pattern}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_apply_as_git_applies_them() {
        let files: [(&str, &[u8]); 3] = [
            (
                ".gitattributes",
                b"# *.no linguist-generated\n*.gen.ts linguist-generated\n/api/*.json linguist-generated=true\n\
                  docs/** linguist-vendored\n\"a b.ts\" linguist-generated\n*.lock -linguist-generated text\n\
                  *.rs text\n[attr]x linguist-generated\n\xff linguist-generated\n{{{ linguist-generated\n",
            ),
            ("sub/.gitattributes", b"*.gen.ts linguist-generated=false\nx/y.c linguist-vendored\n"),
            ("we[ird]/.gitattributes", b"*.c linguist-vendored\n"),
        ];
        let attributes = Attributes::of(files);
        let cases = [
            ("a.gen.ts", Some(true), None),
            ("x/y/a.gen.ts", Some(true), None),
            ("sub/a.gen.ts", Some(false), None),
            ("sub/deep/a.gen.ts", Some(false), None),
            ("api/x.json", Some(true), None),
            ("api/deep/x.json", None, None),
            ("x/api/x.json", None, None),
            ("docs/a/b.css", None, Some(true)),
            ("docs.css", None, None),
            ("a b.ts", Some(true), None),
            ("Cargo.lock", Some(false), None),
            ("a.no", None, None),
            ("sub/x/y.c", None, Some(true)),
            ("x/y.c", None, None),
            ("we[ird]/a.c", None, Some(true)),
            ("wei/a.c", None, None),
        ];
        for (path, generated, vendored) in cases {
            assert_eq!(attributes.of_path(path), Said { generated, vendored }, "{path}");
        }
    }

    #[test]
    fn hostile_rules_cost_little() {
        let stars = format!("{} linguist-generated\n", "*a".repeat(140)).repeat(2_000);
        let attributes = Attributes::of([(".gitattributes", stars.as_bytes())]);
        let path = "a".repeat(4_000);
        assert!(attributes.said.len() <= MOST_RULES);
        let _ = attributes.of_path(&path);
    }
}
