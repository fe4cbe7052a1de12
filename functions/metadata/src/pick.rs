//! Which entries of a snapshot are read.

use contracts::manifest::{Content, Entry, EntryKind, Manifest};

use crate::format::{Format, OWNER_PLACES, format_of, readme_rank};

/// A repository with more manifests than this is a collection of samples; the ones nearest to the root tell enough.
const MOST_FILES: usize = 2_000;
/// A manifest is written by people, a lock file rarely passes this.
const LARGEST_FILE: u64 = 1 << 20;
/// All of them are held at once.
const MOST_BYTES: u64 = 64 << 20;

/// The entries to read, and what was left out.
#[derive(Debug, Default)]
pub struct Picked<'m> {
    /// Sorted by path.
    pub read: Vec<&'m Entry>,
    /// One line for everything that should be read and is not: `path: why`.
    pub problems: Vec<String>,
}

/// Picks what matters by name: manifests, lock files, one README, one CODEOWNERS, the root's license texts.
pub fn pick(manifest: &Manifest) -> Picked<'_> {
    let mut candidates: Vec<(&Entry, Format)> = manifest.entries.iter().filter_map(candidate).collect();
    keep_best(&mut candidates, Format::Readme, |path| readme_rank(path).map(|(depth, place, ext)| [depth, place, ext]));
    keep_best(&mut candidates, Format::Owners, |path| {
        OWNER_PLACES.iter().position(|p| *p == path).map(|at| [at, 0, 0])
    });
    candidates.sort_by_key(|(entry, _)| (entry.path.matches('/').count(), entry.path.as_str()));
    let mut picked = Picked::default();
    let mut bytes = 0;
    for (entry, _) in candidates {
        match refusal(entry, picked.read.len(), bytes) {
            Some(why) => picked.problems.push(format!("{}: {why}", entry.path)),
            None => {
                bytes += entry.size;
                picked.read.push(entry);
            }
        }
    }
    picked.read.sort_by(|a, b| a.path.cmp(&b.path));
    shorten(&mut picked.problems);
    picked
}

fn candidate(entry: &Entry) -> Option<(&Entry, Format)> {
    let regular = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
    let format = format_of(&entry.path)?;
    (regular && !is_foreign(&entry.path)).then_some((entry, format))
}

/// Copies of other people's repositories bring their own manifests, which say nothing about this one.
pub(crate) fn is_foreign(path: &str) -> bool {
    const FOREIGN: [&str; 9] = [
        "node_modules",
        "vendor",
        "third_party",
        "bower_components",
        "site-packages",
        ".venv",
        "venv",
        "Pods",
        ".terraform",
    ];
    path.split('/').rev().skip(1).any(|part| FOREIGN.contains(&part))
}

/// Of all candidates of one format only the one with the smallest rank stays.
fn keep_best(candidates: &mut Vec<(&Entry, Format)>, of: Format, rank: impl Fn(&str) -> Option<[usize; 3]>) {
    let ranked = candidates.iter().filter(|(_, format)| *format == of);
    let best = ranked.min_by_key(|(entry, _)| (rank(&entry.path), entry.path.as_str())).map(|(entry, _)| *entry);
    candidates.retain(|(entry, format)| *format != of || Some(*entry) == best);
}

fn refusal(entry: &Entry, files: usize, bytes: u64) -> Option<String> {
    if entry.size > LARGEST_FILE {
        Some(format!("not read: larger than {LARGEST_FILE} bytes"))
    } else if files >= MOST_FILES {
        Some(format!("not read: {MOST_FILES} manifests nearer to the root were"))
    } else if bytes + entry.size > MOST_BYTES {
        Some(format!("not read: the manifests nearer to the root fill {MOST_BYTES} bytes"))
    } else if matches!(entry.content, Content::Lfs(_)) {
        Some("not read: its content is kept in git LFS".to_owned())
    } else if entry.content.place().is_none() {
        Some("not read: it is not text".to_owned())
    } else {
        None
    }
}

