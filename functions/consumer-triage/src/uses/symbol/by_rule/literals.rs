//! Literals and patterns of Rust that write out every field of a structure which has one more now.

use contracts::fact::Fact;

use super::{in_languages, put};
use crate::dependent::File;
use crate::uses::symbol::binding;
use crate::uses::{Asked, Certainty, Found, text};

const WRITTEN_OUT: Certainty =
    Certainty::Certain("every field is written out here, without `..`, and there is one more now");

/// Words before a name that make it something else than a literal or a pattern.
const DEFINES: &[&str] = &["struct", "enum", "union", "impl", "for", "trait", "->", "mod", "dyn", "where"];

/// Longer literals are data.
const MAX_LITERAL: usize = 4_000;

/// More of one structure in one file say nothing more.
const MAX_PLACES: usize = 200;

pub(super) fn find(fact: &Fact, (module, name): (&str, &str), asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    // The first quoted name is the structure's, the second the new field's, the others the old ones'.
    let named: Vec<&str> = fact.summary.split('`').skip(1).step_by(2).collect();
    let [_, added, known @ ..] = named.as_slice() else { return found };
    for file in in_languages(asked, &["rust"]) {
        if binding::of(file, module, name).is_none() && !file.text().contains(&format!("{module}::")) {
            continue;
        }
        if defines(file, name) {
            continue;
        }
        let lines = places(file, name, added, known);
        put(&mut found, file, lines.into_iter().map(|line| (line, WRITTEN_OUT)));
    }
    found
}

fn defines(file: &File, name: &str) -> bool {
    let mut symbols = file.analysis.iter().flat_map(|analysis| &analysis.symbols);
    symbols.any(|symbol| symbol.name == name && symbol.signature.contains("struct "))
}

fn places(file: &File, name: &str, added: &str, known: &[&str]) -> Vec<u32> {
    let whole = file.text();
    let mut out = Vec::new();
    let opened = outline::code::words(whole, name).filter_map(|at| {
        let open = whole[at + name.len()..].trim_start().strip_prefix('{')?;
        Some((at, open))
    });
    for (at, open) in opened.take(MAX_PLACES) {
        let before = whole[..at].trim_end();
        // What a path begins with stands before it.
        let before = before.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':')).trim_end();
        let last = before.rsplit(char::is_whitespace).next().unwrap_or("");
        let number = u32::try_from(whole[..at].matches('\n').count() + 1).unwrap_or(u32::MAX);
        if DEFINES.contains(&last) || text::is_comment(file, file.line(number)) {
            continue;
        }
        if breaks(outline::code::cut(open, MAX_LITERAL), added, known) {
            out.push(number);
        }
    }
    out
}

/// The fields of a literal or pattern, from behind its brace: all old ones, no new one, nothing left open.
fn breaks(text: &str, added: &str, known: &[&str]) -> bool {
    let (mut depth, mut at) = (0i32, 0usize);
    let mut names: Vec<String> = Vec::new();
    let mut field = String::new();
    while let Some(c) = text[at..].chars().next() {
        if let Some(end) = outline::code::skipped(text, at, false).filter(|end| *end > at + 1 || c == '"') {
            at = end.min(text.len());
            continue;
        }
        at += c.len_utf8();
        match c {
            '(' | '[' | '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(std::mem::take(&mut field));
                let all = known.iter().all(|name| names.iter().any(|found| is_field(found, name)));
                let open = names.iter().any(|found| found.trim_start().starts_with(".."));
                return all && !open && !names.iter().any(|found| is_field(found, added));
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(std::mem::take(&mut field));
                continue;
            }
            _ => {}
        }
        field.push(c);
    }
    false
}

/// `name`, `name: value`, `ref mut name`.
fn is_field(text: &str, name: &str) -> bool {
    let head = text.split(':').next().unwrap_or(text).trim();
    head.rsplit(char::is_whitespace).next() == Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_that_write_out_every_field() {
        let known = ["code", "modifiers"];
        let cases = [
            (" code, modifiers }", true),
            (" code: Key::Char('}'), modifiers: f(a, b), }", true),
            (" code, .. }", false),
            (" code, modifiers, .. }", false),
            (" code, modifiers, kind }", false),
            (" code }", false),
            (" code: \"}\", modifiers: A { b: 1 } }", true),
            (" code, modifiers", false),
            ("", false),
            (" ä, code }", false),
        ];
        for (text, expected) in cases {
            assert_eq!(breaks(text, "kind", &known), expected, "{text}");
        }
    }
}
