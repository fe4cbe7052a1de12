//! Go.

mod tag;

use contracts::analysis::SymbolKind;

use super::text_of;
use crate::dotted::{Link, site};
use crate::env::{Reader, optional};
use crate::grammar::Role;
use crate::routes::go as routes;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::{Site, string};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "go",
    grammar: || tree_sitter_go::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (
            Role::Definition,
            &[
                "function_declaration",
                "method_declaration",
                "type_spec",
                "type_alias",
                "const_spec",
                "var_spec",
                "method_elem",
                "field_declaration",
            ],
        ),
        (Role::Import, &["import_spec"]),
        (Role::Call, &["call_expression"]),
        (Role::Text, &["interpreted_string_literal", "raw_string_literal"]),
    ],
    define,
    import,
    call,
    links: &[
        ("selector_expression", Link::Member("operand", "field")),
        ("call_expression", Link::Call("function")),
        ("index_expression", Link::Index("operand")),
        ("type_instantiation_expression", Link::Through("type")),
        ("parenthesized_expression", Link::Through("#0")),
        ("type_assertion_expression", Link::Through("operand")),
        ("unary_expression", Link::Through("operand")),
    ],
    readers: READERS,
    routes_of_call: routes::of_call,
    ..NOTHING
};

const READERS: &[Reader] =
    &[optional("os.Getenv"), optional("os.LookupEnv"), optional("syscall.Getenv"), optional("viper.BindEnv")];

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    match node.kind() {
        "const_spec" | "var_spec" => return constants(node, found),
        "field_declaration" => {
            found.env.extend(tag::variable(node));
            return constants(node, found);
        }
        "method_declaration" => return method(node, found),
        _ => {}
    }
    let name = text_of(node, "name");
    let (kind, body) = match node.kind() {
        "function_declaration" => (SymbolKind::Function, node.child("body")),
        "method_elem" => (SymbolKind::Function, None),
        _ => {
            let of = node.child("type");
            let is_struct = of.is_some_and(|of| of.is("struct_type"));
            let body = of.filter(|of| of.is_any(&["struct_type", "interface_type"]));
            // The word `struct` or `interface` belongs to the signature.
            let body = body.and_then(|body| body.children().nth(1));
            (if is_struct { SymbolKind::Class } else { SymbolKind::Type }, body)
        }
    };
    found.define(Definition::new(kind, name, statement(node)).body(body).visible(by_name(name)));
}

/// `type X struct` as a statement of its own; inside of parentheses only the part.
fn statement(node: Node<'_>) -> Node<'_> {
    match node.parent() {
        Some(parent)
            if parent.kind().ends_with("_declaration") && !parent.has("(") && !node.is("field_declaration") =>
        {
            parent
        }
        _ => node,
    }
}

/// A capital letter exports.
fn by_name(name: &str) -> Visible {
    Visible::when(name.chars().next().is_some_and(char::is_uppercase))
}

/// One symbol a name: `var a, b = 1, 2`.
fn constants<'t>(node: Node<'t>, found: &mut Found<'t>) {
    for name in node.named().filter(|child| child.field_name() == "name").take(100) {
        let text = name.text();
        if text != "_" {
            found.define(Definition::new(SymbolKind::Constant, text, statement(node)).visible(by_name(text)));
        }
    }
}

/// A method belongs to its receiver's type.
fn method<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let receiver = node.child("receiver").and_then(|list| list.descendants().find(|inner| inner.is("type_identifier")));
    let name = text_of(node, "name");
    let definition = Definition::new(SymbolKind::Function, name, node).visible(by_name(name));
    found.define(definition.within(receiver.map(|of| of.text().to_owned())));
}

fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    if let Some(path) = node.child("path").and_then(string) {
        found.import(path, Vec::new(), node);
    }
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    site(node, node.child("function")?, node.child("arguments"))
}
