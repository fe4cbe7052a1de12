//! OpenAPI and JSON Schema documents: recognised by what is in them, read as values, with the lines of their keys.

use std::collections::HashMap;

use outline::Format;
use serde_json::Value;

use crate::comparison::Side;

/// Longer documents are not read; the sheet says so.
const MAX_BYTES: usize = 8 << 20;

/// Values are dropped and compared recursively by their own crate, so their depth is bounded; JSON has this bound built in.
const MAX_DEPTH: usize = 100;

/// What a document describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An HTTP API, OpenAPI 2 or 3.
    OpenApi,
    /// The shape of a value.
    JsonSchema,
}

/// A document that was read.
#[derive(Debug)]
pub(super) struct Document<'a> {
    /// Where it stands.
    pub side: &'a Side,
    /// All of it.
    pub root: Value,
}

/// The document of this kind that a file holds.
pub(super) fn read(side: &Side, kind: Kind) -> Option<Document<'_>> {
    let (found, root) = parse(side)?.ok()?;
    (found == kind).then_some(Document { side, root })
}

/// Why a file that says it is such a document could not be read.
pub(super) fn problem(side: &Side) -> Option<String> {
    parse(side)?.err().map(|why| format!("{}: {why}", side.path))
}

/// Whether a file is such a document, readable or not.
pub(super) fn is_one(side: &Side) -> bool {
    parse(side).is_some()
}

fn parse(side: &Side) -> Option<Result<(Kind, Value), String>> {
    let text = side.text.as_deref()?;
    let format = outline::format_of(&side.path).filter(|format| matches!(format, Format::Yaml | Format::Json))?;
    if !["openapi", "swagger", "json-schema.org"].iter().any(|word| text.contains(word)) && !is_schema_by_name(side) {
        return None;
    }
    if text.len() > MAX_BYTES {
        return says_it_is(text)
            .then(|| Err(format!("too large to be read as an API description ({} bytes)", text.len())));
    }
    let parsed: Result<Value, String> = match format {
        Format::Json => serde_json::from_str(text).map_err(|error| error.to_string()),
        _ => yaml(text),
    };
    match parsed {
        Ok(root) => kind_of(&root, side).map(|kind| Ok((kind, root))),
        Err(why) => {
            says_it_is(text).then(|| Err(format!("an API description that cannot be read: {}", first_line(&why))))
        }
    }
}

fn yaml(text: &str) -> Result<Value, String> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: MAX_DEPTH, flow_nesting_limit: MAX_DEPTH },
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| error.to_string())
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or("").chars().take(200).collect()
}

fn kind_of(root: &Value, side: &Side) -> Option<Kind> {
    let map = root.as_object()?;
    let version = |key: &str| map.get(key).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    if version("openapi").is_some_and(|v| v.starts_with('3')) || version("swagger").is_some_and(|v| v.starts_with('2'))
    {
        return map.contains_key("paths").then_some(Kind::OpenApi);
    }
    let by_schema = version("$schema").is_some_and(|v| v.contains("json-schema.org"));
    let has_shape = ["properties", "definitions", "$defs", "items"].iter().any(|key| map.contains_key(*key));
    (has_shape && (by_schema || is_schema_by_name(side))).then_some(Kind::JsonSchema)
}

fn is_schema_by_name(side: &Side) -> bool {
    [".schema.json", ".schema.yaml", ".schema.yml"].iter().any(|end| side.path.ends_with(end))
}

/// A key of the first level says that this is an API description, whether or not the rest can be read.
fn says_it_is(text: &str) -> bool {
    let starts = |line: &str| {
        let line = line.trim_start_matches(['{', ' ']);
        ["openapi:", "swagger:", "\"openapi\":", "\"swagger\":"].iter().any(|key| line.starts_with(key))
    };
    text.lines().take(100).any(|line| !line.starts_with("     ") && starts(line))
}

/// The lines of a document's keys, by JSON pointer.
#[derive(Debug)]
pub(super) struct Lines(HashMap<String, u32>);

impl Lines {
    pub(super) fn of(side: &Side) -> Self {
        let Some(format) = outline::format_of(&side.path) else { return Self(HashMap::new()) };
        let pointer = |path: &[String]| path.iter().fold(String::new(), |pointer, part| step(&pointer, part));
        Self(outline::keys(format, side.text()).iter().map(|key| (pointer(&key.path), key.line)).collect())
    }

