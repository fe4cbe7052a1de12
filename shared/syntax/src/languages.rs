//! The languages: one small file a family, each a table of node kinds and the rules for them.

use crate::rules::Rules;
use crate::tree::Node;

mod bash;
mod c;
mod csharp;
mod css;
mod dockerfile;
mod go;
mod graphql;
mod hcl;
mod html;
mod java;
mod javascript;
mod json;
mod kotlin;
mod markdown;
mod php;
mod protobuf;
mod python;
mod ruby;
mod rust;
mod scala;
mod sql;
mod swift;
mod toml;
mod yaml;

/// Every language, in the order of [`crate::LANGUAGES`].
pub const ALL: [&Rules; 27] = [
    &bash::RULES,
    &c::C,
    &c::CPP,
    &csharp::RULES,
    &css::RULES,
    &dockerfile::RULES,
    &go::RULES,
    &graphql::RULES,
    &hcl::RULES,
    &html::RULES,
    &java::RULES,
    &javascript::JAVASCRIPT,
    &json::RULES,
    &kotlin::RULES,
    &markdown::RULES,
    &php::RULES,
    &protobuf::RULES,
    &python::RULES,
    &ruby::RULES,
    &rust::RULES,
    &scala::RULES,
    &sql::RULES,
    &swift::RULES,
    &toml::RULES,
    &javascript::TSX,
    &javascript::TYPESCRIPT,
    &yaml::RULES,
];

/// The text of a field, or nothing.
fn text_of<'t>(node: Node<'t>, field: &str) -> &'t str {
    node.child(field).map_or("", Node::text)
}

/// Siblings of these kinds that stand directly before a node, in file order; comments between them are skipped.
fn directly_before<'t>(node: Node<'t>, kinds: &[&str]) -> Vec<Node<'t>> {
    let before = std::iter::successors(node.previous(), |sibling| sibling.previous());
    let before = before.filter(|sibling| !sibling.kind().contains("comment"));
    let mut found: Vec<Node<'t>> = before.take_while(|sibling| sibling.is_any(kinds)).take(50).collect();
    found.reverse();
    found
}

/// The modifiers of a declaration as one text, annotations left out: `public static`.
fn modifiers<'t>(node: Node<'t>, kind: &str) -> Vec<&'t str> {
    node.children().filter(|child| child.is(kind)).flat_map(Node::children).map(Node::text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A misspelt kind would silently find nothing.
    #[test]
    fn every_kind_in_a_table_exists_in_its_grammar() {
        for rules in ALL {
            let language = (rules.grammar)();
            let roles = rules.roles.iter().flat_map(|(_, kinds)| kinds.iter());
            for kind in roles.chain(rules.links.iter().map(|(kind, _)| kind)) {
                let (bare, named) = kind.strip_prefix('\'').map_or((*kind, true), |token| (token, false));
                assert_ne!(language.id_for_node_kind(bare, named), 0, "{}: {kind}", rules.id);
            }
        }
    }

    #[test]
    fn the_list_of_languages_is_the_list_of_rules() {
        assert!(ALL.iter().map(|rules| rules.id).eq(crate::LANGUAGES.iter().copied()));
    }
}
