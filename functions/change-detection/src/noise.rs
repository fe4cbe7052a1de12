//! Changes that nobody else can notice: said so, and looked at no further.

use contracts::analysis::ParseStatus;
use contracts::fact::FileStatus;

use crate::comparison::{Changed, Side};
use outline::role as paths;

/// Why nothing is looked for in this file; none where something is.
pub(crate) fn reason(status: FileStatus, before: Option<&Side>, after: Option<&Side>) -> Option<&'static str> {
    let side = after.or(before)?;
    if paths::is_docs(&side.path) {
        return Some("docs");
    }
    if paths::is_generated(&side.path, side.text()) {
        return Some("generated");
    }
    let (Some(before), Some(after)) = (before, after) else { return None };
    if status != FileStatus::Modified {
        // A moved file is a change, even if no byte of it changed.
        return None;
    }
    let (old, new) = (before.text.as_deref()?, after.text.as_deref()?);
    if blank_lines_only(old, new) {
        return Some("formatting");
    }
    if same_code(before, after) {
        return Some(if same_without_spaces(old, new) { "formatting" } else { "comments" });
    }
    None
}

/// Sets every file's reason.
pub(crate) fn mark(files: &mut [Changed]) {
    for file in files {
        file.noise = reason(file.status, file.before.as_ref(), file.after.as_ref());
    }
}

/// Line ends, trailing spaces and empty lines are all that differs: true for every language we know.
fn blank_lines_only(old: &str, new: &str) -> bool {
    let lines = |text: &'_ str| -> Vec<String> {
        text.lines().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
    };
    lines(old) == lines(new)
}

fn same_without_spaces(old: &str, new: &str) -> bool {
    old.chars().filter(|c| !c.is_whitespace()).eq(new.chars().filter(|c| !c.is_whitespace()))
}

/// Both trees are whole and their leaves are equal. Where indentation is meaning, the digest covers it or the
/// structure differs too; an empty digest says nothing.
fn same_code(before: &Side, after: &Side) -> bool {
    let (Some(old), Some(new)) = (&before.analysis, &after.analysis) else { return false };
    let whole = old.status == ParseStatus::Parsed && new.status == ParseStatus::Parsed;
    whole
        && old.language == new.language
        && old.code_hash == new.code_hash
        && old.code_hash != 0
        && !matches!(old.language.as_str(), "markdown" | "yaml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(path: &str, text: &str) -> Side {
        Side { path: path.to_owned(), text: Some(text.to_owned()), analysis: None }
    }

    #[test]
    fn reasons() {
        let cases = [
            ("a.py", "x = 1\n", "x = 1\n\n\n", Some("formatting")),
            ("a.py", "x = 1\n", "x = 1  \r\n", Some("formatting")),
            ("a.py", "if a:\n  b\n  c\n", "if a:\n  b\nc\n", None),
            ("README.md", "a", "b", Some("docs")),
            ("yarn.lock", "a", "b", Some("generated")),
            ("config.yaml", "a: 1", "a: 2", None),
        ];
        for (path, old, new, expected) in cases {
            let (old, new) = (side(path, old), side(path, new));
            assert_eq!(reason(FileStatus::Modified, Some(&old), Some(&new)), expected, "{path}");
        }
        let moved = (side("a.py", "x"), side("b.py", "x"));
        assert_eq!(reason(FileStatus::Renamed, Some(&moved.0), Some(&moved.1)), None);
    }
}
