//! Every file under `tests/cases/<language>/` and what is taken from it, as a snapshot that reads like a list.

#![expect(clippy::unwrap_used, reason = "a test may panic, in its helpers as well")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use contracts::analysis::{FileAnalysis, ParseStatus};
use syntax::{LANGUAGES, analyze, language_of};

#[test]
fn what_is_taken_from_each_case() {
    let cases = cases();
    for language in LANGUAGES {
        assert!(cases.iter().any(|(of, _)| of == language), "no case for {language}");
    }
    for (language, path) in cases {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(language_of(name, &bytes), Some(language.as_str()), "{name}");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let list = list(&analyze(&language, &bytes));
        settings.bind(|| insta::assert_snapshot!(name, list));
    }
}

/// Language and path of each case, sorted.
fn cases() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let files =
        |folder: &Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let mut cases: Vec<(String, PathBuf)> = Vec::new();
    for folder in files(&root) {
        let language = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let sources =
            files(&folder).into_iter().filter(|path| path.extension().is_none_or(|end| end != "snap" && end != "new"));
        cases.extend(sources.map(|path| (language.clone(), path)));
    }
    cases.sort();
    cases
}

fn list(analysis: &FileAnalysis) -> String {
    let mut list = format!("{} lines, {:?}\n", analysis.lines, analysis.status);
    assert!(!matches!(analysis.status, ParseStatus::Failed(_)), "{list}");
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            writeln!(list, "\n{title}").unwrap();
            lines.iter().for_each(|line| writeln!(list, "  {line}").unwrap());
        }
    };
    section("symbols", analysis.symbols.iter().map(symbol).collect());
    section(
        "imports",
        analysis
            .imports
            .iter()
            .map(|i| format!("{}: {} {}", i.line, i.module, i.names.join(", ")).trim_end().to_owned())
            .collect(),
    );
    section(
        "calls",
        analysis
            .calls
            .iter()
            .map(|c| format!("{}: {}/{} {}", c.line, c.callee, c.arity, c.named.join(", ")).trim_end().to_owned())
            .collect(),
    );
    let handler = |handler: &Option<String>| handler.as_ref().map(|to| format!(" -> {to}")).unwrap_or_default();
    section(
        "routes",
        analysis
            .routes
            .iter()
            .map(|r| format!("{}-{}: {} {}{}", r.start, r.end, r.method, r.path, handler(&r.handler)))
            .collect(),
    );
    let owner = |owner: &Option<String>| owner.as_ref().map(|owner| format!(" on {owner}")).unwrap_or_default();
    section(
        "mounts",
        analysis
            .mounts
            .iter()
            .map(|m| format!("{}: {} < {:?}{}", m.line, m.target, m.prefix, owner(&m.owner)))
            .collect(),
    );
    let default = |default: &Option<String>| default.as_ref().map(|text| format!(" = {text}")).unwrap_or_default();
    section(
        "env",
        analysis
            .env
            .iter()
            .map(|e| format!("{}: {}{}{}", e.line, e.name, if e.required { "!" } else { "" }, default(&e.default)))
            .collect(),
    );
    let call = |call: &Option<String>| call.as_ref().map(|call| format!("  in {call}")).unwrap_or_default();
    section(
        "literals",
        analysis.literals.iter().map(|l| format!("{}: {:?}{}", l.line, l.text, call(&l.call))).collect(),
    );
    list
}

fn symbol(symbol: &contracts::analysis::Symbol) -> String {
    let visible = if symbol.exported { "+" } else { "-" };
    let container = symbol.container.as_ref().map(|path| format!("{path} > ")).unwrap_or_default();
    let decorators: String = symbol.decorators.iter().map(|text| format!("  [{text}]")).collect();
    let kind = format!("{:?}", symbol.kind).to_lowercase();
    format!(
        "{}-{}: {visible}{kind} {container}{} | {}{decorators}",
        symbol.start, symbol.end, symbol.name, symbol.signature
    )
}
