//! Reads and writes of keys in the text of one handler.

use std::collections::{BTreeMap, BTreeSet};

use super::super::region::{MESSAGES, Region};
use outline::code as scan;

/// Keys by name, each with the place where it first stands in the handler.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Access {
    pub keys: BTreeMap<String, usize>,
    /// What stands behind each key that is written.
    pub values: BTreeMap<String, String>,
    /// How often the whole of it is given to somebody else.
    pub handed_on: usize,
    /// More than what is seen is in it.
    pub open: bool,
}

/// Calls of one kind in one handler; more are not written by people.
const MAX_CALLS: usize = 100;

/// What a request is called where it is read.
const BODIES: &[&str] = &[
    "request.json",
    "request.get_json()",
    "request.form",
    "request.args",
    "request.values",
    "request.data",
    "request.query_params",
    "req.body",
    "request.body",
    "req.query",
    "request.query",
    "ctx.request.body",
    "event.body",
];

/// Calls that give the parsed body.
const PARSED: &[&str] = &[
    "request.get_json(",
    "request.json()",
    "req.json()",
    "request.json",
    "req.body",
    "request.body",
    "ctx.request.body",
    "json.loads(",
    "JSON.parse(",
    "parseJSON(",
];

/// Callees that read a value of a request by its name.
const READERS: &[&str] = &[".FormValue(", ".PostForm(", ".Query(", ".PostFormValue("];

/// What gives an answer or passes a message on, up to the bracket of its arguments.
const GIVERS: &[&str] = &[
    ".json(",
    ".send(",
    ".JSON(",
    "jsonify(",
    "JSONResponse(",
    "JsonResponse(",
    "Response(",
    "publish(",
    "emit(",
    "sendMessage(",
    "send_message(",
    "produce(",
];

/// The keys that a handler reads from what it is sent.
pub(super) fn reads(region: &Region<'_>) -> Access {
    let (text, mut out) = (region.text, Access::default());
    let dots = !is_python(region);
    let variables = variables(region);
    for holder in BODIES.iter().copied().chain(variables.iter().map(String::as_str)) {
        for at in scan::words(text, holder) {
            // `x.body` is another body than `body`.
            if !text[..at].ends_with('.') {
                read(text, (at, at + holder.len()), dots, &mut out);
            }
        }
        destructured(text, holder, &mut out);
    }
    for reader in READERS {
        for (at, _) in text.match_indices(reader) {
            if let Some(name) = quoted(&text[at + reader.len()..]) {
                out.keys.entry(name.to_owned()).or_insert(at);
            }
        }
    }
    out
}

fn is_python(region: &Region<'_>) -> bool {
    region.side.analysis.as_ref().is_some_and(|analysis| analysis.language == "python")
}

/// Names that hold the parsed body: parameters that are called so, and what is assigned from it.
fn variables(region: &Region<'_>) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    if let Some(symbol) = region.symbol.filter(|_| region.operations.is_empty()) {
        let parameters = symbol.signature.split_once('(').map_or("", |(_, rest)| rest);
        out.extend(
            MESSAGES
                .iter()
                .filter(|name| scan::words(parameters, name).next().is_some())
                .map(|name| (*name).to_owned()),
        );
    }
    for line in region.text.lines().filter(|line| line.len() <= 2_000) {
        let Some((left, right)) = line.split_once(" = ") else { continue };
        let right = right.trim().trim_start_matches("await ").trim_start_matches('(');
        let name = left.split(':').next().unwrap_or("").trim().rsplit(' ').next().unwrap_or("");
        let parsed = PARSED.iter().any(|call| {
            right.strip_prefix(call).is_some_and(|rest| !rest.starts_with(['.', '[']) || call.ends_with('('))
        });
        if parsed && !name.is_empty() && name.chars().all(scan::is_name) {
            out.insert(name.to_owned());
        }
    }
    out
}

/// What follows a body: `["x"]`, `.get("x"`, `.x`, or nothing, where all of it goes somewhere.
fn read(text: &str, (start, end): (usize, usize), dots: bool, out: &mut Access) {
    let rest = &text[end..];
    let inside = rest.strip_prefix('[').or_else(|| rest.strip_prefix(".get(")).or_else(|| rest.strip_prefix(".pop("));
    if let Some(name) = inside.and_then(quoted) {
        out.keys.entry(name.to_owned()).or_insert(end);
    } else if let Some(member) = rest.strip_prefix("?.").or_else(|| rest.strip_prefix('.')).filter(|_| dots) {
        let length = member.find(|c: char| !scan::is_name(c)).unwrap_or(member.len());
        if length > 0 && !member[length..].starts_with('(') {
            out.keys.entry(member[..length].to_owned()).or_insert(end);
        }
    } else if rest.starts_with([')', ',']) && !only_looks(&text[..start]) {
        out.handed_on += 1;
    }
}

