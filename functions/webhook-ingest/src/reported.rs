//! What a reporter says about a change, cut to sizes that travel.

use contracts::CommitId;
use contracts::messages::ReportedFile;
use serde::Deserialize;

use crate::problem::Problem;

/// Diff text that rides along in one message, in bytes over all files.
const MOST_DIFF_BYTES: usize = 48 << 10;
/// Paths that ride along, in bytes over all files: together with the diffs less than a message may hold.
const MOST_PATH_BYTES: usize = 12 << 10;
/// Longest line of a commit message that is kept, in characters.
const MOST_SUMMARY: usize = 500;

/// A change in a reporter's words (`test_changes`, or the notification itself).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReportedChange {
    pub(crate) commit_sha: Option<String>,
    pub(crate) commit_message: Option<String>,
    pub(crate) branch: Option<String>,
    pub(crate) changed_files: Option<Vec<ChangedFile>>,
}

/// One file of it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ChangedFile {
    path: String,
    #[serde(default)]
    change_type: Option<String>,
    #[serde(default)]
    diff: Option<String>,
}

/// What is kept of a reported change.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Kept {
    pub(crate) files: Vec<ReportedFile>,
    /// What had to be cut or is not taken at its word, for the reporter.
    pub(crate) notes: Vec<String>,
}

impl ReportedChange {
    /// The commit, if it is named in full.
    pub(crate) fn commit(&self) -> Option<CommitId> {
        self.commit_sha.as_deref()?.trim().to_ascii_lowercase().parse().ok()
    }

    /// The full ref; empty (the head, whatever it is called) where no branch is named.
    pub(crate) fn git_ref(&self, pointer: &str) -> Result<String, Problem> {
        match self.branch.as_deref().map(str::trim).filter(|branch| !branch.is_empty()) {
            None => Ok(String::new()),
            Some(branch) => branch_ref(branch)
                .ok_or_else(|| Problem::invalid(format!("{pointer}/branch"), "not a branch that git allows")),
        }
    }

    pub(crate) fn summary(&self) -> String {
        self.commit_message.as_deref().map(first_line).unwrap_or_default()
    }

    /// The files, with their diffs as far as they fit.
    pub(crate) fn kept(&self, pointer: &str) -> Result<Kept, Problem> {
        let mut room = Room { diff: MOST_DIFF_BYTES, path: MOST_PATH_BYTES };
        let mut kept = Kept::default();
        let (mut cut, mut left_out) = (0, 0);
        for (at, file) in self.changed_files.iter().flatten().enumerate() {
            let change_type = change_type(file, &format!("{pointer}/changed_files/{at}"))?;
            if file.path.len() > room.path {
                left_out += 1;
                continue;
            }
            let whole = file.diff.as_deref().unwrap_or_default();
            let diff = fitting(whole, room.diff);
            cut += usize::from(diff != whole);
            room = Room { diff: room.diff - diff.len(), path: room.path - file.path.len() };
            kept.files.push(ReportedFile { path: file.path.clone(), change_type, diff });
        }
        kept.notes = self.notes(cut, left_out);
        Ok(kept)
    }

    fn notes(&self, cut: usize, left_out: usize) -> Vec<String> {
        let mut notes = Vec::new();
        if self.commit_sha.as_deref().is_some_and(|sha| !sha.trim().is_empty()) && self.commit().is_none() {
            notes.push("commit_sha is not a full commit id (40 hexadecimal digits): not used".to_owned());
        }
        if cut > 0 {
            notes
                .push(format!("diffs of {cut} files were cut at line ends: {MOST_DIFF_BYTES} bytes ride along in all"));
        }
        if left_out > 0 {
            notes.push(format!("{left_out} files were left out: too many paths, or too long ones"));
        }
        notes
    }
}

struct Room {
    diff: usize,
    path: usize,
}

/// `A`, `M`, `D` or `R`; git's own `R087` is a rename, too, and `M` where nothing is said.
fn change_type(file: &ChangedFile, pointer: &str) -> Result<String, Problem> {
    if file.path.is_empty() {
        return Err(Problem::invalid(format!("{pointer}/path"), "a file needs a path"));
    }
    let word = file.change_type.as_deref().unwrap_or("M");
    match word.as_bytes().first().map(u8::to_ascii_uppercase) {
        None | Some(b'M' | b'T') => Ok("M".to_owned()),
        Some(b'A' | b'C') => Ok("A".to_owned()),
        Some(b'D') => Ok("D".to_owned()),
        Some(b'R') => Ok("R".to_owned()),
        Some(_) => {
            let quoted: String = word.chars().take(40).collect();
            Err(Problem::invalid(format!("{pointer}/change_type"), format!("{quoted:?} is not one of A, M, D, R")))
        }
    }
}

