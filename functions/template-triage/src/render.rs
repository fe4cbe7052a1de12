//! What a template engine makes of a template's lines: escapes undone, control lines left out, and for variables the values
//! that the derivative's own lines show. Nothing is run.
//!
//! The syntax is Jinja's (<https://jinja.palletsprojects.com/en/stable/templates/>), as cookiecutter and copier write it.

mod jinja;

use std::collections::HashMap;

use crate::hunk::Hunk;
use jinja::{Part, Reader};

/// Lines with a variable that values are learned from.
const TEACHERS: usize = 400;
/// Letters that a line must have beside its variable to be found again.
const TELLING: usize = 4;
/// Longer values are no names.
const LONGEST: usize = 200;

/// A changed file as the engine would have written it for this derivative.
pub(crate) struct Rendering {
    before: Vec<Option<String>>,
    after: Vec<Option<String>>,
}

impl Rendering {
    /// None where nothing was written by an engine: the file has the same path here, or holds nothing to render.
    pub(crate) fn of(path: &str, here: &str, (before, after): (&str, &str), text: &str) -> Option<Self> {
        let is_template = |text: &str| ["{{", "{%", "{#"].iter().any(|mark| text.contains(mark));
        if path == here || !(is_template(before) || is_template(after)) {
            return None;
        }
        let (old, new) = (Reader::default().lines(before), Reader::default().lines(after));
        let values = learned(old.iter().chain(&new), text);
        let write =
            |lines: &[Option<Vec<Part>>]| lines.iter().map(|line| Some(written(line.as_ref()?, &values))).collect();
        Some(Self { before: write(&old), after: write(&new) })
    }

    /// The hunk in the derivative's words.
    pub(crate) fn hunk<'r>(&'r self, hunk: &Hunk<'_>) -> Hunk<'r> {
        let cut = |lines: &'r [Option<String>], from: usize, to: usize| -> Vec<&'r str> {
            let lines = lines.get(from..to.min(lines.len())).unwrap_or_default();
            lines.iter().filter_map(|line| line.as_deref()).collect()
        };
        let (start, first) =
            (hunk.before_start.saturating_sub(1) as usize, hunk.after_start.saturating_sub(1) as usize);
        let end = start + hunk.lines.0;
        Hunk {
            before_start: hunk.before_start,
            after_start: hunk.after_start,
            lines: hunk.lines,
            removed: cut(&self.before, start, end),
            added: cut(&self.after, first, first + hunk.lines.1),
            above: cut(&self.before, start.saturating_sub(hunk.above.len()), start),
            below: cut(&self.before, end, end + hunk.below.len()),
        }
    }
}

/// Whether something in the lines is still to be rendered.
pub(crate) fn is_unfinished(lines: &[&str]) -> bool {
    lines.iter().any(|line| line.contains(jinja::UNKNOWN))
}

/// The value of each variable, where the lines that name it agree more on one than on any other.
fn learned<'p>(lines: impl Iterator<Item = &'p Option<Vec<Part>>>, text: &str) -> HashMap<String, String> {
    let mut votes: HashMap<&str, HashMap<&str, usize>> = HashMap::new();
    for parts in lines.flatten().filter(|parts| parts.iter().any(Part::is_variable)).take(TEACHERS) {
        if let Some((name, value)) = taught(parts, text) {
            *votes.entry(name).or_default().entry(value).or_default() += 1;
        }
    }
    let best = |(name, votes): (&str, HashMap<&str, usize>)| {
        let most = votes.values().copied().max()?;
        let mut winners = votes.into_iter().filter(|(_, count)| *count == most);
        let (value, _) = winners.next()?;
        winners.next().is_none().then(|| (name.to_owned(), value.to_owned()))
    };
    votes.into_iter().filter_map(best).collect()
}

/// What the only line of the derivative that this line can have become says about its only variable.
fn taught<'p, 't>(parts: &'p [Part], text: &'t str) -> Option<(&'p str, &'t str)> {
    let mut variables = parts.iter().enumerate().filter(|(_, part)| part.is_variable());
    let (at, Part::Variable(name)) = variables.next()? else { return None };
    if variables.next().is_some() {
        return None;
    }
    let side = |parts: &[Part]| parts.iter().map(Part::text).collect::<String>();
    let (head, tail) = (side(&parts[..at]), side(&parts[at + 1..]));
    let tail = tail.trim_end();
    if head.chars().chain(tail.chars()).filter(|c| c.is_alphanumeric()).count() < TELLING {
        return None;
    }
    let value = |line: &'t str| line.trim_end().strip_prefix(head.as_str())?.strip_suffix(tail);
    let mut found = text.lines().filter_map(value).filter(|value| !value.trim().is_empty() && value.len() <= LONGEST);
    let first = found.next()?;
    found.all(|other| other == first).then_some((name, first))
}

fn written(parts: &[Part], values: &HashMap<String, String>) -> String {
    let mut line = String::new();
    for part in parts {
        match part {
            Part::Text(text) => line.push_str(text),
            Part::Variable(name) => match values.get(name) {
                Some(value) => line.push_str(value),
                None => line.push(jinja::UNKNOWN),
            },
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hunk::hunks;

    #[test]
    fn a_hunk_is_what_the_derivative_would_have_got() {
        let before =
            "name: {{ cookiecutter.name }}\nrun: {{ cookiecutter.name }} start\n{%- if cookiecutter.ci %}\nend of it\n";
        let after = before.replace(" start", " serve --port={{ cookiecutter.port }}");
        let here = "name: mine\nrun: mine start\nend of it\n";
        let rendering = Rendering::of("{{cookiecutter.slug}}/x.yml", "x.yml", (before, &after), here).unwrap();
        let raw = hunks(before, &after);
        let hunk = rendering.hunk(&raw[0]);
        assert_eq!(
            (hunk.removed, hunk.above, hunk.below),
            (vec!["run: mine start"], vec!["name: mine"], vec!["end of it"])
        );
        assert_eq!(hunk.lines, (1, 1));
        assert!(is_unfinished(&hunk.added), "nobody knows the port");
        assert!(Rendering::of("x.yml", "x.yml", (before, &after), here).is_none(), "the same path is a plain copy");
        assert!(Rendering::of("template/x", "x", ("a\n", "b\n"), "a\n").is_none(), "nothing to render");
    }

    #[test]
    fn values_need_lines_that_agree() {
        for (template, here, expected) in [
            ("project: {{ a }}\n", "project: one\n", Some("one")),
            ("project: {{ a }}\n", "project: one\nproject: two\n", None),
            ("project: {{ a }}\nmodule: {{ a }}\n", "project: one\nmodule: two\n", None),
            (
                "project: {{ a }}\nmodule: {{ a }}\nfolder: {{a}}\n",
                "project: one\nmodule: two\nfolder: two\n",
                Some("two"),
            ),
            ("x{{ a }}\n", "xone\n", None),
            ("project: {{ a }}{{ b }}\n", "project: one\n", None),
            ("group: ${{ a }}\n", "group: ${{ a }}\n", Some("{{ a }}")),
            ("größe: {{ a }}!\n", "größe: ä!\n", Some("ä")),
        ] {
            let lines = Reader::default().lines(template);
            assert_eq!(learned(lines.iter(), here).get("a").map(String::as_str), expected, "{template}{here}");
        }
    }
}
