//! Every directory with what lies in it.

use contracts::manifest::Entry;
use contracts::structure::Directory;

/// Directories below this many levels count for the ones above and are not listed: a tree may be made of nothing else.
const DEEPEST: usize = 128;

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The directory around a path; none for the root itself.
pub(crate) fn parent(path: &str) -> Option<&str> {
    match path.rsplit_once('/') {
        Some((parent, _)) => Some(parent),
        None => (!path.is_empty()).then_some(""),
    }
}

/// All directories, sorted by path; the root is always there. `entries` are sorted by path, so whatever is in one
/// directory stands together, and one pass with the chain of open directories is enough.
pub(crate) fn directories(entries: &[Entry]) -> Vec<Directory> {
    let mut open = vec![empty("")];
    let mut done = Vec::new();
    for entry in entries {
        let holder = listed_parent(&entry.path);
        while open.last().is_some_and(|last| !is_in(holder, &last.path)) {
            close_last(&mut open, &mut done);
        }
        let known = open.last().map_or(0, |last| last.path.len());
        for path in steps(holder, known) {
            open.push(empty(path));
        }
        if let Some(directory) = open.last_mut() {
            directory.files += u32::from(parent(&entry.path) == Some(&directory.path));
            directory.size = directory.size.saturating_add(entry.size);
        }
    }
    while !open.is_empty() {
        close_last(&mut open, &mut done);
    }
    done.sort_by(|a, b| a.path.cmp(&b.path));
    done
}

fn empty(path: &str) -> Directory {
    Directory { path: path.to_owned(), files: 0, directories: 0, size: 0 }
}

/// A closed directory counts for the one around it.
fn close_last(open: &mut Vec<Directory>, done: &mut Vec<Directory>) {
    let Some(last) = open.pop() else { return };
    if let Some(around) = open.last_mut() {
        around.directories += 1;
        around.size = around.size.saturating_add(last.size);
    }
    done.push(last);
}

/// The directory around `path`, or the deepest one above it that is listed.
fn listed_parent(path: &str) -> &str {
    let holder = parent(path).unwrap_or_default();
    match holder.match_indices('/').nth(DEEPEST - 1) {
        Some((end, _)) => &holder[..end],
        None => holder,
    }
}

/// Whether `path` is `directory` or below it.
fn is_in(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The directories on the way down to `path`, behind the first `known` bytes of it.
fn steps(path: &str, known: usize) -> impl Iterator<Item = &str> {
    let from = if known == 0 { 0 } else { known + 1 };
    let below = path.get(from..).unwrap_or_default();
    let inner = below.match_indices('/').map(move |(at, _)| &path[..from + at]);
    inner.chain((!below.is_empty()).then_some(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::manifest::{Content, EntryKind};

    fn entries(files: &[(&str, u64)]) -> Vec<Entry> {
        let entry = |(path, size): &(&str, u64)| Entry {
            path: (*path).to_owned(),
            kind: EntryKind::File,
            oid: "0".repeat(40).parse().unwrap(),
            size: *size,
            content: Content::Binary,
        };
        let mut entries: Vec<Entry> = files.iter().map(entry).collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries
    }

    #[test]
    fn every_directory_knows_what_it_holds() {
        /// Files with their sizes; directories with files, directories and size.
        type Case = (&'static [(&'static str, u64)], &'static [(&'static str, u32, u32, u64)]);
        let cases: [Case; 4] = [
            (&[], &[("", 0, 0, 0)]),
            (&[("a", 1)], &[("", 1, 0, 1)]),
            (
                &[("a/b/c", 1), ("a/b/d", 2), ("a-b/x", 4), ("a.txt", 8), ("z", 16), ("a/y", 32)],
                &[("", 2, 2, 63), ("a", 1, 1, 35), ("a-b", 1, 0, 4), ("a/b", 2, 0, 3)],
            ),
            (
                &[("ä/ö/ü", 1), ("ä/öx/ü", u64::MAX)],
                &[("", 0, 1, u64::MAX), ("ä", 0, 2, u64::MAX), ("ä/ö", 1, 0, 1), ("ä/öx", 1, 0, u64::MAX)],
            ),
        ];
        for (files, expected) in cases {
            let found = directories(&entries(files));
            let shown: Vec<_> = found.iter().map(|d| (d.path.as_str(), d.files, d.directories, d.size)).collect();
            assert_eq!(shown, expected, "{files:?}");
        }
    }

    #[test]
    fn bottomless_trees_are_cut() {
        let deep = format!("{}x", "a/".repeat(5_000));
        let found = directories(&entries(&[(&deep, 7), ("b", 1)]));
        assert_eq!(found.len(), DEEPEST + 1);
        assert!(found.iter().all(|directory| directory.size >= 7));
        assert_eq!(found.iter().map(|directory| directory.files).sum::<u32>(), 1);
    }

    #[test]
    fn odd_paths_do_no_harm() {
        let found = directories(&entries(&[("//", 1), ("/a", 1), ("a//b", 1), ("a/", 1)]));
        assert_eq!(found.first().map(|root| root.size), Some(4));
    }
}
