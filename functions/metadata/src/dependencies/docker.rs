//! Images: `FROM` and `COPY --from` of a Dockerfile, `image:` of a compose file.

use std::collections::{BTreeMap, BTreeSet};

use crate::dependencies::Around;
use crate::found::{Found, Scope};
use crate::read::lines::numbered;
use crate::read::yaml;

pub(super) fn read(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let instructions = instructions(text);
    let last_from = instructions.iter().rposition(|step| step.verb == "FROM" && !step.words.is_empty());
    let mut arguments: BTreeMap<String, String> = BTreeMap::new();
    let mut stages: BTreeSet<String> = BTreeSet::new();
    let mut problem = None;
    for (at, Instruction { verb, words, line }) in instructions.iter().enumerate() {
        match verb.as_str() {
            // Only what stands before the first FROM counts for a FROM.
            "ARG" if stages.is_empty() => {
                for (name, value) in words.iter().filter_map(|word| argument(word)) {
                    let value = substitute(&value, &arguments);
                    arguments.insert(name, value);
                }
            }
            "FROM" => {
                let Some((image, name)) = from(words) else {
                    problem = Some(format!("line {line}: FROM names no image"));
                    continue;
                };
                // What runs is the last stage; the others only build it.
                let scope = if Some(at) == last_from { Scope::Runtime } else { Scope::Build };
                add_image(found, &substitute(image, &arguments), &stages, scope, *line);
                // Stages can be named by number, too.
                stages.insert(stages.len().to_string());
                stages.extend(name.map(str::to_ascii_lowercase));
            }
            "COPY" | "ADD" => {
                if let Some(image) = words.iter().find_map(|word| word.strip_prefix("--from=")) {
                    add_image(found, &substitute(image, &arguments), &stages, Scope::Build, *line);
                }
            }
            _ => {}
        }
    }
    problem.map_or(Ok(()), Err)
}

struct Instruction<'t> {
    verb: String,
    words: Vec<&'t str>,
    line: u32,
}

/// Instructions with continued lines joined, comments and heredocs left out.
fn instructions(text: &str) -> Vec<Instruction<'_>> {
    let escape =
        if text.lines().take(3).any(|line| line.replace(' ', "").starts_with("#escape=`")) { '`' } else { '\\' };
    let mut found: Vec<Instruction<'_>> = Vec::new();
    let mut goes_on = false;
    let mut heredoc: Option<&str> = None;
    for (line, written) in numbered(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        let written = written.trim();
        if let Some(end) = heredoc {
            heredoc = Some(end).filter(|end| written != *end);
            continue;
        }
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let part = written.strip_suffix(escape);
        let words = part.unwrap_or(written).split_whitespace();
        match found.last_mut().filter(|_| goes_on) {
            Some(open) => open.words.extend(words),
            None => {
                let mut words = words;
                let verb = words.next().unwrap_or_default().to_ascii_uppercase();
                found.push(Instruction { verb, words: words.collect(), line });
            }
        }
        goes_on = part.is_some();
        heredoc = found
            .last()
            .filter(|open| ["RUN", "COPY", "ADD"].contains(&open.verb.as_str()))
            .and_then(|_| marker(written));
    }
    found
}

/// The end mark of a heredoc that starts in this line.
fn marker(line: &str) -> Option<&str> {
    let (_, after) = line.split_once("<<")?;
    let after = after.trim_start_matches(['-', '~', '"', '\'']);
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
    Some(&after[..end]).filter(|marker| !marker.is_empty() && !marker.starts_with(|c: char| c.is_ascii_digit()))
}

fn argument(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    Some((name.to_owned(), value.trim_matches(['"', '\'']).to_owned()))
}

/// The image and the stage's name of a FROM.
fn from<'t>(words: &[&'t str]) -> Option<(&'t str, Option<&'t str>)> {
    let mut words = words.iter().filter(|word| !word.starts_with("--"));
    let image = words.next()?;
    let is_named = words.next().is_some_and(|word| word.eq_ignore_ascii_case("as"));
    Some((image, words.next().copied().filter(|_| is_named)))
}

fn add_image(found: &mut Found<'_>, image: &str, stages: &BTreeSet<String>, scope: Scope, line: u32) {
    if image == "scratch" || stages.contains(&image.to_ascii_lowercase()) {
        return;
    }
    let (name, version) = split_image(image);
    found.add_foreign("docker", name, version, scope, line);
}

/// `registry:5000/name:tag@sha256:…` to name and the rest.
pub(super) fn split_image(image: &str) -> (&str, &str) {
    let path = image.rfind('/').map_or(0, |slash| slash + 1);
    match image[path..].find([':', '@']).map(|at| at + path) {
        // A digest alone keeps its sign: it is not a tag.
        Some(at) if image[at..].starts_with('@') => (&image[..at], &image[at..]),
        Some(at) => (&image[..at], &image[at + 1..]),
        None => (image, ""),
    }
}

/// An image's name with everything put in stays below this.
const LONGEST_VALUE: usize = 1_000;

/// Replaces `$X`, `${X}`, `${X:-default}` and `${X-default}`; what has no value stays as written.
fn substitute(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut done = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        done.push_str(before);
        let (name, default, length) = match after.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            Some((inside, _)) => {
                let (name, default) = inside
                    .split_once('-')
                    .map_or((inside, None), |(name, default)| (name.trim_end_matches(':'), Some(default)));
                (name, default, inside.len() + 2)
            }
            None => {
                let length = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
                (&after[..length], None, length)
            }
        };
        match values.get(name).map(String::as_str).or(default) {
            // Arguments that quote arguments may double with every line.
            Some(value) if done.len() + value.len() <= LONGEST_VALUE => done.push_str(value),
            _ => done.extend(["$", &after[..length]]),
        }
        rest = &after[length..];
    }
    done + rest
}

pub(super) fn read_compose(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let root = yaml::parse(text)?;
    let services = root.get("services").map(yaml::Node::entries).unwrap_or_default();
    for (_, service) in services {
        // With `build:` beside it, the image is what comes out.
        let Some(image) = service.get("image").filter(|_| service.get("build").is_none()) else { continue };
        let Some(text) = image.text() else { continue };
        add_image(found, &substitute(text, &BTreeMap::new()), &BTreeSet::new(), Scope::Runtime, image.key_line);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_split_at_the_tag() {
        for (image, name, version) in [
            ("python", "python", ""),
            ("python:3.12-slim", "python", "3.12-slim"),
            ("localhost:5000/a/b", "localhost:5000/a/b", ""),
            ("localhost:5000/a/b:1", "localhost:5000/a/b", "1"),
            ("a@sha256:00", "a", "@sha256:00"),
            ("a:1@sha256:00", "a", "1@sha256:00"),
            ("", "", ""),
            ("ü:1", "ü", "1"),
        ] {
            assert_eq!(split_image(image), (name, version), "{image}");
        }
    }

    #[test]
    fn values_are_put_in_where_they_are_known() {
        let values = BTreeMap::from([("V".to_owned(), "1".to_owned())]);
        for (text, expected) in [
            ("a:$V", "a:1"),
            ("a:${V}-x", "a:1-x"),
            ("a:${W:-2}", "a:2"),
            ("a:${W-2}", "a:2"),
            ("a:${W}", "a:${W}"),
            ("a:$W", "a:$W"),
            ("a:${W", "a:${W"),
            ("$", "$"),
        ] {
            assert_eq!(substitute(text, &values), expected, "{text}");
        }
    }
}
