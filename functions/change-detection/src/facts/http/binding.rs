//! Names that a file takes from others: `from .users import router as users`, `const users = require("./users")`.

use contracts::analysis::Import;
use outline::code;

use crate::comparison::Side;

/// Lines of one statement that are looked at.
const STATEMENT: usize = 40;

/// Bytes of one statement that are looked at: all imports of a file can stand on one line.
const MAX_STATEMENT: usize = 4_000;

/// A name of a file that stands for something of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bound {
    /// Its name here.
    pub local: String,
    /// The module as written.
    pub module: String,
    /// Its name there; none for the module itself or what it gives by default.
    pub name: Option<String>,
}

/// All names that a file takes from elsewhere.
pub(super) fn bindings(side: &Side) -> Vec<Bound> {
    let Some(analysis) = &side.analysis else { return Vec::new() };
    let lines: Vec<&str> = side.text().lines().collect();
    analysis.imports.iter().flat_map(|import| of_import(import, &statement(&lines, import))).collect()
}

/// The statement from its first line to the one that names the module last.
fn statement(lines: &[&str], import: &Import) -> String {
    let start = (import.line.saturating_sub(1) as usize).min(lines.len());
    let mut text = String::new();
    for line in lines[start..].iter().take(STATEMENT) {
        text.push_str(code::cut(line, MAX_STATEMENT.saturating_sub(text.len())));
        text.push(' ');
        let open = text.matches(['{', '(']).count() > text.matches(['}', ')']).count();
        if !open || text.len() >= MAX_STATEMENT {
            break;
        }
    }
    text
}

fn of_import(import: &Import, statement: &str) -> Vec<Bound> {
    let bound = |local: &str, name: Option<&str>| Bound {
        local: local.to_owned(),
        module: import.module.clone(),
        name: name.map(str::to_owned),
    };
    let words: Vec<&str> = statement.split(|c: char| !is_name(c)).filter(|word| !word.is_empty()).collect();
    let named = import.names.iter().filter(|name| *name != "*" && *name != "default");
    let mut out: Vec<Bound> =
        named.map(|name| bound(alias(&words, statement, name).unwrap_or(name), Some(name))).collect();
    if let Some(local) = of_module(&words, statement, import) {
        out.push(bound(local, None));
    }
    out
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// `name as other`, `name: other`.
fn alias<'a>(words: &[&'a str], statement: &str, name: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| *word == name)?;
    match (words.get(at + 1), words.get(at + 2)) {
        (Some(&"as"), Some(other)) => Some(other),
        (Some(other), _) if statement.contains(&format!("{name}: {other}")) => Some(other),
        _ => None,
    }
}

/// The name that stands for the module as a whole.
fn of_module<'a>(words: &[&'a str], statement: &str, import: &'a Import) -> Option<&'a str> {
    let last = || import.module.rsplit(['.', '/', ':']).next().filter(|last| !last.is_empty());
    match words {
        // `import a.b as c` of Python; `import * as c from`, `import c from` of JavaScript.
        ["import", "type", local, "from", ..] | ["import", local, "from", ..] => Some(local),
        ["import", local, ..] if import.names.iter().any(|name| name == "default") => Some(local),
        ["import", "as", local, ..] => Some(local),
        ["const" | "let" | "var", local, "require", ..] | ["const" | "let" | "var", local, "await", "import", ..] => {
            Some(local)
        }
        ["import", .., "as", local] if import.names.is_empty() => Some(local),
        ["use", .., "as", local] if import.names.len() <= 1 => Some(local),
        // A path of Go, with a name before it or its own last part.
        _ if import.names.is_empty() && statement.contains('"') => {
            let before = statement.split('"').next().unwrap_or("").trim();
            let before = before.trim_start_matches("import").trim_matches(['(', ' ']);
            if before.is_empty() { last() } else { words.iter().copied().find(|word| *word == before) }
        }
        _ if import.names.is_empty() => last(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_short_whatever_stands_on_its_line() {
        let line = "import ä; ".repeat(4_000);
        let import = Import { line: 1, ..syntax::analyze("python", b"import a\n").imports[0].clone() };
        assert!(statement(&[&line], &import).len() <= MAX_STATEMENT + 1);
        assert!(statement(&["from a import (", &line, &line], &import).len() <= MAX_STATEMENT + 2);
    }

    #[test]
    fn names_of_other_files() {
        let cases = [
            ("python", "from .users import router as users, other\n", "users=.users#router other=.users#other"),
            ("python", "from . import (\n  users,\n  orders as o,\n)\n", "users=.#users o=.#orders"),
            ("python", "import app.users as u\nimport app.orders\n", "u=app.users orders=app.orders"),
            ("javascript", "import users, { a as b } from './users'\n", "b=./users#a users=./users"),
            ("javascript", "import * as users from './users'\n", "users=./users"),
            ("javascript", "const users = require('./users')\n", "users=./users"),
            ("javascript", "const { a, b: c } = require('./users')\n", "a=./users#a c=./users#b"),
            ("go", "package a\nimport (\n\t\"x/users\"\n\to \"x/orders\"\n)\n", "users=x/users o=x/orders"),
            ("rust", "use crate::routes::{users, orders as o};\n", "users=crate::routes#users o=crate::routes#orders"),
            ("python", "", ""),
        ];
        for (language, text, expected) in cases {
            let analysis = Some(std::sync::Arc::new(syntax::analyze(language, text.as_bytes())));
            let side = Side { path: "a".to_owned(), text: Some(text.to_owned()), analysis };
            let told = |b: &Bound| {
                let name = b.name.as_ref().map(|name| format!("#{name}")).unwrap_or_default();
                format!("{}={}{name}", b.local, b.module)
            };
            let found: Vec<String> = bindings(&side).iter().map(told).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
