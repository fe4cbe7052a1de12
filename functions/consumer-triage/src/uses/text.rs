//! Words in lines of text.

use crate::dependent::File;

/// Where `word` stands in `line` as a word of its own: no letter, digit or `_` beside it.
pub(crate) fn word_at(line: &str, word: &str) -> Option<usize> {
    word_with(line, word, |c| c.is_alphanumeric() || c == '_')
}

/// As [`word_at`], and `-` counts as part of a word.
pub(crate) fn name_at(line: &str, word: &str) -> Option<usize> {
    word_with(line, word, |c| c.is_alphanumeric() || c == '_' || c == '-')
}

fn word_with(line: &str, word: &str, part: impl Fn(char) -> bool) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    line.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = line[..*at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(&part) && !after.is_some_and(&part)
    })
}

/// What begins a line that is nothing but a comment, in one family of languages.
type Marks = &'static [&'static str];

const HASH: Marks = &["#"];
const SLASHES: Marks = &["//", "/*", "* ", "*/"];
const HASH_OR_SLASHES: Marks = &["#", "//", "/*", "* ", "*/"];
const DASHES: Marks = &["--", "/*", "* ", "*/"];
const MARKUP: Marks = &["<!--", "{#", "{{/*"];
const TEMPLATE: Marks = &["#", "{#", "{{/*", "{{- /*"];
const SETTINGS: Marks = &["#", ";"];
/// Where nothing tells the language: what is a comment in most of them.
const ANY: Marks = &["#", "//", "* ", "/*", "*/", "<!--", "{#", "{{/*", "{{- /*", ";"];

/// Nothing but a comment, in the language of the file.
pub(crate) fn is_comment(file: &File, line: &str) -> bool {
    let by_path = || syntax::language_of(&file.path, b"").unwrap_or("");
    let language = if file.language().is_empty() { by_path() } else { file.language() };
    begins_with_one(line, marks(language, &file.path)) && !(language == "php" && line.trim_start().starts_with("#["))
}

fn begins_with_one(line: &str, marks: Marks) -> bool {
    let line = line.trim_start();
    let marked = marks.iter().any(|mark| line.starts_with(mark)) && !line.starts_with("#!");
    marked || (marks.contains(&"* ") && line == "*")
}

fn marks(language: &str, path: &str) -> Marks {
    match language {
        "python" | "ruby" | "bash" | "toml" | "dockerfile" | "graphql" => HASH,
        "yaml" => TEMPLATE,
        "c" | "cpp" | "csharp" | "go" | "java" | "javascript" | "typescript" | "tsx" | "kotlin" | "scala" | "swift"
        | "rust" | "protobuf" | "css" | "json" => SLASHES,
        "php" | "hcl" => HASH_OR_SLASHES,
        "sql" => DASHES,
        "html" | "markdown" => MARKUP,
        _ => marks_by_extension(path),
    }
}

fn marks_by_extension(path: &str) -> Marks {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "m" | "mm" | "dart" | "groovy" | "gradle" | "zig" => SLASHES,
        "jsonnet" | "libsonnet" => HASH_OR_SLASHES,
        "lua" | "hs" | "elm" | "adb" | "ads" => DASHES,
        "xml" | "xsl" | "plist" | "csproj" | "vue" | "svelte" => MARKUP,
        "ini" | "cfg" | "conf" | "properties" | "service" => SETTINGS,
        "ex" | "exs" | "pl" | "pm" | "r" | "jl" | "cmake" | "mk" | "nix" | "env" => HASH,
        _ => ANY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_ends() {
        let cases = [
            ("a PORT b", "PORT", true, true),
            ("MY_PORT", "PORT", false, false),
            ("x-port", "port", true, false),
            ("port-x port", "port", true, true),
            ("äport", "port", false, false),
            ("", "port", false, false),
        ];
        for (line, word, as_word, as_name) in cases {
            assert_eq!((word_at(line, word).is_some(), name_at(line, word).is_some()), (as_word, as_name), "{line}");
        }
    }

    #[test]
    fn comments_are_those_of_the_language() {
        let cases = [
            ("a.c", "#include <provider.h>", false),
            ("a.h", "#define KEY \"X-API-Key\"", false),
            ("a.c", "  // x", true),
            ("a.c", " * x", true),
            ("a.c", "*", true),
            ("a.cs", "#if DEBUG", false),
            ("a.rs", "#[derive(Debug)]", false),
            ("a.rs", "#![deny(x)]", false),
            ("a.rs", "/// x", true),
            ("a.ts", "#secret = 1", false),
            ("a.py", "# x", true),
            ("a.py", "#define is a comment here", true),
            ("a.py", "// x", false),
            ("a.py", "* rest", false),
            ("run.sh", "#!/bin/sh", false),
            ("run.sh", "--flag", false),
            ("a.sql", "-- x", true),
            ("a.sql", "# x", false),
            ("a.lua", "-- x", true),
            ("a.php", "# x", true),
            ("a.php", "#[Route('/x')]", false),
            ("a.yaml", "# x", true),
            ("a.yaml", "- --flag", false),
            ("a.yaml", "{{/* x */}}", true),
            ("a.yaml", "// x", false),
            ("a.tf", "// x", true),
            ("a.html", "<!-- x", true),
            ("a.html", "#id", false),
            ("a.ini", "; x", true),
            ("Makefile", "# x", true),
            ("a.tpl", "# x", true),
            ("a", "x # y", false),
            ("a", "äö", false),
            ("", "", false),
        ];
        for (path, line, expected) in cases {
            let place = crate::dependent::Place::Source;
            let file = File { path: path.to_owned(), place, analysis: None, text: None };
            assert_eq!(is_comment(&file, line), expected, "{path}: {line}");
        }
    }
}
