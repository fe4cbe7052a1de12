//! Whether what a change brought still stands in the template, a commit or a hundred later.

use std::collections::HashMap;

use imara_diff::{Algorithm, Diff, InternedInput};

use crate::hunk::Hunk;
use crate::place::is_telling;

/// What became of a hunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It stands as it was brought.
    Holds,
    /// Part of it was changed again.
    Changed,
    /// Nothing of it stands: taken back, or replaced as a whole.
    Gone,
}

/// A changed file, and the same file later.
pub(crate) struct Since<'a> {
    before: HashMap<&'a str, usize>,
    after: HashMap<&'a str, usize>,
    now: HashMap<&'a str, usize>,
    /// For each line after the change, whether a diff finds it in the later text.
    survived: Vec<bool>,
}

impl<'a> Since<'a> {
    pub(crate) fn of(before: &'a str, after: &'a str, now: &'a str) -> Self {
        let input = InternedInput::new(after, now);
        let mut diff = Diff::compute(Algorithm::Histogram, &input);
        diff.postprocess_lines(&input);
        let mut survived = vec![true; after.lines().count()];
        for hunk in diff.hunks() {
            let lines = survived.get_mut(hunk.before.start as usize..hunk.before.end as usize);
            lines.unwrap_or_default().fill(false);
        }
        Self { before: counted(before), after: counted(after), now: counted(now), survived }
    }

    /// A line that moved within its file still stands.
    pub(crate) fn standing(&self, hunk: &Hunk<'_>) -> Standing {
        let first = hunk.after_start.saturating_sub(1) as usize;
        let added = telling(&hunk.added).map(|(at, line)| {
            self.survived.get(first + at).copied().unwrap_or(true) || count(&self.now, line) >= count(&self.after, line)
        });
        let added: Vec<bool> = added.collect();
        if !added.is_empty() {
            return of_all(added.iter().map(|stands| !stands));
        }
        of_all(telling(&hunk.removed).map(|(_, line)| count(&self.now, line) >= count(&self.before, line)))
    }
}

/// Lines that mean something by themselves; where none does, those that are not blank.
fn telling<'h>(lines: &'h [&'h str]) -> impl Iterator<Item = (usize, &'h str)> {
    let any = lines.iter().any(|line| is_telling(line));
    let wanted = move |line: &str| if any { is_telling(line) } else { !line.trim().is_empty() };
    lines.iter().copied().enumerate().filter(move |(_, line)| wanted(line))
}

fn of_all(undone: impl Iterator<Item = bool>) -> Standing {
    let (mut some, mut all) = (false, true);
    for undone in undone {
        some |= undone;
        all &= undone;
    }
    match (some, all) {
        (false, _) => Standing::Holds,
        (true, true) => Standing::Gone,
        (true, false) => Standing::Changed,
    }
}

fn counted(text: &str) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for line in text.lines() {
        *counts.entry(line.trim_end()).or_default() += 1;
    }
    counts
}

fn count(counts: &HashMap<&str, usize>, line: &str) -> usize {
    counts.get(line.trim_end()).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hunk::hunks;

    #[test]
    fn what_was_brought_holds_is_changed_or_is_gone() {
        let was = "first line\nsecond line\n}\nthird line\n";
        let adds = "first line\nsecond line\nnew option one\nnew option two\n}\nthird line\n";
        let drops = "first line\n}\nthird line\n";
        let swaps = "first line\nother line\n}\nthird line\n";
        for (what, after, now, expected) in [
            ("the same", adds, adds.to_owned(), Standing::Holds),
            ("more came", adds, format!("zeroth line\n{adds}"), Standing::Holds),
            ("it moved", adds, "new option one\nnew option two\nfirst line\n".to_owned(), Standing::Holds),
            ("taken back", adds, was.to_owned(), Standing::Gone),
            ("half taken back", adds, adds.replace("new option two\n", ""), Standing::Changed),
            ("another value in half of it", adds, adds.replace("option two", "option 2"), Standing::Changed),
            ("another value", swaps, swaps.replace("other line", "better line"), Standing::Gone),
            ("the old value again", swaps, was.to_owned(), Standing::Gone),
            ("windows lines", swaps, swaps.replace('\n', "\r\n"), Standing::Holds),
            ("a removal that holds", drops, drops.to_owned(), Standing::Holds),
            ("a removal among other changes", drops, format!("{drops}more\n"), Standing::Holds),
            ("a removal taken back", drops, was.to_owned(), Standing::Gone),
            ("all is gone", adds, String::new(), Standing::Gone),
        ] {
            let hunks = hunks(was, after);
            assert_eq!(hunks.len(), 1, "{what}");
            assert_eq!(Since::of(was, after, &now).standing(&hunks[0]), expected, "{what}");
        }
    }

    #[test]
    fn one_of_two_equal_lines_is_enough_to_miss() {
        let was = "a block\nan option\nan end\n";
        let after = "a block\nan option\nan end\nb block\nan option\nan end\n";
        let hunks = hunks(was, after);
        assert_eq!(Since::of(was, after, was).standing(&hunks[0]), Standing::Gone);
        assert_eq!(Since::of("", "", "").standing(&Hunk::bare(vec![], vec![])), Standing::Holds);
    }
}
