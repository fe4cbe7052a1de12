//! JSON, with comments where the grammar takes them.

use contracts::analysis::SymbolKind;

use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules};
use crate::text;
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "json",
    grammar: || tree_sitter_json::LANGUAGE.into(),
    roles: &[(Role::Comment, &["comment"]), (Role::Definition, &["pair"]), (Role::Text, &["string"])],
    define,
    text: content,
    is_data: true,
    ..NOTHING
};

/// Keys are no values.
fn content(node: Node<'_>) -> String {
    if node.field_name() == "key" { String::new() } else { text::content(node) }
}

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let Some(key) = node.child("key") else { return };
    let nested = node.child("value").filter(|value| value.is("object") && value.named().next().is_some());
    found.define(Definition::new(SymbolKind::Constant, text::content(key), node).body(nested).nesting());
}
