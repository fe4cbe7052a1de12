//! Keys in the consumer's configuration file of the provider's program.

use outline::Format;

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, env};

/// Endings that templates and examples put behind the name.
const BEHIND: &[&str] = &[".j2", ".tmpl", ".tpl", ".erb", ".gotmpl", ".example", ".sample", ".dist"];

const OWN_FILE: Certainty = Certainty::Certain("the key stands in the program's own configuration file");
const PLAIN_NAME: Certainty = Certainty::Likely(
    "the key stands in a file of the configuration's name, in a repository that configures this program",
);

/// Places that set the key in a file of this name.
pub(crate) fn find(file_name: &str, key: &str, asked: &Asked<'_>) -> Found {
    let wanted = plain(file_name);
    let is_own = asked.contact.is_named_in(&wanted);
    let mut found = Found::default();
    for file in asked.dependent.files.iter().filter(|file| file.place != Place::Test && plain(&file.path) == wanted) {
        if !is_own && file.place != Place::Interface && !env::configures(asked) {
            continue;
        }
        let keys = keys(file).into_iter();
        let same = keys.filter(|(path, _)| path == key).map(|(_, line)| line);
        let certainty = if is_own { OWN_FILE } else { PLAIN_NAME };
        found.uses.extend(same.map(|line| Use::at(&file.path, line).but(certainty)));
    }
    if let Some(note) = pinned(asked).filter(|_| !found.uses.is_empty()) {
        return Found { uses: Vec::new(), note: Some(note) };
    }
    found
}

/// The name without folders, dots before it and what a template puts behind it.
fn plain(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let name = BEHIND.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    let name = name.trim_start_matches('.');
    name.strip_suffix(".yml").map_or_else(|| name.to_owned(), |stem| format!("{stem}.yaml"))
}

/// Keys with their lines; positions of lists are no part of them.
fn keys(file: &File) -> Vec<(String, u32)> {
    let name = plain(&file.path);
    let Some(format) = outline::format_of(&name) else {
        return if name.ends_with(".hjson") { braced(file.text()) } else { Vec::new() };
    };
    let keys = outline::keys(format, file.text());
    keys.into_iter().map(|key| (without_positions(&key.path), key.line)).collect()
}

fn without_positions(path: &[String]) -> String {
    let names = path.iter().filter(|part| !part.bytes().all(|b| b.is_ascii_digit()));
    names.map(String::as_str).collect::<Vec<_>>().join(".")
}

/// Hjson, which needs neither quotes nor commas (<https://hjson.github.io/>): one key a line, braces around them.
fn braced(text: &str) -> Vec<(String, u32)> {
    let (mut out, mut path) = (Vec::new(), Vec::<String>::new());
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('#') || line.starts_with("//") {
            continue;
        }
        if line.starts_with(['}', ']']) {
            path.pop();
            continue;
        }
        let opens = line.ends_with(['{', '[']);
        let Some((key, _)) = line.split_once(':') else {
            // The braces around the whole are no step.
            if opens && !(line == "{" && path.is_empty() && out.is_empty()) {
                path.push("0".to_owned());
            }
            continue;
        };
        let key = key.trim().trim_matches(['"', '\'']);
        let mut here = path.clone();
        here.push(key.to_owned());
        out.push((without_positions(&here), u32::try_from(at + 1).unwrap_or(u32::MAX)));
        if opens && path.len() < 100 {
            path = here;
        }
    }
    out
}

/// A workflow that runs the program at a version of its own.
fn pinned(asked: &Asked<'_>) -> Option<String> {
    let workflows = asked.dependent.files.iter().filter(|file| file.path.starts_with(".github/workflows/"));
    for file in workflows {
        let keys = outline::keys(Format::Yaml, file.text());
        for step in keys.iter().filter(|key| key.name() == "uses" && asked.contact.is_named_in(&key.value)) {
            let of = &step.path[..step.path.len() - 1];
            let version = keys.iter().find(|key| {
                key.path.len() == of.len() + 2
                    && key.path.starts_with(of)
                    && key.path[of.len()] == "with"
                    && key.name() == "version"
            });
            let exact = |value: &str| value.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
            if let Some(version) = version.filter(|version| exact(&version.value)) {
                return Some(format!("{}:{} runs version {}", file.path, version.line, version.value));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_file() {
        for (path, expected) in [
            ("a/.tool.yml", "tool.yaml"),
            ("tool.yaml.j2", "tool.yaml"),
            ("config/Config.hjson.example", "config.hjson"),
            ("tool", "tool"),
            ("", ""),
        ] {
            assert_eq!(plain(path), expected, "{path}");
        }
    }

    #[test]
    fn keys_between_braces() {
        let cases: [(&str, &[(&str, u32)]); 4] = [
            (
                "{\n  # a: 1\n  a: 1\n  b: {\n    \"c\": x\n  }\n  d: 2\n}\n",
                &[("a", 3), ("b", 4), ("b.c", 5), ("d", 7)],
            ),
            ("a: [\n  {\n    b: 1\n  }\n]\nc: 1\n", &[("a", 1), ("a.b", 3), ("c", 6)]),
            ("}}}\nä: ö\n", &[("ä", 2)]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found = braced(text);
            let found: Vec<_> = found.iter().map(|(key, line)| (key.as_str(), *line)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
