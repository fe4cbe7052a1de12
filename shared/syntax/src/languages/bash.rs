//! Shell scripts, and `.env` files, which are nothing but assignments.

use contracts::analysis::SymbolKind;

use super::text_of;
use crate::dotted::Link;
use crate::env::{is_variable, read};
use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules};
use crate::site::{Arg, Site, string};
use crate::text::{self, cut, unquoted};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "bash",
    grammar: || tree_sitter_bash::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (Role::Definition, &["function_definition", "variable_assignment", "for_statement", "declaration_command"]),
        (Role::Call, &["command"]),
        (Role::Text, &["string", "raw_string", "ansi_c_string", "word", "concatenation"]),
        (Role::Reference, &["simple_expansion", "expansion"]),
    ],
    define,
    import_of_call,
    call,
    links: &[("command_name", Link::Through("#0"))],
    text: content,
    reference,
    ..NOTHING
};

/// Of bare words only long options and what has the shape of a path or an address say something.
fn content(node: Node<'_>) -> String {
    let text = text::content(node);
    let part =
        node.parent().is_some_and(|parent| parent.is_any(&["command_name", "concatenation", "function_definition"]));
    let says = || text.starts_with("--") || text::value_points_outside(&text);
    if node.is("word") && (part || !says()) { String::new() } else { text }
}

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    match node.kind() {
        "function_definition" => found.define(Definition::new(SymbolKind::Function, text_of(node, "name"), node)),
        "for_statement" => found.assigned.extend(node.child("variable").map(Node::text)),
        "declaration_command" => {
            // `local name` and `read`-like declarations; `export NAME` passes on what the environment gives.
            let local = node.has("local") || node.has("declare") || node.has("typeset");
            found.assigned.extend(node.named().filter(|child| local && child.is("variable_name")).map(Node::text));
        }
        _ => assignment(node, found),
    }
}

/// `X=${X:-1}` reads the environment before it assigns, so the name is not the script's own.
fn assignment<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let name = text_of(node, "name");
    let reads_itself = node.child("value").is_some_and(|value| {
        let names = value.descendants().take(20).filter(|inner| inner.is("variable_name"));
        value.text().contains("${") && names.clone().next().is_some_and(|inner| inner.text() == name)
    });
    if !reads_itself {
        found.assigned.push(name);
    }
    // `NAME=value command` sets the variable for one command.
    let parent = node.parent();
    if parent.is_some_and(|parent| parent.is("command")) {
        return;
    }
    let whole = parent.filter(|parent| parent.is("declaration_command")).unwrap_or(node);
    found.define(Definition::new(SymbolKind::Constant, name, whole));
}

fn import_of_call<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let name = text_of(node, "name");
    if !matches!(name, "source" | "." | "read" | "mapfile" | "readarray" | "getopts") {
        return;
    }
    let mut arguments = node.named().filter(|child| child.field_name() == "argument");
    if matches!(name, "source" | ".") {
        let path = arguments.next().map(|path| string(path).unwrap_or_else(|| unquoted(path.text()).to_owned()));
        return found.import(path.unwrap_or_default(), Vec::new(), node);
    }
    found.assigned.extend(arguments.map(Node::text).filter(|word| is_variable(word)));
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    let callee = cut(text_of(node, "name"), 120).to_owned();
    let arguments = node.named().filter(|child| child.field_name() == "argument");
    let args = arguments.map(|value| Arg { name: None, value }).collect();
    let plain = !callee.is_empty() && !callee.contains(|c: char| c.is_whitespace());
    plain.then_some(Site { node, callee, args })
}

/// `$X`, `${X}`, `${X:-default}`, `${X:?message}`.
fn reference<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let Some(name) = node.first("variable_name").map(Node::text) else { return };
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return;
    }
    let operator = node.child("operator").map_or("", Node::text);
    let required = operator.ends_with('?');
    let given = node.child("operator").filter(|_| operator.ends_with(['-', '='])).and_then(Node::next);
    let given = given.filter(|given| !given.is("}"));
    if let Some(mut read) = read(name.to_owned(), node, given, required) {
        read.required = required;
        found.env.push(read);
    }
}
