//! Unified diffs: written, and applied in memory to prove that they apply.

use std::fmt::Write;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

/// Lines of context around a change, as git has them.
const CONTEXT: u32 = 3;

/// The diff that leads from `old` to `new` at `path`. None for `old` or `new` means that there is no such file.
pub fn between(path: &str, old: Option<&str>, new: Option<&str>) -> String {
    let (before, after) = (old.unwrap_or_default(), new.unwrap_or_default());
    let input = InternedInput::new(before, after);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let side = |text: Option<&str>, mark: &str| text.map_or("/dev/null".to_owned(), |_| format!("{mark}/{path}"));
    let mut out = format!("--- {}\n+++ {}\n", side(old, "a"), side(new, "b"));
    let sides = Sides { old: before.split_inclusive('\n').collect(), new: after.split_inclusive('\n').collect() };
    let mut group: Vec<Hunk> = Vec::new();
    for hunk in diff.hunks() {
        let near = group.last().is_none_or(|last| hunk.before.start - last.before.end <= 2 * CONTEXT);
        if !near {
            sides.write(&group, &mut out);
            group.clear();
        }
        group.push(hunk);
    }
    sides.write(&group, &mut out);
    out
}

/// Lines with their ends.
struct Sides<'a> {
    old: Vec<&'a str>,
    new: Vec<&'a str>,
}

impl Sides<'_> {
    /// Writes changes that share their context.
    fn write(&self, group: &[Hunk], out: &mut String) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
        let above = first.before.start.min(CONTEXT);
        let below = (size(&self.old) - last.before.end).min(CONTEXT);
        let before = first.before.start - above..last.before.end + below;
        let after = first.after.start - above..last.after.end + below;
        // Writing to a string does not fail.
        let _ = writeln!(out, "@@ -{} +{} @@", range(&before), range(&after));
        let mut at = before.start;
        for hunk in group {
            lines(out, ' ', &self.old, at..hunk.before.start);
            lines(out, '-', &self.old, hunk.before.clone());
            lines(out, '+', &self.new, hunk.after.clone());
            at = hunk.before.end;
        }
        lines(out, ' ', &self.old, at..before.end);
    }
}

/// First line and count, the way git counts: nothing is said to stand after the line before it.
fn range(range: &Range<u32>) -> String {
    let first = if range.is_empty() { range.start } else { range.start + 1 };
    format!("{first},{}", range.end - range.start)
}

fn lines(out: &mut String, sign: char, all: &[&str], range: Range<u32>) {
    for line in all.get(range.start as usize..range.end as usize).unwrap_or_default() {
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

fn size(lines: &[&str]) -> u32 {
    u32::try_from(lines.len()).unwrap_or(u32::MAX)
}

/// Applies a diff of one file, to the letter and at the lines it names. None if it does not apply.
pub fn apply(patch: &str, old: &str) -> Option<String> {
    let lines: Vec<&str> = old.split_inclusive('\n').collect();
    let (mut out, mut next) = (String::new(), 0);
    let mut rest = patch.split_inclusive('\n').skip(2).peekable();
    while let Some(line) = rest.next() {
        if let Some(range) = line.strip_prefix("@@ -") {
            let (start, count) = numbers(range)?;
            // A hunk that takes nothing out names the line before it.
            let start = if count == 0 { start } else { start.checked_sub(1)? };
            out.extend(lines.get(next..start)?.iter().copied());
            next = start;
            continue;
        }
        let (sign, text) = line.split_at_checked(1)?;
        // "\ No newline at end of file" belongs to the line before it.
        let open = rest.peek().is_some_and(|following| following.starts_with('\\'));
        let text = if open { text.strip_suffix('\n')? } else { text };
        match sign {
            "+" => out.push_str(text),
            " " | "-" => {
                if *lines.get(next)? != text {
                    return None;
                }
                if sign == " " {
                    out.push_str(text);
                }
                next += 1;
            }
            "\\" => {}
            _ => return None,
        }
    }
    out.extend(lines.get(next..)?.iter().copied());
    Some(out)
}

/// `12,3 +…` and `12 +…`: the first line and how many.
fn numbers(range: &str) -> Option<(usize, usize)> {
    let range = range.split(' ').next()?;
    let (start, count) = range.split_once(',').unwrap_or((range, "1"));
    Some((start.parse().ok()?, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_applies() {
        let long: String = (0..40).map(|i| format!("line {i}\n")).collect();
        for (old, new) in [
            ("a\nb\nc\n", "a\nB\nc\n"),
            ("a\nb\nc", "a\nb\nc\n"),
            ("a\nb\nc\n", "a\nb\nc"),
            ("", "a\n"),
            ("a\n", ""),
            ("a\r\nb\r\n", "a\r\nx\r\nb\r\n"),
            (&long, &long.replace("line 3\n", "").replace("line 30", "thirty")),
            (&long, &format!("first\n{long}last")),
            (&long, &long.replace("line 5\n", "five\n")),
            (&long, &long.replace("line 6\n", "").replace("line 13\n", "x\n").replace("line 21\n", "y\n")),
        ] {
            let patch = between("f", Some(old), Some(new));
            assert_eq!(apply(&patch, old).as_deref(), Some(new), "{patch}");
        }
    }

    #[test]
    fn a_patch_for_something_else_does_not() {
        let patch = between("f", Some("a\nb\nc\n"), Some("a\nB\nc\n"));
        for other in ["", "a\n", "a\nx\nc\n", "b\nc\n", "a\nb\nd\n"] {
            assert_eq!(apply(&patch, other), None, "{other}");
        }
        for broken in ["x\ny\n@@ -x +1 @@\n", "x\ny\n@@ -9 +1 @@\n-a\n", "x\ny\n?a\n", "x\ny\né\n"] {
            assert_eq!(apply(broken, "a\n"), None, "{broken}");
        }
    }
}
