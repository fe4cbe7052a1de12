//! What one hunk of the template is to the derivative's file.

mod version;

use std::collections::HashSet;

use crate::hunk::Hunk;
use crate::place::{around, gap, is_telling, runs};

/// How a hunk fits. Indices count lines from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fit {
    /// The derivative has it already.
    Present,
    /// These lines can be replaced; nothing else needs to change.
    Applies {
        /// First line to replace.
        at: usize,
        /// How many lines to take out.
        remove: usize,
        /// The lines, or the neighbours of an insertion, are the same to the letter.
        exact: bool,
    },
    /// The lines that the template cured stand here in another order or at several places.
    Conflict {
        /// First line of what stands here.
        start: usize,
        /// Last line, included.
        end: usize,
        /// Why it cannot simply be replaced.
        why: &'static str,
    },
    /// The derivative has gone its own way here.
    Diverged,
}

/// Holds a hunk against a file's lines.
pub(crate) fn fit(hunk: &Hunk<'_>, lines: &[&str]) -> Fit {
    let old = best(&runs(lines, &hunk.removed), hunk.removed.len(), hunk, lines);
    let new = best(&runs(lines, &hunk.added), hunk.added.len(), hunk, lines);
    match (old, new) {
        (Found::None, Found::None) => elsewhere(hunk, lines),
        (Found::At(at, _) | Found::Many(at, _), Found::None) if version::stands_beside(hunk, lines, at) => Fit::Present,
        (_, Found::None) => applies(old, hunk),
        (Found::None, new) => new_only(new, hunk, lines),
        // Both stand here: the one in the right surroundings is the one that is meant.
        (old, new) if old.score() > new.score() => applies(old, hunk),
        _ => Fit::Present,
    }
}

/// Where a run of lines stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Found {
    None,
    /// One place, or one that is better than all others; how much of its surroundings fits.
    At(usize, f64),
    /// Several that are as good; the first.
    Many(usize, f64),
}

impl Found {
    fn score(self) -> f64 {
        match self {
            Self::None => -1.0,
            Self::At(_, score) | Self::Many(_, score) => score,
        }
    }
}

fn best(starts: &[usize], length: usize, hunk: &Hunk<'_>, lines: &[&str]) -> Found {
    let mut best = Found::None;
    for &start in starts {
        let score = around(lines, start, start + length, hunk);
        best = match best {
            Found::None => Found::At(start, score),
            Found::At(_, highest) | Found::Many(_, highest) if score > highest => Found::At(start, score),
            Found::At(first, highest) if score >= highest => Found::Many(first, highest),
            keep => keep,
        };
    }
    best
}

/// The old lines stand here.
fn applies(old: Found, hunk: &Hunk<'_>) -> Fit {
    let telling = hunk.removed.iter().any(|line| is_telling(line));
    let remove = hunk.removed.len();
    match old {
        Found::At(at, score) if telling || score >= 1.0 => Fit::Applies { at, remove, exact: true },
        Found::Many(at, _) if telling => {
            let end = at + remove.saturating_sub(1);
            Fit::Conflict { start: at, end, why: "the old lines stand at several places" }
        }
        _ => Fit::Diverged,
    }
}

/// Only the new lines stand here.
fn new_only(new: Found, hunk: &Hunk<'_>, lines: &[&str]) -> Fit {
    let telling = hunk.added.iter().any(|line| is_telling(line));
    if telling || new.score() >= 1.0 { Fit::Present } else { elsewhere(hunk, lines) }
}

/// Neither the old lines nor the new ones stand here as they are.
fn elsewhere(hunk: &Hunk<'_>, lines: &[&str]) -> Fit {
    if hunk.added.is_empty() || has_all(lines, &hunk.added) {
        return Fit::Present;
    }
    if let Some((start, end)) = scattered(hunk, lines) {
        return Fit::Conflict { start, end, why: "the old lines stand here with changes between them" };
    }
    match gap(lines, hunk) {
        // With old lines that never came here, the place is there and neither version of it.
        Some((at, exact)) => Fit::Applies { at, remove: 0, exact: exact && hunk.removed.is_empty() },
        None => Fit::Diverged,
    }
}

/// Whether every telling line stands somewhere, indented or not.
fn has_all(lines: &[&str], wanted: &[&str]) -> bool {
    let there: HashSet<&str> = lines.iter().map(|line| line.trim()).collect();
    let mut telling = wanted.iter().filter(|line| is_telling(line)).peekable();
    telling.peek().is_some() && telling.all(|line| there.contains(line.trim()))
}

