//! Flags that are declared by their name without dashes: by a helper of the program's own, by libraries of command lines
//! that put the dashes in front themselves, by the fields of a record.

use contracts::analysis::Literal;

use crate::comparison::Side;

/// Verbs of helpers that declare a flag.
const DECLARE: &[&str] = &["add", "define", "declare", "register", "new", "make", "create"];

/// Functions that declare an option where they stand alone; as a method of `self` they read one (cleo, thor).
const ALONE: &[&str] = &["option", "method_option", "class_option"];

/// Methods that declare an option by its bare name (symfony console, yargs, click's and optparse's helpers).
const METHODS: &[&str] = &["addOption", "add_option", "option", "options", "requiredOption"];

/// Lines of a record below its opening in which its name stands.
const RECORD: usize = 4;

/// Flags as `--name`, with their lines.
pub(super) fn flags(side: &Side) -> Vec<(String, u32)> {
    let Some(analysis) = &side.analysis else { return Vec::new() };
    let language = analysis.language.as_str();
    let mut out: Vec<(String, u32)> = Vec::new();
    for literal in &analysis.literals {
        out.extend(flag(literal, language).map(|name| (name, literal.line)));
    }
    if language == "go" {
        out.extend(records(side.text()));
    }
    out
}

fn flag(literal: &Literal, language: &str) -> Option<String> {
    let call = literal.call.as_deref()?;
    let verb = call.rsplit(['.', ':']).next().unwrap_or(call);
    let receiver = call.strip_suffix(verb).unwrap_or("").trim_end_matches(['.', ':', '?']);
    let lower = verb.to_ascii_lowercase();
    let own_helper = lower.contains("flag") && DECLARE.iter().any(|word| lower.starts_with(word));
    let alone = receiver.is_empty() && ALONE.contains(&verb);
    // `self.option("x")` reads what was declared elsewhere.
    let reads =
        matches!(receiver.trim_start_matches(['$', '@']), "" | "self" | "this" | "input" | "config" | "context")
            && verb != "addOption"
            && verb != "add_option";
    let method = !reads && METHODS.contains(&verb);
    let declares = own_helper || alone || method;
    (declares && is_name(&literal.text, language)).then(|| format!("--{}", literal.text.replace('_', "-")))
}

/// Two parts or more: a single word names too much else. Thor writes them with `_`.
fn is_name(text: &str, language: &str) -> bool {
    let mark = if language == "ruby" { ['-', '_'] } else { ['-', '-'] };
    let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || mark.contains(&char::from(b)));
    let parts = text.split(mark);
    (5..=60).contains(&text.len())
        && plain
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && parts.clone().count() >= 2
        && parts.clone().all(|part| !part.is_empty())
}

/// `cli.StringFlag{Name: "out-dir", …}` of Go, on one line or several.
fn records(text: &str) -> Vec<(String, u32)> {
    let mut out = Vec::new();
    let mut left = 0;
    for (at, line) in text.lines().enumerate() {
        if line.contains("Flag{") {
            left = RECORD;
        }
        if left == 0 {
            continue;
        }
        left -= 1;
        let Some((_, rest)) = line.split_once("Name:") else { continue };
        let Some(name) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else { continue };
        // Short forms follow the name: `"out-dir, o"`.
        let name = name.split(',').next().unwrap_or(name);
        if is_name(name, "go") {
            out.push((format!("--{name}"), u32::try_from(at + 1).unwrap_or(u32::MAX)));
        }
        left = 0;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_declares_a_flag() {
        let cases = [
            ("no-update", "option", "python", Some("--no-update")),
            ("no-update", "self.option", "python", None),
            ("no-update", "$this.option", "php", None),
            ("no-update", "$this.addOption", "php", Some("--no-update")),
            ("out-format", "internal.AddFlagAndBind", "go", Some("--out-format")),
            ("out-format", "registerFlag", "go", Some("--out-format")),
            ("out-format", "cmd.MarkFlagRequired", "go", None),
            ("out-format", "viper.BindPFlag", "go", None),
            ("out-format", "fs.GetFlag", "go", None),
            ("output.formats", "internal.AddFlagAndBind", "go", None),
            ("out-format", "yargs.option", "javascript", Some("--out-format")),
            ("out_format", "method_option", "ruby", Some("--out-format")),
            ("out_format", "yargs.option", "javascript", None),
            ("format", "option", "python", None),
            ("Formats of the output", "option", "python", None),
            ("", "option", "python", None),
        ];
        for (text, call, language, expected) in cases {
            let literal = Literal { text: text.to_owned(), call: Some(call.to_owned()), line: 1 };
            assert_eq!(flag(&literal, language).as_deref(), expected, "{call}({text})");
        }
    }

    #[test]
    fn records_of_go() {
        let text =
            "&cli.StringFlag{\n\tName: \"out-dir, o\",\n}\n&cli.BoolFlag{Name: \"dry-run\"}\nx{Name: \"a-b-c\"}\n";
        assert_eq!(records(text), [("--out-dir".to_owned(), 2), ("--dry-run".to_owned(), 4)]);
    }
}
