//! HCL, as Terraform writes it.

use contracts::analysis::SymbolKind;

use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules};
use crate::site::string;
use crate::text;
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "hcl",
    grammar: || tree_sitter_hcl::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (Role::Definition, &["block", "attribute", "object_elem"]),
        (Role::Text, &["string_lit", "quoted_template"]),
    ],
    define,
    text: content,
    is_data: true,
    ..NOTHING
};

/// Labels of blocks are names and no values.
fn content(node: Node<'_>) -> String {
    if node.parent().is_some_and(|parent| parent.is("block")) { String::new() } else { text::content(node) }
}

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    if !node.is("block") {
        let key = node.child("key").or_else(|| node.first("identifier")).map_or("", Node::text);
        return found.define(Definition::new(SymbolKind::Constant, key.trim_matches('"'), node).nesting());
    }
    let kind = node.first("identifier").map_or("", Node::text);
    let labels: Vec<&str> =
        node.named().filter(|child| child.is("string_lit")).map(|label| label.text().trim_matches('"')).collect();
    if kind == "module" {
        found.imports.extend(source(node));
    }
    let body = node.first("block_start");
    let definition = if labels.is_empty() {
        Definition::new(SymbolKind::Section, kind, node)
    } else {
        Definition::new(SymbolKind::Section, labels.join("."), node).within(Some(kind.to_owned()))
    };
    found.define(definition.body(body));
}

/// What a module block is made from.
fn source(block: Node<'_>) -> Option<contracts::analysis::Import> {
    let body = block.first("body")?;
    let is_source = |attribute: &Node<'_>| attribute.first("identifier").is_some_and(|name| name.text() == "source");
    let attribute = body.named().filter(|child| child.is("attribute")).find(is_source)?;
    let module = attribute.first("expression").and_then(string)?;
    Some(contracts::analysis::Import { module, names: Vec::new(), line: attribute.line() })
}
