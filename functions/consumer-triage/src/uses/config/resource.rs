//! Objects, topics, queues and labels that have another name at the provider, where the consumer uses them as such.

use outline::{Format, Key};

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text};

const DECLARED: Certainty = Certainty::Likely("the provider looks for another name than the one that is declared here");
const NAMED: Certainty = Certainty::Likely("the name is another one there and used as such here");

/// Lines of one file that are shown; more are the same story.
const MAX_A_FILE: usize = 10;

/// Uses of `kind/name` in files that deal with the provider.
pub(crate) fn find(key: &str, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let Some((kind, name)) = key.split_once('/') else { return found };
    let near = |file: &&File| file.place != Place::Test && asked.contact.is_near(file);
    for file in asked.dependent.files.iter().filter(near) {
        let is_object = kind.starts_with(|c: char| c.is_ascii_uppercase());
        let lines = if is_object { objects(file, kind, name) } else { words(file, kind, name) };
        let certainty = if is_object { DECLARED } else { NAMED };
        found.uses.extend(lines.into_iter().take(MAX_A_FILE).map(|line| Use::at(&file.path, line).but(certainty)));
    }
    found
}

/// Objects of Kubernetes of this kind and name.
fn objects(file: &File, kind: &str, name: &str) -> Vec<u32> {
    if outline::format_of(&file.path) != Some(Format::Yaml) || !file.text().contains(name) {
        return Vec::new();
    }
    let (mut out, mut of) = (Vec::new(), String::new());
    let is_name = |key: &Key| key.is(&["metadata", "name"]) && key.value == name;
    for key in outline::keys(Format::Yaml, file.text()) {
        if key.is(&["kind"]) {
            of.clone_from(&key.value);
        } else if is_name(&key) && of == kind {
            out.push(key.line);
        }
    }
    out
}

/// Lines with the name as a text of its own, and with the word for what it names.
fn words(file: &File, kind: &str, name: &str) -> Vec<u32> {
    let about: &[&str] = match kind {
        "topic" => &["topic", "subscri", "publish", "consum", "produc"],
        "queue" => &["queue", "consum", "publish", "send"],
        "exchange" => &["exchange", "bind"],
        "label" => &["label", "selector"],
        _ => &["annotation"],
    };
    let is_it = |line: &str| {
        let lower = line.to_ascii_lowercase();
        let whole = |at: usize| {
            let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
            !line[..at].ends_with(part) && !line[at + name.len()..].starts_with(part)
        };
        about.iter().any(|word| lower.contains(word)) && line.match_indices(name).any(|(at, _)| whole(at))
    };
    let lines = file.lines_with(name).filter(|(_, line)| !text::is_comment(file, line) && is_it(line));
    lines.map(|(number, _)| number).collect()
}
