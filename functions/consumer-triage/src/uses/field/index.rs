//! What all fields of a change have in common: names found in one pass over each file, calls of an operation found once.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use aho_corasick::AhoCorasick;
use contracts::analysis::{Symbol, SymbolKind};
use contracts::fact::Element;

use super::wanted;
use crate::dependent::{File, Place};
use crate::relevance;
use crate::uses::{Asked, Use};

/// Declarations by their names, in the order of the files.
type ByName<'a> = HashMap<&'a str, Vec<(&'a File, &'a Symbol)>>;

/// Method and path.
type Operation = (String, String);

/// Made when the first field is asked for.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    /// Paths of the files that hold a name; none where there are too many names to look for at once.
    holders: Option<HashMap<String, HashSet<&'a str>>>,
    /// What is declared in a type, by the last part of the type's name and its own name.
    members: HashMap<&'a str, ByName<'a>>,
    /// Types by their names.
    types: ByName<'a>,
    /// Paths of tests.
    tests: HashSet<&'a str>,
    /// Calls of an operation, as far as they were asked for.
    calls: RefCell<HashMap<Operation, Rc<[Use]>>>,
    /// Whether any file holds an address, as far as that was asked for.
    named: RefCell<HashMap<String, bool>>,
}

impl<'a> Index<'a> {
    /// Reads every file of the consumer once.
    pub(crate) fn of(asked: &Asked<'a>) -> Self {
        let files: &'a [File] = &asked.dependent.files;
        let mut index = Self {
            holders: holders(&names(asked), files),
            members: HashMap::new(),
            types: HashMap::new(),
            tests: files.iter().filter(|file| file.place == Place::Test).map(|file| file.path.as_str()).collect(),
            calls: RefCell::default(),
            named: RefCell::default(),
        };
        let symbols = files.iter().flat_map(|file| file.analysis.iter().map(move |analysis| (file, analysis)));
        for (file, symbol) in symbols.flat_map(|(file, analysis)| analysis.symbols.iter().map(move |s| (file, s))) {
            if let Some(container) = symbol.container.as_deref().and_then(|around| around.rsplit('.').next()) {
                let members = index.members.entry(container).or_default();
                members.entry(symbol.name.as_str()).or_default().push((file, symbol));
            }
            if matches!(symbol.kind, SymbolKind::Class | SymbolKind::Type) {
                index.types.entry(symbol.name.as_str()).or_default().push((file, symbol));
            }
        }
        index
    }

    /// Whether the file's text holds the name.
    pub(super) fn holds(&self, file: &File, name: &str) -> bool {
        match self.holders.as_ref().and_then(|holders| holders.get(name)) {
            Some(paths) => paths.contains(file.path.as_str()),
            None => file.text().contains(name),
        }
    }

    /// Declarations of `name` in types called `owner`, in the order of the files.
    pub(super) fn members(&self, owner: &str, name: &str) -> &[(&'a File, &'a Symbol)] {
        self.members.get(owner).and_then(|members| members.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Types called `name`, in the order of the files.
    pub(super) fn types(&self, name: &str) -> &[(&'a File, &'a Symbol)] {
        self.types.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn is_test(&self, path: &str) -> bool {
        self.tests.contains(path)
    }

    /// Whether any file holds the address; `look` looks the first time.
    pub(super) fn is_named(&self, needle: &str, look: impl FnOnce() -> bool) -> bool {
        if let Some(known) = self.named.borrow().get(needle) {
            return *known;
        }
        let found = look();
        self.named.borrow_mut().insert(needle.to_owned(), found);
        found
    }

    /// The calls of an operation; `find` looks for them the first time.
    pub(super) fn calls(&self, operation: &Operation, find: impl FnOnce() -> Vec<Use>) -> Rc<[Use]> {
        if let Some(known) = self.calls.borrow().get(operation) {
            return Rc::clone(known);
        }
        let found: Rc<[Use]> = find().into();
        self.calls.borrow_mut().insert(operation.clone(), Rc::clone(&found));
        found
    }
}

/// Every name that some field may be written by.
fn names(asked: &Asked<'_>) -> Vec<String> {
    let mut names = HashSet::new();
    for fact in relevance::asked_for(asked.case) {
        if let Element::Field { owner, name, carried_by, .. } = &fact.element {
            let wanted = wanted(fact, (owner, name, carried_by), asked);
            names.extend(wanted.spellings());
            names.insert(wanted.owner.short);
        }
    }
    names.retain(|name| !name.is_empty());
    names.into_iter().collect()
}

fn holders<'a>(names: &[String], files: &'a [File]) -> Option<HashMap<String, HashSet<&'a str>>> {
    let searcher = AhoCorasick::new(names).ok()?;
    let mut found: Vec<HashSet<&str>> = vec![HashSet::new(); names.len()];
    for file in files {
        for hit in searcher.find_overlapping_iter(file.text()) {
            found[hit.pattern().as_usize()].insert(file.path.as_str());
        }
    }
    Some(names.iter().cloned().zip(found).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pass_finds_what_a_search_for_each_finds() {
        let file = |path: &str, text: &str| File {
            path: path.to_owned(),
            place: Place::Source,
            analysis: None,
            text: Some(text.to_owned()),
        };
        let files = [
            file("a", "unit_price and price"),
            file("b", "unit"),
            file("c", "Unit_price"),
            file("d", ""),
            file("e", "äpriceö id"),
        ];
        let names = ["unit_price", "price", "unit", "id", "ä", "nothing"].map(str::to_owned);
        let found = holders(&names, &files).unwrap();
        for name in &names {
            for file in &files {
                let one = found[name].contains(file.path.as_str());
                assert_eq!(one, file.text().contains(name.as_str()), "{name} in {}", file.path);
            }
        }
    }
}
