//! Rust.

use contracts::analysis::SymbolKind;

use super::{directly_before, text_of};
use crate::dotted::{Link, site};
use crate::env::{Reader, optional, read, required};
use crate::grammar::Role;
use crate::routes::rust as routes;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::{Arg, Site, string};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "rust",
    grammar: || tree_sitter_rust::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["line_comment", "block_comment"]),
        (
            Role::Definition,
            &[
                "function_item",
                "function_signature_item",
                "struct_item",
                "enum_item",
                "union_item",
                "trait_item",
                "impl_item",
                "type_item",
                "const_item",
                "static_item",
                "mod_item",
                "macro_definition",
                "field_declaration",
                "enum_variant",
                "associated_type",
            ],
        ),
        (Role::Import, &["use_declaration", "extern_crate_declaration"]),
        (Role::Call, &["call_expression", "macro_invocation"]),
        (Role::Text, &["string_literal", "raw_string_literal"]),
        (Role::Reference, &["attribute_item"]),
    ],
    define,
    import,
    call,
    links: &[
        ("field_expression", Link::Member("value", "field")),
        ("scoped_identifier", Link::Member("path", "name")),
        ("generic_type", Link::Through("type")),
        ("generic_function", Link::Through("function")),
        ("call_expression", Link::Call("function")),
        ("macro_invocation", Link::Call("macro")),
        ("index_expression", Link::Index("#0")),
        ("await_expression", Link::Through("#0")),
        ("try_expression", Link::Through("#0")),
        ("parenthesized_expression", Link::Through("#0")),
    ],
    readers: READERS,
    reference,
    routes_of_call: routes::of_call,
    routes_of_definition: routes::of_definition,
    ..NOTHING
};

const READERS: &[Reader] = &[
    optional("env.var"),
    optional("std.env.var"),
    optional("env.var_os"),
    optional("std.env.var_os"),
    required("env!"),
    required("std.env!"),
    optional("option_env!"),
    optional("dotenvy.var"),
    optional("dotenv.var"),
];

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let kind = match node.kind() {
        "impl_item" => return found.define_impl(node),
        "field_declaration" if node.ancestor("enum_variant", 2).is_some() => return,
        "function_item" | "function_signature_item" | "macro_definition" => SymbolKind::Function,
        "struct_item" | "union_item" => SymbolKind::Class,
        "enum_item" | "trait_item" | "type_item" | "associated_type" => SymbolKind::Type,
        "mod_item" => SymbolKind::Section,
        _ => SymbolKind::Constant,
    };
    let attributes = directly_before(node, &["attribute_item"]);
    let macro_exported = || attributes.iter().any(|attribute| attribute.text().contains("macro_export"));
    let marked = node.first("visibility_modifier").is_some_and(|visibility| visibility.text() == "pub");
    let visible = match node.parent().map_or("", Node::kind) {
        "enum_variant_list" => Visible::AsContainer,
        "declaration_list" if in_trait(node) => Visible::AsContainer,
        _ if node.is("macro_definition") => Visible::when(macro_exported()),
        _ => Visible::when(marked),
    };
    let body = match node.kind() {
        "macro_definition" => node.children().find(|child| child.is_any(&["{", "(", "["])),
        "field_declaration" | "enum_variant" => None,
        _ => node.child("body").filter(|body| !body.is("ordered_field_declaration_list")),
    };
    let definition = Definition::new(kind, text_of(node, "name"), node).body(body).visible(visible);
    found.define(definition.decorators(attributes));
}

/// In a trait, or in the implementation of one: as visible as the trait.
fn in_trait(node: Node<'_>) -> bool {
    let around = node.parent().and_then(Node::parent);
    around.is_some_and(|around| around.is("trait_item") || around.child("trait").is_some())
}

impl<'t> Found<'t> {
    /// An implementation is no symbol; what is in it belongs to its type.
    fn define_impl(&mut self, node: Node<'t>) {
        let Some(of) = node.child("type") else { return };
        let name = of.child("type").unwrap_or(of).text();
        self.define(Definition::new(SymbolKind::Class, name, node).opening());
    }
}

fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    if node.is("extern_crate_declaration") {
        return found.import(text_of(node, "name"), Vec::new(), node);
    }
    let Some(argument) = node.child("argument") else { return };
    // `a::{b::{c, d}, e}`: each path that a list hangs on is a module.
    let mut open = vec![(String::new(), argument)];
    while let Some((prefix, node_at)) = open.pop() {
        let path = |part: Option<Node<'_>>| {
            let part = part.map_or("", Node::text);
            if prefix.is_empty() {
                part.to_owned()
            } else if part.is_empty() {
                prefix.clone()
            } else {
                format!("{prefix}::{part}")
            }
        };
        if found.imports.len() > 200 {
            return;
        }
        match node_at.kind() {
            "scoped_use_list" => {
                let module = path(node_at.child("path"));
                let Some(list) = node_at.child("list") else { continue };
                let (nested, plain): (Vec<_>, Vec<_>) = list
                    .named()
                    .partition(|item| item.is_any(&["scoped_use_list", "scoped_identifier", "use_wildcard"]));
                let names: Vec<String> = plain.into_iter().filter_map(used_name).collect();
                if !names.is_empty() {
                    found.import(module.clone(), names, node);
                }
                open.extend(nested.into_iter().rev().map(|item| (module.clone(), item)));
            }
            "use_list" => open.extend(node_at.named().map(|item| (prefix.clone(), item))),
            "use_wildcard" => found.import(path(node_at.named().next()), vec!["*".into()], node),
            "scoped_identifier" => {
                let names = node_at.child("name").map(|name| name.text().to_owned()).into_iter().collect();
                found.import(path(node_at.child("path")), names, node);
            }
            "use_as_clause" => open.extend(node_at.child("path").map(|inner| (prefix.clone(), inner))),
            _ => found.import(path(Some(node_at)), Vec::new(), node),
        }
    }
}

fn used_name(item: Node<'_>) -> Option<String> {
    (item.role() != Role::Comment).then(|| item.child("path").unwrap_or(item).text().to_owned())
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    if node.is("call_expression") {
        return site(node, node.child("function")?, node.child("arguments"));
    }
    let mut found = site(node, node.child("macro")?, None)?;
    found.callee.push('!');
    // A macro's arguments are tokens; those that are strings are known.
    let tokens = node.first("token_tree")?;
    let mut fresh = true;
    for token in tokens.children().skip(1).take(200) {
        if fresh && token.role() != Role::Comment && !token.is_any(&[")", "]", "}", ","]) {
            found.args.push(Arg { name: None, value: token });
        }
        fresh = token.is(",");
    }
    Some(found)
}

/// clap: `#[arg(long, env = "X", default_value = "y")]`.
fn reference<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let Some(attribute) = node.first("attribute") else { return };
    if !attribute.named().next().is_some_and(|name| matches!(name.text(), "arg" | "clap" | "structopt")) {
        return;
    }
    let Some(tokens) = attribute.child("arguments") else { return };
    let value = |key: &str| {
        let mut rest = tokens.children().skip_while(|token| token.text() != key);
        rest.next()?;
        rest.next().filter(|token| token.is("="))?;
        rest.next()
    };
    let Some(name) = value("env").and_then(string) else { return };
    found.env.extend(read(name, node, value("default_value").or_else(|| value("default_value_t")), false));
}
