//! What the template adds and the derivative has already, only at another version or as an item of its own.

use std::collections::BTreeSet;

use crate::hunk::Hunk;
use crate::place::is_telling;

/// Whether everything that is really new in the hunk stands beside `at`, but for its version.
pub(super) fn stands_beside(hunk: &Hunk<'_>, lines: &[&str], at: usize) -> bool {
    let old: BTreeSet<&str> = hunk.removed.iter().map(|line| bare(line)).collect();
    let new: BTreeSet<&str> =
        hunk.added.iter().map(|line| bare(line)).filter(|line| is_telling(line) && !old.contains(line)).collect();
    let reach = hunk.added.len();
    let end = at.saturating_add(hunk.removed.len()).saturating_add(reach).min(lines.len());
    let there: BTreeSet<&str> =
        lines.get(at.saturating_sub(reach)..end).unwrap_or_default().iter().map(|line| bare(line)).collect();
    // A line without a version is the same or it is not: that is for others to tell.
    let versioned = hunk.added.iter().any(|line| line.trim().len() > without_version(line).trim().len());
    versioned && !new.is_empty() && new.is_subset(&there)
}

/// Without the dash of an item and the version behind `@`.
fn bare(line: &str) -> &str {
    let line = line.trim();
    without_version(line.strip_prefix("- ").unwrap_or(line)).trim()
}

fn without_version(line: &str) -> &str {
    match line.rsplit_once('@') {
        Some((head, version)) if !head.is_empty() && is_version(version.trim()) => head,
        _ => line,
    }
}

/// `v3`, `1.2.0`, a commit.
fn is_version(text: &str) -> bool {
    let number = text.trim_start_matches('v');
    let digits =
        number.starts_with(|c: char| c.is_ascii_digit()) && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    digits || (text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_at_another_version() {
        let hunk = |removed: Vec<&'static str>, added: Vec<&'static str>| Hunk::bare(removed, added);
        let there = ["steps:", "- uses: acme/cache@v2", "  name: Keep things", "  with:", "    x: 1"];
        let own = hunk(vec!["  name: Keep things"], vec!["- name: Keep things", "  uses: acme/cache@v3"]);
        assert!(stands_beside(&own, &there, 2));
        let other = ["- uses: acme/setup@v2", "  with:", "    x: 1", "  name: Keep things"];
        assert!(!stands_beside(&own, &other, 3));
        let raised = hunk(vec!["- uses: acme/cache@v2"], vec!["- uses: acme/cache@v3"]);
        assert!(!stands_beside(&raised, &there, 1));
        let plain = hunk(vec!["  name: Keep things"], vec!["  name: Keep things", "  with:"]);
        assert!(!stands_beside(&plain, &there, 2));
        assert!(!stands_beside(&hunk(vec![], vec!["ä@v1"]), &[], 7));
    }
}
