//! A Go module that took the path of its next major version: whoever imports the old path goes on getting the old code.

use std::collections::HashSet;

use contracts::fact::{Element, Fact};

use crate::comparison::Comparison;

/// Drops facts about names of a module whose path is another one after this change
/// (<https://go.dev/ref/mod#major-version-suffixes>).
pub(crate) fn drop_superseded(c: &Comparison, facts: &mut Vec<Fact>) {
    let old: HashSet<String> = c
        .files
        .iter()
        .filter_map(|file| {
            let (before, after) = (file.before.as_ref()?, file.after.as_ref()?);
            let is_manifest = before.path == "go.mod" || before.path.ends_with("/go.mod");
            let (was, now) = (module(before.text())?, module(after.text())?);
            let (root, version) = now.rsplit_once("/v")?;
            let major = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
            (is_manifest && was != now && major && base(was) == root).then(|| was.to_owned())
        })
        .collect();
    if old.is_empty() {
        return;
    }
    facts.retain(|fact| match &fact.element {
        Element::Symbol { module, .. } => !old.iter().any(|path| {
            module.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }),
        _ => true,
    });
}

fn module(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.trim().strip_prefix("module "))?.split_whitespace().next()
}

/// Without the suffix of a major version.
fn base(path: &str) -> &str {
    match path.rsplit_once("/v") {
        Some((root, version)) if !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()) => root,
        _ => path,
    }
}
