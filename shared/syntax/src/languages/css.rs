//! CSS.

use contracts::analysis::SymbolKind;

use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules};
use crate::site::string;
use crate::text::folded;
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "css",
    grammar: || tree_sitter_css::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment", "js_comment"]),
        (Role::Definition, &["rule_set", "keyframes_statement", "media_statement", "declaration"]),
        (Role::Import, &["import_statement"]),
        (Role::Text, &["string_value"]),
    ],
    define,
    import,
    is_data: true,
    ..NOTHING
};

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let body = node.first_of(&["block", "keyframe_block_list"]);
    let name = match node.kind() {
        "declaration" => return variable(node, found),
        "rule_set" => node.first("selectors").map(|selectors| folded(selectors.text(), 200)),
        "keyframes_statement" => node.first("keyframes_name").map(|name| name.text().to_owned()),
        _ => node.named().next().map(|query| folded(query.text(), 200)),
    };
    found.define(Definition::new(SymbolKind::Section, name.unwrap_or_default(), node).body(body));
}

/// A custom property is what other sheets use.
fn variable<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let name = node.first("property_name").map_or("", Node::text);
    if name.starts_with("--") {
        found.define(Definition::new(SymbolKind::Constant, name, node));
    }
}

fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let path = node.descendants().take(20).find_map(|inner| inner.is("string_value").then(|| string(inner)).flatten());
    let bare =
        || node.descendants().take(20).find(|inner| inner.is("plain_value")).map(|value| value.text().to_owned());
    found.import(path.or_else(bare).unwrap_or_default(), Vec::new(), node);
}
