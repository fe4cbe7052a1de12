//! Structures of Rust that others write out field by field: one more field breaks every literal and every pattern
//! without `..` (<https://doc.rust-lang.org/cargo/reference/semver.html#struct-add-public-field-when-no-private>).

use contracts::analysis::{Symbol, SymbolKind};
use contracts::fact::Fact;

use super::{FIELD_ADDED, element, full_name, sides, symbols};
use crate::comparison::{Comparison, Side};

pub(super) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for (before, after) in sides(c, &["rust"]) {
        for old in structures(before) {
            let mut same = structures(after).filter(|new| full_name(new) == full_name(old));
            let Some(new) = same.next() else { continue };
            let (was, is) = (fields(before, old), fields(after, new));
            let all_public = was.iter().all(|field| field.exported);
            let Some(added) = is.iter().find(|field| !was.iter().any(|known| known.name == field.name)) else {
                continue;
            };
            let kept = was.iter().all(|field| is.iter().any(|known| known.name == field.name));
            if was.is_empty() || !all_public || !kept || may_grow(old) {
                continue;
            }
            let names: Vec<&str> = was.iter().map(|field| field.name.as_str()).collect();
            let summary = format!("`{}` has the field `{}` now, beside `{}`", old.name, added.name, names.join("`, `"));
            let (old_span, new_span) =
                (c.before_span(before, old.start, old.end), c.after_span(after, added.start, added.end));
            out.push(FIELD_ADDED.fact(element(c, before, old.name.clone()), summary, old_span, new_span));
        }
    }
    out
}

fn structures(side: &Side) -> impl Iterator<Item = &Symbol> {
    let is_one =
        |symbol: &&Symbol| symbol.kind == SymbolKind::Class && symbol.exported && symbol.signature.contains("struct ");
    symbols(side).filter(is_one)
}

fn fields<'a>(side: &'a Side, of: &Symbol) -> Vec<&'a Symbol> {
    let container = full_name(of);
    let inside = |symbol: &&Symbol| {
        symbol.kind == SymbolKind::Constant
            && symbol.container.as_deref() == Some(&container)
            && symbol.start >= of.start
            && symbol.end <= of.end
    };
    symbols(side).filter(inside).collect()
}

fn may_grow(symbol: &Symbol) -> bool {
    symbol.decorators.iter().any(|decorator| decorator.contains("non_exhaustive"))
}
