//! All paths of a tree, however hostile the tree.

use contracts::ObjectId;
use contracts::manifest::EntryKind;

/// git itself refuses longer paths on most systems; a deeper tree is made to hurt.
const MAX_PATH: usize = 4_096;
/// Notes that are kept; their number beyond that is told in one more.
const MAX_NOTES: usize = 50;
/// Trees that may be read for each file that may be listed: a tree of empty trees ends, too.
const TREES_PER_FILE: usize = 2;

/// All paths of a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Sorted by path, each path once.
    pub entries: Vec<TreeEntry>,
    /// What was left out and why, for people.
    pub notes: Vec<String>,
}

/// One path of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// From the root; bytes that are not UTF-8 are written `\xNN`.
    pub path: String,
    /// What stands there.
    pub kind: EntryKind,
    /// The content, or a submodule's commit.
    pub oid: ObjectId,
}

/// Lists `root`. Not recursive: a stack on the heap holds the trees still to be read.
pub(crate) fn list(repo: &gix::Repository, root: gix::ObjectId, max_files: usize) -> Listing {
    let mut walk = Walk { entries: Vec::new(), notes: Notes::default(), open: vec![(root, Vec::new())] };
    let max_trees = max_files.saturating_mul(TREES_PER_FILE).saturating_add(1_000);
    let mut buffer = Vec::new();
    let mut trees = 0;
    while let Some((tree, prefix)) = walk.open.pop() {
        trees += 1;
        if walk.entries.len() >= max_files || trees > max_trees {
            walk.notes.add(format!("more than {max_files} files: the rest was left out"));
            break;
        }
        match gix::prelude::FindExt::find_tree_iter(&repo.objects, &tree, &mut buffer) {
            Ok(entries) => walk.read(entries, &prefix, max_files),
            Err(e) => walk.notes.add(format!("{}: its tree {tree} cannot be read: {e}", named(&prefix))),
        }
    }
    walk.finish()
}

struct Walk {
    entries: Vec<TreeEntry>,
    notes: Notes,
    open: Vec<(gix::ObjectId, Vec<u8>)>,
}

impl Walk {
    /// Takes one tree's entries; its folders are put on the stack.
    fn read(&mut self, tree: gix::objs::TreeRefIter<'_>, prefix: &[u8], max_files: usize) {
        for entry in tree {
            let Ok(entry) = entry else {
                self.notes.add(format!("{}: the tree is cut or malformed", named(prefix)));
                return;
            };
            let path = [prefix, entry.filename.as_ref()].concat();
            if let Some(why) = refused(entry.filename, &path) {
                self.notes.add(format!("{}: left out, {why}", named(&path)));
                continue;
            }
            match kind_of(entry.mode.kind()) {
                None => self.open.push((entry.oid.to_owned(), [&path, b"/".as_slice()].concat())),
                Some(_) if self.entries.len() >= max_files => {
                    self.open.push((entry.oid.to_owned(), path)); // there is more: the caller sees it and says so
                    return;
                }
                Some(kind) => self.add(&path, kind, entry.oid),
            }
        }
    }

    fn add(&mut self, path: &[u8], kind: EntryKind, oid: &gix::oid) {
        match oid.to_string().parse() {
            Ok(oid) => self.entries.push(TreeEntry { path: shown(path), kind, oid }),
            Err(_) => self.notes.add(format!("{}: left out, its object id is not SHA-1", named(path))),
        }
    }

    fn finish(self) -> Listing {
        let Self { mut entries, mut notes, .. } = self;
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries.dedup_by(|later, earlier| {
            let same = later.path == earlier.path;
            if same {
                notes.add(format!("{}: the path stands in the tree twice, the first was taken", earlier.path));
            }
            same
        });
        Listing { entries, notes: notes.finish() }
    }
}

fn kind_of(mode: gix::objs::tree::EntryKind) -> Option<EntryKind> {
    use gix::objs::tree::EntryKind as Mode;
    match mode {
        Mode::Tree => None,
        Mode::Blob => Some(EntryKind::File),
        Mode::BlobExecutable => Some(EntryKind::Executable),
        Mode::Link => Some(EntryKind::Symlink),
        Mode::Commit => Some(EntryKind::Submodule),
    }
}

/// Why a path is not listed. git writes no such paths, but a tree can be written by hand.
fn refused(name: &[u8], path: &[u8]) -> Option<&'static str> {
    match name {
        b"" => Some("a name is empty"),
        b"." | b".." => Some("it points out of its folder"),
        _ if name.eq_ignore_ascii_case(b".git") => Some("it would be a repository's own folder"),
        _ if name.contains(&b'/') || name.contains(&0) => Some("a name has a slash or a NUL in it"),
        _ if path.len() > MAX_PATH => Some("the path is too long"),
        _ => None,
    }
}

/// A path in a note, cut so that the reason after it is seen.
fn named(path: &[u8]) -> String {
    shown(&path[..path.len().min(150)])
}

/// Bytes as text; what is not UTF-8 is written `\xNN`.
fn shown(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

#[derive(Default)]
struct Notes {
    kept: Vec<String>,
    more: usize,
}

impl Notes {
    fn add(&mut self, note: String) {
        if self.kept.len() < MAX_NOTES {
            self.kept.push(note.chars().take(300).collect());
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self) -> Vec<String> {
        if self.more > 0 {
            self.kept.push(format!("and {} more", self.more));
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_written_out() {
        let cases: [(&[u8], &str); 5] = [
            (b"a/b", "a/b"),
            ("größe".as_bytes(), "größe"),
            (b"caf\xe9.txt", "caf\\xe9.txt"),
            (b"\xff\xfe", "\\xff\\xfe"),
            (b"", ""),
        ];
        for (bytes, expected) in cases {
            assert_eq!(shown(bytes), expected);
        }
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["", ".", "..", ".git", ".GIT", ".Git", "a/b", "a\0b"] {
            assert!(refused(name.as_bytes(), name.as_bytes()).is_some(), "{name:?}");
        }
        for name in [".github", "...", "git", ".gitignore", "a b", "\n"] {
            assert!(refused(name.as_bytes(), name.as_bytes()).is_none(), "{name:?}");
        }
        assert!(refused(b"x", &[b'x'; 5_000]).is_some());
    }
}
