//! Routes that a class says by a pattern of its own, and serves by methods that are called after those of HTTP.
//!
//! `PATTERNS = patterns("/orders/(?P<id>[^/]+)$")` with `on_POST`, `render_GET` or `on_get`. A function that makes the pattern
//! may put a prefix in front, so the path is open there.

use contracts::analysis::{FileAnalysis, Route, Symbol, SymbolKind};

use crate::comparison::Side;

/// Attributes in which a class keeps what it serves.
const ATTRIBUTES: &[&str] = &["PATTERNS", "PATTERN", "patterns", "pattern", "PATH", "ROUTE", "route_pattern"];

/// Classes of one file; more are written by a program.
const MAX_CLASSES: usize = 500;

/// Lines that one attribute may take.
const MAX_LINES: usize = 12;

/// Routes of the classes of a file.
pub(super) fn routes(side: &Side, analysis: &FileAnalysis) -> Vec<Route> {
    if analysis.language != "python" || !ATTRIBUTES.iter().any(|name| side.text().contains(name)) {
        return Vec::new();
    }
    let classes = analysis.symbols.iter().filter(|symbol| symbol.kind == SymbolKind::Class);
    classes.take(MAX_CLASSES).flat_map(|class| of_class(side, class, analysis)).collect()
}

fn of_class(side: &Side, class: &Symbol, analysis: &FileAnalysis) -> Vec<Route> {
    let inside = |other: &&Symbol| {
        other.kind == SymbolKind::Method && other.container.as_deref().is_some_and(|of| of.ends_with(&class.name))
    };
    let mut methods: Vec<String> = analysis
        .symbols
        .iter()
        .filter(inside)
        .filter(|method| class.start <= method.start && method.end <= class.end)
        .filter_map(|method| served(&method.name))
        .collect();
    methods.dedup();
    if methods.is_empty() {
        return Vec::new();
    }
    let Some((path, line)) = pattern(side.text(), class) else { return Vec::new() };
    let route = |method: String| Route {
        method,
        path: path.clone(),
        handler: Some(class.name.clone()),
        owner: None,
        start: line,
        end: line,
    };
    methods.into_iter().map(route).collect()
}

/// The method of HTTP that a method of a class serves.
fn served(name: &str) -> Option<String> {
    let verb = name.strip_prefix("on_").or_else(|| name.strip_prefix("render_"))?;
    let verb = verb.strip_prefix("async_").unwrap_or(verb).to_ascii_uppercase();
    ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&verb.as_str()).then_some(verb)
}

/// The path of the first pattern of a class, with its line.
fn pattern(text: &str, class: &Symbol) -> Option<(String, u32)> {
    let count = class.end.saturating_sub(class.start).saturating_add(1) as usize;
    let first = class.start.saturating_sub(1) as usize;
    let lines: Vec<&str> = text.lines().skip(first).take(count).collect();
    let begins = |line: &str| {
        let (name, _) = line.split_once('=').filter(|(_, value)| !value.starts_with('='))?;
        let name = name.split(':').next().unwrap_or(name);
        (line.starts_with([' ', '\t']) && ATTRIBUTES.contains(&name.trim())).then_some(())
    };
    let at = lines.iter().position(|line| begins(line).is_some())?;
    let value = lines[at].split_once('=').map_or("", |(_, value)| value);
    for (below, line) in [value].into_iter().chain(lines[at + 1..].iter().copied()).enumerate().take(MAX_LINES) {
        let texts = line.split(['"', '\'']).skip(1).step_by(2);
        for text in texts {
            if text.starts_with('/') || text.starts_with("^/") {
                // Whatever is compiled as it stands is whole.
                let whole = text.starts_with('^') || value.contains("re.compile(");
                let path = plain(text)?;
                let number = u32::try_from(first + at + below + 1).unwrap_or(u32::MAX);
                return Some((if whole { path } else { format!("*{path}") }, number));
            }
        }
        if below > 0 && line.trim_start().starts_with(')') {
            break;
        }
    }
    None
}

/// A pattern as a path with parameters; none where it takes several forms.
fn plain(pattern: &str) -> Option<String> {
    let pattern = pattern.trim_start_matches('^').trim_end_matches('$').trim_end_matches("/?");
    let (mut out, mut rest) = (String::new(), pattern);
    while let Some(at) = rest.find('(') {
        let tail = &rest[at..];
        let end = tail.find(')')?;
        let inner = &tail[1..end];
        let name = inner.strip_prefix("?P<").and_then(|named| named.split('>').next()).unwrap_or("part");
        if inner.starts_with("?:") || inner.contains(['(', '|']) {
            return None;
        }
        out.push_str(&rest[..at]);
        out.push_str(&format!("{{{name}}}"));
        rest = &tail[end + 1..];
    }
    out.push_str(rest);
    (!out.contains(['[', '*', '+', '?', '|', '\\', ' ']) && out.starts_with('/')).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_as_paths() {
        for (pattern, expected) in [
            ("/orders/(?P<id>[^/]+)$", Some("/orders/{id}")),
            ("^/orders/([^/]*)/lines$", Some("/orders/{part}/lines")),
            ("/orders/?$", Some("/orders")),
            ("/orders(/(?P<id>[^/]+))?", None),
            ("/(a|b)/x", None),
            ("/a/[0-9]+", None),
            ("/a(", None),
            ("", None),
            ("/ä", Some("/ä")),
        ] {
            assert_eq!(plain(pattern).as_deref(), expected, "{pattern}");
        }
    }
}
