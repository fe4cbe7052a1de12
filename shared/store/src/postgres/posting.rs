//! Where terms stand, and BM25 over it.
//!
//! Postgres' own full text ranks without knowing how rare a word is, and reads every matching document to do so. Lists of
//! rows by term, a few bytes each, are read in one go and give the same ranking as the other adapter.

use std::collections::BTreeMap;

/// How soon a repeated word stops to count, and how much long chunks are held back: FTS5's values, so that both adapters rank
/// alike (<https://www.sqlite.org/fts5.html#the_bm25_function>).
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// A word that stands in more than half of the chunks still counts for a little, as there.
const LEAST_WEIGHT: f64 = 1e-6;

/// Lists by term of `chunks`: their rows, in rising order, and terms.
pub(super) fn lists<'t>(chunks: &[(i64, &'t str)]) -> BTreeMap<&'t str, Vec<u8>> {
    let mut lists: BTreeMap<&str, (i64, Vec<u8>)> = BTreeMap::new();
    for (row, terms) in chunks {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for term in words(terms) {
            *counts.entry(term).or_default() += 1;
        }
        let all = counts.values().sum();
        for (term, count) in counts {
            let (last, bytes) = lists.entry(term).or_default();
            for number in [(row - *last).cast_unsigned(), count, all] {
                put(bytes, number);
            }
            *last = *row;
        }
    }
    lists.into_iter().map(|(term, (_, bytes))| (term, bytes)).collect()
}

/// The words of a chunk that can be found. Postgres' text cannot hold the character 0.
pub(super) fn words(terms: &str) -> impl Iterator<Item = &str> {
    terms.split_ascii_whitespace().filter(|term| !term.contains('\0'))
}

/// What is known of a repository as a whole.
pub(super) struct Corpus {
    /// Rows are below this.
    pub(super) next_row: i64,
    /// Chunks that stand in it.
    pub(super) chunks: i64,
    /// Words of all of them.
    pub(super) words: i64,
    /// Rows that are gone: first and count.
    pub(super) dead: Vec<(i64, i64)>,
}

/// Rows by BM25, best first, at most `limit`: of every list of each term that is looked for.
pub(super) fn rank(corpus: &Corpus, terms: &[Vec<Vec<u8>>], limit: usize) -> Vec<i64> {
    let mut scores = vec![0.0_f64; usize::try_from(corpus.next_row).unwrap_or_default()];
    for row in corpus.dead.iter().flat_map(|(first, count)| *first..first + count) {
        if let Some(score) = usize::try_from(row).ok().and_then(|row| scores.get_mut(row)) {
            *score = f64::NEG_INFINITY;
        }
    }
    let average = corpus.words as f64 / corpus.chunks.max(1) as f64;
    for lists in terms {
        add(&mut scores, lists, corpus.chunks as f64, average);
    }
    best(&scores, limit)
}

fn add(scores: &mut [f64], lists: &[Vec<u8>], chunks: f64, average: f64) {
    let mut places = Vec::new();
    for list in lists {
        let (mut numbers, mut row) = (Numbers(list), 0_u64);
        while let (Some(step), Some(count), Some(all)) = (numbers.next(), numbers.next(), numbers.next()) {
            row = row.saturating_add(step);
            let at = usize::try_from(row).unwrap_or(usize::MAX);
            if scores.get(at).is_some_and(|score| score.is_finite()) {
                places.push((at, count as f64, all as f64));
            }
        }
    }
    let found = places.len() as f64;
    let weight = ((chunks - found + 0.5) / (found + 0.5)).ln().max(LEAST_WEIGHT);
    for (at, count, all) in places {
        scores[at] += weight * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * all / average.max(1.0)));
    }
}

fn best(scores: &[f64], limit: usize) -> Vec<i64> {
    let mut found: Vec<(f64, usize)> =
        scores.iter().enumerate().filter(|(_, score)| **score > 0.0).map(|(at, score)| (*score, at)).collect();
    let order = |a: &(f64, usize), b: &(f64, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    if found.len() > limit {
        found.select_nth_unstable_by(limit, order);
        found.truncate(limit);
    }
    found.sort_unstable_by(order);
    found.into_iter().map(|(_, at)| at as i64).collect()
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Numbers out of bytes; ends where they end or make no sense.
struct Numbers<'b>(&'b [u8]);

impl Iterator for Numbers<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let numbers = [0, 1, 127, 128, 300, 16_383, 16_384, u64::from(u32::MAX), u64::MAX];
        let mut bytes = Vec::new();
        numbers.iter().for_each(|number| put(&mut bytes, *number));
        assert_eq!(Numbers(&bytes).collect::<Vec<_>>(), numbers);
        for torn in [&[0x80][..], &[0xff; 20], &[]] {
            assert_eq!(Numbers(torn).next(), None, "{torn:?}");
        }
    }

    #[test]
    fn rare_words_and_short_chunks_come_first() {
        let chunks = [
            (0, "get name get user"),
            (1, "get zebra and much else that nobody looks for in here"),
            (2, "zebra"),
            (5, "get name"),
            (9, "other words altogether"),
        ];
        let lists = lists(&chunks);
        let corpus = |dead: &[(i64, i64)]| Corpus { next_row: 10, chunks: 5, words: 22, dead: dead.to_vec() };
        let found = |dead, terms: &[&str]| {
            let wanted: Vec<_> = terms.iter().map(|term| lists.get(term).cloned().into_iter().collect()).collect();
            rank(&corpus(dead), &wanted, 3)
        };
        assert_eq!(found(&[], &["zebra", "get"]), [2, 1, 0]);
        assert_eq!(found(&[(1, 2)], &["zebra", "get"]), [0, 5], "what is gone is not found");
        assert_eq!(found(&[], &["name", "altogether"]), [9, 5, 0]);
        assert_eq!(found(&[], &["nothing"]), [0; 0]);
        assert_eq!(found(&[], &[]), [0; 0]);
    }
}
