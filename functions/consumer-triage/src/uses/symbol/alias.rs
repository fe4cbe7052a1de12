//! Names that a file gives to a module of somebody else, as its import says.

use contracts::analysis::Import;
use outline::code;

use crate::dependent::File;

/// What the file calls the module as a whole: `import * as x from "m"`, `const x = require("m")`, `import m as x`,
/// `x "host/m"`. None where it takes names out of it, or calls it by its own name.
pub(crate) fn of(file: &File, import: &Import) -> Option<String> {
    let line = file.line(import.line);
    let last = import.module.rsplit(['/', '.']).next().unwrap_or("");
    match file.language() {
        "javascript" | "typescript" | "tsx" | "jsx" => script(line).map(str::to_owned),
        "python" if import.names.is_empty() => renamed(line, &import.module),
        "go" => {
            let before =
                line[..line.find(&format!("\"{}\"", import.module))?].trim().trim_start_matches("import").trim();
            let own = before.trim_start_matches('(').trim();
            (!own.is_empty() && own != last && own.chars().all(code::is_name) && own != "_").then(|| own.to_owned())
        }
        _ => None,
    }
}

/// `from a import b as c`: what the file calls `name`.
pub(crate) fn of_name(file: &File, line: u32, name: &str) -> Option<String> {
    renamed(file.line(line), name)
}

fn renamed(line: &str, name: &str) -> Option<String> {
    let mut found = code::words(line, name).map(|at| &line[at + name.len()..]);
    let alias = found.find_map(|after| after.trim_start().strip_prefix("as "))?.trim_start();
    let end = alias.find(|c: char| !code::is_name(c)).unwrap_or(alias.len());
    (end > 0).then(|| alias[..end].to_owned())
}

fn script(line: &str) -> Option<&str> {
    let name = |text: &'_ str| -> usize { text.find(|c: char| !code::is_name(c)).unwrap_or(text.len()) };
    if let Some((_, rest)) = line.split_once("* as ") {
        let rest = rest.trim_start();
        return Some(&rest[..name(rest)]).filter(|name| !name.is_empty());
    }
    let rest = line.trim_start();
    let rest = ["export import ", "import type ", "import ", "const ", "let ", "var "]
        .iter()
        .find_map(|word| rest.strip_prefix(word));
    // One of several: `const x = 1,` and below it `y = require("m"),`.
    let rest = rest.or_else(|| line.contains("require(").then_some(line))?.trim_start();
    let end = name(rest);
    let after = rest[end..].trim_start();
    let taken =
        after.starts_with("from ") || after.starts_with(',') || after.starts_with('=') || after.starts_with(':');
    (end > 0 && taken).then(|| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependent::Place;

    #[test]
    fn what_a_module_is_called_here() {
        for (path, text, expected) in [
            ("a.ts", "import * as y from 'm';", Some("y")),
            ("a.ts", "import y, { a } from 'm';", Some("y")),
            ("a.ts", "import y = require('m');", Some("y")),
            ("a.ts", "import { y } from 'm';", None),
            ("a.js", "const y = require('m');", Some("y")),
            ("a.js", "const a = 1,\n    y = require('m'),\n    b = 2;", Some("y")),
            ("a.js", "const { y } = require('m');", None),
            ("a.js", "require('m');", None),
            ("a.py", "import m.n as y", Some("y")),
            ("a.py", "import m.n", None),
            ("a.go", "package a\nimport y \"host/m\"", Some("y")),
            ("a.go", "package a\nimport _ \"host/m\"", None),
            ("a.go", "package a\nimport (\n\t\"host/m\"\n)", None),
        ] {
            let language = syntax::language_of(path, b"").unwrap_or("");
            let analysis = syntax::analyze(language, text.as_bytes());
            let imports = analysis.imports.clone();
            let analysis = Some(std::sync::Arc::new(analysis));
            let file = File { path: path.into(), place: Place::Source, analysis, text: Some(text.into()) };
            assert_eq!(imports.first().and_then(|import| of(&file, import)).as_deref(), expected, "{text}");
        }
        assert_eq!(renamed("from a import b as c, d", "b").as_deref(), Some("c"));
        assert_eq!(renamed("from a import b, d as e", "b"), None);
        assert_eq!(renamed("ä as", "ä"), None);
    }
}
