//! One file, from its bytes to its analysis, in this process.

use contracts::analysis::{FileAnalysis, ParseStatus};

use crate::extract::extract;
use crate::grammar::Grammar;
use crate::tree::{Node, Tree};

/// Larger files are data, generated or bundled.
const MAX_BYTES: usize = 1 << 20;

/// A script or style sheet with a longer line was written by a machine.
const MAX_LINE: usize = 50 << 10;

/// Analyses files one after the other; keeps the parser between them.
#[derive(Default)]
pub struct Analyzer {
    parser: tree_sitter::Parser,
}

impl Analyzer {
    /// Analyses one file. Grammars are foreign code: on hostile bytes this may never return or may end the process.
    pub fn analyze(&mut self, language: &str, bytes: &[u8]) -> FileAnalysis {
        if let Some(refused) = refusal(language, bytes) {
            return refused;
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = String::from_utf8_lossy(bytes);
        let Some(grammar) = Grammar::of(language) else { return failed(language, bytes, "no grammar".into()) };
        match self.parse(grammar, &text) {
            Some(parsed) => extract(&Tree::flatten(&parsed, grammar, &text)),
            None => failed(language, bytes, "the parser gave no tree".into()),
        }
    }

    fn parse(&mut self, grammar: &Grammar, text: &str) -> Option<tree_sitter::Tree> {
        self.parser.set_language(&grammar.language).ok()?;
        self.parser.parse(text, None)
    }
}

/// Analyses one file in this process, with [`Analyzer`]'s risk; [`crate::Parsers`] is for files from outside.
pub fn analyze(language: &str, bytes: &[u8]) -> FileAnalysis {
    Analyzer::default().analyze(language, bytes)
}

/// Only parses and forgets the tree: what everything else is measured against.
pub fn parse_only(language: &str, bytes: &[u8]) {
    if let Some(grammar) = Grammar::of(language).filter(|_| refusal(language, bytes).is_none()) {
        Analyzer::default().parse(grammar, &String::from_utf8_lossy(bytes));
    }
}

/// The tree as text, one node a line, for the authors of rules.
pub fn outline(language: &str, bytes: &[u8]) -> String {
    let Some(grammar) = Grammar::of(language) else { return format!("no grammar for {language:?}\n") };
    let text = String::from_utf8_lossy(bytes);
    let Some(parsed) = Analyzer::default().parse(grammar, &text) else { return "no tree\n".into() };
    let tree = Tree::flatten(&parsed, grammar, &text);
    tree.all().map(outline_of).collect()
}

fn outline_of(node: Node<'_>) -> String {
    let depth = node.depth().min(60) as usize;
    let field = if node.field_name().is_empty() { String::new() } else { format!("{}: ", node.field_name()) };
    let kind = if node.is_named() { node.kind().to_owned() } else { format!("{:?}", node.kind()) };
    let text: String =
        if node.is_leaf() && node.is_named() { node.text().chars().take(60).collect() } else { String::new() };
    format!("{:indent$}{field}{kind} {text:?}\n", "", indent = depth * 2).replace(" \"\"\n", "\n")
}

/// Why a file is not worth a parser's time, said without one.
pub fn refusal(language: &str, bytes: &[u8]) -> Option<FileAnalysis> {
    let machine_made = matches!(language, "javascript" | "typescript" | "tsx" | "css" | "html");
    let long_line = || bytes.split(|&byte| byte == b'\n').map(<[u8]>::len).find(|length| *length > MAX_LINE);
    let why = if Grammar::of(language).is_none() {
        format!("no grammar for {:?}", language.chars().take(40).collect::<String>())
    } else if bytes.len() > MAX_BYTES {
        format!("too large ({} bytes, limit {MAX_BYTES})", bytes.len())
    } else if let Some(length) = machine_made.then(long_line).flatten() {
        format!("minified (a line of {length} bytes)")
    } else {
        return None;
    };
    Some(failed(language, bytes, why))
}

/// The analysis of a file that has none.
pub fn failed(language: &str, bytes: &[u8], why: String) -> FileAnalysis {
    FileAnalysis {
        language: language.to_owned(),
        lines: count_lines(bytes),
        status: ParseStatus::Failed(why),
        ..FileAnalysis::default()
    }
}

/// Number of lines; a last line without a line break counts.
fn count_lines(bytes: &[u8]) -> u32 {
    let breaks = bytes.iter().filter(|byte| **byte == b'\n').count() as u32;
    breaks + u32::from(bytes.last().is_some_and(|last| *last != b'\n'))
}
