//! Cutting a file where its syntax does.

use contracts::analysis::Symbol;
use contracts::index::Chunk;
use model::Reading;

/// Changes whenever the chunks of the same file would.
pub const VERSION: &str = "chunks-1";
/// A chunk is no longer than this; a longer definition is cut into several.
const MOST_LINES: usize = 60;
/// A piece this short between two definitions joins the one before it.
const FEWEST_LINES: usize = 3;
/// A file has no more chunks than this: what comes after is data.
const MOST_CHUNKS: usize = 2_000;

/// The chunks of a file, in order, covering every line with something on it: one a definition, the innermost one
/// owning a line; long ones in pieces of [`MOST_LINES`].
pub fn chunk(path: &str, text: &str, symbols: &[Symbol]) -> Vec<Chunk> {
    let lines: Vec<&str> = text.lines().collect();
    let owners = owners(lines.len(), symbols);
    let mut chunks = Vec::new();
    for (start, end) in pieces(&owners) {
        if chunks.len() == MOST_CHUNKS {
            break;
        }
        if lines[start..end].iter().all(|line| line.trim().is_empty()) {
            continue;
        }
        let title = owners[start].map(|at| title(&symbols[at])).unwrap_or_default();
        let mut reading = Reading::default();
        reading.read(path);
        reading.read(&title);
        lines[start..end].iter().for_each(|line| reading.read(line));
        let vector = reading.vector();
        chunks.push(Chunk { start: start as u32 + 1, end: end as u32, title, terms: reading.terms, vector });
    }
    chunks
}

fn title(symbol: &Symbol) -> String {
    match &symbol.container {
        Some(container) => format!("{container}.{}", symbol.name),
        None => symbol.name.clone(),
    }
}

/// For every line the innermost definition around it, by one sweep over definitions sorted by their start.
fn owners(lines: usize, symbols: &[Symbol]) -> Vec<Option<usize>> {
    // Single lines (constants, fields) are no chunks of their own.
    let mut order: Vec<usize> = (0..symbols.len()).filter(|at| symbols[*at].end > symbols[*at].start).collect();
    order.sort_by_key(|at| (symbols[*at].start, std::cmp::Reverse(symbols[*at].end)));
    let mut next = order.into_iter().peekable();
    let mut open: Vec<usize> = Vec::new();
    let mut owners = Vec::with_capacity(lines);
    for line in 1..=lines as u32 {
        while let Some(at) = next.next_if(|at| symbols[*at].start <= line) {
            open.push(at);
        }
        while open.last().is_some_and(|at| symbols[*at].end < line) {
            open.pop();
        }
        owners.push(open.last().copied());
    }
    owners
}

/// Runs of lines with one owner: short ones joined to the one before, long ones cut.
fn pieces(owners: &[Option<usize>]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    for end in 1..=owners.len() {
        if end < owners.len() && owners[end] == owners[start] {
            continue;
        }
        match runs.last_mut() {
            Some((_, last_end)) if end - start < FEWEST_LINES => *last_end = end,
            _ => runs.push((start, end)),
        }
        start = end;
    }
    let cut =
        |(start, end): (usize, usize)| (start..end).step_by(MOST_LINES).map(move |at| (at, end.min(at + MOST_LINES)));
    runs.into_iter().flat_map(cut).collect()
}

#[cfg(test)]
mod tests {
    use contracts::analysis::SymbolKind;

    use super::*;

    fn symbol(name: &str, container: Option<&str>, start: u32, end: u32) -> Symbol {
        Symbol {
            kind: SymbolKind::Function,
            name: name.into(),
            container: container.map(str::to_owned),
            exported: true,
            signature: String::new(),
            decorators: Vec::new(),
            start,
            end,
        }
    }

    fn cut(lines: usize, symbols: &[Symbol]) -> Vec<(u32, u32, String)> {
        let text: Vec<String> = (1..=lines).map(|n| format!("line {n}")).collect();
        chunk("a.py", &text.join("\n"), symbols).into_iter().map(|c| (c.start, c.end, c.title)).collect()
    }

    #[test]
    fn files_are_cut_where_their_definitions_are() {
        let own = |start, end, title: &str| (start, end, title.to_owned());
        let class = [symbol("A", None, 4, 30), symbol("f", Some("A"), 10, 15), symbol("g", Some("A"), 16, 30)];
        let cases = [
            ("nothing known", cut(10, &[]), vec![own(1, 10, "")]),
            ("empty", cut(0, &[]), vec![]),
            ("long", cut(130, &[]), vec![own(1, 60, ""), own(61, 120, ""), own(121, 130, "")]),
            (
                "a class and its methods",
                cut(40, &class),
                vec![own(1, 3, ""), own(4, 9, "A"), own(10, 15, "A.f"), own(16, 30, "A.g"), own(31, 40, "")],
            ),
            ("a short gap", cut(12, &[symbol("f", None, 1, 5), symbol("g", None, 7, 12)]), {
                vec![own(1, 6, "f"), own(7, 12, "g")]
            }),
            ("beyond the end", cut(5, &[symbol("f", None, 2, 99)]), vec![own(1, 1, ""), own(2, 5, "f")]),
            ("nested and equal", cut(6, &[symbol("o", None, 1, 6), symbol("i", None, 1, 6)]), vec![own(1, 6, "i")]),
        ];
        for (name, found, expected) in cases {
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn a_chunk_is_found_by_its_path_and_title_too() {
        let text = "def f():\n    return 1\n    # end\n";
        let chunk = &chunk("src/payments.py", text, &[symbol("f", Some("Bank"), 1, 3)])[0];
        for term in ["payments", "bank", "return"] {
            assert!(chunk.terms.split(' ').any(|t| t == term), "{term} in {}", chunk.terms);
        }
    }

    #[test]
    fn odd_bytes_are_no_trouble() {
        for text in ["\u{0}\u{0}\n\u{feff}x", "\r\n\r\n", "é\u{301}\n\u{2028}", &"x".repeat(100_000)] {
            let chunks = chunk("ä/ö", text, &[symbol("s", None, 1, 2)]);
            assert!(chunks.len() <= 2);
        }
    }
}
