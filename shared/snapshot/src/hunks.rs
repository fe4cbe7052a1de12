//! Partial snapshots from a reporter's own diff, for repositories that cannot be read.
//!
//! Each changed file becomes two pseudo-files in which the diff's lines stand at their line numbers and every other line
//! is blank. What they say at a line is true; what they do not say is not known.

use std::collections::{BTreeMap, HashMap};

use blobs::Blobs;
use contracts::ObjectId;
use contracts::ids::digest_hex;
use contracts::manifest::{Content, Entry, EntryKind, GitFacts, Manifest};
use contracts::messages::ReportedFile;

use crate::pack::Packer;
use crate::{Error, Snapshot};

mod diff;

use diff::{Sides, sides};

/// Files that are taken of one report.
const MAX_FILES: usize = 5_000;
/// Bytes of all pseudo-files together.
const MAX_BYTES: usize = 64 << 20;
const MAX_PATH: usize = 4_096;

/// The pseudo-files before and after a reported diff, as snapshots without a commit. Malformed and cut diffs give what
/// can be read of them, and a note.
///
/// # Errors
///
/// [`Error::Blobs`] if object storage fails. No input is an error.
pub async fn from_hunks(blobs: &Blobs, files: &[ReportedFile]) -> Result<(Snapshot, Snapshot), Error> {
    let (before, after) = pseudo_files(files);
    Ok((store(blobs, before, "before").await?, store(blobs, after, "after").await?))
}

/// One side of a reported change.
#[derive(Debug, Default)]
struct Side {
    /// Text by path; none where the reporter gave no lines of this side.
    files: BTreeMap<String, Option<String>>,
    notes: Vec<String>,
}

fn pseudo_files(files: &[ReportedFile]) -> (Side, Side) {
    let (mut before, mut after) = (Side::default(), Side::default());
    let mut room = MAX_BYTES;
    if files.len() > MAX_FILES {
        after.notes.push(format!("{} reported files: only the first {MAX_FILES} are looked at", files.len()));
    }
    for file in files.iter().take(MAX_FILES) {
        if let Err(why) = checked(&file.path) {
            after.notes.push(format!("{}: left out, {why}", cut(&file.path)));
            continue;
        }
        let sides = sides(&file.diff);
        let size = sides.before.len() + sides.after.len();
        if size > room {
            after.notes.push(format!("{}: left out, the report is too large", cut(&file.path)));
            continue;
        }
        room -= size;
        add(&mut before, &mut after, file, sides);
    }
    (before, after)
}

/// Puts one file where its change says it was and is.
fn add(before: &mut Side, after: &mut Side, file: &ReportedFile, sides: Sides) {
    let path = file.path.as_str();
    after.notes.extend(sides.notes.iter().map(|note| format!("{}: {note}", cut(path))));
    let old_path = sides.old_path.filter(|old| checked(old).is_ok()).unwrap_or_else(|| path.to_owned());
    let text = |side: String| (!side.is_empty()).then_some(side);
    let (old, new) = match file.change_type.trim().chars().next() {
        Some('A' | 'a') => (None, Some(path)),
        Some('D' | 'd') => (Some(path), None),
        Some('R' | 'r') => (Some(old_path.as_str()), Some(path)),
        _ => (Some(path), Some(path)),
    };
    if let Some(old) = old {
        before.files.entry(old.to_owned()).or_insert_with(|| text(sides.before));
    }
    if let Some(new) = new {
        after.files.entry(new.to_owned()).or_insert_with(|| text(sides.after));
    }
}

fn checked(path: &str) -> Result<(), &'static str> {
    let odd = path.split('/').any(|part| matches!(part, "" | "." | "..") || part.eq_ignore_ascii_case(".git"));
    match () {
        () if path.len() > MAX_PATH => Err("the path is too long"),
        () if odd || path.contains('\0') => Err("it is no path inside a repository"),
        () => Ok(()),
    }
}

fn cut(path: &str) -> String {
    path.chars().take(200).collect()
}

async fn store(blobs: &Blobs, side: Side, name: &str) -> Result<Snapshot, Error> {
    let failed = |e: std::io::Error| Error::Pack(e.to_string());
    let mut packer = Packer::new(0).map_err(failed)?;
    let (mut entries, mut packs, mut full_packs) = (Vec::new(), Vec::new(), Vec::new());
    let mut places = HashMap::new();
    for (path, text) in side.files {
        let (size, content) = match &text {
            None => (0, Content::Absent),
            Some(text) => {
                if !places.contains_key(text) {
                    let (place, full) = packer.add(text.as_bytes()).map_err(failed)?;
                    full_packs.extend(full);
                    places.insert(text.clone(), place);
                }
                (text.len() as u64, places.get(text).map_or(Content::Absent, |place| Content::Packed(*place)))
            }
        };
        let oid = pseudo_oid(text.as_deref(), name)?;
        entries.push(Entry { path, kind: EntryKind::File, oid, size, content });
    }
    full_packs.extend(packer.finish());
    for pack in full_packs {
        blobs.put(&pack.key, pack.bytes).await?;
        packs.push(pack.key);
    }
    let manifest = Manifest { commit: None, entries, packs, git: GitFacts::default(), notes: side.notes };
    Snapshot::store(blobs, manifest).await
}

