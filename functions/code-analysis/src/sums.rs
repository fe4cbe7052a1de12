//! Sums over analyses. Pure.

use std::sync::Arc;

use contracts::ObjectId;
use contracts::analysis::{FileAnalysis, ParseStatus, SymbolKind};
use contracts::code::{CodeFile, CodeSummary, CodeTotals};

/// A file and what is known of it.
#[derive(Debug, Clone)]
pub enum Analysed {
    /// From the previous summary: same path, same content.
    Known(CodeFile),
    /// Analysed now, or found by its content.
    Fresh {
        /// Path.
        path: String,
        /// Content.
        oid: ObjectId,
        /// What its tree says.
        analysis: Arc<FileAnalysis>,
    },
    /// By its name code, and larger than what is kept of a file.
    TooLarge {
        /// Path.
        path: String,
        /// Bytes.
        size: u64,
    },
}

/// The summary of all files, the same in whatever order they come.
pub fn decide(analysed: Vec<Analysed>) -> CodeSummary {
    let mut summary = CodeSummary { grammars: syntax::GRAMMARS.to_owned(), ..CodeSummary::default() };
    for file in analysed {
        let file = match file {
            Analysed::Known(file) => file,
            Analysed::TooLarge { path, size } => {
                summary.failed.push(format!("{path}: too large to be kept ({size} bytes)"));
                continue;
            }
            Analysed::Fresh { path, oid, analysis } => {
                if let ParseStatus::Failed(why) = &analysis.status {
                    summary.failed.push(format!("{path}: {why}"));
                }
                CodeFile { path, oid, language: analysis.language.clone(), totals: count(&analysis) }
            }
        };
        add(&mut summary.totals, &file.totals);
        summary.files.push(file);
    }
    summary.files.sort_by(|a, b| a.path.cmp(&b.path));
    summary.failed.sort();
    summary
}

fn count(analysis: &FileAnalysis) -> CodeTotals {
    let of = |kinds: &[SymbolKind]| analysis.symbols.iter().filter(|s| kinds.contains(&s.kind)).count();
    CodeTotals {
        files: 1,
        lines: u64::from(analysis.lines),
        functions: small(of(&[SymbolKind::Function, SymbolKind::Method])),
        classes: small(of(&[SymbolKind::Class])),
        types: small(of(&[SymbolKind::Type])),
        imports: small(analysis.imports.len()),
        calls: small(analysis.calls.len()),
        routes: small(analysis.routes.len()),
        env_reads: small(analysis.env.len()),
        with_errors: u32::from(matches!(analysis.status, ParseStatus::SyntaxErrors(_))),
    }
}

fn add(sum: &mut CodeTotals, one: &CodeTotals) {
    sum.files += one.files;
    sum.lines += one.lines;
    sum.functions += one.functions;
    sum.classes += one.classes;
    sum.types += one.types;
    sum.imports += one.imports;
    sum.calls += one.calls;
    sum.routes += one.routes;
    sum.env_reads += one.env_reads;
    sum.with_errors += one.with_errors;
}

/// Counts are bounded by the caps of an analysis, far below this.
fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(path: &str, language: &str, status: ParseStatus) -> Analysed {
        let analysis = FileAnalysis { language: language.into(), lines: 10, status, ..FileAnalysis::default() };
        let oid = "0".repeat(40).parse().expect("an id");
        Analysed::Fresh { path: path.into(), oid, analysis: Arc::new(analysis) }
    }

    #[test]
    fn sums_do_not_depend_on_order_or_on_what_was_known() {
        let files = || {
            vec![
                fresh("b.py", "python", ParseStatus::Parsed),
                fresh("a.rs", "rust", ParseStatus::SyntaxErrors(3)),
                fresh("c.yaml", "yaml", ParseStatus::Failed("timed out after 2 s".into())),
            ]
        };
        let clean = decide(files());
        let mut mixed = files();
        mixed.reverse();
        mixed[2] = Analysed::Known(clean.files[1].clone());
        assert_eq!(decide(mixed), clean);
        assert_eq!((clean.totals.files, clean.totals.lines, clean.totals.with_errors), (3, 30, 1));
        assert_eq!(clean.failed, ["c.yaml: timed out after 2 s"]);
    }

    #[test]
    fn no_code_is_no_error() {
        assert_eq!(decide(Vec::new()).totals, CodeTotals::default());
    }
}
