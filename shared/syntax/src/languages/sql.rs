//! SQL: what is created and altered.

use contracts::analysis::SymbolKind;

use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "sql",
    grammar: || tree_sitter_sequel::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment", "marginalia"]),
        (
            Role::Definition,
            &[
                "create_table",
                "create_view",
                "create_materialized_view",
                "create_type",
                "create_function",
                "create_index",
                "create_schema",
                "create_sequence",
                "alter_table",
                "column_definition",
            ],
        ),
        (Role::Text, &["literal"]),
    ],
    define,
    is_data: true,
    ..NOTHING
};

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let kind = match node.kind() {
        "create_function" => SymbolKind::Function,
        "create_schema" => SymbolKind::Section,
        "create_index" | "create_sequence" | "column_definition" => SymbolKind::Constant,
        _ => SymbolKind::Type,
    };
    let Some(name) = node
        .child("name")
        .or_else(|| node.child("column"))
        .or_else(|| node.first_of(&["object_reference", "identifier"]))
    else {
        return;
    };
    let clean = |node: Node<'_>| node.text().replace(['"', '`', '[', ']'], "");
    let body = node.first_of(&["column_definitions", "function_body", "create_query"]);
    let definition = Definition::new(kind, clean(name), node).body(body);
    match node.kind() {
        // A column added later belongs to the table; the statement itself creates nothing.
        "alter_table" => found.define(definition.opening()),
        _ => found.define(definition),
    }
}
