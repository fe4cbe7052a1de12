//! Routes that moved with what they are mounted on, told once where they are many.

use std::collections::{BTreeMap, HashSet};

use contracts::fact::{Element, Fact};

use super::MOVED;
use super::served::Full;
use super::table::Table;
use crate::comparison::{Changed, Comparison};

/// So many routes that go the same way are one fact.
const MANY: usize = 4;

/// A route and where it went: the same declaration below another prefix.
pub(super) struct Move<'m, 'a> {
    pub old: &'m Full<'a>,
    pub now: &'m Full<'a>,
}

/// One fact a route; one for all below a prefix that holds nothing any more.
pub(super) fn facts(c: &Comparison, moves: &[Move<'_, '_>], standing: &Table) -> Vec<Fact> {
    let mut groups: BTreeMap<(String, String), Vec<&Move<'_, '_>>> = BTreeMap::new();
    for moved in moves {
        groups.entry(heads(&moved.old.served.route.path, &moved.now.served.route.path)).or_default().push(moved);
    }
    let changed: HashSet<&str> = c.looked_at().map(Changed::path).collect();
    let mut out = Vec::new();
    for ((old, new), group) in groups {
        let tells = old.split('/').any(|part| !part.is_empty() && !part.starts_with([':', '{', '<', '*', '$']));
        match group.first().filter(|_| group.len() >= MANY && tells && !standing.holds_below(&old)) {
            Some(first) => {
                let element = Element::Route {
                    method: "ANY".to_owned(),
                    path: format!("{old}/**"),
                    moved_to: Some(format!("{new}/**")),
                };
                let summary = format!("`{old}` with {} routes moved to `{new}`", group.len());
                out.push(MOVED.fact(
                    element,
                    summary,
                    first.old.span(c, &changed, true),
                    first.now.span(c, &changed, false),
                ));
            }
            None => out.extend(group.into_iter().map(|moved| one(c, &changed, moved))),
        }
    }
    out
}

fn one(c: &Comparison, changed: &HashSet<&str>, moved: &Move<'_, '_>) -> Fact {
    let path = &moved.now.served.route.path;
    let summary = format!("{} moved to `{path}`", moved.old.served.named());
    let element = moved.old.served.element(Some(path.clone()));
    MOVED.fact(element, summary, moved.old.span(c, changed, true), moved.now.span(c, changed, false))
}

/// What differs at the beginning of both paths; where nothing is left of the old one, its first part is kept in both.
fn heads(old: &str, new: &str) -> (String, String) {
    let parts = |path: &str| -> Vec<String> { path.split('/').filter(|p| !p.is_empty()).map(str::to_owned).collect() };
    let (mut a, mut b) = (parts(old), parts(new));
    let mut last = None;
    while a.last().is_some() && a.last() == b.last() {
        last = a.pop();
        b.pop();
    }
    if a.is_empty()
        && let Some(last) = last
    {
        a.push(last.clone());
        b.push(last);
    }
    (format!("/{}", a.join("/")), format!("/{}", b.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_paths_differ() {
        let cases = [
            ("/api/v1/users", "/api/v2/users", "/api/v1", "/api/v2"),
            ("/users/{id}", "/api/users/{id}", "/users", "/api/users"),
            ("/api/users", "/users", "/api", "/"),
            ("/a", "/b", "/a", "/b"),
            ("", "", "/", "/"),
        ];
        for (old, new, a, b) in cases {
            assert_eq!(heads(old, new), (a.to_owned(), b.to_owned()), "{old} {new}");
        }
    }
}
