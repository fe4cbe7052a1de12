//! A call and its arguments, as the rules for routes and for the environment see it.

use crate::grammar::Role;
use crate::tree::Node;

/// A call before it is written down.
pub struct Site<'t> {
    /// The whole call.
    pub node: Node<'t>,
    /// What is called, dotted.
    pub callee: String,
    /// Its arguments in order.
    pub args: Vec<Arg<'t>>,
}

/// An argument.
#[derive(Clone, Copy)]
pub struct Arg<'t> {
    /// Its name, where it is given by name.
    pub name: Option<&'t str>,
    /// What is given.
    pub value: Node<'t>,
}

impl<'t> Site<'t> {
    /// The last part of the callee.
    pub fn method(&self) -> &str {
        self.callee.rsplit('.').next().unwrap_or_default()
    }

    /// Everything before the last part.
    pub fn receiver(&self) -> &str {
        self.callee.rsplit_once('.').map_or("", |(receiver, _)| receiver)
    }

    /// The positional argument at `at`.
    pub fn positional(&self, at: usize) -> Option<Node<'t>> {
        self.args.iter().filter(|arg| arg.name.is_none()).nth(at).map(|arg| arg.value)
    }

    /// The argument of this name.
    pub fn named(&self, name: &str) -> Option<Node<'t>> {
        self.args.iter().find(|arg| arg.name == Some(name)).map(|arg| arg.value)
    }

    /// The string that stands at this position.
    pub fn text(&self, at: usize) -> Option<String> {
        self.positional(at).and_then(string)
    }
}

/// The content of a node that is a string, or that only wraps one.
pub fn string(node: Node<'_>) -> Option<String> {
    let mut node = node;
    for _ in 0..4 {
        if node.role() == Role::Text {
            return Some((node.tree().grammar.rules.text)(node));
        }
        let mut children = node.named();
        node = children.next()?;
        if children.next().is_some() {
            return None;
        }
    }
    None
}

/// Every string in a list, a tuple, a set, or the string itself.
pub fn strings(node: Node<'_>) -> Vec<String> {
    match string(node) {
        Some(text) => vec![text],
        None => node.named().filter_map(string).take(20).collect(),
    }
}
