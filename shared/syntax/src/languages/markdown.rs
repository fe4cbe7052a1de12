//! Markdown: its sections.

use contracts::analysis::SymbolKind;

use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules};
use crate::text::folded;
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "markdown",
    grammar: || tree_sitter_md::LANGUAGE.into(),
    roles: &[(Role::Definition, &["section", "setext_heading"])],
    define,
    is_data: true,
    ..NOTHING
};

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let heading = if node.is("section") { node.first("atx_heading") } else { Some(node) };
    let Some(heading) = heading else { return };
    let title = heading.child("heading_content").map(|content| folded(content.text(), 200));
    let underline = heading.first_of(&["setext_h1_underline", "setext_h2_underline"]);
    let body = heading.next().filter(|_| node.is("section")).or(underline);
    found.define(Definition::new(SymbolKind::Section, title.unwrap_or_default(), node).body(body));
}
