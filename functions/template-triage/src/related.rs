//! Settings beside an insertion that are about the same thing: why a new one concerns this derivative at all.

use std::collections::BTreeSet;

/// How far away a setting of the same list may stand, in lines.
const FAR: usize = 20;
/// A word that more lines share tells nothing.
const MOST_LINES: usize = 3;

/// The lines, first and last counted from 0, that share a rare word with the settings inserted at `at`, in the list that
/// they are inserted into; none where no list of options, keys or assignments is inserted into.
pub(crate) fn related(lines: &[&str], at: usize, added: &[&str]) -> Option<(usize, usize)> {
    let form = added.first().and_then(|line| form_of(line))?;
    let words: BTreeSet<String> = added.iter().flat_map(|line| words(line)).collect();
    let list = list_around(lines, at, form);
    let share = |word: &String| -> Vec<usize> { list.clone().filter(|&line| words_hold(lines[line], word)).collect() };
    let shared = words.iter().map(share).filter(|found| (1..=MOST_LINES).contains(&found.len()));
    let found = shared.min_by_key(|found| (found.len(), found.first().copied()))?;
    let first = *found.first()?;
    // Neighbours of the insertion are shown anyway; of several the ones that stand together.
    let last =
        found.iter().copied().enumerate().take_while(|(n, line)| *line == first + n).map(|(_, line)| line).last()?;
    (last + 1 < at || first > at).then_some((first, last))
}

/// How a line sets something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `--name=value`, `-x`.
    Option,
    /// `name: value`, `NAME=value`.
    Key,
}

fn form_of(line: &str) -> Option<Form> {
    let line = line.trim();
    if line.starts_with("--") || (line.starts_with('-') && !line.starts_with("- ")) {
        return Some(Form::Option);
    }
    let name = line.trim_start_matches("- ").split([':', '=']).next().filter(|name| name.len() < line.len())?;
    let is_name = |c: char| c.is_alphanumeric() || "_-.\"'".contains(c);
    (!name.is_empty() && name.trim_end().chars().all(is_name)).then_some(Form::Key)
}

/// The lines of one form around `at`, without a gap.
fn list_around(lines: &[&str], at: usize, form: Form) -> std::ops::Range<usize> {
    let fits = |line: &&&str| form_of(line) == Some(form);
    let at = at.min(lines.len());
    let above = lines[..at].iter().rev().take(FAR).take_while(fits).count();
    let below = lines[at..].iter().take(FAR).take_while(fits).count();
    at - above..at + below
}

/// The words of a setting's name: what it is set to says nothing about what it is.
fn words(line: &str) -> impl Iterator<Item = String> {
    let name = line.trim().trim_start_matches('-').split([':', '=', ' ']).next().unwrap_or_default();
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= 3);
    words.map(str::to_lowercase).collect::<Vec<_>>().into_iter()
}

fn words_hold(line: &str, word: &str) -> bool {
    words(line).any(|other| other == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_about_the_same_thing_are_found() {
        let command = "deploy app \\\n  --cpu=8 \\\n  --gpu=1 \\\n  --gpu-type=l4 \\\n  --timeout=600 \\\n  --port=80 \\\n  --probe=x";
        let compose =
            "services:\n  web:\n    mem_limit: 1g\n    restart: always\n    image: web\n    ports: x\n    mem_swap: 2g";
        let code = "a = f(x)\nb = gpu(y)\nc = d\ne = g";
        type Case<'a> = (&'a str, usize, &'a [&'a str], Option<(usize, usize)>);
        let cases: [Case<'_>; 10] = [
            (command, 6, &["  --no-gpu-redundancy \\"], Some((2, 3))),
            (command, 6, &["  --no-zone-redundancy \\"], None),
            (command, 6, &["  --request-timeout=3 \\"], Some((4, 4))),
            (command, 5, &["  --request-timeout=3 \\"], None),
            (command, 3, &["  --gpu-zone=a \\"], None),
            (command, 99, &["  --gpu-zone=a \\"], Some((2, 3))),
            (compose, 3, &["    mem_reservation: 512m"], None),
            (compose, 5, &["    mem_reservation: 512m"], Some((2, 2))),
            (code, 3, &["gpu(z)"], None),
            ("", 0, &[], None),
        ];
        for (text, at, added, expected) in cases {
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(related(&lines, at, added), expected, "{added:?} at {at}");
        }
    }
}