/// The first and last of the old lines, if most of those that the change takes away stand near each other.
fn scattered(hunk: &Hunk<'_>, lines: &[&str]) -> Option<(usize, usize)> {
    let added: HashSet<&str> = hunk.added.iter().map(|line| line.trim_end()).collect();
    let removed = hunk.removed.iter().filter(|line| is_telling(line)).map(|line| line.trim_end());
    let gone: Vec<&str> = removed.filter(|line| !added.contains(line)).collect();
    if gone.len() < 2 {
        return None;
    }
    let known: HashSet<&str> = gone.iter().copied().collect();
    let at: Vec<usize> = (0..lines.len()).filter(|&i| known.contains(lines[i].trim_end())).collect();
    let (first, last) = (*at.first()?, *at.last()?);
    let near = last - first <= hunk.removed.len() * 2 + 10;
    (near && at.len() * 10 >= gone.len() * 6).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hunk::hunks;

    /// The only hunk of a change, held against a file.
    fn fit_of(before: &str, after: &str, file: &str) -> Fit {
        let hunks = hunks(before, after);
        assert_eq!(hunks.len(), 1, "{hunks:?}");
        fit(&hunks[0], &file.lines().collect::<Vec<_>>())
    }

    const BEFORE: &str = "import alpha\nalpha.start()\nport = 8000\ntimeout = 30\nalpha.serve(port)\nalpha.stop()\n";
    const AFTER: &str = "import alpha\nalpha.start()\nport = 8000\ntimeout = 90\nalpha.serve(port)\nalpha.stop()\n";
    const MORE: &str =
        "import alpha\nalpha.start()\nport = 8000\ntimeout = 30\nretries = 3\nalpha.serve(port)\nalpha.stop()\n";

    #[test]
    fn a_hunk_fits_conflicts_or_is_there() {
        let applies = |at, remove, exact| Fit::Applies { at, remove, exact };
        for (what, before, after, file, expected) in [
            ("same file", BEFORE, AFTER, BEFORE.to_owned(), applies(3, 1, true)),
            ("other neighbours", BEFORE, AFTER, "x\ntimeout = 30\ny\n".to_owned(), applies(1, 1, true)),
            ("already there", BEFORE, AFTER, AFTER.to_owned(), Fit::Present),
            ("windows lines", BEFORE, AFTER, BEFORE.replace('\n', "\r\n"), applies(3, 1, true)),
            ("own value", BEFORE, AFTER, BEFORE.replace("= 30", "= 45"), Fit::Diverged),
            ("empty file", BEFORE, AFTER, String::new(), Fit::Diverged),
            ("insertion", BEFORE, MORE, BEFORE.to_owned(), applies(4, 0, true)),
            (
                "insertion, other port",
                BEFORE,
                MORE,
                BEFORE.replace("timeout = 30", "timeout = 31"),
                applies(4, 0, false),
            ),
            ("inserted already, elsewhere", BEFORE, MORE, format!("retries = 3\n{BEFORE}"), Fit::Present),
            (
                "insertion without its place",
                BEFORE,
                MORE,
                "alpha.serve(port)\ntimeout = 30\n".to_owned(),
                Fit::Diverged,
            ),
            ("insertion at two places", BEFORE, MORE, format!("{BEFORE}{BEFORE}"), Fit::Diverged),
            ("removal", MORE, BEFORE, MORE.to_owned(), applies(4, 1, true)),
            ("removed already", MORE, BEFORE, BEFORE.to_owned(), Fit::Present),
            (
                "neither version, but the place",
                AFTER,
                &AFTER.replace("timeout = 90", "deadline = 9"),
                AFTER.replace("timeout = 90\n", ""),
                applies(3, 0, false),
            ),
        ] {
            assert_eq!(fit_of(before, after, &file), expected, "{what}");
        }
    }

    #[test]
    fn the_surroundings_choose_between_two_places() {
        let file = format!("other.start()\ntimeout = 30\nother.stop()\n{BEFORE}");
        assert_eq!(fit_of(BEFORE, AFTER, &file), Fit::Applies { at: 6, remove: 1, exact: true });
        let unclear = "x\ntimeout = 30\ny\ntimeout = 30\nz\n";
        assert!(matches!(fit_of(BEFORE, AFTER, unclear), Fit::Conflict { start: 1, .. }));
    }

    #[test]
    fn old_lines_with_changes_between_them_are_a_conflict() {
        let before = "start\nfirst_call(one)\nsecond_call(two)\nthird_call(three)\nend\n";
        let after = "start\nonly_call(everything)\nend\n";
        let file = "begin\nfirst_call(one)\nlog(x)\nsecond_call(two)\nlog(y)\nthird_call(three)\nfinish\n";
        assert!(matches!(fit_of(before, after, file), Fit::Conflict { start: 1, end: 5, .. }));
        assert_eq!(fit_of(before, after, "begin\nfirst_call(one)\nfinish\n"), Fit::Diverged);
    }

    #[test]
    fn lines_that_stand_everywhere_prove_nothing() {
        assert_eq!(fit_of("a\n}\n", "a\n};\n", "fn x() {\n}\n"), Fit::Diverged);
    }
}
