//! PHP.

use contracts::analysis::SymbolKind;

use super::text_of;
use crate::dotted::{Link, site};
use crate::env::{Reader, defaulted, optional, read, subscript};
use crate::grammar::Role;
use crate::routes::php as routes;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::{Site, string};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "php",
    grammar: || tree_sitter_php::LANGUAGE_PHP.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (
            Role::Definition,
            &[
                "class_declaration",
                "interface_declaration",
                "trait_declaration",
                "enum_declaration",
                "function_definition",
                "method_declaration",
                "const_element",
                "property_element",
                "enum_case",
                "property_promotion_parameter",
                "namespace_definition",
            ],
        ),
        (
            Role::Import,
            &[
                "namespace_use_declaration",
                "require_expression",
                "require_once_expression",
                "include_expression",
                "include_once_expression",
            ],
        ),
        (
            Role::Call,
            &[
                "function_call_expression",
                "member_call_expression",
                "scoped_call_expression",
                "nullsafe_member_call_expression",
                "object_creation_expression",
            ],
        ),
        (Role::Text, &["string", "encapsed_string", "heredoc", "nowdoc"]),
        (Role::Reference, &["subscript_expression"]),
    ],
    define,
    import,
    call,
    links: &[
        ("member_call_expression", Link::Method("object", "name")),
        ("nullsafe_member_call_expression", Link::Method("object", "name")),
        ("scoped_call_expression", Link::Method("scope", "name")),
        ("member_access_expression", Link::Member("object", "name")),
        ("nullsafe_member_access_expression", Link::Member("object", "name")),
        ("function_call_expression", Link::Call("function")),
        ("object_creation_expression", Link::Call("#0")),
        ("subscript_expression", Link::Index("#0")),
        ("parenthesized_expression", Link::Through("#0")),
        ("variable_name", Link::Through("#0")),
    ],
    readers: READERS,
    reference,
    routes_of_call: routes::of_call,
    routes_of_definition: routes::of_definition,
    ..NOTHING
};

const READERS: &[Reader] = &[optional("getenv"), defaulted("env"), defaulted("Env.get")];

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let kind = match node.kind() {
        "class_declaration" => SymbolKind::Class,
        "interface_declaration" | "trait_declaration" | "enum_declaration" => SymbolKind::Type,
        "function_definition" | "method_declaration" => SymbolKind::Function,
        // A namespace without braces holds nothing in the grammar; the file's names stand for themselves.
        "namespace_definition" => SymbolKind::Section,
        _ => SymbolKind::Constant,
    };
    let name = node.child("name").or_else(|| node.first("name")).map_or("", Node::text);
    let name = name.trim_start_matches('$').replace('\\', ".");
    let is_part = node.is_any(&["const_element", "property_element"]);
    let whole = node.parent().filter(|_| is_part).unwrap_or(node);
    let attributes = whole.child("attributes").into_iter().flat_map(Node::named);
    let marked = whole.first("visibility_modifier").or_else(|| node.child("visibility"));
    let hidden = marked.is_some_and(|visibility| visibility.text() == "private");
    let visible = if hidden { Visible::No } else { Visible::AsContainer };
    let definition = Definition::new(kind, name, whole).body(node.child("body")).visible(visible);
    let definition = definition.decorators(attributes);
    found.define(if node.is("property_promotion_parameter") { definition.of_type() } else { definition });
}

fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    if !node.is("namespace_use_declaration") {
        let path =
            node.named().next().map(|path| path.descendants().find_map(|inner| string(inner)).or_else(|| string(path)));
        return found.import(path.flatten().unwrap_or_default(), Vec::new(), node);
    }
    let clean = |node: Node<'_>| node.text().trim_start_matches('\\').to_owned();
    if let (Some(prefix), Some(group)) = (node.first("namespace_name"), node.child("body")) {
        let clauses = group.named().filter(|child| child.is("namespace_use_clause"));
        let names = clauses.filter_map(|clause| clause.named().next()).map(clean).collect();
        return found.import(clean(prefix), names, node);
    }
    for clause in node.named().filter(|child| child.is("namespace_use_clause")).take(100) {
        let Some(path) = clause.first_of(&["qualified_name", "name"]).map(clean) else { continue };
        match path.rsplit_once('\\') {
            Some((module, name)) => found.import(module, vec![name.to_owned()], node),
            None => found.import(path, Vec::new(), node),
        }
    }
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    let arguments = node.child("arguments").or_else(|| node.first("arguments"));
    let function = match node.kind() {
        "function_call_expression" => node.child("function")?,
        "object_creation_expression" => node.named().next()?,
        _ => node,
    };
    site(node, function, arguments)
}

/// `$_ENV["X"]`; `$_SERVER` holds the request as well and counts only for names that no request has.
fn reference<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let mut parts = node.named();
    if parts.next().is_some_and(|value| text_of(value, "name") == "_ENV" || value.text() == "$_ENV") {
        let name = subscript(node, parts.next());
        found.env.extend(name.and_then(|name| read(name, node, None, false)));
    }
}
