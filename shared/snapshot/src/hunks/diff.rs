//! Reading a unified diff of one file, however cut or malformed.

use std::collections::BTreeMap;

use contracts::messages::ReportedFile;

/// Lines further down are not placed: the blank lines before them would be all of the file.
const MAX_LINE: u32 = 200_000;
/// A longer line is cut; it is no source that anybody wrote.
const MAX_LINE_BYTES: usize = 10_000;
/// Tools that cap a diff cap it at more than this. A shorter one was written by hand, and people do not count: what it
/// has less than its header says was never there.
const SHORTEST_CAP: usize = 1_000;

/// What a diff says of both sides.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sides {
    /// The old lines at their places.
    pub before: String,
    /// The new lines at their places.
    pub after: String,
    /// Where a renamed file was.
    pub old_path: Option<String>,
    /// What could not be read.
    pub notes: Vec<String>,
}

/// Lines by number, and where the next one goes.
#[derive(Default)]
struct Numbered<'a> {
    lines: BTreeMap<u32, &'a str>,
    next: u32,
    /// Lines that the hunk's header still promises; none without a header that says so.
    left: Option<u32>,
}

/// Both sides of `diff`. Without any hunk header the lines are taken to start at line 1.
pub(super) fn sides(diff: &str) -> Sides {
    let mut reader = DiffReader::new();
    diff.lines().for_each(|line| reader.line(line));
    reader.finish(diff.len())
}

struct DiffReader<'a> {
    before: Numbered<'a>,
    after: Numbered<'a>,
    /// Inside a hunk, with or without header.
    in_hunk: bool,
    seen_header: bool,
    old_path: Option<String>,
    notes: Vec<String>,
}

impl<'a> DiffReader<'a> {
    fn new() -> Self {
        let side = || Numbered { next: 1, ..Numbered::default() };
        let (before, after) = (side(), side());
        Self { before, after, in_hunk: false, seen_header: false, old_path: None, notes: Vec::new() }
    }

    fn line(&mut self, line: &'a str) {
        if line == ReportedFile::CUT {
            self.cut();
        } else if line.starts_with("@@") && (!self.is_promised() || ranges(line).is_some()) {
            self.header(line);
        } else if !self.in_hunk && self.preamble(line) {
            // Told about the file, not of it.
        } else if self.in_hunk || line.starts_with(['+', '-']) {
            self.in_hunk = true;
            self.content(line);
        }
    }

    /// Whether the current hunk's header promises more lines.
    fn is_promised(&self) -> bool {
        self.in_hunk && [&self.before, &self.after].iter().any(|side| side.left.is_some_and(|left| left > 0))
    }

    fn header(&mut self, line: &str) {
        self.seen_header = true;
        self.in_hunk = true;
        let Some(((old, old_count), (new, new_count))) = ranges(line) else {
            self.note("a hunk's header cannot be read, its lines were left out");
            self.in_hunk = false;
            return;
        };
        self.before.start(old, old_count);
        self.after.start(new, new_count);
    }

    /// Whether `line` belongs to what git writes above the hunks.
    fn preamble(&mut self, line: &str) -> bool {
        const WORDS: [&str; 12] = [
            "diff ",
            "index ",
            "--- ",
            "+++ ",
            "new file",
            "deleted file",
            "old mode",
            "new mode",
            "similarity",
            "rename ",
            "copy ",
            "Binary files",
        ];
        if let Some(path) = line.strip_prefix("rename from ") {
            self.old_path = Some(path.to_owned());
        }
        WORDS.iter().any(|word| line.starts_with(word)) || self.seen_header
    }

    fn content(&mut self, line: &'a str) {
        let fulfilled = |side: &Numbered| side.left == Some(0);
        if fulfilled(&self.before) && fulfilled(&self.after) && !continues(line) {
            self.in_hunk = false;
            self.preamble(line);
            return;
        }
        let (mark, text) = match line.chars().next() {
            Some(mark @ ('+' | '-' | ' ' | '\\')) => (mark, &line[1..]),
            None => (' ', ""), // an empty context line whose space an editor took
            Some(_) => {
                self.cut();
                return;
            }
        };
        let fits = match mark {
            '-' => self.before.put(text),
            '+' => self.after.put(text),
            ' ' => self.before.put(text) & self.after.put(text),
            _ => true, // "\ No newline at end of file"
        };
        if !fits {
            self.note(&format!("lines beyond line {MAX_LINE} were left out"));
        }
    }

