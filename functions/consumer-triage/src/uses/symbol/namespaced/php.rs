//! Classes of PHP by their namespace, their constants and functions, and methods of objects that are seen to be theirs.

use contracts::analysis::SymbolKind;

use super::{Wanted, full_name, lines_with};
use crate::dependent::File;
use crate::uses::{Certainty, Found};

const NAMED: Certainty = Certainty::Certain("the name is imported from its namespace and gone or changed there");
const CALLED: Certainty = Certainty::Likely("a method of this name is called on an object of that class");

/// Lines that one statement may run over.
const STATEMENT: usize = 60;

/// How a file writes the class, and where it brings it in.
struct Local {
    written: String,
    import: Option<u32>,
}

/// Places that name the class or its member.
pub(super) fn find<'a>(wanted: &Wanted<'_>, files: impl Iterator<Item = &'a File> + Clone, found: &mut Found) {
    let module = wanted.module.trim_matches('\\');
    // A bare name of the global space is too much of a coincidence.
    if module.is_empty() {
        return;
    }
    let full = format!("{module}\\{}", wanted.root);
    if let Some(own) = files.clone().find(|file| defines(file, module, wanted.root)) {
        found.note = Some(format!("`{full}` is defined here ({})", own.path));
        return;
    }
    for file in files.filter(|file| file.text().contains(wanted.root)) {
        for local in locals(file, module, wanted.root, &full) {
            let lines = match wanted.member {
                None => references(file, &local),
                Some(member) => members(file, &local.written, member),
            };
            wanted.keep(file, lines, found);
        }
    }
}

fn defines(file: &File, module: &str, root: &str) -> bool {
    let symbols = file.analysis.iter().flat_map(|analysis| &analysis.symbols);
    let mut types = symbols.filter(|symbol| matches!(symbol.kind, SymbolKind::Class | SymbolKind::Type));
    namespace(file).as_deref() == Some(module) && types.any(|symbol| symbol.name == root)
}

fn namespace(file: &File) -> Option<String> {
    let mut symbols = file.analysis.iter().flat_map(|analysis| &analysis.symbols);
    symbols.find(|symbol| symbol.kind == SymbolKind::Section).map(|symbol| full_name(symbol).replace('.', "\\"))
}

fn locals(file: &File, module: &str, root: &str, full: &str) -> Vec<Local> {
    let mut out: Vec<Local> = Vec::new();
    for (line, path, alias) in imported(file) {
        if path == full {
            out.push(Local { written: alias, import: Some(line) });
        } else if let Some(rest) = full.strip_prefix(&path).filter(|rest| rest.starts_with('\\')) {
            out.push(Local { written: format!("{alias}{rest}"), import: None });
        }
    }
    if namespace(file).as_deref() == Some(module) && !out.iter().any(|local| local.written == root) {
        out.push(Local { written: root.to_owned(), import: None });
    }
    out.push(Local { written: full.to_owned(), import: None });
    out
}

/// `use A\B;`, `use A\B as C;`, `use A\{B, C as D};`: the line, the whole path, the name here.
fn imported(file: &File) -> Vec<(u32, String, String)> {
    let lines: Vec<(u32, &str)> = file.lines().collect();
    let mut out = Vec::new();
    for (at, (number, line)) in lines.iter().enumerate() {
        if !line.starts_with("use ") {
            continue;
        }
        let rest = lines[at..].iter().take(STATEMENT).map(|(_, line)| *line);
        let mut statement = String::new();
        for part in rest {
            statement.push_str(part.split(';').next().unwrap_or(part));
            statement.push(' ');
            if part.contains(';') {
                break;
            }
        }
        let clauses = statement.trim_start_matches("use ").replace('}', "");
        let clauses = clauses.trim_start_matches("function ").trim_start_matches("const ").to_owned();
        let (prefix, clauses) = clauses.split_once('{').unwrap_or(("", &clauses));
        for clause in clauses.split(',').map(str::trim).filter(|clause| !clause.is_empty()) {
            let (path, alias) = clause.split_once(" as ").unwrap_or((clause, ""));
            let path = format!("{}{}", prefix.trim(), path.trim());
            let path = path.trim_start_matches('\\').to_owned();
            let name = path.rsplit('\\').next().unwrap_or(&path);
            let alias = if alias.is_empty() { name.to_owned() } else { alias.trim().to_owned() };
            out.push((*number, path, alias));
        }
    }
    out
}

/// The import and every place that names the class.
fn references(file: &File, local: &Local) -> Vec<(u32, Certainty)> {
    let import = local.import.into_iter();
    let named = named(file, &local.written).map(|(number, _, _)| number);
    import.chain(named).map(|number| (number, NAMED)).collect()
}

/// Places of the name that are not the end of a longer one, and not the imports.
fn named<'a>(file: &'a File, written: &'a str) -> impl Iterator<Item = (u32, &'a str, usize)> + 'a {
    lines_with(file, written).filter(move |(_, line, at)| {
        let before = line[..*at].strip_suffix('\\').unwrap_or(&line[..*at]);
        let is_own = !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '\\' | '$' | '>'));
        let continues = line[at + written.len()..].starts_with('\\');
        is_own && !continues && !line.starts_with("use ") && !line.starts_with("namespace ")
    })
}

fn members(file: &File, class: &str, member: &str) -> Vec<(u32, Certainty)> {
    let mut out = Vec::new();
    let mut objects: Vec<String> = Vec::new();
    for (number, line, at) in named(file, class) {
        let (before, after) = (&line[..at], &line[at + class.len()..]);
        if after.strip_prefix("::").is_some_and(|rest| begins(rest.trim_start_matches('$'), member)) {
            out.push((number, NAMED));
        }
        let before = before.trim_end_matches('\\').trim_end();
        if let Some(left) = before.strip_suffix("new") {
            objects.extend(assigned(left));
            if after.contains(&format!(")->{member}(")) {
                out.push((number, CALLED));
            }
        }
        if let Some(name) = after.trim_start().strip_prefix('$').map(identifier).filter(|name| !name.is_empty()) {
            objects.push(format!("${name}"));
            objects.push(format!("$this->{name}"));
        }
    }
    for (number, line, at) in lines_with(file, member) {
        let before = line[..at].strip_suffix("->").map(|before| before.trim_end_matches('?').trim_end());
        let is_object = |name: &String| before.is_some_and(|before| before.ends_with(name.as_str()));
        if objects.iter().any(is_object) {
            out.push((number, CALLED));
        }
    }
    out
}

fn begins(text: &str, name: &str) -> bool {
    identifier(text) == name
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The variable of `$x = `, `$this->x = `.
fn assigned(before: &str) -> Option<String> {
    let left = before.trim_end().strip_suffix('=')?.trim_end_matches('?').trim_end();
    let name = left.rsplit(|c: char| c.is_whitespace() || c == '(').next()?;
    name.starts_with('$').then(|| name.to_owned())
}
