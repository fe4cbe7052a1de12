//! Variables that a macro makes of the identifiers it is given, where its own code says so.

use outline::code;

use crate::comparison::Side;

/// More declarations than this are no settings.
const MAX_VARIABLES: usize = 2_000;

/// Upper-case names with the lines of the identifiers: `stringify!` in capitals, handed to what reads the environment.
pub(super) fn variables(side: &Side) -> Vec<(String, u32)> {
    let text = side.text();
    if !side.path.ends_with(".rs") || !text.contains("macro_rules!") || !text.contains("stringify!") {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (at, head) in text.match_indices("macro_rules!") {
        let rest = &text[at + head.len()..];
        let name: String = rest.trim_start().chars().take_while(|c| code::is_name(*c)).collect();
        let Some(open) = rest.find(['{', '(', '[']).map(|open| at + head.len() + open) else { continue };
        let end = code::closing(text, open, false);
        let Some(separator) = text.get(open..end).and_then(separator) else { continue };
        given(text, &name, (at, end), &separator, &mut out);
    }
    out.truncate(MAX_VARIABLES);
    out
}

/// What follows the identifier that becomes a variable, as in `$name:ident : $ty:ty`.
fn separator(body: &str) -> Option<String> {
    let read = body.lines().find(|line| {
        let capitals =
            line.contains(":upper>") || line.contains("to_uppercase()") || line.contains("to_ascii_uppercase()");
        // What is put before the name is not known here.
        capitals && line.contains("stringify!") && reads(line) && !line.contains("concat!") && !line.contains("format!")
    })?;
    let from = read.split_once("stringify!")?.1;
    let (_, name) = from.split_once('$')?;
    let name: String = name.chars().take_while(|c| code::is_name(*c) && *c != '$').collect();
    let plain = from.contains(&format!("<${name}:")) || from.starts_with(&format!("(${name})"));
    let declared = format!("${name}:ident");
    let after = body.split_once(&declared)?.1.trim_start();
    let separator: String = after.chars().take_while(|c| ":=>,".contains(*c)).collect();
    (plain && !separator.is_empty()).then_some(separator)
}

/// The line hands the name to a function about the environment.
fn reads(line: &str) -> bool {
    let mut words = line.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    words.any(|word| matches!(word.as_str(), "env" | "getenv" | "environment" | "var"))
}

/// Identifiers at the beginning of lines, where the macro is used.
fn given(text: &str, name: &str, definition: (usize, usize), separator: &str, out: &mut Vec<(String, u32)>) {
    let called = format!("{name}!");
    for (at, _) in text.match_indices(&called).filter(|(at, _)| !(definition.0..definition.1).contains(at)) {
        let Some(open) = text[at..].find(['{', '(', '[']).map(|open| at + open) else { continue };
        let end = code::closing(text, open, false);
        let first = text[..open].matches('\n').count();
        for (number, line) in text.get(open..end).unwrap_or("").lines().enumerate() {
            let line = line.trim().trim_start_matches(['{', '(', '[']).trim_start();
            let word: String = line.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let rest = line[word.len()..].trim_start();
            let declares = rest.strip_prefix(separator).is_some_and(|rest| !rest.starts_with(':'));
            if word.len() >= 3 && declares && !line.ends_with('{') && out.len() < MAX_VARIABLES {
                out.push((word.to_ascii_uppercase(), u32::try_from(first + number + 1).unwrap_or(u32::MAX)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the macro does, why, what is found.
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, u32)]);

    #[test]
    fn identifiers_that_become_variables() {
        let makes = "macro_rules! settings {\n  ($($name:ident : $ty:ty;)+) => {\n    $(s.$name = READ;)+\n  };\n}\n";
        let used = "settings! {\n  // a: b\n  mail_host: String;\n  group: x {\n  mail_port: u16;\n}\n";
        let cases: [Case<'_>; 5] = [
            ("env::var(stringify!([<$name:upper>]))", "paste", &[("MAIL_HOST", 8), ("MAIL_PORT", 10)]),
            ("env::var(stringify!($name).to_uppercase())", "std", &[("MAIL_HOST", 8), ("MAIL_PORT", 10)]),
            ("env::var(concat!(\"APP_\", stringify!($name)).to_uppercase())", "a prefix", &[]),
            ("print(stringify!([<$name:upper>]))", "not read", &[]),
            ("env::var(stringify!($name))", "as it is", &[]),
        ];
        for (read, why, expected) in cases {
            let text = format!("{}{used}", makes.replace("READ", read));
            let side = Side { path: "a.rs".to_owned(), text: Some(text), analysis: None };
            let found = variables(&side);
            let found: Vec<_> = found.iter().map(|(name, line)| (name.as_str(), *line)).collect();
            assert_eq!(found, expected, "{why}");
        }
        for wreck in ["macro_rules! a", "macro_rules! ä { stringify!", "macro_rules! a {(stringify!($", "stringify!"] {
            let side = Side { path: "a.rs".to_owned(), text: Some(wreck.to_owned()), analysis: None };
            assert_eq!(variables(&side), [], "{wreck}");
        }
    }
}
