//! Attributes of Python's classes, declared or set on `self`: others read them from objects that they are handed.

use std::collections::BTreeMap;

use contracts::analysis::{Symbol, SymbolKind};
use contracts::fact::Fact;

use super::{ATTRIBUTE, element, full_name, is_in, symbols};
use crate::comparison::{Comparison, Side};

pub(super) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for before in c.befores().filter(|side| is_in(side, &["python"])) {
        for class in symbols(before).filter(|symbol| symbol.kind == SymbolKind::Class) {
            let name = full_name(class);
            let here = |side: &&Side| side.path == before.path;
            let Some((after, now)) = c.afters().filter(here).find_map(|side| Some((side, class_of(side, &name)?)))
            else {
                continue;
            };
            let left = attributes(after, now);
            // What the class defines by other words, or hands on by name, it still has.
            let named = |attribute: &str| defines(after, &name, attribute) || quotes(after, now, attribute);
            for (attribute, line) in attributes(before, class) {
                if !left.contains_key(&attribute) && !named(&attribute) && !has_base(now) {
                    let summary = format!("objects of `{name}` no longer have `{attribute}`");
                    let span = c.before_span(before, line, line);
                    let after = c.after_span(after, now.start, now.start);
                    out.push(ATTRIBUTE.fact(element(c, before, format!("{name}.{attribute}")), summary, span, after));
                }
            }
        }
    }
    out
}

fn class_of<'a>(side: &'a Side, name: &str) -> Option<&'a Symbol> {
    symbols(side).find(|symbol| symbol.kind == SymbolKind::Class && full_name(symbol) == *name)
}

/// Another class may have it for this one.
fn has_base(class: &Symbol) -> bool {
    let bases = class.signature.split_once('(').map_or("", |(_, bases)| bases.trim_end_matches([':', ')']));
    !matches!(bases.trim(), "" | "object")
}

fn defines(side: &Side, class: &str, attribute: &str) -> bool {
    symbols(side).any(|symbol| symbol.name == attribute && symbol.container.as_deref() == Some(class))
}

fn quotes(side: &Side, class: &Symbol, attribute: &str) -> bool {
    let dynamic = ["__getattr__", "setattr(", "__dict__"];
    let (double, single) = (format!("\"{attribute}\""), format!("'{attribute}'"));
    lines(side, class).any(|(_, line)| {
        line.contains(&double) || line.contains(&single) || dynamic.iter().any(|word| line.contains(word))
    })
}

/// Public ones of at least four letters, with the line where each is named first.
fn attributes(side: &Side, class: &Symbol) -> BTreeMap<String, u32> {
    let mut out = BTreeMap::new();
    let inside = lines(side, class).skip_while(|(_, line)| !line.trim_start().starts_with("class ")).skip(1);
    let body = inside.clone().find(|(_, line)| !line.trim().is_empty()).map_or(4, |(_, line)| indent(line));
    for (number, line) in inside {
        let text = line.trim_start();
        let declared = text.split_once(':').filter(|(_, rest)| indent(line) == body && is_type(rest));
        let set = text.strip_prefix("self.").and_then(|rest| {
            let (name, value) = rest.split_once([':', '='])?;
            (!value.starts_with('=')).then_some(name)
        });
        let name = set.or(declared.map(|(name, _)| name)).map(str::trim);
        if let Some(name) = name.filter(|name| is_name(name)) {
            out.entry(name.to_owned()).or_insert(number);
        }
    }
    out
}

fn is_name(name: &str) -> bool {
    let first = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    let keyword = matches!(name, "else" | "finally" | "class" | "while" | "with" | "pass" | "return");
    name.len() >= 4 && first && !keyword && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// What stands behind the colon of a declaration: no words of prose.
fn is_type(rest: &str) -> bool {
    let kind = rest.split('=').next().unwrap_or(rest).split('#').next().unwrap_or(rest).trim();
    let spaces =
        kind.match_indices(' ').all(|(at, _)| kind[..at].ends_with([',', '|']) || kind[at + 1..].starts_with('|'));
    !kind.is_empty() && spaces && kind.starts_with(|c: char| c.is_alphabetic() || matches!(c, '"' | '\''))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn lines<'a>(side: &'a Side, class: &Symbol) -> impl Iterator<Item = (u32, &'a str)> + Clone {
    let count = class.end.saturating_sub(class.start) as usize + 1;
    let from = class.start;
    let lines = side.text().lines().skip(from.saturating_sub(1) as usize).take(count);
    lines.enumerate().map(move |(at, line)| (from.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)), line))
}
