//! YAML.

use contracts::analysis::SymbolKind;

use crate::env;
use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules};
use crate::site::string;
use crate::text::{self, cut, is_capitals};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "yaml",
    grammar: || tree_sitter_yaml::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (Role::Definition, &["block_mapping_pair", "flow_pair"]),
        (Role::Text, &["plain_scalar", "double_quote_scalar", "single_quote_scalar"]),
        (Role::Reference, &["block_sequence_item"]),
    ],
    define,
    text: content,
    reference: |node, found| expansions(node.named().next(), found),
    is_data: true,
    ..NOTHING
};

/// Keys are no values.
fn content(node: Node<'_>) -> String {
    let is_key = node.parent().is_some_and(|parent| parent.field_name() == "key");
    if is_key { String::new() } else { text::content(node) }
}

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let Some(key) = node.child("key") else { return };
    let value = node.child("value");
    expansions(value, found);
    let name = text::unquoted(key.text());
    // A step or a job of a workflow that is taken from elsewhere.
    if name == "uses"
        && let Some(module) = value.and_then(string)
    {
        found.import(module, Vec::new(), node);
    }
    // A list of plain values belongs to its key; keys under it speak for themselves.
    let nested = value
        .filter(|value| value.is("block_node") && value.descendants().take(6).any(|inner| inner.is("block_mapping")));
    found.define(Definition::new(SymbolKind::Constant, name, node).body(nested).nesting());
}

/// `${X:-default}` and `${X:?message}` of compose files and their like; `${{ … }}` is something else.
fn expansions<'t>(value: Option<Node<'t>>, found: &mut Found<'t>) {
    let Some(value) = value.filter(|value| value.is("flow_node") && value.text().len() < 2_000) else { return };
    for part in value.text().split("${").skip(1).take(20) {
        let inner = part.split('}').next().unwrap_or_default();
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
        let (name, rest) = inner.split_at(end);
        if !is_capitals(name) {
            continue;
        }
        if let Some(mut read) = env::read(name.to_owned(), value, None, false) {
            let default = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'));
            read.default = default.map(|text| cut(text, 120).to_owned());
            read.required = rest.starts_with(":?") || rest.starts_with('?');
            found.env.push(read);
        }
    }
}
