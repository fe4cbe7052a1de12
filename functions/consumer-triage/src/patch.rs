//! A unified diff for one-line replacements that are certain, checked against the bytes.

use std::collections::BTreeMap;

use crate::dependent::{Dependent, File};
use crate::uses::Use;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The diff for all uses that can be replaced; none where one of them cannot, for half a fix is none.
pub(crate) fn of(uses: &[Use], dependent: &Dependent) -> Option<String> {
    let mut files: BTreeMap<&str, BTreeMap<usize, String>> = BTreeMap::new();
    for found in uses {
        let (old, new) = found.replace.as_ref()?;
        let file = dependent.files.iter().find(|file| file.path == found.path)?;
        let index = usize::try_from(found.start.checked_sub(1)?).ok()?;
        let line = raw_lines(file.text()).nth(index)?;
        if line.matches(old.as_str()).count() != 1 {
            return None;
        }
        files.entry(found.path.as_str()).or_default().insert(index, line.replacen(old.as_str(), new, 1));
    }
    let mut out = String::new();
    for (path, changes) in files {
        let file = dependent.files.iter().find(|file| file.path == path)?;
        let diff = file_diff(file, &changes)?;
        let expected = changed(file.text(), &changes);
        // What is offered has been applied once already.
        if apply(file.text(), &diff)? != expected {
            return None;
        }
        out.push_str(&format!("--- a/{path}\n+++ b/{path}\n{diff}"));
    }
    (!out.is_empty()).then_some(out)
}

/// Lines without their `\n`, with their `\r`.
fn raw_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_terminator('\n')
}

fn changed(text: &str, changes: &BTreeMap<usize, String>) -> Vec<String> {
    raw_lines(text).enumerate().map(|(at, line)| changes.get(&at).cloned().unwrap_or_else(|| line.to_owned())).collect()
}

/// Hunks for the changed lines; none for a file whose last line is in reach and has no line end.
fn file_diff(file: &File, changes: &BTreeMap<usize, String>) -> Option<String> {
    let lines: Vec<&str> = raw_lines(file.text()).collect();
    let mut out = String::new();
    let mut at = changes.keys().copied().peekable();
    while let Some(first) = at.next() {
        let mut last = first;
        while at.peek().is_some_and(|next| *next <= last + 2 * CONTEXT) {
            last = at.next()?;
        }
        let (from, to) = (first.saturating_sub(CONTEXT), (last + CONTEXT + 1).min(lines.len()));
        if to == lines.len() && !file.text().ends_with('\n') {
            return None;
        }
        let count = to - from;
        out.push_str(&format!("@@ -{},{count} +{},{count} @@\n", from + 1, from + 1));
        for (index, line) in lines.iter().enumerate().take(to).skip(from) {
            match changes.get(&index) {
                Some(new) => out.push_str(&format!("-{line}\n+{new}\n")),
                None => out.push_str(&format!(" {line}\n")),
            }
        }
    }
    Some(out)
}

/// Applies hunks the way a strict patch program does: every kept and removed line must be there.
fn apply(text: &str, diff: &str) -> Option<Vec<String>> {
    let old: Vec<&str> = raw_lines(text).collect();
    let (mut out, mut at) = (Vec::new(), 0usize);
    for line in raw_lines(diff) {
        if let Some(header) = line.strip_prefix("@@ -") {
            let start: usize = header.split(',').next()?.parse().ok()?;
            while at + 1 < start {
                out.push((*old.get(at)?).to_owned());
                at += 1;
            }
            continue;
        }
        let (mark, body) = line.split_at_checked(1)?;
        if mark == "+" {
            out.push(body.to_owned());
            continue;
        }
        if *old.get(at)? != body {
            return None;
        }
        if mark == " " {
            out.push(body.to_owned());
        }
        at += 1;
    }
    out.extend(old[at..].iter().map(|line| (*line).to_owned()));
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependent::Place;

    fn dependent(text: &str) -> Dependent {
        let file = File { path: "a.py".to_owned(), place: Place::Source, analysis: None, text: Some(text.to_owned()) };
        let repo = "o/r".parse().unwrap();
        Dependent { repo, commit: None, snapshot: None, files: vec![file], total: 1, messages: vec![], unread: vec![] }
    }

    fn replace(line: u32, old: &str, new: &str) -> Use {
        let mut found = Use::at("a.py", line);
        found.replace = Some((old.to_owned(), new.to_owned()));
        found
    }

    #[test]
    fn a_line_is_replaced_and_the_patch_applies() {
        let text = "1\n2\n3\n4\nget(\"/a\")\r\n6\n7\n8\n9\n";
        let patch = of(&[replace(5, "/a", "/b")], &dependent(text)).unwrap();
        assert_eq!(
            patch,
            "--- a/a.py\n+++ b/a.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-get(\"/a\")\r\n+get(\"/b\")\r\n 6\n 7\n 8\n"
        );
    }

    #[test]
    fn uncertain_replacements_give_no_patch() {
        let cases = [("x\n", 1, "y"), ("a a\n", 1, "a"), ("a", 1, "a"), ("a\n", 9, "a")];
        for (text, line, old) in cases {
            assert_eq!(of(&[replace(line, old, "z")], &dependent(text)), None, "{text:?}");
        }
        assert_eq!(of(&[replace(1, "a", "b"), Use::at("a.py", 1)], &dependent("a\n")), None);
    }
}
