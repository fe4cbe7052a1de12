//! A file's change as hunks with the lines around them.

use imara_diff::{Algorithm, Diff, InternedInput};

/// Lines of context that help to find the place.
const CONTEXT: usize = 5;
/// A file that changed in more places was rewritten.
const MAX_HUNKS: usize = 300;

/// One place of a change. Lines carry no line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hunk<'a> {
    /// First line of the removed lines before the change, from 1 (where they would stand, if there are none).
    pub(crate) before_start: u32,
    /// First line of the added lines after the change, from 1.
    pub(crate) after_start: u32,
    /// How many lines the template removed and added, however many are looked for.
    pub(crate) lines: (usize, usize),
    pub(crate) removed: Vec<&'a str>,
    pub(crate) added: Vec<&'a str>,
    /// Lines above, the nearest last.
    pub(crate) above: Vec<&'a str>,
    /// Lines below, the nearest first.
    pub(crate) below: Vec<&'a str>,
}

/// The hunks that lead from `before` to `after`, in order.
pub(crate) fn hunks<'a>(before: &'a str, after: &'a str) -> Vec<Hunk<'a>> {
    let input = InternedInput::new(before, after);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    diff.hunks().take(MAX_HUNKS).map(|hunk| cut(&old, &new, hunk.before, hunk.after)).collect()
}

fn cut<'a>(old: &[&'a str], new: &[&'a str], before: std::ops::Range<u32>, after: std::ops::Range<u32>) -> Hunk<'a> {
    let slice = |lines: &[&'a str], from: usize, to: usize| -> Vec<&'a str> {
        lines.get(from..to.min(lines.len())).unwrap_or_default().to_vec()
    };
    let (start, end) = (before.start as usize, before.end as usize);
    Hunk {
        before_start: before.start + 1,
        after_start: after.start + 1,
        lines: (before.len(), after.len()),
        removed: slice(old, start, end),
        added: slice(new, after.start as usize, after.end as usize),
        above: slice(old, start.saturating_sub(CONTEXT), start),
        below: slice(old, end, end.saturating_add(CONTEXT)),
    }
}

impl Hunk<'_> {
    /// The lines of the hunk alone, for rules that look at nothing else.
    #[cfg(test)]
    pub(crate) fn bare<'a>(removed: Vec<&'a str>, added: Vec<&'a str>) -> Hunk<'a> {
        let lines = (removed.len(), added.len());
        Hunk { before_start: 1, after_start: 1, lines, removed, added, above: Vec::new(), below: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_falls_into_its_places() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let after = "a\nB\nc\nd\ne\nf\ng\nnew\nh\n";
        let found = hunks(before, after);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].removed.clone(), found[0].added.clone()), (vec!["b"], vec!["B"]));
        assert_eq!((found[0].before_start, found[0].above.clone()), (2, vec!["a"]));
        assert_eq!((found[1].removed.clone(), found[1].added.clone()), (vec![], vec!["new"]));
        assert_eq!((found[1].before_start, found[1].after_start, found[1].below.clone()), (8, 8, vec!["h"]));
        assert!(hunks("", "").is_empty() && hunks("a\n", "a\n").is_empty());
        assert_eq!(hunks("", "x\r\ny")[0].added, ["x", "y"]);
    }
}