/// What stands before an argument is the call of something that reads no keys of it.
fn only_looks(before: &str) -> bool {
    let Some(callee) = before.strip_suffix('(') else { return false };
    let name = callee.rsplit(|c: char| !scan::is_name(c)).next().unwrap_or("").to_ascii_lowercase();
    [
        "parseint",
        "parsefloat",
        "number",
        "string",
        "str",
        "int",
        "len",
        "bool",
        "boolean",
        "isinstance",
        "type",
        "stringify",
        "dumps",
        "print",
    ]
    .contains(&name.as_str())
        || ["log", "debug", "info", "warn", "warning", "error"].contains(&name.as_str())
}

/// `const { a, b: c } = req.body`.
fn destructured(text: &str, holder: &str, out: &mut Access) {
    for (at, _) in text.match_indices(&format!("}} = {holder}")) {
        let whole = !text[at + 4 + holder.len()..].starts_with(|c: char| scan::is_name(c) || c == '.' || c == '[');
        if let Some(open) = text[..at].rfind('{').filter(|_| whole) {
            let found = scan::literal(text, open, true);
            out.open |= found.open;
            for key in found.keys.iter().filter(|key| key.depth == 1) {
                out.keys.entry(key.name.to_owned()).or_insert(key.at);
            }
        }
    }
}

/// The text at the start of what is given.
fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = &text[1..];
    let name = &inner[..inner.find(quote)?];
    (!name.is_empty() && name.len() <= 100 && !name.contains(char::is_whitespace)).then_some(name)
}

/// The keys that a handler writes, by topic; those of the answer stand under an empty one.
pub(super) fn writes(region: &Region<'_>) -> BTreeMap<String, Access> {
    let (text, bare) = (region.text, !is_python(region));
    let mut out: BTreeMap<String, Access> = BTreeMap::new();
    if !region.operations.is_empty() {
        for (at, found) in text.match_indices("return {") {
            take(text, at + found.len() - 1, bare, out.entry(String::new()).or_default());
        }
    }
    for giver in GIVERS {
        for (at, found) in text.match_indices(giver).take(MAX_CALLS) {
            let open = at + found.len() - 1;
            let end = scan::closing(text, open, !bare);
            let topic = topic(giver, &text[open + 1..end.max(open + 1)]);
            let Some(topic) = topic.or_else(|| (!region.operations.is_empty()).then(String::new)) else { continue };
            given(text, (open, end), bare, out.entry(topic).or_default());
        }
    }
    out.retain(|_, access| !access.keys.is_empty());
    out
}

/// The first argument of what publishes, where it is a text.
fn topic(giver: &str, arguments: &str) -> Option<String> {
    let publishes = ["publish(", "emit(", "sendMessage(", "send_message(", "produce("].contains(&giver);
    let name = quoted(arguments.trim_start()).filter(|_| publishes)?;
    Some(name.to_owned())
}

/// Objects among the arguments, and objects that a variable among them was given.
fn given(text: &str, (open, end): (usize, usize), bare: bool, out: &mut Access) {
    let arguments = &text[open..end];
    if let Some(at) = arguments.find('{') {
        take(text, open + at, bare, out);
    }
    let names: BTreeSet<&str> = arguments.split(|c: char| !scan::is_name(c)).filter(|name| name.len() >= 2).collect();
    for name in names {
        for at in scan::words(text, name).filter(|at| *at < open) {
            let rest = &text[at + name.len()..];
            let Some((before, _)) = rest.split_once('{').filter(|(before, _)| before.len() <= 80) else { continue };
            let sign = before.trim_end();
            if sign.ends_with('=') && !sign.contains([';', '(', '\n']) {
                take(text, at + name.len() + before.len(), bare, out);
            }
        }
    }
}

fn take(text: &str, open: usize, bare: bool, out: &mut Access) {
    let found = scan::literal(text, open, bare);
    out.open |= found.open;
    for key in found.keys {
        out.keys.entry(key.name.to_owned()).or_insert(key.at);
        out.values.entry(key.name.to_owned()).or_insert_with(|| key.value.to_owned());
    }
}
