//! Swift.

use contracts::analysis::SymbolKind;

use super::{modifiers, text_of};
use crate::dotted::{Link, site};
use crate::env::{Reader, optional};
use crate::grammar::Role;
use crate::routes::swift as routes;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::{Arg, Site};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "swift",
    grammar: || tree_sitter_swift::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment", "multiline_comment"]),
        (
            Role::Definition,
            &[
                "class_declaration",
                "protocol_declaration",
                "function_declaration",
                "protocol_function_declaration",
                "init_declaration",
                "property_declaration",
                "protocol_property_declaration",
                "typealias_declaration",
                "enum_entry",
                "subscript_declaration",
                "associatedtype_declaration",
            ],
        ),
        (Role::Import, &["import_declaration"]),
        (Role::Call, &["call_expression"]),
        (Role::Text, &["line_string_literal", "multi_line_string_literal", "raw_string_literal"]),
    ],
    define,
    import,
    call,
    links: &[
        ("navigation_expression", Link::Member("target", "suffix")),
        ("navigation_suffix", Link::Through("suffix")),
        ("call_expression", Link::Call("#0")),
        ("try_expression", Link::Through("expr")),
        ("await_expression", Link::Through("expr")),
        ("postfix_expression", Link::Through("target")),
    ],
    readers: READERS,
    routes_of_call: routes::of_call,
    ..NOTHING
};

const READERS: &[Reader] = &[
    optional("ProcessInfo.processInfo.environment"),
    optional("ProcessInfo().environment"),
    optional("Environment.get"),
    optional("getenv"),
];

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let kind = match node.kind() {
        "class_declaration" => match text_of(node, "declaration_kind") {
            "enum" => SymbolKind::Type,
            _ => SymbolKind::Class,
        },
        "protocol_declaration" | "typealias_declaration" | "associatedtype_declaration" => SymbolKind::Type,
        "function_declaration" | "protocol_function_declaration" | "init_declaration" | "subscript_declaration" => {
            SymbolKind::Function
        }
        _ => SymbolKind::Constant,
    };
    let body = node.child("body").or_else(|| node.first_of(&["computed_property", "protocol_property_requirements"]));
    let attributes = node.first("modifiers").into_iter().flat_map(Node::named).filter(|child| child.is("attribute"));
    let attributes: Vec<Node<'t>> = attributes.collect();
    for name in names(node) {
        let definition = Definition::new(kind, name, node).body(body).visible(visible(node));
        let definition = definition.decorators(attributes.iter().copied());
        let extends = text_of(node, "declaration_kind") == "extension";
        found.define(if extends { definition.opening() } else { definition });
    }
}

/// An enum's `case a, b` has several names, and so has `let a, b`.
fn names<'t>(node: Node<'t>) -> Vec<&'t str> {
    if node.is("subscript_declaration") {
        return vec!["subscript"];
    }
    let named = node.children().filter(|child| child.field_name() == "name").take(50);
    let names = named.filter_map(|name| match name.kind() {
        "pattern" => name.child("bound_identifier").map(Node::text),
        "type_identifier" | "simple_identifier" | "init" => Some(name.text()),
        // The name of what is extended; a return type has the same field.
        "user_type" if node.is("class_declaration") => name.named().next().map(Node::text),
        _ => None,
    });
    let limit = if node.is_any(&["enum_entry", "property_declaration"]) { 50 } else { 1 };
    names.take(limit).collect()
}

fn visible(node: Node<'_>) -> Visible {
    let marked = modifiers(node, "modifiers");
    let marks = |words: &[&str]| marked.iter().any(|mark| words.iter().any(|word| mark == word));
    if marks(&["private", "fileprivate", "internal"]) {
        return Visible::No;
    }
    // Members of a protocol and cases of an enum have no marking of their own.
    let belongs = node.is_any(&[
        "protocol_function_declaration",
        "protocol_property_declaration",
        "enum_entry",
        "associatedtype_declaration",
    ]);
    let extends = text_of(node, "declaration_kind") == "extension";
    if belongs || extends { Visible::AsContainer } else { Visible::when(marks(&["public", "open", "package"])) }
}

fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let Some(path) = node.first("identifier") else { return };
    let path = path.text();
    // `import struct Vapor.Request` takes one name.
    match path.rsplit_once('.') {
        Some((module, name)) => found.import(module, vec![name.to_owned()], node),
        None => found.import(path, Vec::new(), node),
    }
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    let suffix = node.first("call_suffix");
    let mut found = site(node, node.named().next()?, suffix.and_then(|suffix| suffix.first("value_arguments")))?;
    let trailing = suffix.into_iter().flat_map(Node::named).filter(|child| child.is("lambda_literal"));
    found.args.extend(trailing.map(|block| Arg { name: None, value: block }));
    Some(found)
}
