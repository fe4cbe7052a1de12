//! JSON with lines. `serde_json` does not tell where a key stood, so its lines are scanned for once more.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// Keys below this many levels have no line; no manifest nests deeper.
const DEEPEST: usize = 8;

/// A parsed JSON file.
pub(crate) struct Json {
    root: Value,
    lines: HashMap<String, u32>,
}

impl Json {
    /// Parses `text`, whose root must be an object; the error is one line for people.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let root: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        if !root.is_object() {
            return Err("expected an object".to_owned());
        }
        Ok(Self { root, lines: lines_of_keys(text) })
    }

    /// The whole document.
    pub(crate) fn root(&self) -> &Value {
        &self.root
    }

    /// The object under `key` of the root.
    pub(crate) fn object(&self, key: &str) -> Option<&Map<String, Value>> {
        self.root.get(key)?.as_object()
    }

    /// The line of the key at `path` (array elements by number), 0 where it is not known.
    pub(crate) fn line(&self, path: &[&str]) -> u32 {
        self.lines.get(&path.join("\n")).copied().unwrap_or(0)
    }
}

/// One open object or array.
struct Level {
    /// Number of the element, for an array.
    element: Option<usize>,
    /// Length of the path without this level's own key.
    path: usize,
}

/// The line of every key of a well-formed JSON text, by its path.
fn lines_of_keys(text: &str) -> HashMap<String, u32> {
    let mut found = HashMap::new();
    let mut path = String::new();
    let mut levels: Vec<Level> = Vec::new();
    let mut line = 1;
    let mut expects_key = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        match first {
            '\n' => line += 1,
            '"' => {
                let end = end_of_string(rest);
                if expects_key && levels.len() <= DEEPEST {
                    replace_last(&mut path, levels.last(), &rest[..end]);
                    found.entry(path.clone()).or_insert(line);
                }
                expects_key = false;
                rest = rest.get(end + 1..).unwrap_or_default();
            }
            '{' | '[' => {
                let is_array = first == '[';
                levels.push(Level { element: is_array.then_some(0), path: path.len() });
                expects_key = !is_array;
                if is_array && levels.len() <= DEEPEST {
                    replace_last(&mut path, levels.last(), "0");
                }
            }
            '}' | ']' => {
                if let Some(level) = levels.pop() {
                    path.truncate(level.path);
                }
                expects_key = false;
            }
            ',' => expects_key = next_member(&mut levels, &mut path),
            _ => {}
        }
    }
    found
}

/// Moves to the next member; true where that is a key.
fn next_member(levels: &mut [Level], path: &mut String) -> bool {
    let shallow = levels.len() <= DEEPEST;
    let Some(level) = levels.last_mut() else { return false };
    let Some(element) = level.element.as_mut() else { return true };
    *element += 1;
    let number = element.to_string();
    if shallow {
        replace_last(path, levels.last(), &number);
    }
    false
}

/// Makes `key` the last part of `path` at `level`.
fn replace_last(path: &mut String, level: Option<&Level>, key: &str) {
    path.truncate(level.map_or(0, |level| level.path));
    if !path.is_empty() {
        path.push('\n');
    }
    path.push_str(key);
}

/// Where the string that starts at `rest` ends (its closing quote).
fn end_of_string(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_knows_its_line() {
        let text = "{\n \"a\": {\"b\\\"c\": 1,\n  \"d\": [ {\"e\": 1}, [2],\n {\"e\": \"x,{\"}]},\n \"ä\": \"\\\\\",\n\"z\": {}}";
        let json = Json::parse(text).unwrap();
        let cases: [(&[&str], u32); 8] = [
            (&["a"], 2),
            (&["a", "b\\\"c"], 2),
            (&["a", "d"], 3),
            (&["a", "d", "0", "e"], 3),
            (&["a", "d", "2", "e"], 4),
            (&["ä"], 5),
            (&["z"], 6),
            (&["nothing"], 0),
        ];
        for (path, line) in cases {
            assert_eq!(json.line(path), line, "{path:?}");
        }
    }

    #[test]
    fn what_is_not_an_object_is_said() {
        for text in ["", "[]", "{", "{\"a\":}", "nul", "\u{feff}x", "{\"a\": \"\\"] {
            assert!(Json::parse(text).is_err(), "{text}");
        }
        assert!(Json::parse(&"[".repeat(100_000)).is_err());
        assert!(Json::parse("\u{feff}{}").is_ok());
    }
}
