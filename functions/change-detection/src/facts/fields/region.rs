//! The pieces of code that handle requests and messages.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{Route, Symbol, SymbolKind};

use super::keys::Lines;
use crate::comparison::Side;
use outline::code as scan;

/// A handler.
#[derive(Debug, Clone)]
pub(super) struct Region<'a> {
    pub side: &'a Side,
    /// The function's name; nothing for a handler without one.
    pub name: &'a str,
    /// Operations that it serves (`POST /orders`); none for a handler of messages.
    pub operations: BTreeSet<String>,
    /// Its declaration; none for a handler without a name.
    pub symbol: Option<&'a Symbol>,
    /// Where its text begins in the file.
    pub start: usize,
    /// Its text, decorators included.
    pub text: &'a str,
}

impl Region<'_> {
    /// What a fact calls it: the first operation, or the function.
    pub(super) fn owner(&self) -> String {
        self.operations.first().cloned().unwrap_or_else(|| self.name.to_owned())
    }
}

/// What a function is called by that passes messages on or takes them.
const MESSAGING: &[&str] = &[
    "publish",
    "subscribe",
    "onmessage",
    "on_message",
    "sendmessage",
    "send_message",
    "produce",
    "consume",
    "basic_publish",
    "basic_consume",
    "emit",
    "onmqttmessage",
    "psubscribe",
    "xadd",
    "xread",
    "queuesubscribe",
];

/// Longer handlers are not written by people.
const MAX_REGION: usize = 100_000;

/// Names that parameters have which hold a message.
pub(super) const MESSAGES: &[&str] = &["message", "msg", "payload", "event", "body"];

/// Operations by the name of the function that serves them, in all of these files.
pub(super) fn handlers<'a>(sides: impl Iterator<Item = &'a Side>) -> BTreeMap<&'a str, BTreeSet<String>> {
    let mut out: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for route in sides.flat_map(|side| side.analysis.iter().flat_map(|analysis| &analysis.routes)) {
        if let Some(name) = route.handler.as_deref().map(last_part) {
            out.entry(name).or_default().insert(told(route));
        }
    }
    out
}

/// Every operation that these files serve.
pub(super) fn operations<'a>(sides: impl Iterator<Item = &'a Side>) -> BTreeSet<String> {
    sides.flat_map(|side| side.analysis.iter().flat_map(|analysis| &analysis.routes)).map(told).collect()
}

/// The handlers of a file.
pub(super) fn regions<'a>(side: &'a Side, handlers: &BTreeMap<&str, BTreeSet<String>>) -> Vec<Region<'a>> {
    let (Some(analysis), text) = (&side.analysis, side.text()) else { return Vec::new() };
    let callee = |name: &str| MESSAGING.contains(&last_part(name).to_ascii_lowercase().as_str());
    let passing: Vec<u32> = analysis.calls.iter().filter(|call| callee(&call.callee)).map(|call| call.line).collect();
    let passes_on = |symbol: &Symbol| passing.iter().any(|line| symbol.start <= *line && *line <= symbol.end);
    let lines = Lines::of(text);
    let mut out = Vec::new();
    for symbol in analysis.symbols.iter().filter(|s| matches!(s.kind, SymbolKind::Function | SymbolKind::Method)) {
        let operations = handlers.get(symbol.name.as_str()).cloned().unwrap_or_default();
        let by_signature = ["http.ResponseWriter", "gin.Context", "echo.Context", "fiber.Ctx"]
            .iter()
            .any(|word| symbol.signature.contains(word));
        if !operations.is_empty()
            || by_signature
            || (!passing.is_empty() && (takes_message(symbol) || passes_on(symbol)))
        {
            let (start, end) = (lines.start(symbol.start), lines.start(symbol.end.saturating_add(1)));
            let text = scan::cut(&text[start..end], MAX_REGION);
            out.push(Region { side, name: &symbol.name, operations, symbol: Some(symbol), start, text });
        }
    }
    for route in analysis.routes.iter().filter(|route| route.handler.is_none()) {
        let start = lines.start(route.start);
        let open = text[start..].find('(').map_or(start, |at| start + at);
        let end = scan::closing(text, open, false);
        let operations = BTreeSet::from([told(route)]);
        out.push(Region { side, name: "", operations, symbol: None, start, text: &text[start..end] });
    }
    out
}

fn told(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

fn last_part(name: &str) -> &str {
    name.rsplit(['.', ':']).next().unwrap_or(name)
}

/// `handle(message: …)`.
fn takes_message(symbol: &Symbol) -> bool {
    let parameters = symbol.signature.split_once('(').map_or("", |(_, rest)| rest);
    MESSAGES.iter().any(|name| scan::words(parameters, name).next().is_some())
}