/// Names a pseudo-file by its text. Not a git object id, and made from another digest, so it is never taken for one.
/// What is not known differs from side to side: the file is reported as changed, so it is no unchanged one.
fn pseudo_oid(text: Option<&str>, side: &str) -> Result<ObjectId, Error> {
    let hex = match text {
        Some(text) => digest_hex(&["reported lines", text], 40),
        None => digest_hex(&["lines that nobody reported", side], 40),
    };
    hex.parse().map_err(|e: contracts::ids::InvalidId| Error::Pack(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, change_type: &str, diff: &str) -> ReportedFile {
        ReportedFile { path: path.into(), change_type: change_type.into(), diff: diff.into() }
    }

    /// `path = text` of each file, `path ?` where the text is not known.
    fn shown(side: &Side) -> Vec<String> {
        let show = |(path, text): (&String, &Option<String>)| match text {
            Some(text) => format!("{path} = {text:?}"),
            None => format!("{path} ?"),
        };
        side.files.iter().map(show).collect()
    }

    #[test]
    fn each_change_stands_on_its_sides() {
        let hunk = "@@ -2,2 +2,2 @@\n a\n-b\n+c\n";
        let (old, new) = ("\"\\na\\nb\\n\"", "\"\\na\\nc\\n\"");
        let renamed = format!("rename from old.py\nrename to new.py\n{hunk}");
        let cases: [(ReportedFile, Vec<String>, Vec<String>); 8] = [
            (file("x.py", "M", hunk), vec![format!("x.py = {old}")], vec![format!("x.py = {new}")]),
            (file("x.py", "A", "@@ -0,0 +1 @@\n+n\n"), vec![], vec!["x.py = \"n\\n\"".into()]),
            (file("x.py", "D", "@@ -1 +0,0 @@\n-n\n"), vec!["x.py = \"n\\n\"".into()], vec![]),
            (file("new.py", "R100", &renamed), vec![format!("old.py = {old}")], vec![format!("new.py = {new}")]),
            (file("new.py", "R", ""), vec!["new.py ?".into()], vec!["new.py ?".into()]),
            (file("x.py", "modified", hunk), vec![format!("x.py = {old}")], vec![format!("x.py = {new}")]),
            (file("x.py", "", ""), vec!["x.py ?".into()], vec!["x.py ?".into()]),
            (file("../x", "M", hunk), vec![], vec![]),
        ];
        for (reported, old, new) in cases {
            let (before, after) = pseudo_files(std::slice::from_ref(&reported));
            assert_eq!((shown(&before), shown(&after)), (old, new), "{reported:?}");
        }
    }

    #[test]
    fn paths_that_lead_elsewhere_are_left_out_with_a_note() {
        for path in ["", "/etc/passwd", "a/../b", ".git/config", "a//b", "a\0b", &"x".repeat(5_000)] {
            let (before, after) = pseudo_files(&[file(path, "M", "@@ -1 +1 @@\n-a\n+b\n")]);
            assert!(before.files.is_empty() && after.files.is_empty(), "{path:?}");
            assert_eq!(after.notes.len(), 1, "{path:?}");
        }
    }

    #[tokio::test]
    async fn both_sides_can_be_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&format!("dir:{}", dir.path().display())).await.unwrap();
        let files = [
            file("b.py", "M", "@@ -3 +3 @@\n-old = 1\n+new = 1\n"),
            file("a.py", "A", "@@ -0,0 +1 @@\n+x\n"),
            file("c.py", "M", ""),
        ];
        let (before, after) = from_hunks(&blobs, &files).await.unwrap();
        assert_eq!(before.text("b.py").await.unwrap().unwrap(), "\n\nold = 1\n");
        assert_eq!(after.text("b.py").await.unwrap().unwrap(), "\n\nnew = 1\n");
        assert_eq!(
            (before.text("a.py").await.unwrap(), after.text("a.py").await.unwrap().as_deref()),
            (None, Some("x\n"))
        );
        assert_eq!(after.manifest().entry("c.py").unwrap().content, Content::Absent);
        let oid = |side: &Snapshot| side.manifest().entry("c.py").map(|entry| entry.oid.clone());
        assert_ne!(oid(&before), oid(&after), "reported as changed, however little is known of it");
        assert!(after.manifest().commit.is_none());
        let paths: Vec<&str> = after.manifest().entries.iter().map(|e| e.path.as_str()).collect();
        assert_eq!(paths, ["a.py", "b.py", "c.py"]);
    }
}
