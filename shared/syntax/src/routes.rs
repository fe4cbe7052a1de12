//! Served HTTP routes. A call or a decorator says one; what mounts it in the same file says its prefix.

use crate::grammar::Role;
use crate::site::{Site, string};
use crate::text::cut;
use crate::tree::Node;

pub use book::{Book, Declared};

mod book;
pub mod csharp;
pub mod go;
pub mod javascript;
pub mod jvm;
pub mod php;
pub mod python;
pub mod ruby;
pub mod rust;
pub mod swift;

/// HTTP methods as frameworks name their functions.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "trace", "connect"];

/// `GET` for `get`, `Get`, `GET`; none for anything else but a method.
pub fn method(word: &str) -> Option<String> {
    METHODS.iter().any(|method| word.eq_ignore_ascii_case(method)).then(|| word.to_ascii_uppercase())
}

/// A path under a prefix, with one slash between them.
pub fn join(prefix: &str, path: &str) -> String {
    if prefix.is_empty() || prefix == "/" && path.starts_with('/') {
        return path.to_owned();
    }
    if path.is_empty() || path == "/" && prefix.ends_with('/') {
        return prefix.to_owned();
    }
    let (prefix, path) = (prefix.trim_end_matches('/'), path.strip_prefix('/').unwrap_or(path));
    format!("{prefix}/{path}")
}

/// A prefix or path that the framework reads from the root, whether its slash is written or not.
pub fn rooted(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// A prefix as it is given: a string, or the name of one in braces; nothing where none is given.
pub fn written(prefix: Option<Node<'_>>) -> String {
    let Some(node) = prefix else { return String::new() };
    string(node).unwrap_or_else(|| format!("{{{}}}", cut(node.text(), 100).trim_matches(['{', '}'])))
}

/// It looks like a path of a route and not like any other string.
pub fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && !text.contains(|c: char| c.is_whitespace())
}

/// First line of the node, last line of what belongs to the declaration without the handler's body.
pub fn lines(node: Node<'_>, last: Option<Node<'_>>) -> (u32, u32) {
    let start = node.line();
    (start, last.map_or(start, Node::end_line).max(start))
}

/// The variable that a call's value goes to: `x = call(…)`, `const x = call(…)`, `x := call(…)`, `let x = call(…)`.
pub fn assigned_to<'t>(call: Node<'t>) -> Option<&'t str> {
    let mut node = call;
    for _ in 0..60 {
        let parent = node.parent()?;
        let target = ["left", "name", "pattern"].iter().find_map(|field| parent.child(field));
        match parent.kind() {
            "assignment"
            | "assignment_expression"
            | "variable_declarator"
            | "short_var_declaration"
            | "let_declaration"
            | "var_spec"
            | "property_declaration"
            | "assignment_statement"
            | "val_definition" => {
                let target = target.filter(|target| target.index() < node.index())?;
                return Some(target.text().trim_start_matches("mut ")).filter(|name| name.len() < 100);
            }
            // A chain is still this value.
            "expression_list"
            | "await_expression"
            | "await"
            | "call_expression"
            | "member_expression"
            | "field_expression"
            | "invocation_expression"
            | "member_access_expression"
            | "equals_value_clause" => {}
            _ => return None,
        }
        node = parent;
    }
    None
}

/// The call of `method` that a chain of calls hangs on: `route("/x")` in `router.route("/x").get(h).post(i)`.
pub fn chained<'t>(node: Node<'t>, method: &str) -> Option<Site<'t>> {
    const LEFT: &[&str] = &["function", "object", "receiver", "value", "operand", "expression", "scope"];
    let mut at = node;
    for _ in 0..80 {
        at = LEFT.iter().find_map(|field| at.child(field))?;
        if at.role() == Role::Call
            && let Some(site) = (at.tree().grammar.rules.call)(at)
            && site.method() == method
        {
            return Some(site);
        }
    }
    None
}

/// Who serves a route: a name, or nothing for a function written in place.
pub fn handler(node: Option<Node<'_>>) -> Option<String> {
    let node = node?;
    let text = node.text();
    let is_name = text.len() <= 120 && text.chars().all(|c| c.is_alphanumeric() || "_.$:@#\\".contains(c));
    if is_name {
        return Some(text.trim_start_matches(':').replace("::", "."));
    }
    node.child("name").filter(|_| node.kind().contains("function")).map(|name| name.text().to_owned())
}

/// A function written in place, by any grammar's name for it.
pub fn is_function(node: Node<'_>) -> bool {
    node.kind().contains("function")
        || node.is_any(&[
            "func_literal",
            "lambda",
            "lambda_expression",
            "lambda_literal",
            "closure_expression",
            "annotated_lambda",
            "anonymous_method_expression",
        ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_join_with_one_slash() {
        let cases = [
            ("", "/a", "/a"),
            ("/a", "", "/a"),
            ("/a", "/b", "/a/b"),
            ("/a/", "/b", "/a/b"),
            ("/a", "b", "/a/b"),
            ("/", "/a", "/a"),
            ("/a", "/", "/a/"),
            ("", "", ""),
            ("a", "b", "a/b"),
        ];
        for (prefix, path, expected) in cases {
            assert_eq!(join(prefix, path), expected, "{prefix} + {path}");
        }
    }
}
