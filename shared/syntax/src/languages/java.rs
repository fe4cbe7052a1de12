//! Java.

use contracts::analysis::SymbolKind;

use super::{modifiers, text_of};
use crate::dotted::{Link, site};
use crate::env::{Reader, defaulted, optional, read};
use crate::grammar::Role;
use crate::routes::jvm as routes;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::{Site, string};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "java",
    grammar: || tree_sitter_java::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["line_comment", "block_comment"]),
        (
            Role::Definition,
            &[
                "class_declaration",
                "interface_declaration",
                "enum_declaration",
                "record_declaration",
                "annotation_type_declaration",
                "method_declaration",
                "constructor_declaration",
                "field_declaration",
                "constant_declaration",
                "enum_constant",
                "annotation_type_element_declaration",
                "compact_constructor_declaration",
                "formal_parameter",
            ],
        ),
        (Role::Import, &["import_declaration"]),
        (Role::Call, &["method_invocation", "object_creation_expression"]),
        (Role::Text, &["string_literal"]),
        (Role::Reference, &["annotation"]),
    ],
    define,
    import,
    call,
    links: &[
        ("method_invocation", Link::Method("object", "name")),
        ("field_access", Link::Member("object", "field")),
        ("object_creation_expression", Link::Call("type")),
        ("generic_type", Link::Through("#0")),
        ("array_access", Link::Index("array")),
        ("parenthesized_expression", Link::Through("#0")),
    ],
    readers: READERS,
    reference,
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
    let kind = match node.kind() {
        "formal_parameter" if !is_component(node) => return,
        "class_declaration" | "record_declaration" => SymbolKind::Class,
        "interface_declaration" | "enum_declaration" | "annotation_type_declaration" => SymbolKind::Type,
        "method_declaration"
        | "constructor_declaration"
        | "compact_constructor_declaration"
        | "annotation_type_element_declaration" => SymbolKind::Function,
        _ => SymbolKind::Constant,
    };
    let marked = modifiers(node, "modifiers");
    let in_interface = node.parent().is_some_and(|parent| parent.is_any(&["interface_body", "annotation_type_body"]));
    let visible = match () {
        () if marked.contains(&"public") || marked.contains(&"protected") => Visible::Yes,
        () if in_interface || node.is_any(&["enum_constant", "formal_parameter"]) => Visible::AsContainer,
        () => Visible::No,
    };
    let annotations = node.first("modifiers").into_iter().flat_map(Node::named);
    let annotations = annotations.filter(|child| child.is_any(&["annotation", "marker_annotation"]));
    let annotations: Vec<Node<'t>> = annotations.collect();
    let declarators: Vec<Node<'t>> = node.named().filter(|child| child.is("variable_declarator")).take(50).collect();
    let names = if declarators.is_empty() { vec![node] } else { declarators };
    for holder in names {
        let definition = Definition::new(kind, text_of(holder, "name"), node).visible(visible);
        found.define(definition.decorators(annotations.iter().copied()));
    }
}

/// A component of a record is a field of it.
fn is_component(node: Node<'_>) -> bool {
    node.parent().and_then(Node::parent).is_some_and(|around| around.is("record_declaration"))
}

fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let Some(path) = node.first_of(&["scoped_identifier", "identifier"]) else { return };
    let (module, name) = match (path.child("scope"), path.child("name")) {
        (Some(scope), Some(name)) if !node.has("asterisk") => (scope.text(), name.text()),
        _ => (path.text(), "*"),
    };
    found.import(module, vec![name.to_owned()], node);
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    let function = if node.is("method_invocation") { node } else { node.child("type")? };
    site(node, function, node.child("arguments"))
}

/// Spring: `@Value("${ORDERS_URL:http://localhost}")`.
fn reference<'t>(node: Node<'t>, found: &mut Found<'t>) {
    found.decorated_beyond(node);
    if text_of(node, "name") != "Value" {
        return;
    }
    let text = node.child("arguments").and_then(|arguments| arguments.named().next()).and_then(string);
    found.env.extend(text.and_then(|text| placeholder(&text, node)));
}

/// `${NAME:default}` where the name is written like a variable; other keys are properties and not the environment.
pub fn placeholder(text: &str, node: Node<'_>) -> Option<contracts::analysis::EnvRead> {
    let inner = text.trim_start_matches('\\').strip_prefix("${")?.strip_suffix('}')?;
    let (name, default) = inner.split_once(':').map_or((inner, None), |(name, default)| (name, Some(default)));
    if !crate::text::is_capitals(name) {
        return None;
    }
    let mut found = read(name.to_owned(), node, None, default.is_none())?;
    found.default = default.map(|text| crate::text::cut(text, 120).to_owned());
    Some(found)
}
