//! GraphQL queries that ask for the field, and types that copy the provider's.

use contracts::analysis::Symbol;
use outline::code;

use super::names::{is_common, is_telling, letters};
use super::{Wanted, files, index};
use crate::dependent::File;
use crate::uses::{Certainty, Found, Use};

const ASKED: Certainty = Certainty::Certain("the field changed there and a query here asks for it of the same type");
const LIKELY: Certainty = Certainty::Likely("a query here asks for a field of this name");
const COPY: Certainty = Certainty::Likely("a type of the same name with this field is declared here");

/// Types that hold what clients call by name.
const ROOTS: &[&str] = &["Query", "Mutation", "Subscription"];

/// Queries and copies.
pub(super) fn find(wanted: &Wanted<'_, '_>) -> Found {
    let mut uses = copies(wanted);
    let key = if wanted.is_whole() { wanted.owner.short.as_str() } else { wanted.key };
    for file in files(wanted.asked).filter(|file| index(wanted.asked).holds(file, key)) {
        for (start, document) in documents(file) {
            uses.extend(asks(wanted, file, start, document));
        }
    }
    Found { uses, note: None }
}

/// Types, messages and tables of the same name that declare the field, too.
pub(super) fn copies(wanted: &Wanted<'_, '_>) -> Vec<Use> {
    let (owner, key) = (&wanted.owner.short, wanted.key);
    let mut out = Vec::new();
    if owner.is_empty() {
        return out;
    }
    let index = index(wanted.asked);
    let types = if wanted.is_whole() { index.types(owner) } else { &[] };
    let members = if is_common(owner) { &[] } else { index.members(owner, key) };
    // A name of one plain word is anybody's, unless the file deals with the provider.
    let anywhere = wanted.asked.contact.mentioned && wanted.owner.is_distinctive();
    for (file, symbol) in types.iter().chain(members) {
        if anywhere || wanted.asked.contact.is_near(file) {
            out.push(Use::at(&file.path, line_of(file, symbol)).but(COPY));
        }
    }
    out
}

/// The line that names it: a description or a decorator may stand before it.
fn line_of(file: &File, symbol: &Symbol) -> u32 {
    let named = |number: &u32| code::words(file.line(*number), &symbol.name).next().is_some();
    (symbol.start..=symbol.end).take(20).find(named).unwrap_or(symbol.start)
}

/// Texts in the query language, each with its first line.
fn documents(file: &File) -> Vec<(u32, &str)> {
    let text = file.text();
    if file.language() == "graphql" || file.path.ends_with(".graphql") || file.path.ends_with(".gql") {
        return vec![(1, text)];
    }
    let mut out = Vec::new();
    for mark in ["gql`", "graphql`", "graphql(`", "gql(`", "gql(\"\"\"", "GraphQL */ `", "gql\"\"\""] {
        for (at, _) in text.match_indices(mark) {
            let start = at + mark.len();
            let close = if mark.ends_with('`') { "`" } else { "\"\"\"" };
            let end = text[start..].find(close).map_or(text.len(), |end| start + end);
            let line = text[..start].bytes().filter(|byte| *byte == b'\n').count();
            out.push((u32::try_from(line + 1).unwrap_or(u32::MAX), &text[start..end]));
        }
    }
    out
}

/// Lines of a document that select the field or give it.
fn asks(wanted: &Wanted<'_, '_>, file: &File, start: u32, document: &str) -> Vec<Use> {
    let key = if wanted.is_whole() { wanted.owner.short.as_str() } else { wanted.key };
    let names = |word: &str| code::words(document, word).next().is_some();
    let is_schema = ["type ", "input ", "schema "].iter().any(|word| document.trim_start().starts_with(word));
    // An argument belongs to `Type.field`; clients name the field.
    let type_name = wanted.owner.full.split('.').next().unwrap_or("");
    let root = ROOTS.contains(&type_name);
    let stem = letters(type_name.trim_end_matches("Type").trim_end_matches("Input"));
    let near = wanted.asked.contact.is_near(file);
    let declared = wanted.asked.case.consumer.relationship_type.contains("api") && is_telling(key);
    let on_type = code::words(document, type_name).any(|at| document[..at].trim_end().ends_with(" on"));
    let certainty = if !names(key) || is_schema || !(near || wanted.asked.contact.mentioned || declared) {
        return Vec::new();
    } else if (root && (near || is_telling(key))) || on_type {
        ASKED
    } else if !root && (names(type_name) || (is_telling(key) && stem.len() >= 4 && letters(document).contains(&stem))) {
        LIKELY
    } else {
        return Vec::new();
    };
    let lines = document.lines().enumerate().filter(|(_, line)| selects(line, key));
    lines
        .map(|(at, _)| Use::at(&file.path, start.saturating_add(u32::try_from(at).unwrap_or(0))).but(certainty))
        .collect()
}

/// The name as a field, an argument or a type of a query.
fn selects(line: &str, key: &str) -> bool {
    let names_operation = |before: &str| {
        ["query", "mutation", "subscription", "fragment"].iter().any(|word| before.trim_end().ends_with(word))
    };
    code::words(line, key)
        .map(|at| &line[..at])
        .any(|before| !before.contains('#') && !before.ends_with('"') && !names_operation(before))
}
