//! C#.

use contracts::analysis::SymbolKind;

use super::text_of;
use crate::dotted::{Link, site};
use crate::env::{Reader, optional};
use crate::grammar::Role;
use crate::routes::csharp as routes;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::Site;
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "csharp",
    grammar: || tree_sitter_c_sharp::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (
            Role::Definition,
            &[
                "class_declaration",
                "struct_declaration",
                "record_declaration",
                "interface_declaration",
                "enum_declaration",
                "delegate_declaration",
                "method_declaration",
                "constructor_declaration",
                "property_declaration",
                "field_declaration",
                "event_field_declaration",
                "indexer_declaration",
                "enum_member_declaration",
                "namespace_declaration",
                "file_scoped_namespace_declaration",
                "operator_declaration",
                "local_function_statement",
                "parameter",
            ],
        ),
        (Role::Import, &["using_directive"]),
        (Role::Call, &["invocation_expression", "object_creation_expression"]),
        (
            Role::Text,
            &["string_literal", "verbatim_string_literal", "raw_string_literal", "interpolated_string_expression"],
        ),
    ],
    define,
    import,
    call,
    links: &[
        ("member_access_expression", Link::Member("expression", "name")),
        ("invocation_expression", Link::Call("function")),
        ("object_creation_expression", Link::Call("type")),
        ("element_access_expression", Link::Index("expression")),
        ("generic_name", Link::Through("#0")),
        ("await_expression", Link::Through("#0")),
        ("parenthesized_expression", Link::Through("#0")),
        ("conditional_access_expression", Link::Member("condition", "#1")),
        ("member_binding_expression", Link::Through("name")),
        ("qualified_name", Link::Member("qualifier", "name")),
    ],
    readers: READERS,
    routes_of_call: routes::of_call,
    routes_of_definition: routes::of_definition,
    ..NOTHING
};

const READERS: &[Reader] =
    &[optional("Environment.GetEnvironmentVariable"), optional("System.Environment.GetEnvironmentVariable")];

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let kind = match node.kind() {
        "parameter" if !is_component(node) => return,
        "class_declaration" | "struct_declaration" | "record_declaration" => SymbolKind::Class,
        "interface_declaration" | "enum_declaration" | "delegate_declaration" => SymbolKind::Type,
        "method_declaration" | "constructor_declaration" | "operator_declaration" | "local_function_statement" => {
            SymbolKind::Function
        }
        "namespace_declaration" | "file_scoped_namespace_declaration" => SymbolKind::Section,
        _ => SymbolKind::Constant,
    };
    let attributes: Vec<Node<'t>> = node.named().filter(|child| child.is("attribute_list")).collect();
    let variables = node.first("variable_declaration").into_iter().flat_map(Node::named);
    let variables: Vec<Node<'t>> = variables.filter(|child| child.is("variable_declarator")).take(50).collect();
    let holders = if variables.is_empty() { vec![node] } else { variables };
    for holder in holders {
        let name = if node.is("indexer_declaration") { "this" } else { text_of(holder, "name") };
        let body =
            node.child("body").or_else(|| node.child("accessors")).or_else(|| node.first("constructor_initializer"));
        let body = node
            .first("constructor_initializer")
            .or(body)
            .filter(|_| kind != SymbolKind::Constant || node.is("property_declaration"));
        let definition = Definition::new(kind, name, node).body(body).visible(visible(node));
        found.define(definition.decorators(attributes.iter().copied()));
    }
    if node.is("file_scoped_namespace_declaration") {
        stretch(found);
    }
}

/// The grammar ends `namespace X;` at its semicolon. Types in it are found under no container, as they are written.
fn stretch(found: &mut Found<'_>) {
    if let Some(definition) = found.definitions.last_mut() {
        definition.body = None;
    }
}

fn is_component(node: Node<'_>) -> bool {
    node.parent().and_then(Node::parent).is_some_and(|around| around.is("record_declaration"))
}

fn visible(node: Node<'_>) -> Visible {
    let marks = |word: &str| node.children().any(|child| child.is("modifier") && child.text() == word);
    let in_interface = node.parent().and_then(Node::parent).is_some_and(|around| around.is("interface_declaration"));
    if marks("public") || marks("protected") {
        return Visible::Yes;
    }
    let as_container = in_interface
        || node.kind().ends_with("namespace_declaration")
        || node.is_any(&["enum_member_declaration", "parameter"]);
    if as_container { Visible::AsContainer } else { Visible::No }
}

fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let path = node.named().filter(|child| child.field_name() != "name").last();
    if let Some(path) = path {
        found.import(path.text(), Vec::new(), node);
    }
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    let function = node.child("function").or_else(|| node.child("type"))?;
    site(node, function, node.child("arguments"))
}
