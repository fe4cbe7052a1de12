//! Scala.

use contracts::analysis::SymbolKind;

use super::modifiers;
use crate::dotted::{Link, site};
use crate::env::{Reader, defaulted, optional, required};
use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::Site;
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "scala",
    grammar: || tree_sitter_scala::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment", "block_comment"]),
        (
            Role::Definition,
            &[
                "class_definition",
                "object_definition",
                "trait_definition",
                "enum_definition",
                "function_definition",
                "function_declaration",
                "val_definition",
                "var_definition",
                "val_declaration",
                "type_definition",
                "simple_enum_case",
                "full_enum_case",
                "class_parameter",
                "given_definition",
            ],
        ),
        (Role::Import, &["import_declaration"]),
        (Role::Call, &["call_expression", "instance_expression"]),
        (Role::Text, &["string", "interpolated_string"]),
    ],
    define,
    import,
    call,
    links: &[
        ("field_expression", Link::Member("value", "field")),
        ("call_expression", Link::Call("function")),
        ("generic_function", Link::Through("function")),
        ("generic_type", Link::Through("type")),
        ("instance_expression", Link::Call("#0")),
    ],
    readers: READERS,
    ..NOTHING
};

const READERS: &[Reader] = &[
    required("sys.env"),
    optional("sys.env.get"),
    defaulted("sys.env.getOrElse"),
    optional("System.getenv"),
    optional("scala.sys.env.get"),
    required("scala.sys.env"),
];

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let kind = match node.kind() {
        "class_parameter" if !is_case_class(node) && !node.has("val") && !node.has("var") => return,
        "class_definition" | "object_definition" => SymbolKind::Class,
        "trait_definition" | "enum_definition" | "type_definition" => SymbolKind::Type,
        "function_definition" | "function_declaration" => SymbolKind::Function,
        _ => SymbolKind::Constant,
    };
    let name = node.child("name").or_else(|| node.child("pattern")).map_or("", Node::text);
    let hidden = modifiers(node, "modifiers").iter().any(|word| word.starts_with("private"));
    let annotations = node.named().filter(|child| child.is("annotation"));
    let body = node.child("body").filter(|body| !matches!(kind, SymbolKind::Constant) && !body.is_leaf());
    let definition = Definition::new(kind, name, node).body(body).decorators(annotations);
    found.define(definition.visible(if hidden { Visible::No } else { Visible::AsContainer }));
}

fn is_case_class(node: Node<'_>) -> bool {
    node.ancestors().nth(1).is_some_and(|class| class.has("case"))
}

/// `a.b.{C, D => E}`: the path is spread over the statement.
fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let mut path: Vec<&str> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for part in node.named() {
        match part.kind() {
            "identifier" => path.push(part.text()),
            "namespace_wildcard" | "wildcard" => names.push("*".into()),
            "namespace_selectors" => {
                names.extend(part.named().map(|item| item.child("name").unwrap_or(item).text().to_owned()));
            }
            _ => {}
        }
    }
    if names.is_empty() {
        names.extend(path.pop().map(str::to_owned));
    }
    found.import(path.join("."), names, node);
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    if node.is("instance_expression") {
        return site(node, node.named().next()?, node.child("arguments"));
    }
    site(node, node.child("function")?, node.child("arguments").filter(|arguments| arguments.is("arguments")))
}
