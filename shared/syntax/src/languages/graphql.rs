//! GraphQL: schemas and the documents that use them.

use contracts::analysis::SymbolKind;

use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "graphql",
    grammar: || tree_sitter_graphql::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment", "description"]),
        (
            Role::Definition,
            &[
                "object_type_definition",
                "interface_type_definition",
                "union_type_definition",
                "enum_type_definition",
                "input_object_type_definition",
                "scalar_type_definition",
                "directive_definition",
                "object_type_extension",
                "interface_type_extension",
                "field_definition",
                "input_value_definition",
                "enum_value_definition",
                "operation_definition",
                "fragment_definition",
                "input_object_type_extension",
                "enum_type_extension",
            ],
        ),
    ],
    define,
    ..NOTHING
};

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    // Arguments belong to their field's signature.
    if node.is("input_value_definition") && !node.parent().is_some_and(|parent| parent.is("input_fields_definition")) {
        return;
    }
    let kind = match node.kind() {
        "field_definition" if is_operation(node) => SymbolKind::Function,
        "field_definition" | "input_value_definition" | "enum_value_definition" => SymbolKind::Constant,
        "operation_definition" | "directive_definition" => SymbolKind::Function,
        _ => SymbolKind::Type,
    };
    let name = node.first_of(&["name", "fragment_name", "enum_value"]).map_or("", Node::text);
    let directives = node.first("directives").into_iter().flat_map(Node::named);
    let body =
        node.first_of(&["fields_definition", "input_fields_definition", "enum_values_definition", "selection_set"]);
    let definition = Definition::new(kind, name, node).body(body).decorators(directives);
    found.define(if node.kind().ends_with("_extension") { definition.opening() } else { definition });
}

/// A field of a root type is what clients call.
fn is_operation(node: Node<'_>) -> bool {
    let holder = node.ancestors().nth(1).and_then(|of| of.first("name"));
    holder.is_some_and(|name| matches!(name.text(), "Query" | "Mutation" | "Subscription"))
}
