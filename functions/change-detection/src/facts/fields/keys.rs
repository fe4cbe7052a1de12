//! Keys of objects that describe data: zod.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::Symbol;

use super::types::Field;
use outline::code as scan;

/// The fields of `z.object({ … })`.
pub(super) fn of_zod(text: &str, lines: &Lines, symbol: &Symbol) -> BTreeMap<String, Field> {
    let start = lines.start(symbol.start);
    let Some(open) = text[start..].find("z.object(").and_then(|at| Some(start + at + text[start + at..].find('{')?))
    else {
        return BTreeMap::new();
    };
    if lines.line(open) > symbol.end {
        return BTreeMap::new();
    }
    let found = scan::literal(text, open, true);
    let mut out = BTreeMap::new();
    let mut keys = found.keys.iter().filter(|key| key.depth == 1).peekable();
    while let Some(key) = keys.next() {
        let end = keys.peek().map_or(found.end.saturating_sub(1), |next| next.at);
        let value = text.get(key.at..end).and_then(|whole| whole.split_once(':')).map_or("", |(_, value)| value);
        let value = value.trim().trim_end_matches(',').trim_end();
        let optional = [".optional(", ".default(", ".nullish(", ".catch("].iter().any(|word| value.contains(word));
        let (of, line) = (value.chars().take(200).collect(), lines.line(key.at));
        let field = Field { of, required: !optional, line, aliases: BTreeSet::new() };
        out.insert(key.name.to_owned(), field);
    }
    out
}

/// Where the lines of a text begin.
#[derive(Debug)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self([0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).chain([text.len()]).collect())
    }

    /// The first byte of a line, from 1; the end of the text for one that is not there.
    pub(super) fn start(&self, line: u32) -> usize {
        let at = line.saturating_sub(1) as usize;
        self.0.get(at).or(self.0.last()).copied().unwrap_or(0)
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        u32::try_from(self.0.partition_point(|start| *start <= at)).unwrap_or(u32::MAX)
    }
}