/// As many whole lines as fit, with the mark of a cut behind them; nothing where not one fits.
fn fitting(diff: &str, most: usize) -> String {
    if diff.len() <= most {
        return diff.to_owned();
    }
    let fits = diff.as_bytes().get(..most.saturating_sub(ReportedFile::CUT.len() + 1)).unwrap_or_default();
    let end = fits.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    let lines = diff.get(..end).filter(|lines| !lines.is_empty());
    lines.map(|lines| format!("{lines}{}\n", ReportedFile::CUT)).unwrap_or_default()
}

/// The first line of a commit message, at most 500 characters.
pub(crate) fn first_line(message: &str) -> String {
    let line = message.trim_start().lines().next().unwrap_or_default().trim_end();
    line.chars().filter(|c| !c.is_control()).take(MOST_SUMMARY).collect()
}

/// The full ref of a branch, named in full or short; none where git would not allow the name.
pub(crate) fn branch_ref(branch: &str) -> Option<String> {
    let name = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    let part = |p: &str| !p.is_empty() && !p.starts_with('.') && !p.ends_with(".lock");
    let allowed = |c: char| !c.is_control() && !c.is_whitespace() && !"~^:?*[\\".contains(c);
    let legal = name.len() <= 250
        && !name.starts_with('-')
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.contains("@{")
        && name != "@"
        && name.split('/').all(part)
        && name.chars().all(allowed);
    legal.then(|| format!("refs/heads/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_what_git_allows() {
        for (branch, full) in [("main", "refs/heads/main"), ("refs/heads/a/b", "refs/heads/a/b"), ("ü", "refs/heads/ü")]
        {
            assert_eq!(branch_ref(branch).as_deref(), Some(full), "{branch}");
        }
        let long = "x".repeat(251);
        let bad =
            ["", "-x", "a..b", "a b", "a\nb", "a:b", "a/", "/a", "a//b", ".a", "a/.b", "a.lock", "a.", "@", "a@{1}"];
        for branch in bad.into_iter().chain([long.as_str(), "refs/heads/", "a\\b", "a*", "a^", "a~1", "a?"]) {
            assert_eq!(branch_ref(branch), None, "{branch:?}");
        }
    }

    #[test]
    fn a_summary_is_one_short_line_of_text() {
        let long = "é".repeat(600);
        let shown = "é".repeat(500);
        let cases = [
            ("", ""),
            ("one", "one"),
            ("one\ntwo", "one"),
            ("\n\n one \r\ntwo", "one"),
            ("bell\u{7} and \u{1b}[31mred", "bell and [31mred"),
            (&long, &shown),
        ];
        for (message, summary) in cases {
            assert_eq!(first_line(message), summary, "{message:?}");
        }
    }

    #[test]
    fn diffs_are_cut_at_line_ends_and_said_to_be() {
        let file = |path: &str, diff: String| ChangedFile { path: path.into(), change_type: None, diff: Some(diff) };
        let line = format!("+{}\n", "é".repeat(511));
        let lines = |n: usize| line.repeat(n);
        let files = vec![file("a", lines(30)), file("b", lines(30)), file("c", "+x".repeat(40_000))];
        let mark = format!("{}\n", ReportedFile::CUT);
        let change = ReportedChange { changed_files: Some(files), ..ReportedChange::default() };
        let kept = change.kept("").unwrap();
        let sizes: Vec<usize> = kept.files.iter().map(|f| f.diff.len()).collect();
        assert_eq!(sizes, [30 * 1024, 17 * 1024 + mark.len(), 0], "whole lines of 1,024 bytes up to 48 KiB");
        assert!(kept.files[1].diff.ends_with(&mark) && !kept.files[0].diff.contains(&mark));
        assert!(kept.files.iter().all(|f| f.diff.is_empty() || f.diff.ends_with('\n')));
        assert!(kept.notes.iter().any(|note| note.starts_with("diffs of 2 files were cut")), "{:?}", kept.notes);
    }

    #[test]
    fn too_many_paths_are_left_out_and_said_to_be() {
        let file = |at: usize| ChangedFile { path: format!("{at:0100}"), change_type: None, diff: None };
        let change = ReportedChange { changed_files: Some((0..200).map(file).collect()), ..ReportedChange::default() };
        let kept = change.kept("").unwrap();
        assert_eq!(kept.files.len(), 122);
        assert_eq!(kept.notes, ["78 files were left out: too many paths, or too long ones"]);
    }

    #[test]
    fn change_types_are_gits_letters() {
        let of = |word: Option<&str>| {
            let file = ChangedFile { path: "a".into(), change_type: word.map(str::to_owned), diff: None };
            change_type(&file, "").ok()
        };
        let cases =
            [(None, "M"), (Some("A"), "A"), (Some("m"), "M"), (Some("D"), "D"), (Some("R087"), "R"), (Some(""), "M")];
        for (word, letter) in cases {
            assert_eq!(of(word).as_deref(), Some(letter), "{word:?}");
        }
        assert_eq!(of(Some("X")), None);
        assert_eq!(of(Some("é")), None);
    }
}
