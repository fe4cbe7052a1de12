//! TOML.

use contracts::analysis::SymbolKind;

use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "toml",
    grammar: || tree_sitter_toml_ng::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (Role::Definition, &["table", "table_array_element", "pair"]),
        (Role::Text, &["string"]),
    ],
    define,
    is_data: true,
    ..NOTHING
};

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let Some(key) = node.first_of(&["bare_key", "quoted_key", "dotted_key"]) else { return };
    let name = key.text().replace(['"', '\'', ' '], "");
    if node.is("pair") {
        return found.define(Definition::new(SymbolKind::Constant, name, node).nesting());
    }
    let first_pair = node.first("pair");
    found.define(Definition::new(SymbolKind::Section, name, node).body(first_pair));
}
