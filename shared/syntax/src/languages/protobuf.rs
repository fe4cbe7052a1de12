//! Protocol buffers.

use contracts::analysis::SymbolKind;

use crate::grammar::Role;
use crate::routes::{Book, Declared, lines, method};
use crate::rules::{Definition, Found, NOTHING, Rules};
use crate::site::string;
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "protobuf",
    grammar: || tree_sitter_proto::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (
            Role::Definition,
            &["package", "message", "enum", "service", "rpc", "field", "map_field", "oneof_field", "enum_field"],
        ),
        (Role::Import, &["import"]),
        (Role::Text, &["string"]),
    ],
    define,
    import,
    routes_of_definition,
    is_data: true,
    ..NOTHING
};

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let kind = match node.kind() {
        "package" => SymbolKind::Section,
        "message" | "enum" => SymbolKind::Type,
        "service" => SymbolKind::Class,
        "rpc" => SymbolKind::Function,
        _ => SymbolKind::Constant,
    };
    let name = node.first_of(&["message_name", "enum_name", "service_name", "rpc_name", "identifier", "full_ident"]);
    let body = node.first_of(&["message_body", "enum_body", "{"]);
    found.define(Definition::new(kind, name.map_or("", Node::text), node).body(body));
}

fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    if let Some(path) = node.child("path").and_then(string) {
        found.import(path, Vec::new(), node);
    }
}

/// `option (google.api.http) = { get: "/v1/orders/{id}" }`.
fn routes_of_definition(definition: &Definition<'_>, book: &mut Book) {
    let options = definition.node.named().filter(|child| definition.node.is("rpc") && child.is("option"));
    for option in options.filter(|option| option.text().contains("google.api.http")).take(10) {
        let words = option.descendants().filter(|inner| inner.is("identifier")).take(200);
        for (verb, word) in words.filter_map(|word| Some((method(word.text())?, word))) {
            let path = std::iter::successors(word.next(), |sibling| sibling.next()).find_map(string);
            let handler = Some(definition.name.to_string());
            book.declare(Declared {
                owner: "",
                method: verb,
                path: path.unwrap_or_default(),
                handler,
                lines: lines(option, Some(option)),
            });
        }
    }
}
