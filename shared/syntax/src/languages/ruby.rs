//! Ruby.

use contracts::analysis::SymbolKind;

use super::text_of;
use crate::dotted::{Link, dotted, site};
use crate::env::{Reader, read, subscript};
use crate::grammar::Role;
use crate::routes::ruby as routes;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::{Arg, Site, string};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "ruby",
    grammar: || tree_sitter_ruby::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (Role::Definition, &["method", "singleton_method", "class", "module", "assignment", "singleton_class"]),
        (Role::Call, &["call"]),
        (Role::Text, &["string", "simple_symbol", "bare_string", "bare_symbol", "hash_key_symbol"]),
        (Role::Reference, &["element_reference"]),
    ],
    define,
    import_of_call,
    call,
    links: &[
        ("call", Link::Method("receiver", "method")),
        ("scope_resolution", Link::Member("scope", "name")),
        ("element_reference", Link::Index("object")),
        ("parenthesized_statements", Link::Through("#0")),
    ],
    text: content,
    readers: READERS,
    reference,
    routes_of_call: routes::of_call,
    ..NOTHING
};

const READERS: &[Reader] = &[Reader { callee: "ENV.fetch", default: Some(1), required: true }];

/// Symbols are names as well.
fn content(node: Node<'_>) -> String {
    match node.kind() {
        "simple_symbol" => node.text().trim_start_matches(':').to_owned(),
        // The name of a named argument is said by the call.
        "hash_key_symbol" if node.ancestors().nth(1).is_some_and(|around| around.is("argument_list")) => String::new(),
        _ => crate::text::content(node),
    }
}

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let definition = match node.kind() {
        "assignment" => match node.child("left").filter(|left| left.is("constant")) {
            Some(left) => Definition::new(SymbolKind::Constant, left.text(), node),
            None => return,
        },
        "singleton_class" => Definition::new(SymbolKind::Class, "self", node).opening(),
        "class" => Definition::new(SymbolKind::Class, text_of(node, "name").replace("::", "."), node),
        "module" => Definition::new(SymbolKind::Section, text_of(node, "name").replace("::", "."), node),
        _ => {
            let visible = if hidden(node) { Visible::No } else { Visible::AsContainer };
            Definition::new(SymbolKind::Function, text_of(node, "name"), node).visible(visible)
        }
    };
    found.define(definition);
}

/// `private` on a line of its own hides what follows; `private def …` hides one.
fn hidden(node: Node<'_>) -> bool {
    let hides = |word: &str| matches!(word, "private" | "protected");
    let list = node.parent().filter(|parent| parent.is("argument_list"));
    if list.and_then(Node::parent).is_some_and(|call| hides(text_of(call, "method"))) {
        return true;
    }
    let before = std::iter::successors(node.previous(), |sibling| sibling.previous()).take(500);
    let mut marks = before
        .filter(|sibling| sibling.is("identifier") && matches!(sibling.text(), "private" | "protected" | "public"));
    node.is("method") && marks.next().is_some_and(|mark| hides(mark.text()))
}

fn import_of_call<'t>(node: Node<'t>, found: &mut Found<'t>) {
    if node.child("receiver").is_some() {
        return;
    }
    let mut args = node.child("arguments").into_iter().flat_map(Node::named);
    let module = match text_of(node, "method") {
        "require" | "require_relative" | "load" | "gem" => args.next().and_then(string),
        "autoload" => args.nth(1).and_then(string),
        "include" | "extend" | "prepend" => {
            let name = args.next().filter(|name| name.is_any(&["constant", "scope_resolution"]));
            name.map(|name| name.text().to_owned())
        }
        _ => return,
    };
    if let Some(module) = module {
        found.import(module, Vec::new(), node);
    }
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    let mut found = match node.child("method") {
        Some(_) => site(node, node, node.child("arguments"))?,
        // `f.(x)`.
        None => Site { node, callee: format!("{}.call", dotted(node.child("receiver")?)), args: Vec::new() },
    };
    found.args.extend(node.child("block").map(|block| Arg { name: None, value: block }));
    Some(found)
}

/// `ENV["X"]`; a block given to `fetch` is taken as its default by the call.
fn reference<'t>(node: Node<'t>, found: &mut Found<'t>) {
    if text_of(node, "object") == "ENV" {
        let name = subscript(node, node.named().nth(1));
        found.env.extend(name.and_then(|name| read(name, node, None, false)));
    }
}
