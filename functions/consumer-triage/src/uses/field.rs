//! Fields of what goes over the wire: bodies that are sent, answers that are read, queries, copies of types, statements.
//!
//! A name alone proves nothing. A use stands in a file that deals with the provider, in a call of the operation that carries
//! the field, or beside the name of what owns it.

mod body;
mod generated;
mod index;
mod names;
mod query;
mod table;
mod topic;

use std::rc::Rc;

use contracts::fact::Fact;

pub(crate) use self::index::Index;
use self::names::Owner;
use self::names::is_common;
pub(crate) use self::names::is_telling;
use crate::dependent::File;
use crate::uses::{Asked, Certainty, Found, Use, route};

/// References that one file shows; the rest are the same story.
const MAX_A_FILE: usize = 10;

/// Uses of one fact; more say nothing more.
const MAX_USES: usize = 100;

/// Operations whose calls are looked for.
const MAX_OPERATIONS: usize = 10;

/// What changed.
struct Wanted<'a, 'c> {
    fact: &'a Fact,
    owner: Owner,
    /// The last part of its name: what stands in code.
    key: &'a str,
    /// The part before it, where the name has one.
    around: Option<&'a str>,
    asked: &'a Asked<'c>,
}

impl Wanted<'_, '_> {
    /// Whoever leaves it out breaks; whoever names it does not.
    fn is_required(&self) -> bool {
        ["fields.required", "spec.request.property_required", "spec.parameter.required"]
            .contains(&self.fact.rule.as_str())
    }

    /// The owner as a whole is gone or has another name.
    fn is_whole(&self) -> bool {
        self.key == "*"
    }
}

/// Places that use the field and break.
pub(crate) fn find(fact: &Fact, of: (&str, &str, &[String]), asked: &Asked<'_>) -> Found {
    let wanted = wanted(fact, of, asked);
    let mut found = match fact.rule.rsplit_once('.').map_or("", |(family, _)| family) {
        "spec.sql" => table::find(&wanted),
        "spec.graphql" => query::find(&wanted),
        _ => body::find(&wanted),
    };
    found.uses.sort_by(|a, b| (&a.path, a.start).cmp(&(&b.path, b.start)));
    found.uses.dedup_by(|a, b| a.path == b.path && a.start == b.start);
    found.uses = few_a_file(found.uses, asked);
    found
}

/// Why nobody can tell whether the field is used as it must be, where nothing else was found.
pub(crate) fn unclear(fact: &Fact, of: (&str, &str, &[String]), asked: &Asked<'_>) -> Option<String> {
    let wanted = wanted(fact, of, asked);
    if wanted.is_required() { body::unclear(&wanted) } else { None }
}

fn wanted<'a, 'c>(
    fact: &'a Fact,
    (owner, name, carried_by): (&str, &'a str, &[String]),
    asked: &'a Asked<'c>,
) -> Wanted<'a, 'c> {
    let (around, key) = match name.rsplit_once('.') {
        Some((around, key)) => (around.rsplit('.').next(), key),
        None => (None, name),
    };
    Wanted { fact, owner: Owner::read(owner, carried_by), key, around, asked }
}

/// The first of each file; a test alone never makes a use certain.
fn few_a_file(uses: Vec<Use>, asked: &Asked<'_>) -> Vec<Use> {
    let mut out: Vec<Use> = Vec::new();
    for found in uses {
        if out.iter().rev().take_while(|other| other.path == found.path).count() < MAX_A_FILE && out.len() < MAX_USES {
            let is_test = index(asked).is_test(&found.path);
            out.push(if is_test { found.but(Certainty::Likely("a test uses it")) } else { found });
        }
    }
    out
}

/// Calls of the operations that carry the field; where only an address could tell, there is none.
fn calls(wanted: &Wanted<'_, '_>) -> Vec<Use> {
    let is_named = |path: &str| {
        let needle = route::needle(path);
        index(wanted.asked).is_named(&needle, || files(wanted.asked).any(|file| file.text().contains(&needle)))
    };
    let operations = wanted.owner.operations.iter().filter(|(_, path)| is_named(path)).take(MAX_OPERATIONS);
    operations.flat_map(|operation| calls_of(wanted, operation).to_vec()).collect()
}

/// Where the operation is called depends on nothing but the operation.
fn calls_of(wanted: &Wanted<'_, '_>, operation: &(String, String)) -> Rc<[Use]> {
    let (method, path) = operation;
    index(wanted.asked).calls(operation, || {
        let found = route::find(wanted.fact, (method, path, None), wanted.asked).uses.into_iter();
        found.filter(|call| !matches!(call.certainty, Certainty::CheckFirst(_))).collect()
    })
}

fn index<'a>(asked: &Asked<'a>) -> &'a Index<'a> {
    asked.fields.get_or_init(|| Index::of(asked))
}

/// Files of code or data that may hold a use, tests last.
fn files<'a>(asked: &Asked<'a>) -> impl Iterator<Item = &'a File> + use<'a> {
    asked.dependent.files.iter()
}

/// Texts without which a file cannot hold a use of this field.
pub(crate) fn needles(owner: &str, name: &str, carried_by: &[String]) -> Vec<String> {
    let read = Owner::read(owner, carried_by);
    let routes = read.operations.iter().map(|(_, path)| route::needle(path)).filter(|needle| needle.len() >= 3);
    let key = name.rsplit('.').next().unwrap_or(name);
    let own = [key.to_owned(), key.replace('_', ""), read.short.clone()]
        .into_iter()
        .filter(|text| text.len() >= 4 && !is_common(text));
    routes.chain(own).collect()
}
