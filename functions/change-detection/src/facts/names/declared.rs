//! Flags of a command line as code declares them: `flags.BoolVar(&x, "name", …)`, `parser.add_argument("--name")`.
//!
//! A declaration that is gone is a flag that is gone, however often prose and scripts still name it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::Literal;

use super::helpers;
use crate::comparison::{Comparison, Side};

/// Verbs of libraries that take the name with its dashes: argparse, optparse and click, commander and yargs, clap, picocli.
const WITH_DASHES: &[&str] = &["add_argument", "add_option", "option", "requiredOption", "addOption", "Option", "on"];
/// Kinds of values in Go's `flag` and in pflag, each as `Bool`, `BoolVar`, `BoolP` and `BoolVarP`.
const KINDS: &[&str] = &[
    "Bool",
    "String",
    "Int",
    "Int32",
    "Int64",
    "Uint",
    "Uint32",
    "Uint64",
    "Float32",
    "Float64",
    "Duration",
    "Count",
    "StringSlice",
    "StringArray",
    "StringToString",
    "IntSlice",
    "DurationSlice",
    "BoolSlice",
    "IP",
    "Text",
    "Func",
    "",
];

/// Flags that were declared and are declared nowhere any more, as `--name`, and where they were.
pub(super) fn lost(c: &Comparison) -> BTreeMap<String, (&Side, u32)> {
    let mut out: BTreeMap<String, (&Side, u32)> = BTreeMap::new();
    for side in c.befores() {
        for (name, line) in flags(side) {
            out.entry(name).or_insert((side, line));
        }
    }
    if out.is_empty() {
        return out;
    }
    let standing: BTreeSet<String> = c.standing().flat_map(flags).map(|(name, _)| name).collect();
    out.retain(|name, _| !standing.contains(name));
    out
}

fn flags(side: &Side) -> impl Iterator<Item = (String, u32)> {
    let literals = side.analysis.iter().flat_map(|analysis| &analysis.literals);
    literals.filter_map(|literal| Some((flag(literal)?, literal.line))).chain(helpers::flags(side))
}

/// The flag that a string declares.
fn flag(literal: &Literal) -> Option<String> {
    let call = literal.call.as_deref()?;
    let verb = call.rsplit(['.', ':']).next().unwrap_or(call);
    if let Some(name) = literal.text.strip_prefix("--") {
        let name = name.split([' ', '=', ',', '<', '[']).next().unwrap_or(name);
        return (WITH_DASHES.contains(&verb) && is_name(name)).then(|| format!("--{name}"));
    }
    let on_flags = call.to_ascii_lowercase().contains("flag");
    // Kingpin: `app.Flag("name", "help")`, whose help has spaces.
    let declares = verb == "Flag" || (on_flags && is_kind(verb));
    (declares && is_name(&literal.text)).then(|| format!("--{}", literal.text))
}

/// `Bool`, `StringVarP`; not `GetString`, `Lookup`, `Changed`.
fn is_kind(verb: &str) -> bool {
    let kind = verb.strip_suffix('P').unwrap_or(verb);
    let kind = kind.strip_suffix("Var").unwrap_or(kind);
    KINDS.contains(&kind) && (!kind.is_empty() || verb.starts_with("Var"))
}

/// Two parts or more, for single words name too much else: `rm-dist`, `web.listen-address`.
fn is_name(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'));
    let parts = text.split(['-', '_', '.']);
    text.len() >= 5
        && text.len() <= 80
        && plain
        && parts.clone().count() >= 2
        && parts.clone().all(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_declares_a_flag() {
        let cases = [
            ("rm-dist", "cmd.Flags().BoolVar", Some("--rm-dist")),
            ("rm-dist", "cmd.Flags.BoolVar", Some("--rm-dist")),
            ("dry-run", "flag.Bool", Some("--dry-run")),
            ("dry-run", "fs.FlagSet.Var", Some("--dry-run")),
            ("web.listen-address", "kingpin.Flag", Some("--web.listen-address")),
            ("--dry-run", "parser.add_argument", Some("--dry-run")),
            ("--out-dir <dir>", "program.option", Some("--out-dir")),
            ("rm-dist", "cmd.Flags().MarkHidden", None),
            ("rm-dist", "cmd.Flags().GetBool", None),
            ("rm-dist", "fmt.Println", None),
            ("clean", "cmd.Flags().BoolVar", None),
            ("--dry-run", "subprocess.run", None),
            ("Removes the dist", "cmd.Flags().BoolVar", None),
        ];
        for (text, call, expected) in cases {
            let literal = Literal { text: text.to_owned(), call: Some(call.to_owned()), line: 1 };
            assert_eq!(flag(&literal).as_deref(), expected, "{call}({text})");
        }
        assert_eq!(flag(&Literal { text: "--dry-run".to_owned(), call: None, line: 1 }), None);
    }
}
