//! Dotted names of what is called: `self.http.post`, `router.route().get`, `std.env.var`.

use crate::grammar::Role;
use crate::site::{Arg, Site};
use crate::tree::Node;

/// No callee is longer, in characters.
const MAX_CALLEE: usize = 120;

/// How one kind of node continues to the left.
#[derive(Debug, Clone, Copy)]
pub enum Link {
    /// Object and member, in these fields. A field written `#n` is the named child at n.
    Member(&'static str, &'static str),
    /// A call of what stands in this field.
    Call(&'static str),
    /// A call that holds object and name itself.
    Method(&'static str, &'static str),
    /// An element of what stands in this field.
    Index(&'static str),
    /// Only wraps what stands in this field.
    Through(&'static str),
}

/// The field of a node, or its named child by position.
pub fn part<'t>(node: Node<'t>, field: &str) -> Option<Node<'t>> {
    match field.strip_prefix('#').and_then(|at| at.parse().ok()) {
        Some(at) => node.named().nth(at),
        None => node.child(field),
    }
}

/// The dotted name of an expression; parts that have no name (literals, operators) are left out.
pub fn dotted(node: Node<'_>) -> String {
    let links = node.tree().grammar.rules.links;
    let mut parts: Vec<String> = Vec::new();
    let mut suffix = String::new();
    let mut length = 0;
    let mut at = Some(node);
    while let Some(node) = at {
        let link = links.iter().find(|(kind, _)| node.is(kind)).map(|(_, link)| *link);
        let (next, name) = match link {
            Some(Link::Member(object, member)) => (part(node, object), part(node, member)),
            Some(Link::Method(object, name)) => {
                // The called name of the outermost node is the name itself; further left its parentheses show.
                if !parts.is_empty() && node.child("arguments").is_some() {
                    suffix.insert_str(0, "()");
                }
                (part(node, object), part(node, name))
            }
            Some(Link::Call(function)) => {
                // A call of a call shows once: Kotlin writes a trailing block that way.
                if !suffix.starts_with("()") {
                    suffix.insert_str(0, "()");
                }
                at = part(node, function);
                continue;
            }
            Some(Link::Index(object)) => {
                suffix.insert_str(0, "[]");
                at = part(node, object);
                continue;
            }
            Some(Link::Through(inner)) => {
                at = part(node, inner);
                continue;
            }
            None => (None, Some(node)),
        };
        if let Some(name) = name.map(bare).and_then(plain) {
            let part = name + &std::mem::take(&mut suffix);
            length += part.chars().count() + 1;
            if length > MAX_CALLEE + 1 {
                break;
            }
            parts.push(part);
        } else {
            suffix.clear();
        }
        at = next;
    }
    parts.reverse();
    parts.join(".")
}

/// A name without what wraps it: type arguments, a suffix.
fn bare(name: Node<'_>) -> Node<'_> {
    let links = name.tree().grammar.rules.links;
    match links.iter().find(|(kind, _)| name.is(kind)) {
        Some((_, Link::Through(inner))) => part(name, inner).unwrap_or(name),
        _ => name,
    }
}

/// A name as text: one word, whatever joins its parts written as a dot.
fn plain(node: Node<'_>) -> Option<String> {
    let text = node.text();
    if text.is_empty() || text.len() > MAX_CALLEE || node.role() == Role::Text {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
        return Some(text.to_owned());
    }
    let text = text.replace("::", ".").replace("->", ".").replace('\\', ".");
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | '#' | '.' | '!' | '?' | '-' | '&' | ':');
    let bare = text.trim_matches(|c| matches!(c, '.' | '&' | ':'));
    let named = bare.chars().any(|c| c.is_alphabetic() || c == '_' || c == '$');
    (named && !bare.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(word)).then(|| bare.to_owned())
}

/// A call of `function` with what is in `arguments`.
pub fn site<'t>(node: Node<'t>, function: Node<'t>, arguments: Option<Node<'t>>) -> Option<Site<'t>> {
    let callee = dotted(function);
    let args = arguments.into_iter().flat_map(Node::named).filter_map(argument).collect();
    (!callee.is_empty()).then_some(Site { node, callee, args })
}

/// One argument; comments are none.
fn argument(node: Node<'_>) -> Option<Arg<'_>> {
    if node.role() == Role::Comment {
        return None;
    }
    let unnamed = Arg { name: None, value: node };
    Some(match node.kind() {
        "keyword_argument" | "pair" if node.child("name").or_else(|| node.child("key")).is_some() => {
            let name = node.child("name").or_else(|| node.child("key"));
            Arg { name: name.map(Node::text), value: node.child("value").unwrap_or(node) }
        }
        // Scala.
        "assignment_expression" if node.tree().grammar.rules.id == "scala" => {
            Arg { name: node.child("left").map(Node::text), value: node.child("right").unwrap_or(node) }
        }
        // C#, PHP, Swift, Kotlin.
        "argument" | "value_argument" => {
            let last = node.named().last();
            let name = node.child("name").or_else(|| node.has("=").then(|| node.named().next()).flatten());
            let name = name.filter(|name| Some(name.index()) != last.map(Node::index));
            Arg { name: name.map(|name| name.text().trim_end_matches(':')), value: last.unwrap_or(node) }
        }
        _ => unnamed,
    })
}
