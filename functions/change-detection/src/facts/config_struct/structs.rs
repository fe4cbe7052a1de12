//! Types with the keys that they are read from: tags of Go, `serde` of Rust.

use std::collections::{BTreeMap, BTreeSet};

use crate::comparison::Side;

/// Steps from a type up to the one that holds the whole file.
const MAX_DEPTH: usize = 6;

/// Places of one type in the file, at most.
const MAX_PATHS: usize = 20;

/// Types that hold each other end here.
const MAX_STEPS: usize = 200;

/// Lines of one file that are read.
const MAX_LINES: usize = 20_000;

/// Tags of Go that name a key of a file; `json` alone is as often a message.
const TAGS: &[(&str, Format)] =
    &[("yaml", Format::Yaml), ("toml", Format::Toml), ("mapstructure", Format::Any), ("koanf", Format::Any)];

/// What the file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Yaml,
    Toml,
    Any,
}

/// One key of a type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Field {
    pub key: String,
    /// What it holds, as written.
    pub of: String,
    /// Other keys that it is read from.
    pub aliases: Vec<String>,
    /// Its keys stand where it would.
    pub inline: bool,
    pub line: u32,
}

/// Types of one file.
#[derive(Debug)]
pub(super) struct Structs {
    pub types: BTreeMap<String, Vec<Field>>,
    pub format: Format,
}

/// The types of a file of Go or Rust; none where no type names a key.
pub(super) fn read(side: &Side) -> Option<Structs> {
    let found = match side.path.rsplit_once('.')?.1 {
        "go" => of_go(side.text()),
        "rs" => of_rust(side.text()),
        _ => return None,
    };
    (!found.types.is_empty()).then_some(found)
}

impl Structs {
    /// Keys of a type and of those that stand in its place, with aliases.
    pub(super) fn all_keys(&self, name: &str) -> BTreeSet<&str> {
        let (mut out, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![name]);
        while let Some(name) = open.pop() {
            if !seen.insert(name) {
                continue;
            }
            for field in self.types.get(name).into_iter().flatten() {
                out.insert(field.key.as_str());
                out.extend(field.aliases.iter().map(String::as_str));
                if field.inline {
                    open.extend(self.types.keys().map(String::as_str).filter(|of| holds(field, of)));
                }
            }
        }
        out
    }

    /// Where a type stands, from the root of the file.
    pub(super) fn paths(&self, name: &str) -> Vec<Vec<&str>> {
        let (mut out, mut open) = (Vec::new(), vec![(name, Vec::new())]);
        for _ in 0..MAX_STEPS {
            let Some((name, path)) = open.pop() else { break };
            let mut root = true;
            for (outer, fields) in self.types.iter().filter(|(outer, _)| *outer != name) {
                for field in fields.iter().filter(|field| holds(field, name)) {
                    root = false;
                    let mut path = path.clone();
                    if !field.inline {
                        path.insert(0, field.key.as_str());
                    }
                    if path.len() <= MAX_DEPTH && open.len() + out.len() < MAX_PATHS {
                        open.push((outer, path));
                    }
                }
            }
            if root {
                out.push(path);
            }
        }
        out
    }
}

fn holds(field: &Field, name: &str) -> bool {
    outline::code::words(&field.of, name).next().is_some()
}

fn of_go(text: &str) -> Structs {
    let mut out = Structs { types: BTreeMap::new(), format: Format::Any };
    let mut inside: Option<String> = None;
    for (at, line) in text.lines().take(MAX_LINES).enumerate() {
        let trimmed = line.trim();
        if let Some(head) = trimmed.strip_suffix("struct {") {
            let head = head.trim().trim_start_matches("type ").trim();
            inside = is_name(head).then(|| head.to_owned());
        } else if trimmed == "}" {
            inside = None;
        } else if let Some(name) = &inside
            && let Some((field, format)) = go_field(trimmed, line_number(at))
        {
            if out.types.is_empty() {
                out.format = format;
            }
            out.types.entry(name.clone()).or_default().push(field);
        }
    }
    out
}

/// `Name Type `yaml:"key,omitempty"``.
fn go_field(line: &str, number: u32) -> Option<(Field, Format)> {
    let (head, tag) = line.split_once('`')?;
    let (value, format) = TAGS.iter().find_map(|(name, format)| {
        let at = tag.find(&format!("{name}:\""))? + name.len() + 2;
        Some((tag.get(at..)?.split('"').next()?, *format))
    })?;
    let mut parts = value.split(',');
    let key = parts.next().unwrap_or("").to_owned();
    let inline = parts.any(|part| part == "inline" || part == "squash");
    let of = head.trim().split_once(' ').map_or(head.trim(), |(_, of)| of.trim()).to_owned();
    let named = !key.is_empty() && key != "-";
    (named || inline).then_some((Field { key, of, aliases: Vec::new(), inline, line: number }, format))
}

fn of_rust(text: &str) -> Structs {
    let mut out = Structs { types: BTreeMap::new(), format: Format::Any };
    let mut attributes = String::new();
    let mut inside: Option<(String, String)> = None;
    for (at, line) in text.lines().take(MAX_LINES).enumerate() {
        let trimmed = line.trim();
        if trimmed.starts_with("#[") {
            attributes.push_str(trimmed);
            continue;
        }
        if trimmed.starts_with("//") {
            continue;
        }
        if let Some((_, head)) = trimmed.split_once("struct ").filter(|_| trimmed.ends_with('{')) {
            let name: String = head.chars().take_while(|c| outline::code::is_name(*c)).collect();
            inside = attributes.contains("Deserialize").then(|| (name, attributes.clone()));
        } else if trimmed == "}" {
            inside = None;
        } else if let Some((name, of_type)) = &inside
            && let Some(field) = rust_field(trimmed, &attributes, of_type, line_number(at))
        {
            out.types.entry(name.clone()).or_default().push(field);
        }
        attributes.clear();
    }
    out
}

/// `pub name: Type,` under its attributes.
fn rust_field(line: &str, attributes: &str, of_type: &str, number: u32) -> Option<Field> {
    let (head, of) = line.strip_suffix(',').unwrap_or(line).split_once(':')?;
    let name = head.rsplit(' ').next()?.trim_start_matches("r#");
    if !is_name(name) || attributes.contains("serde(skip)") {
        return None;
    }
    let key = match given(attributes, "rename = \"").next() {
        Some(key) => key,
        None => spelt(name, given(of_type, "rename_all = \"").next().as_deref())?,
    };
    let aliases = given(attributes, "alias = \"").collect();
    let inline = attributes.contains("flatten");
    Some(Field { key, of: of.trim().to_owned(), aliases, inline, line: number })
}

fn given<'a>(attributes: &'a str, word: &'a str) -> impl Iterator<Item = String> + 'a {
    attributes.split(word).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned)
}

/// A name in the case that the type asks for; none for one that is not known.
fn spelt(name: &str, case: Option<&str>) -> Option<String> {
    match case {
        None | Some("snake_case") => Some(name.to_owned()),
        Some("kebab-case") => Some(name.replace('_', "-")),
        Some("lowercase") => Some(name.to_ascii_lowercase()),
        Some("camelCase") => {
            let mut words = name.split('_');
            let first = words.next().unwrap_or("").to_owned();
            Some(words.fold(first, |mut all, word| {
                let mut letters = word.chars();
                all.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                all.push_str(letters.as_str());
                all
            }))
        }
        Some(_) => None,
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(outline::code::is_name)
}

fn line_number(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}