    /// The line of a value's key, or of the nearest one around it.
    pub(super) fn line(&self, pointer: &str) -> u32 {
        let mut pointer = pointer;
        loop {
            if let Some(line) = self.0.get(pointer) {
                return *line;
            }
            let Some(at) = pointer.rfind('/') else { return 1 };
            pointer = &pointer[..at];
        }
    }
}

/// The pointer to what is under `key` (RFC 6901).
pub(super) fn step(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> String {
        let side = Side { path: path.to_owned(), text: Some(text.to_owned()), analysis: None };
        match parse(&side) {
            None => "no document".to_owned(),
            Some(Ok((kind, _))) => format!("{kind:?}"),
            Some(Err(why)) => format!("unreadable: {}", why.split(':').next().unwrap_or("")),
        }
    }

    #[test]
    fn recognised_by_what_is_in_them() {
        let deep = format!("openapi: 3.0.0\npaths: {}", "[".repeat(100_000));
        let large = format!("openapi: 3.0.0\npaths:\n{}", "  /a: {}\n".repeat(1_100_000));
        let nested = format!("{{\"openapi\": \"3.0.0\", \"paths\": {}}}", "[".repeat(100_000));
        let bomb: String = (b'b'..=b'k')
            .map(|letter| {
                format!(
                    "{}: [{}]\n",
                    format_args!("{0}: &{0}", letter as char),
                    vec![format!("*{}", (letter - 1) as char); 9].join(",")
                )
            })
            .collect();
        let cases = [
            ("a.yaml", "openapi: 3.1.0\npaths: {}\n", "OpenApi"),
            ("a.yml", "swagger: '2.0'\npaths:\n  /a:\n    get: {responses: {200: {description: x}}}\n", "OpenApi"),
            ("a.json", "{\"openapi\": \"3.0.0\", \"paths\": {}}", "OpenApi"),
            ("a.json", "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"properties\": {}}", "JsonSchema"),
            ("a.schema.json", "{\"properties\": {}}", "JsonSchema"),
            ("package.json", "{\"dependencies\": {\"swagger-ui\": \"1\"}}", "no document"),
            ("a.json", "{\"properties\": {}}", "no document"),
            ("a.yaml", "openapi: 3.0.0\ninfo: {}\n", "no document"),
            ("a.yaml", "values: {{ .swagger }}\n", "no document"),
            ("a.txt", "openapi: 3.0.0\npaths: {}\n", "no document"),
            ("a.yaml", "openapi: 3.0.0\npaths: [\n", "unreadable: an API description that cannot be read"),
            ("a.json", "{\"swagger\": \"2.0\", \"paths\": ", "unreadable: an API description that cannot be read"),
            ("a.yaml", &deep, "unreadable: an API description that cannot be read"),
            ("a.json", &nested, "unreadable: an API description that cannot be read"),
            ("a.yaml", &large, "unreadable: too large to be read as an API description (9900022 bytes)"),
            (
                "a.yaml",
                &format!("openapi: 3.0.0\na: &a [x]\n{bomb}"),
                "unreadable: an API description that cannot be read",
            ),
            ("a.yaml", "", "no document"),
        ];
        for (path, text, expected) in cases {
            assert_eq!(told(path, text), expected, "{path}: {}", text.chars().take(60).collect::<String>());
        }
    }

    #[test]
    fn lines_of_keys_and_of_what_is_around_them() {
        let text = "openapi: 3.0.0\npaths:\n  /a/{b}:\n    get:\n      responses: {'200': {content: {x: {y: 1}}}}\n";
        let side = Side { path: "a.yaml".to_owned(), text: Some(text.to_owned()), analysis: None };
        let lines = Lines::of(&side);
        for (pointer, line) in [
            ("/paths", 2),
            ("/paths/~1a~1{b}", 3),
            ("/paths/~1a~1{b}/get/responses/200/content", 5),
            ("/none", 1),
            ("", 1),
        ] {
            assert_eq!(lines.line(pointer), line, "{pointer}");
        }
    }
}
