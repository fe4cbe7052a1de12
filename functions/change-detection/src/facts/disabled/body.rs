//! The first statement of a function, by brackets and comments.

use outline::code;

/// What a statement that only fails begins with.
pub(super) fn words(language: &str) -> &'static [&'static str] {
    match language {
        "python" => &["raise "],
        "ruby" => &["raise ", "raise("],
        "go" => &["panic("],
        "rust" => &["panic!", "unimplemented!", "todo!", "compile_error!"],
        "swift" => &["fatalError(", "preconditionFailure(", "throw "],
        "javascript" | "typescript" | "tsx" | "jsx" | "java" | "kotlin" | "scala" | "csharp" | "php" => &["throw "],
        _ => &[],
    }
}

/// Lines `start..=end` of a text.
pub(super) fn lines(text: &str, start: u32, end: u32) -> &str {
    let mut starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let Some(from) = starts.nth(start.saturating_sub(1) as usize) else { return "" };
    let to = starts.nth(end.saturating_sub(start) as usize).unwrap_or(text.len());
    text.get(from..to).unwrap_or("")
}

/// Whether the function of this name begins with failing.
pub(super) fn fails(text: &str, name: &str, language: &str) -> bool {
    first(text, name, language).is_some_and(|first| begins_with_failing(first, language))
}

fn begins_with_failing(statement: &str, language: &str) -> bool {
    words(language).iter().any(|word| statement.starts_with(word))
}

/// What follows the head of a function: from its first statement on.
pub(super) fn first<'t>(text: &'t str, name: &str, language: &str) -> Option<&'t str> {
    let hashes = matches!(language, "python" | "ruby");
    let named = code::words(text, name).find(|at| {
        let after = text[at + name.len()..].trim_start();
        // A list of parameters, types before it, or an arrow behind an equals sign.
        after.starts_with(['(', '<', '[', '=', ':']) || language == "ruby"
    })?;
    let from = named + name.len();
    let body = match language {
        "python" => {
            let open = from + text[from..].find('(')?;
            let close = code::closing(text, open, true);
            close + text.get(close..)?.find(':')? + 1
        }
        "ruby" => from + text[from..].find('\n')? + 1,
        _ => {
            let open = from + text[from..].find('(')?;
            let close = code::closing(text, open, hashes);
            close + text.get(close..)?.find('{')? + 1
        }
    };
    Some(statement(text.get(body..)?, hashes))
}

/// Without white space, comments, and a text that documents.
fn statement(mut text: &str, hashes: bool) -> &str {
    loop {
        text = text.trim_start();
        let comment = text.starts_with("//") || text.starts_with("/*") || (hashes && text.starts_with('#'));
        let quotes = ["\"\"\"", "'''"].into_iter().find(|quotes| hashes && text.starts_with(quotes));
        let next = match quotes {
            Some(quotes) => text[3..].find(quotes).map(|at| at + 6),
            None if comment || (hashes && text.starts_with('"')) => code::skipped(text, 0, hashes),
            None => None,
        };
        match next.filter(|next| *next > 0) {
            Some(next) => text = text.get(next..).unwrap_or(""),
            None => return text,
        }
    }
}

/// `exports.name = make(…)`: the function that makes the value.
pub(super) fn made_by<'t>(text: &'t str, language: &str) -> Option<&'t str> {
    if !matches!(language, "javascript" | "typescript" | "tsx" | "jsx") {
        return None;
    }
    let (_, value) = text.split_once('=')?;
    let value = value.trim_start();
    let end = value.find(|c: char| !code::is_name(c))?;
    (end > 0 && value[end..].starts_with('(')).then(|| &value[..end])
}

/// `return function () { throw …`, `return () => { throw …`.
pub(super) fn gives_what_fails(statement_text: &str, language: &str) -> bool {
    let Some(given) = statement_text.strip_prefix("return ") else { return false };
    let given = given.trim_start().trim_start_matches("async ");
    let is_function = given.starts_with("function") || given.starts_with('(');
    let Some(open) = given.find('(').filter(|_| is_function) else { return false };
    let close = code::closing(given, open, false);
    let inner = given.get(close..).and_then(|rest| rest.split_once('{')).map_or("", |(_, inner)| inner);
    begins_with_failing(statement(inner, false), language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_fails() {
        for (language, text, expected) in [
            ("python", "def f(a, b=(1,)) -> int:\n    \"\"\"Gone.\"\"\"\n    # x\n    raise ValueError('x')\n", true),
            ("python", "def f(a):\n    if a:\n        raise ValueError\n    return 1\n", false),
            ("go", "func (c *C) f(a int) error {\n\tpanic(\"gone\")\n}", true),
            ("rust", "pub fn f<T>(a: T) -> u8 {\n    // x\n    unimplemented!()\n}", true),
            ("rust", "pub fn f(a: u8) -> u8 { a }", false),
            ("java", "public int f(int a) throws E {\n throw new UnsupportedOperationException();\n}", true),
            ("typescript", "export const f = (a: string): void => {\n  throw new Error('x')\n}", true),
            ("javascript", "function f() { return 1; throw x }", false),
            ("ruby", "def f(a)\n  raise 'gone'\nend\n", true),
            ("c", "int f(void) { abort(); }", false),
            ("python", "def f(", false),
            ("javascript", "f = ä", false),
        ] {
            assert_eq!(fails(text, "f", language), expected, "{text}");
        }
    }

    #[test]
    fn values_that_are_made_to_fail() {
        assert_eq!(made_by("exports.f = gone('f');", "javascript"), Some("gone"));
        assert_eq!(made_by("exports.f = lib.f;", "javascript"), None);
        for (text, expected) in [
            ("return function () { throw new Error(1) }", true),
            ("return (...a) => {\n // x\n throw 1 }", true),
            ("return function () { warn(); return f() }", false),
            ("return f", false),
            ("return (", false),
        ] {
            assert_eq!(gives_what_fails(text, "javascript"), expected, "{text}");
        }
    }
}