/// A thousand times the same line helps nobody.
fn shorten(problems: &mut Vec<String>) {
    const MOST_LINES: usize = 100;
    if problems.len() > MOST_LINES {
        let more = problems.len() - MOST_LINES;
        problems.truncate(MOST_LINES);
        problems.push(format!("{more} more manifests were not read"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::manifest::{GitFacts, Place};

    const PACKED: Content = Content::Packed(Place { pack: 0, offset: 0, length: 1 });

    fn manifest(entries: Vec<(String, EntryKind, Content, u64)>) -> Manifest {
        let entry = |(path, kind, content, size)| {
            let oid = "0".repeat(40).parse().unwrap();
            Entry { path, kind, oid, size, content }
        };
        let mut entries: Vec<Entry> = entries.into_iter().map(entry).collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Manifest { commit: None, entries, packs: vec![], git: GitFacts::default(), notes: vec![] }
    }

    fn picked(entries: &[(&str, EntryKind, Content, u64)]) -> (Vec<String>, Vec<String>) {
        let owned = entries.iter().map(|(path, kind, content, size)| ((*path).to_owned(), *kind, *content, *size));
        let manifest = manifest(owned.collect());
        let picked = pick(&manifest);
        (picked.read.iter().map(|entry| entry.path.clone()).collect(), picked.problems)
    }

    #[test]
    fn the_right_entries_are_read() {
        use EntryKind::{Executable, File, Submodule, Symlink};
        let (read, problems) = picked(&[
            ("README.txt", File, PACKED, 1),
            ("README.md", Executable, PACKED, 1),
            ("docs/README.md", File, PACKED, 1),
            (".github/CODEOWNERS", File, PACKED, 1),
            ("CODEOWNERS", File, PACKED, 1),
            ("Cargo.toml", Symlink, PACKED, 1),
            ("go.mod", Submodule, Content::Absent, 0),
            ("package.json", File, Content::Lfs(Place { pack: 0, offset: 0, length: 1 }), 1),
            ("pom.xml", File, Content::Binary, 1),
            ("yarn.lock", File, PACKED, LARGEST_FILE + 1),
            ("composer.lock", File, PACKED, LARGEST_FILE),
            ("node_modules/a/package.json", File, PACKED, 1),
            ("src/main.rs", File, PACKED, 1),
        ]);
        assert_eq!(read, [".github/CODEOWNERS", "README.md", "composer.lock"]);
        let about: Vec<_> = problems.iter().filter_map(|problem| problem.split(':').next()).collect();
        assert_eq!(about, ["package.json", "pom.xml", "yarn.lock"]);
    }

    #[test]
    fn the_readme_nearest_to_the_root_is_the_one() {
        use EntryKind::{File, Symlink};
        let cases: [(&[&str], &str); 5] = [
            (&["docs/README.md", "README"], "README"),
            (&["docs/README.md", ".github/README.md"], ".github/README.md"),
            (&["docs/readme.rst", "a/README.md"], "docs/readme.rst"),
            (&["a/b/README.md", "z/README.rst"], "z/README.rst"),
            (&["Readme.markdown", "README.rst"], "Readme.markdown"),
        ];
        for (paths, expected) in cases {
            let entries: Vec<_> = paths.iter().map(|path| (*path, File, PACKED, 1)).collect();
            assert_eq!(picked(&entries).0, [expected], "{paths:?}");
        }
        assert!(picked(&[("README.md", Symlink, PACKED, 1)]).0.is_empty());
    }

    #[test]
    fn caps_keep_what_is_nearest_to_the_root() {
        let file = |path: String, size| (path, EntryKind::File, PACKED, size);
        let many = manifest((0..2_500).map(|n| file(format!("{}p{n}/package.json", "x/".repeat(n % 3)), 1)).collect());
        let found = pick(&many);
        assert_eq!(found.read.len(), MOST_FILES);
        assert_eq!(found.problems.len(), 101);
        assert!(found.problems.last().is_some_and(|last| last == "400 more manifests were not read"));
        assert_eq!(found.read.iter().filter(|entry| entry.path.starts_with('p')).count(), 834);
        let large = manifest((0..100).map(|n| file(format!("p{n}/package.json"), LARGEST_FILE)).collect());
        assert_eq!(pick(&large).read.len(), 64);
        assert!(pick(&manifest(vec![])).read.is_empty());
    }
}
