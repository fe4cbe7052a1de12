//! Finds a hunk's place among other lines, by the lines around it.

use crate::hunk::Hunk;

/// Longer lines are compared whole or not at all.
const LONGEST: usize = 400;
/// Less than this is a coincidence: two telling lines, or one and a likeness.
const ENOUGH: f64 = 1.6;
/// The same where the nearest lines on both sides are equal to the letter: one telling line and one of any kind.
const ENOUGH_TO_THE_LETTER: f64 = 1.2;

/// Equal but for white space at the end.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.trim_end() == b.trim_end()
}

/// Enough letters to mean something by itself: `}` and `else:` stand everywhere.
pub(crate) fn is_telling(line: &str) -> bool {
    line.chars().filter(|c| c.is_alphanumeric()).count() >= 6
}

/// The start of every run of lines equal to `block`. An empty block stands nowhere. Takes time in proportion to the
/// lines (Knuth, Morris and Pratt): a repository may hold ten thousand equal lines, and a hunk half of them.
pub(crate) fn runs(lines: &[&str], block: &[&str]) -> Vec<usize> {
    if block.is_empty() {
        return Vec::new();
    }
    let shorter = borders(block);
    let (mut found, mut fits) = (Vec::new(), 0);
    for (at, line) in lines.iter().enumerate() {
        while fits > 0 && (fits == block.len() || !same(line, block[fits])) {
            fits = shorter[fits - 1];
        }
        fits += usize::from(same(line, block[fits]));
        if fits == block.len() {
            found.push(at + 1 - fits);
        }
    }
    found
}

/// For every beginning of `block`, the length of the longest shorter beginning that it ends with.
fn borders(block: &[&str]) -> Vec<usize> {
    let mut borders = vec![0; block.len()];
    let mut fits = 0;
    for at in 1..block.len() {
        while fits > 0 && !same(block[at], block[fits]) {
            fits = borders[fits - 1];
        }
        fits += usize::from(same(block[at], block[fits]));
        borders[at] = fits;
    }
    borders
}

/// How much of a hunk's surroundings stands around `start..end`.
pub(crate) fn around(lines: &[&str], start: usize, end: usize, hunk: &Hunk<'_>) -> f64 {
    side(lines[..start].iter().rev(), hunk.above.iter().rev()) + side(lines[end..].iter(), hunk.below.iter())
}

/// Neighbours that fit, until the first that does not.
fn side<'a>(there: impl Iterator<Item = &'a &'a str>, wanted: impl Iterator<Item = &'a &'a str>) -> f64 {
    let mut sum = 0.0;
    for (there, wanted) in there.zip(wanted) {
        match likeness(there, wanted) {
            0.0 => break,
            like => sum += if is_telling(wanted) { like } else { 0.2 },
        }
    }
    sum
}

/// The one place where nothing stands between the hunk's neighbours: an index into `lines`; and whether the neighbours
/// are the same to the letter. None where there is no such place, or more than one that is as good.
pub(crate) fn gap(lines: &[&str], hunk: &Hunk<'_>) -> Option<(usize, bool)> {
    let mut best: Option<(usize, f64)> = None;
    let mut tied = false;
    for at in 0..=lines.len() {
        if !touches(lines, at, hunk) {
            continue;
        }
        let score = around(lines, at, at, hunk);
        match best {
            Some((_, highest)) if score < highest => {}
            Some((_, highest)) if score <= highest => tied = true,
            _ => (best, tied) = (Some((at, score)), false),
        }
    }
    let (at, score) = best.filter(|_| !tied)?;
    let to_the_letter = hunk.above.last().is_none_or(|line| at > 0 && same(lines[at - 1], line))
        && hunk.below.first().is_none_or(|line| lines.get(at).is_some_and(|l| same(l, line)));
    let enough = if to_the_letter { ENOUGH_TO_THE_LETTER } else { ENOUGH };
    (score >= enough).then_some((at, to_the_letter))
}

/// Whether the nearest neighbour on either side fits; a hunk at the end of its file has its place at the end.
fn touches(lines: &[&str], at: usize, hunk: &Hunk<'_>) -> bool {
    let above = match hunk.above.last() {
        Some(wanted) => at > 0 && likeness(lines[at - 1], wanted) > 0.0,
        None => at == 0,
    };
    above
        && match hunk.below.first() {
            Some(wanted) => lines.get(at).is_some_and(|there| likeness(there, wanted) > 0.0),
            None => at == lines.len(),
        }
}

/// 1 for equal lines, 0.8 for the same line with another value in it, 0 for different ones.
fn likeness(there: &str, wanted: &str) -> f64 {
    if same(there, wanted) {
        return 1.0;
    }
    let (there, wanted) = (there.trim(), wanted.trim());
    let alike = is_telling(wanted) && (fills(there, wanted) || nearly(there, wanted));
    if alike { 0.8 } else { 0.0 }
}

/// Whether a template's line with placeholders can have become this line.
fn fills(there: &str, wanted: &str) -> bool {
    let Some(first) = wanted.find("{{").or_else(|| wanted.find("{%")) else { return false };
    let last = wanted.rfind("}}").or_else(|| wanted.rfind("%}")).map_or(wanted.len(), |at| at + 2);
    let (head, tail) = (&wanted[..first], wanted.get(last..).unwrap_or_default());
    head.len() + tail.len() >= 6
        && there.len() >= head.len() + tail.len()
        && there.starts_with(head)
        && there.ends_with(tail)
}

fn nearly(a: &str, b: &str) -> bool {
    let (shorter, longer) = (a.len().min(b.len()), a.len().max(b.len()));
    let cheap = longer <= LONGEST
        && shorter * 10 >= longer * 6
        && a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count() >= 4;
    cheap && strsim::normalized_levenshtein(a, b) >= 0.75
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_where_they_stand() {
        for (lines, block) in [
            ("a b a b a", "a b a"),
            ("a a a a", "a a"),
            ("a a b a a a b", "a a b"),
            ("a b c", "c"),
            ("a b c", "a b c"),
            ("a", "a b"),
            ("a b", ""),
            ("", "a"),
        ] {
            let (lines, block): (Vec<&str>, Vec<&str>) =
                (lines.split(' ').collect(), block.split_whitespace().collect());
            let plain = (0..lines.len()).filter(|&at| !block.is_empty() && lines[at..].starts_with(&block));
            assert_eq!(runs(&lines, &block), plain.collect::<Vec<_>>(), "{lines:?} {block:?}");
        }
        assert_eq!(runs(&["a ", "b\r"], &["a", "b"]), [0], "white space at the end counts for nothing");
    }
}
