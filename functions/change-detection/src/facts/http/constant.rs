//! Names in prefixes: `prefix=settings.API_PREFIX`, `app.use(`${API}/users`, users)`.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use crate::comparison::Side;

/// Files that are searched for one name.
const MAX_FILES: usize = 2_000;

/// Bytes that are searched for all names together; what is asked later is not known.
const MAX_SEARCHED: usize = 256 << 20;

/// What the names of one commit stand for. Every name is searched once.
pub(super) struct Constants<'a> {
    sides: Vec<&'a Side>,
    /// By file and name.
    own: RefCell<HashMap<(usize, String), Option<String>>>,
    /// By name, wherever it stands.
    anywhere: RefCell<HashMap<String, Option<String>>>,
    /// Bytes that may still be searched.
    left: Cell<usize>,
}

impl<'a> Constants<'a> {
    pub(super) fn of(sides: Vec<&'a Side>) -> Self {
        Self { sides, own: RefCell::default(), anywhere: RefCell::default(), left: Cell::new(MAX_SEARCHED) }
    }

    /// The prefix, as file number `here` has it, with names in braces replaced by what they stand for, and whether one is left
    /// that nobody knows.
    pub(super) fn replaced(&self, prefix: &str, here: usize) -> (String, bool) {
        let (Some(open), Some(close)) = (prefix.find('{'), prefix.rfind('}')) else {
            return (prefix.to_owned(), false);
        };
        let inner = prefix.get(open + 1..close).unwrap_or("");
        let name = inner.rsplit(['.', ':', '$', '{']).next().unwrap_or(inner).trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            // A parameter in the framework's own notation.
            return (prefix.to_owned(), inner.is_empty() || !inner.chars().all(is_name));
        }
        let is_parameter =
            open > 0 && prefix[..open].ends_with('/') && inner.chars().all(|c| is_name(c) && !c.is_ascii_uppercase());
        if is_parameter {
            return (prefix.to_owned(), false);
        }
        match self.own(here, name).or_else(|| self.anywhere(name)) {
            Some(value) => (format!("{}{value}{}", &prefix[..open], &prefix[close + 1..]), false),
            None => (prefix.to_owned(), true),
        }
    }

    fn own(&self, here: usize, name: &str) -> Option<String> {
        let key = (here, name.to_owned());
        if let Some(known) = self.own.borrow().get(&key) {
            return known.clone();
        }
        let found = self.searched(self.sides[here]).and_then(|side| value(side, name));
        self.own.borrow_mut().insert(key, found.clone());
        found
    }

    /// The one value that all files give it.
    fn anywhere(&self, name: &str) -> Option<String> {
        if let Some(known) = self.anywhere.borrow().get(name) {
            return known.clone();
        }
        let mut values: Vec<String> = Vec::new();
        for side in self.sides.iter().take(MAX_FILES) {
            values.extend(self.searched(side).and_then(|side| value(side, name)));
        }
        values.sort();
        values.dedup();
        // Where the search had to stop, another value may stand in what is left.
        let found = values.pop().filter(|_| values.is_empty() && self.left.get() > 0);
        self.anywhere.borrow_mut().insert(name.to_owned(), found.clone());
        found
    }

    /// The file, as long as there is room to search it.
    fn searched<'s>(&self, side: &'s Side) -> Option<&'s Side> {
        self.left.set(self.left.get().saturating_sub(side.text().len()));
        (self.left.get() > 0).then_some(side)
    }
}

/// The path that a line gives the name: `NAME = "/x"`, `NAME: str = "/x"`, `const name: &str = "/x"`, `name: "/x"`.
fn value(side: &Side, name: &str) -> Option<String> {
    let text = Some(side.text()).filter(|text| text.contains(name))?;
    let mut found = text.lines().filter_map(|line| given(line, name));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

fn given(line: &str, name: &str) -> Option<String> {
    let at = line.find(name)?;
    let starts = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
    let rest = line[at + name.len()..].trim_start();
    let rest = match rest.split_once('=') {
        Some((between, rest)) if between.len() < 30 && !between.contains(['"', '\'', '(']) => rest,
        _ => rest.strip_prefix(':')?,
    };
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let text = rest[1..].split(quote).next()?;
    (starts && (text.starts_with('/') || text.is_empty()) && !text.contains([' ', '{'])).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_paths() {
        let cases = [
            ("{settings.API}", "API: str = \"/v1\"\n", "/v1", false),
            ("{API}", "const API = '/v1';\n", "/v1", false),
            ("{API}/users", "pub const API: &str = \"/v1\";\n", "/v1/users", false),
            ("{API}", "MY_API = \"/v1\"\n", "{API}", true),
            ("{API}", "API = \"/v1\"\nAPI = \"/v2\"\n", "{API}", true),
            ("{f(x)}", "", "{f(x)}", true),
            ("/users/{id}", "", "/users/{id}", false),
            ("/x", "", "/x", false),
            ("{", "", "{", false),
            ("}ä{", "", "}ä{", true),
        ];
        for (prefix, text, expected, unknown) in cases {
            let side = Side { path: "a.py".to_owned(), text: Some(text.to_owned()), analysis: None };
            let constants = Constants::of(vec![&side]);
            assert_eq!(constants.replaced(prefix, 0), (expected.to_owned(), unknown), "{prefix}");
        }
    }

    #[test]
    fn a_name_is_searched_once_and_not_without_end() {
        let side = |text: &str| Side { path: "a.py".to_owned(), text: Some(text.to_owned()), analysis: None };
        let (here, other) = (side("x = 1\n"), side("API = '/v1'\n"));
        let constants = Constants::of(vec![&here, &other]);
        let whole = here.text().len() + here.text().len() + other.text().len();
        for _ in 0..100 {
            assert_eq!(constants.replaced("{API}", 0), ("/v1".to_owned(), false));
        }
        assert_eq!(MAX_SEARCHED - constants.left.get(), whole, "its own file, then all");
        constants.left.set(1);
        assert_eq!(constants.replaced("{OTHER}", 0), ("{OTHER}".to_owned(), true));
        assert_eq!(constants.replaced("{API}", 1), ("/v1".to_owned(), false), "known from before");
    }
}