    fn cut(&mut self) {
        self.note("the diff was cut");
        self.in_hunk = false;
    }

    fn note(&mut self, note: &str) {
        if !self.notes.iter().any(|known| known == note) {
            self.notes.push(note.to_owned());
        }
    }

    fn finish(mut self, size: usize) -> Sides {
        if self.is_promised() && size >= SHORTEST_CAP {
            self.note("the diff is shorter than its last header says: it was cut");
        }
        Sides { before: self.before.text(), after: self.after.text(), old_path: self.old_path, notes: self.notes }
    }
}

impl<'a> Numbered<'a> {
    fn start(&mut self, line: u32, count: u32) {
        // `-0,0` stands for "nothing": its line is not one.
        self.next = line.max(1);
        self.left = Some(count);
    }

    /// Puts a line at its place, unless an earlier hunk has said what stands there. `false` if it lies too far down.
    fn put(&mut self, line: &'a str) -> bool {
        let at = self.next;
        self.next = self.next.saturating_add(1);
        self.left = self.left.map(|left| left.saturating_sub(1));
        let end = (0..=MAX_LINE_BYTES.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        if at <= MAX_LINE {
            self.lines.entry(at).or_insert(&line[..end]);
        }
        at <= MAX_LINE
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let mut next = 1;
        for (&number, line) in &self.lines {
            text.extend(std::iter::repeat_n('\n', number.saturating_sub(next) as usize));
            text.push_str(line);
            text.push('\n');
            next = number + 1;
        }
        text
    }
}

/// Whether `line` belongs to a hunk that already has what its header promised: people do not count.
fn continues(line: &str) -> bool {
    let is_preamble = ["--- ", "+++ ", "-- "].iter().any(|word| line.starts_with(word)) || line == "--";
    line.starts_with(['+', '-', '\\', ' ']) && !is_preamble
}

/// `@@ -start[,count] +start[,count] @@`.
fn ranges(header: &str) -> Option<((u32, u32), (u32, u32))> {
    let mut words = header.strip_prefix("@@")?.split_whitespace();
    let old = range(words.next()?.strip_prefix('-')?)?;
    let new = range(words.next()?.strip_prefix('+')?)?;
    Some((old, new))
}

fn range(text: &str) -> Option<(u32, u32)> {
    match text.split_once(',') {
        Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Diff, before, after, number of notes.
    const CASES: &[(&str, &str, &str, usize)] = &[
        ("", "", "", 0),
        ("@@ -1,3 +1,3 @@ def f\n a\n-b\n+c\n d\n", "a\nb\nd\n", "a\nc\nd\n", 0),
        ("@@ -3 +3 @@\n-b\n+c\n", "\n\nb\n", "\n\nc\n", 0),
        // Two hunks, the second shifted.
        ("@@ -1 +1,2 @@\n a\n+b\n@@ -4 +5 @@\n-x\n+y\n", "a\n\n\nx\n", "a\nb\n\n\ny\n", 0),
        // Everything that git writes above, and a trailer.
        (
            "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n",
            "a\n",
            "b\n",
            0,
        ),
        // Lines that look like headers of a file are lines while the hunk promises some.
        ("@@ -1,2 +1,2 @@\n--- a/x\n+++ b/y\n @@ z\n", "-- a/x\n@@ z\n", "++ b/y\n@@ z\n", 0),
        // No header at all.
        ("-a\n+b\n", "a\n", "b\n", 0),
        ("--- a/x\n+++ b/x\n-a\n+b\n", "a\n", "b\n", 0),
        // Windows line ends.
        ("@@ -1 +1 @@\r\n-a\r\n+b\r\n", "a\n", "b\n", 0),
        // An empty context line whose space was taken away.
        ("@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n", "a\n\nb\n", "a\n\nc\n", 0),
        // Cut in the middle, as a tool or as a person says so.
        ("@@ -1,9 +1,9 @@\n a\n-b\n\\ The rest of this diff was cut\n", "a\nb\n", "a\n", 1),
        ("@@ -1 +1 @@\n-b\n+c\n\\ The rest of this diff was cut\n", "b\n", "c\n", 1),
        ("-a\n\\ The rest of this diff was cut\n", "a\n", "", 1),
        ("@@ -1,9 +1,9 @@\n a\n-b\n... (truncated)\n", "a\nb\n", "a\n", 1),
        // Counts that somebody guessed: too large, too small, and before another hunk.
        ("@@ -3,7 +3,7 @@\n-b\n+c", "\n\nb\n", "\n\nc\n", 0),
        ("@@ -1 +1 @@\n-a\n+b\n+c\n", "a\n", "b\nc\n", 0),
        ("@@ -1,7 +1,7 @@\n-a\n+b\n@@ -4,7 +4,7 @@\n-c\n+d\n", "a\n\n\nc\n", "b\n\n\nd\n", 0),
        // What a mail has below its patch is not of the file.
        ("@@ -1 +1 @@\n-a\n+b\n-- \n2.43.0\n", "a\n", "b\n", 0),
        // Headers that cannot be read.
        ("@@ nonsense @@\n-a\n+b\n@@ -5 +5 @@\n-c\n+d\n", "\n\n\n\nc\n", "\n\n\n\nd\n", 1),
        ("@@\n-a\n", "", "", 1),
        ("@@ -99999999999 +1 @@\n-a\n", "", "", 1),
        // Far down.
        ("@@ -4000000000 +4000000000 @@\n-a\n+b\n", "", "", 1),
        // Hunks that overlap: the first word stands.
        ("@@ -1 +1 @@\n-a\n+b\n@@ -1 +1 @@\n-c\n+d\n", "a\n", "b\n", 0),
        // A pure addition and a pure deletion.
        ("@@ -0,0 +1,2 @@\n+a\n+b\n", "", "a\nb\n", 0),
        ("@@ -1,2 +0,0 @@\n-a\n-b\n", "a\nb\n", "", 0),
        ("Binary files a/x and b/x differ\n", "", "", 0),
        ("just prose\nabout nothing\n", "", "", 0),
        ("@@ -1 +1 @@\n-größe\n+ende\u{301}\n", "größe\n", "ende\u{301}\n", 0),
    ];

    #[test]
    fn lines_stand_at_their_numbers() {
        for (diff, before, after, notes) in CASES {
            let sides = sides(diff);
            assert_eq!((sides.before.as_str(), sides.after.as_str()), (*before, *after), "{diff:?}");
            assert_eq!(sides.notes.len(), *notes, "{diff:?}: {:?}", sides.notes);
        }
    }

    #[test]
    fn a_long_diff_that_ends_early_was_cut() {
        let whole = format!("@@ -1,41 +1,41 @@\n{}-b\n+c\n", format!(" {}\n", "x".repeat(49)).repeat(40));
        assert!(sides(&whole).notes.is_empty());
        assert_eq!(sides(&whole[..2_000]).notes.len(), 1, "a tool's cap");
        assert!(sides(&whole[..900]).notes.is_empty());
    }

    #[test]
    fn every_cut_of_a_diff_is_read_without_harm() {
        for (diff, ..) in CASES {
            for at in (0..diff.len()).filter(|at| diff.is_char_boundary(*at)) {
                sides(&diff[..at]);
                sides(&diff[at..]);
            }
        }
    }

    #[test]
    fn a_renamed_file_says_where_it_was() {
        let renamed = sides(
            "diff --git a/old b/new\nsimilarity index 90%\nrename from old\nrename to new\n@@ -1 +1 @@\n-a\n+b\n",
        );
        assert_eq!(renamed.old_path.as_deref(), Some("old"));
        // A line of the file that looks like it is not believed.
        assert_eq!(sides("@@ -1 +1 @@\n-rename from x\n+rename from y\n").old_path, None);
    }

    #[test]
    fn huge_lines_and_many_hunks_stay_small() {
        let long = format!("@@ -1 +1 @@\n+{}\n", "ä".repeat(1 << 20));
        assert!(sides(&long).after.len() <= MAX_LINE_BYTES + 1);
        let many = "@@ -200000 +200000 @@\n-a\n+b\n".repeat(10_000);
        assert!(sides(&many).after.len() < 300_000);
    }
}
