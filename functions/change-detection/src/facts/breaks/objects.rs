//! Functions of objects that code of JavaScript writes out and hands to others: `const context = { getScope: () => … }`.

use std::collections::{BTreeMap, BTreeSet};

use contracts::fact::Fact;

use super::{MEMBER, element, is_in, sides};
use crate::comparison::{Comparison, Side};

const LANGUAGES: &[&str] = &["javascript", "typescript", "jsx", "tsx"];

/// Lines above a member in which the variable of its object stands.
const ABOVE: usize = 200;

/// Names that the changed files no longer give to functions of objects.
pub(super) fn gone(c: &Comparison) -> Vec<String> {
    lost(c).into_keys().flat_map(|(_, name)| [format!("{name}:"), format!("{name}(")]).collect()
}

pub(super) fn facts(c: &Comparison) -> Vec<Fact> {
    let lost = lost(c);
    if lost.is_empty() {
        return Vec::new();
    }
    let standing: BTreeSet<String> =
        c.standing().filter(|side| is_in(side, LANGUAGES)).flat_map(members).map(|member| member.name).collect();
    let mut out = Vec::new();
    for ((object, name), (side, line)) in lost.into_iter().filter(|((_, name), _)| !standing.contains(name)) {
        let summary = format!("`{name}` of the object `{object}` was removed");
        let span = c.before_span(side, line, line);
        out.push(MEMBER.fact(element(c, side, format!("{object}.{name}")), summary, span, None));
    }
    out
}

/// By object and name; nothing of an object that is gone as a whole.
fn lost(c: &Comparison) -> BTreeMap<(String, String), (&Side, u32)> {
    let mut out = BTreeMap::new();
    for (before, after) in sides(c, LANGUAGES) {
        let now: Vec<Member> = members(after).collect();
        let objects: BTreeSet<&str> = now.iter().map(|member| member.object.as_str()).collect();
        for member in members(before) {
            let stays = now.iter().any(|other| other.name == member.name);
            if !stays && objects.contains(member.object.as_str()) {
                out.entry((member.object, member.name)).or_insert((before, member.line));
            }
        }
    }
    out
}

struct Member {
    object: String,
    name: String,
    line: u32,
}

/// Members that are functions and have a name of two words, with the variable that their object goes to.
fn members(side: &Side) -> impl Iterator<Item = Member> {
    let lines: Vec<&str> = side.text().lines().collect();
    let found = lines.iter().enumerate().filter_map(|(at, line)| {
        let name = function(line)?;
        let object = object(&lines, at)?;
        Some(Member { object, name: name.to_owned(), line: u32::try_from(at + 1).unwrap_or(u32::MAX) })
    });
    found.collect::<Vec<_>>().into_iter()
}

/// `name: () => …`, `name: function`, `name: async x => …`, `name(a) {`.
fn function(line: &str) -> Option<&str> {
    let text = line.trim();
    let name = keyed(text).or_else(|| written_as_method(text))?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric()) && name.starts_with(|c: char| c.is_ascii_lowercase());
    let two_words = name.len() >= 7 && name.bytes().any(|b| b.is_ascii_uppercase());
    (plain && two_words).then_some(name)
}

fn keyed(text: &str) -> Option<&str> {
    let (name, value) = text.split_once(':')?;
    let value = value.trim_start().trim_start_matches("async ").trim_start();
    let one = value.split_once("=>").is_some_and(|(before, _)| {
        let before = before.trim();
        !before.is_empty() && before.chars().all(|c| c.is_alphanumeric() || c == '_')
    });
    let many = value.starts_with('(') && value.contains("=>");
    (one || many || value.starts_with("function")).then_some(name)
}

fn written_as_method(text: &str) -> Option<&str> {
    let (name, rest) = text.trim_start_matches("async ").split_once('(')?;
    (rest.ends_with('{') && rest.contains(')') && !rest.contains("=>")).then_some(name)
}

/// The variable of the statement around a line: the nearest `const x =` above that is indented less.
fn object(lines: &[&str], at: usize) -> Option<String> {
    let mut depth = indent(lines[at]);
    for line in lines[..at].iter().rev().take(ABOVE).filter(|line| !line.trim().is_empty()) {
        let own = indent(line);
        if own >= depth {
            continue;
        }
        depth = own;
        let text = line.trim_start().trim_start_matches("export ");
        let declared = ["const ", "let ", "var "].iter().find_map(|word| text.strip_prefix(word));
        if let Some((name, _)) = declared.and_then(|rest| rest.split_once('=')) {
            let name = name.split(':').next().unwrap_or(name).trim();
            let plain = name.len() >= 4 && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
            return plain.then(|| name.to_owned());
        }
        if text.starts_with("function ") || text.contains("=> {") || text.starts_with("class ") {
            return None;
        }
    }
    None
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_objects() {
        for (line, expected) in [
            ("  getScope: () => x,", Some("getScope")),
            ("  getScope: node => x,", Some("getScope")),
            ("  getScope: async (a, b) => x,", Some("getScope")),
            ("  getScope: function () {", Some("getScope")),
            ("  getScope(node) {", Some("getScope")),
            ("  async getScope() {", Some("getScope")),
            ("  getScope(node);", None),
            ("  forEach(x => {", None),
            ("  getScope: x,", None),
            ("  scope: () => x,", None),
            ("  case: 'a'", None),
            ("", None),
            ("ä: () => x", None),
        ] {
            assert_eq!(function(line), expected, "{line}");
        }
    }

    #[test]
    fn the_variable_of_an_object() {
        let text = "const pluginContext = freeze(\n  assign(\n    {\n      getScope: () => x,\n    }\n  )\n);\nfunction f() {\n  return {\n    getThing: () => 1,\n";
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(object(&lines, 3).as_deref(), Some("pluginContext"));
        assert_eq!(object(&lines, 9), None);
        assert_eq!(object(&lines, 0), None);
    }
}
