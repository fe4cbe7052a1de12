//! Files whose uses nobody saw, and whether one may hide there.

use contracts::fact::Fact;

use crate::dependent::{Place, is_data};
use crate::gather::MAX_TEXT;
use crate::uses;

/// The longest files that people write; what is longer comes from a program.
pub(crate) const LONGEST_WRITTEN: u64 = 4 << 20;

/// Languages whose files above [`MAX_TEXT`] are bundles, dumps and schemas that a program wrote.
const WRITTEN_BY_PROGRAMS: &[&str] = &["javascript", "sql", "graphql", "protobuf", "markdown"];

/// Folders and parts of names of what a program or another project wrote.
const FOREIGN: &[&str] = &[
    "generated",
    "gen",
    "autogen",
    "bundle",
    "bundled",
    "amalgamation",
    "build",
    "out",
    "static",
    "public",
    "assets",
    "external",
    "extern",
    "deps",
    "vendored",
    "fixtures",
];

/// A file that was not read, or not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its path.
    pub path: String,
    /// Why nothing is known about it.
    pub why: String,
    /// A use may hide in it; false for data and for what programs write.
    pub may_hide_a_use: bool,
}

impl Unread {
    /// A file of `size` bytes without a text.
    pub(crate) fn without_text(path: &str, size: u64, place: Place, why: String) -> Self {
        Self { path: path.to_owned(), why, may_hide_a_use: is_written_by_people(path, size, place) }
    }

    /// A file whose text holds the name of something that changed, and no tree says what it does with it.
    pub(crate) fn without_tree(path: &str, why: &str) -> Self {
        Self { path: path.to_owned(), why: format!("could not be parsed: {why}"), may_hide_a_use: true }
    }

    /// For people.
    pub(crate) fn told(&self) -> String {
        format!("{}: {}", self.path, self.why)
    }
}

/// Code and configuration, by all that a path and a size tell.
pub(crate) fn is_written_by_people(path: &str, size: u64, place: Place) -> bool {
    let language = syntax::language_of(path, b"").unwrap_or("");
    if place == Place::Interface {
        return true;
    }
    if is_data(language) {
        let settings = matches!(language, "yaml" | "toml" | "dockerfile" | "bash" | "hcl")
            || (language != "json" && outline::format_of(path).is_some());
        return settings && size <= MAX_TEXT;
    }
    let too_long = size > LONGEST_WRITTEN || WRITTEN_BY_PROGRAMS.contains(&language) || is_foreign(path);
    size <= MAX_TEXT || (place == Place::Source && !too_long)
}

fn is_foreign(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.split(['/', '.', '_', '-']).any(|part| FOREIGN.contains(&part))
}

/// Whether a use of one of the facts may stand in this text of a code file without a tree. `near` is a file that deals
/// with the provider.
pub(crate) fn may_hide(facts: &[&Fact], text: &str, near: bool) -> bool {
    if near && facts.iter().any(|fact| uses::concerns_every_call(fact)) {
        return true;
    }
    let text = text.to_ascii_lowercase();
    let names = facts.iter().flat_map(|fact| uses::seen_in_trees_only(fact));
    names.filter(|name| !name.is_empty()).any(|name| text.contains(&name.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_use_may_hide() {
        let (small, large, huge) = (1_000, MAX_TEXT + 1, LONGEST_WRITTEN + 1);
        let cases = [
            ("src/app.py", small, Place::Source, true),
            ("src/app.py", large, Place::Source, true),
            ("src/app.py", huge, Place::Source, false),
            ("src/app.py", huge, Place::Interface, true),
            ("tests/app.py", large, Place::Test, false),
            ("tests/app.py", small, Place::Test, true),
            ("src/generated/app.py", large, Place::Source, false),
            ("src/generated/app.py", small, Place::Source, true),
            ("api.gen.go", large, Place::Source, false),
            ("src/agenda.go", large, Place::Source, true),
            ("web/app.js", large, Place::Source, false),
            ("web/app.js", small, Place::Source, true),
            ("dump.sql", large, Place::Source, false),
            ("deploy/values.yaml", small, Place::Source, true),
            ("crds.yaml", large, Place::Source, false),
            ("data.json", small, Place::Source, false),
            ("data.csv", large, Place::Source, false),
            ("", 0, Place::Source, false),
        ];
        for (path, size, place, expected) in cases {
            assert_eq!(is_written_by_people(path, size, place), expected, "{path} {size}");
        }
    }
}
