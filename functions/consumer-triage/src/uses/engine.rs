//! A package that asks for a newer Node.js than the one that the consumer says it runs on.

use contracts::fact::Fact;
use outline::Format;

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text};

const OLDER: Certainty =
    Certainty::CheckFirst("an older Node.js is stated here than the package's next version asks for");

/// Where a package lists what it needs.
const LISTS: &[&str] = &["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

/// Places that state an older version, in a consumer that lists the package.
pub(crate) fn find(fact: &Fact, module: &str, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let files = &asked.dependent.files;
    let least = fact.after.as_ref().and_then(|span| major(span.quote.rsplit_once("\"node\"").map_or("", |(_, v)| v)));
    let Some(least) = least.filter(|_| files.iter().any(|file| lists(file, module))) else { return found };
    for file in files.iter().filter(|file| file.place != Place::Test) {
        let older = stated(file).into_iter().filter(|(_, version)| *version < least);
        found.uses.extend(older.map(|(line, _)| Use::at(&file.path, line).but(OLDER)));
    }
    found
}

fn is_called(file: &File, name: &str) -> bool {
    file.path.rsplit('/').next() == Some(name)
}

fn lists(file: &File, module: &str) -> bool {
    is_called(file, "package.json")
        && outline::keys(Format::Json, file.text())
            .iter()
            .any(|key| key.path.len() == 2 && LISTS.contains(&key.path[0].as_str()) && key.name() == module)
}

/// Versions of Node.js that a file states, with their lines.
fn stated(file: &File) -> Vec<(u32, u32)> {
    let by_mark = |mark: &'static str| {
        let lines = file.lines_with(mark).filter(|(_, line)| !text::is_comment(file, line));
        let read = move |(number, line): (u32, &str)| Some((number, major(line.split_once(mark)?.1)?));
        lines.filter_map(read).collect::<Vec<_>>()
    };
    if is_called(file, ".nvmrc") || is_called(file, ".node-version") {
        return file.lines().take(1).filter_map(|(number, line)| Some((number, major(line)?))).collect();
    }
    if file.language() == "dockerfile" || file.path.to_ascii_lowercase().contains("dockerfile") {
        return by_mark("FROM node:");
    }
    let in_workflow = file.path.starts_with(".github/workflows/");
    if in_workflow { by_mark("node-version:") } else { Vec::new() }
}

/// The smallest number of a list, `18`, `'18.x'`, `[14, 16]`; none where the first is no version.
fn major(value: &str) -> Option<u32> {
    let value = value.trim_start_matches([' ', '\'', '"', '[', 'v', ':', '>', '=', '^', '~']);
    let digits = value.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_as_they_are_written() {
        for (text, expected) in [
            (" 18", Some(18)),
            (" '16.x'", Some(16)),
            ("[14, 16]", Some(14)),
            ("v20.1.0", Some(20)),
            (": \">=18\"", Some(18)),
            (" ${{ matrix.node }}", None),
            ("lts/*", None),
            ("", None),
        ] {
            assert_eq!(major(text), expected, "{text}");
        }
    }
}
