//! Dockerfiles.

use contracts::analysis::SymbolKind;

use super::text_of;
use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules};
use crate::text;
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "dockerfile",
    grammar: || tree_sitter_containerfile::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (
            Role::Definition,
            &[
                "from_instruction",
                "arg_pair",
                "env_pair",
                "label_pair",
                "expose_instruction",
                "cmd_instruction",
                "entrypoint_instruction",
                "user_instruction",
                "workdir_instruction",
                "healthcheck_instruction",
                "volume_instruction",
                "stopsignal_instruction",
                "param",
            ],
        ),
        (
            Role::Text,
            &[
                "path",
                "json_string",
                "double_quoted_string",
                "single_quoted_string",
                "unquoted_string",
                "shell_command",
            ],
        ),
    ],
    define,
    text: content,
    is_data: true,
    ..NOTHING
};

/// Names are no values.
fn content(node: Node<'_>) -> String {
    if matches!(node.field_name(), "name" | "key") { String::new() } else { text::content(node) }
}

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    match node.kind() {
        "from_instruction" => from(node, found),
        "param" => copied_from(node, found),
        "arg_pair" | "env_pair" | "label_pair" => {
            let name = node.child("name").or_else(|| node.child("key")).map_or("", Node::text);
            let instruction = node.parent().filter(|parent| parent.named().nth(1).is_none()).unwrap_or(node);
            found.define(Definition::new(SymbolKind::Constant, name.trim_matches('"'), instruction));
        }
        // The command of a health check is part of it.
        "cmd_instruction" if node.parent().is_some_and(|parent| parent.is("healthcheck_instruction")) => {}
        _ => {
            let keyword = node.children().next().map_or("", Node::text).to_ascii_uppercase();
            found.define(Definition::new(SymbolKind::Constant, keyword, node));
        }
    }
}

/// A stage; its image is an import unless it is a stage of this file.
fn from<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let Some(image) = node.first("image_spec") else { return };
    let alias = text_of(node, "as");
    if !found.assigned.contains(&image.text()) {
        found.import(image.text(), Vec::new(), node);
    }
    // Stage names are collected where other languages collect assigned variables.
    found.assigned.push(alias);
    let name = if alias.is_empty() { image.text() } else { alias };
    found.define(Definition::new(SymbolKind::Section, name, node));
}

/// `COPY --from=ghcr.io/a/b:1 …`; a stage's name has neither a slash nor a colon.
fn copied_from<'t>(node: Node<'t>, found: &mut Found<'t>) {
    if let Some(image) = node.text().strip_prefix("--from=").filter(|image| image.contains(['/', ':'])) {
        found.import(image, Vec::new(), node);
    }
}
