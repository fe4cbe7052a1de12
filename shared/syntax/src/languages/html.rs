//! HTML: what it loads and where it points.

use crate::grammar::Role;
use crate::rules::{Found, NOTHING, Rules};
use crate::text;
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "html",
    grammar: || tree_sitter_html::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (Role::Definition, &["attribute"]),
        (Role::Text, &["quoted_attribute_value"]),
    ],
    define: loads,
    text: content,
    ..NOTHING
};

/// Attributes whose value names something elsewhere: an address, a field that is sent.
const POINTERS: &[&str] =
    &["href", "src", "action", "name", "data-url", "formaction", "hx-get", "hx-post", "hx-put", "hx-delete"];

fn content(node: Node<'_>) -> String {
    let name = node.parent().and_then(|attribute| attribute.first("attribute_name"));
    let points = name.is_some_and(|name| POINTERS.iter().any(|pointer| name.text().eq_ignore_ascii_case(pointer)));
    if points { text::content(node) } else { String::new() }
}

/// Scripts and style sheets.
fn loads<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let tag = node.parent().and_then(|tag| tag.first("tag_name")).map_or("", Node::text);
    let name = node.first("attribute_name").map_or("", Node::text);
    let loads = matches!((tag, name), ("script", "src") | ("link", "href") | ("iframe", "src"));
    if let Some(value) = node.first("quoted_attribute_value").filter(|_| loads) {
        found.import(text::content(value), Vec::new(), node);
    }
}
