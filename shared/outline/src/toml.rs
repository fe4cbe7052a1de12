//! `[section]` headers and `key = value` lines: TOML, and with `:` also properties and INI files.

use crate::keys::Keys;
use crate::{Key, line_number, unquote};

pub(crate) fn keys(text: &str, strict: bool) -> Vec<Key> {
    let mut section: Vec<String> = Vec::new();
    let mut out = Keys::default();
    let mut open = Open::Nothing;
    for (at, line) in text.lines().enumerate() {
        if out.is_full() {
            break;
        }
        let number = line_number(at);
        if open != Open::Nothing {
            if let Some(last) = out.last_mut() {
                last.value.push('\n');
                last.value.push_str(line.trim());
                last.end = number;
            }
            open = open.after(line);
            continue;
        }
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';', '!']) {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_start_matches('[').split(']').next().unwrap_or("");
            section = split_key(header);
            out.push(Key { path: section.clone(), value: String::new(), line: number, end: number });
            continue;
        }
        let Some((key, value)) = split_line(line, strict) else { continue };
        let mut path = section.clone();
        path.extend(split_key(key));
        open = Open::Nothing.after(value);
        let value = if open == Open::Nothing { unquote(without_comment(value)) } else { value.trim() };
        out.push(Key { path, value: value.to_owned(), line: number, end: number });
    }
    out.into_list()
}

/// What a value left open at the end of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Brackets(u32),
    Text(&'static str),
}

impl Open {
    fn after(self, line: &str) -> Self {
        if let Self::Text(fence) = self {
            return if line.contains(fence) { Self::Nothing } else { self };
        }
        for fence in ["\"\"\"", "'''"] {
            if line.matches(fence).count() % 2 == 1 {
                return Self::Text(fence);
            }
        }
        let mut depth = if let Self::Brackets(depth) = self { depth } else { 0 };
        let mut quote = None;
        for c in line.chars() {
            match (quote, c) {
                (Some(q), c) if c == q => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '#') => break,
                (None, '[') => depth += 1,
                (None, ']') => depth = depth.saturating_sub(1),
                (None, _) => {}
            }
        }
        if depth == 0 { Self::Nothing } else { Self::Brackets(depth) }
    }
}

fn split_line(line: &str, strict: bool) -> Option<(&str, &str)> {
    let at = line.find(|c| c == '=' || (!strict && c == ':'))?;
    let (key, value) = (line[..at].trim(), line[at + 1..].trim());
    (!key.is_empty()).then_some((key, value))
}

fn split_key(key: &str) -> Vec<String> {
    key.split('.').map(|part| unquote(part).to_owned()).filter(|part| !part.is_empty()).collect()
}

fn without_comment(value: &str) -> &str {
    let value = value.trim();
    let quoted = value.starts_with(['"', '\'']);
    match value.find(" #") {
        Some(at) if !quoted => value[..at].trim_end(),
        Some(at) if value[..at].trim_end().len() > 1 && value[..at].trim_end().ends_with(['"', '\'']) => {
            value[..at].trim_end()
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, strict: bool) -> Vec<(String, String, u32)> {
        keys(text, strict).into_iter().map(|k| (k.dotted(), k.value, k.line)).collect()
    }

    #[test]
    fn sections_scalars_and_open_values() {
        let text =
            "[package]\nname = \"a\" # why\n\n[dependencies.b]\nversion = '1'\nfeatures = [\n  \"x\",\n]\nc.d = 3\n";
        let expected = [
            ("package", "", 1),
            ("package.name", "a", 2),
            ("dependencies.b", "", 4),
            ("dependencies.b.version", "1", 5),
            ("dependencies.b.features", "[\n\"x\",\n]", 6),
            ("dependencies.b.c.d", "3", 9),
        ];
        assert_eq!(found(text, true), expected.map(|(k, v, l)| (k.to_owned(), v.to_owned(), l)));
    }

    #[test]
    fn broken_lines_cost_themselves() {
        assert_eq!(found("[a\nnonsense\n= 1\nb = \"\"\"\nx", true).len(), 2);
        assert_eq!(found("server.port: 80\nname=x", false).len(), 2);
    }
}
