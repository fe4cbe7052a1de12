//! Which routes are served, to be asked for many: no question looks at all of them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::normal;
use super::served::Full;

/// Paths by their method.
#[derive(Debug, Default)]
pub(super) struct Table(HashMap<String, Paths>);

#[derive(Debug, Default)]
struct Paths {
    whole: BTreeSet<String>,
    /// The same from their last letter to their first.
    backwards: BTreeSet<String>,
    /// Those whose beginning is not known.
    open: HashSet<String>,
    /// Lengths of these.
    lengths: BTreeSet<usize>,
}

impl Table {
    pub(super) fn of<'a>(routes: impl Iterator<Item = &'a Full<'a>>) -> Self {
        let mut table = Self::default();
        for full in routes {
            table.add(&full.served.route.method, normal(&full.served.route.path), full.open);
        }
        table
    }

    fn add(&mut self, method: &str, path: String, open: bool) {
        let paths = self.0.entry(method.to_owned()).or_default();
        if open {
            paths.lengths.insert(path.len());
            paths.open.insert(path.clone());
        }
        paths.backwards.insert(backwards(&path));
        paths.whole.insert(path);
    }

    /// Something serves it, or may: the beginning of one of both is not known.
    pub(super) fn serves(&self, wanted: &Full<'_>) -> bool {
        self.has(&wanted.served.route.method, &normal(&wanted.served.route.path), wanted.open)
    }

    fn has(&self, method: &str, path: &str, open: bool) -> bool {
        let mut of_method = [method, "ANY"].into_iter().filter_map(|method| self.0.get(method));
        of_method
            .any(|paths| paths.whole.contains(path) || paths.may_begin_elsewhere(path) || open && paths.end_with(path))
    }

    /// Some path lies below this one.
    pub(super) fn holds_below(&self, head: &str) -> bool {
        let head = format!("{}/", normal(head));
        self.0.values().any(|paths| !paths.open.is_empty() || begins(&paths.whole, &head))
    }
}

impl Paths {
    /// It ends with one whose beginning is not known.
    fn may_begin_elsewhere(&self, path: &str) -> bool {
        let ends = self.lengths.range(..=path.len()).filter_map(|length| path.get(path.len() - length..));
        ends.into_iter().any(|end| self.open.contains(end))
    }

    fn end_with(&self, end: &str) -> bool {
        begins(&self.backwards, &backwards(end))
    }
}

/// One of the paths begins so.
fn begins(paths: &BTreeSet<String>, head: &str) -> bool {
    paths.range(head.to_owned()..).next().is_some_and(|path| path.starts_with(head))
}

fn backwards(path: &str) -> String {
    path.chars().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_served_or_may_be() {
        let mut table = Table::default();
        for (method, path, open) in
            [("GET", "/api/users", false), ("POST", "/orders/{}", true), ("ANY", "/any", false), ("GET", "/ä/ö", true)]
        {
            table.add(method, path.to_owned(), open);
        }
        let cases = [
            ("GET", "/api/users", false, true),
            ("POST", "/api/users", false, false),
            ("GET", "/users", false, false),
            ("GET", "/users", true, true),
            ("GET", "users", true, true),
            ("GET", "/v2/api/users", true, false),
            ("POST", "/v1/orders/{}", false, true),
            ("GET", "/v1/orders/{}", false, false),
            ("POST", "/orders", false, false),
            ("PUT", "/any", false, true),
            ("GET", "/x/ä/ö", false, true),
            ("GET", "ä/ö", true, true),
            ("GET", "ö", false, false),
            ("PUT", "", false, false),
        ];
        for (method, path, open, expected) in cases {
            assert_eq!(table.has(method, path, open), expected, "{method} {path} {open}");
        }
        let mut closed = Table::default();
        closed.add("GET", "/api/users".to_owned(), false);
        assert!(closed.holds_below("/api") && !closed.holds_below("/ap") && !closed.holds_below("/api/users"));
        assert!(table.holds_below("/nothing"), "what is open may lie anywhere");
    }
}
