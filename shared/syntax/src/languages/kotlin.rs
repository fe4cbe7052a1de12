//! Kotlin.

use contracts::analysis::SymbolKind;

use super::{modifiers, text_of};
use crate::dotted::{Link, site};
use crate::env::{Reader, defaulted, optional, read};
use crate::grammar::Role;
use crate::routes::jvm as routes;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::{Site, string};
use crate::text;
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "kotlin",
    grammar: || tree_sitter_kotlin_ng::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["line_comment", "block_comment"]),
        (
            Role::Definition,
            &[
                "class_declaration",
                "object_declaration",
                "companion_object",
                "function_declaration",
                "property_declaration",
                "type_alias",
                "enum_entry",
                "class_parameter",
                "secondary_constructor",
            ],
        ),
        (Role::Import, &["import"]),
        (Role::Call, &["call_expression"]),
        (Role::Text, &["string_literal", "multiline_string_literal"]),
        (Role::Reference, &["index_expression", "annotation"]),
    ],
    define,
    import,
    call,
    links: &[
        ("navigation_expression", Link::Member("#0", "#1")),
        ("call_expression", Link::Call("#0")),
        ("index_expression", Link::Index("#0")),
        ("parenthesized_expression", Link::Through("#0")),
    ],
    text: content,
    readers: READERS,
    reference,
    routes_of_call: routes::of_call,
    routes_of_definition: routes::of_definition,
    ..NOTHING
};

const READERS: &[Reader] = &[
    optional("System.getenv"),
    optional("System.getenv().get"),
    defaulted("System.getenv().getOrDefault"),
    optional("dotenv.get"),
];

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let (kind, name) = match node.kind() {
        "class_declaration" if node.has("interface") || modifiers_of_class(node).contains(&"enum") => {
            (SymbolKind::Type, text_of(node, "name"))
        }
        "class_declaration" | "object_declaration" => (SymbolKind::Class, text_of(node, "name")),
        "companion_object" => (SymbolKind::Class, node.child("name").map_or("Companion", Node::text)),
        "function_declaration" => (SymbolKind::Function, text_of(node, "name")),
        "secondary_constructor" => (SymbolKind::Function, "constructor"),
        "type_alias" => (SymbolKind::Type, text_of(node, "type")),
        "class_parameter" if !node.has("val") && !node.has("var") => return,
        "property_declaration" => (SymbolKind::Constant, property_name(node)),
        _ => (SymbolKind::Constant, node.first("identifier").map_or("", Node::text)),
    };
    // Without a marking everything is public.
    let hidden = modifiers_of_class(node).iter().any(|word| matches!(*word, "private" | "internal"));
    let annotations = node.first("modifiers").into_iter().flat_map(Node::named).filter(|child| child.is("annotation"));
    let body =
        node.first_of(&["class_body", "enum_class_body", "function_body", "getter", "setter", "property_delegate"]);
    let definition = Definition::new(kind, name, node).body(body).decorators(annotations);
    let definition = if node.is("companion_object") { definition.opening() } else { definition };
    found.define(definition.visible(if hidden { Visible::No } else { Visible::AsContainer }));
}

fn modifiers_of_class<'t>(node: Node<'t>) -> Vec<&'t str> {
    modifiers(node, "modifiers")
}

fn property_name<'t>(node: Node<'t>) -> &'t str {
    node.first("variable_declaration").and_then(|variable| variable.first("identifier")).map_or("", Node::text)
}

fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let Some(path) = node.first_of(&["qualified_identifier", "identifier"]) else { return };
    let path = path.text();
    match path.rsplit_once('.') {
        Some((module, name)) if !node.has("*") => found.import(module, vec![name.to_owned()], node),
        _ => found.import(path, vec!["*".to_owned()], node),
    }
}

/// A call with arguments, a trailing block, or both: `get("/x") { … }` is a call of a call in the grammar.
fn call(node: Node<'_>) -> Option<Site<'_>> {
    let function = node.named().next()?;
    if function.is("call_expression") && node.first("annotated_lambda").is_some() {
        return None;
    }
    let mut found = site(node, function, node.first("value_arguments"))?;
    let trailing = node.first("annotated_lambda").or_else(|| {
        let outer = node.parent().filter(|parent| parent.is("call_expression"))?;
        outer.first("annotated_lambda").filter(|block| block.previous().map(Node::index) == Some(node.index()))
    });
    found.args.extend(trailing.map(|block| crate::site::Arg { name: None, value: block }));
    Some(found)
}

/// The grammar leaves `$name` inside of the text.
fn content(node: Node<'_>) -> String {
    let raw = text::content(node);
    let mut parts = raw.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let name = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
        let is_name = part.starts_with(|c: char| c.is_alphabetic() || c == '_') && !text.ends_with('\\');
        text.push_str(if is_name { "{}" } else { "$" });
        text.push_str(if is_name { part.get(name..).unwrap_or_default() } else { part });
    }
    text
}

/// `System.getenv()["X"]`, and Spring's `@Value`.
fn reference<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let mut parts = node.named();
    if node.is("index_expression") {
        let is_environment = parts.next().is_some_and(|value| value.text() == "System.getenv()");
        let name = parts.next().filter(|_| is_environment).and_then(string);
        found.env.extend(name.and_then(|name| read(name, node, None, false)));
    } else if let Some(invocation) = node.first("constructor_invocation")
        && invocation.named().next().is_some_and(|name| name.text() == "Value")
    {
        let text = invocation.first("value_arguments").and_then(|arguments| arguments.named().next());
        let text = text.map(|argument| argument.text().trim_matches('"').to_owned());
        found.env.extend(text.and_then(|text| super::java::placeholder(&text, node)));
    }
}
