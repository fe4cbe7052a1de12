//! Functions of Go that return another number of values.

use std::collections::HashMap;

use contracts::analysis::SymbolKind;
use contracts::fact::Fact;

use super::{RESULT, element, is_in, symbols};
use crate::comparison::{Comparison, Side};

/// Functions of packages; methods are found by no more than their name.
pub(super) fn facts(c: &Comparison) -> Vec<Fact> {
    let package = |side: &Side| c.packages.module_of(&side.path, "go");
    let is_public = |side: &&Side| is_in(side, &["go"]) && !side.path.split('/').any(|part| part == "internal");
    let mut now = HashMap::new();
    for side in c.afters().filter(is_public) {
        for symbol in functions(side) {
            now.insert((package(side), symbol.name.as_str()), (side, symbol));
        }
    }
    let mut out = Vec::new();
    for before in c.befores().filter(is_public) {
        for symbol in functions(before) {
            let Some((after, new)) = now.get(&(package(before), symbol.name.as_str())) else { continue };
            let (Some(was), Some(is)) = (count(&symbol.signature), count(&new.signature)) else { continue };
            if was == 0 || was == is {
                continue;
            }
            let summary = format!("`{}` returns {is} values, before {was}", symbol.name);
            let (old, new) =
                (c.before_span(before, symbol.start, symbol.start), c.after_span(after, new.start, new.start));
            out.push(RESULT.fact(element(c, before, symbol.name.clone()), summary, old, new));
        }
    }
    out
}

fn functions(side: &Side) -> impl Iterator<Item = &contracts::analysis::Symbol> {
    symbols(side).filter(|symbol| symbol.kind == SymbolKind::Function && symbol.exported && symbol.container.is_none())
}

/// Values that a function returns: what stands behind its parameters.
fn count(signature: &str) -> Option<usize> {
    let signature = signature.strip_prefix("func ")?;
    let open = signature.find('(')?;
    let rest = signature.get(closing(signature.get(open..)?)? + open + 1..)?.trim().trim_end_matches('{').trim();
    match rest.strip_prefix('(') {
        None => Some(usize::from(!rest.is_empty())),
        Some(list) => {
            let list = list.strip_suffix(')')?;
            let mut depth = 0i32;
            let commas = list.chars().filter(|c| {
                depth += i32::from(matches!(c, '(' | '[' | '{')) - i32::from(matches!(c, ')' | ']' | '}'));
                *c == ',' && depth == 0
            });
            Some(if list.trim().is_empty() { 0 } else { commas.count() + 1 })
        }
    }
}

/// Where the bracket closes that a text begins with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0i32;
    text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth == 0).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_returned() {
        let cases = [
            ("func NewID() ID", Some(1)),
            ("func NewID() (ID, error)", Some(2)),
            ("func NewID(a func(int) (int, error)) (id ID, err error)", Some(2)),
            ("func Run(a int)", Some(0)),
            ("func F() func(a, b int) error", Some(1)),
            ("func F() (map[string]func(a, b int), error)", Some(2)),
            ("func F(", None),
            ("type F struct", None),
            ("", None),
        ];
        for (signature, expected) in cases {
            assert_eq!(count(signature), expected, "{signature}");
        }
    }
}
