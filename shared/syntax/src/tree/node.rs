//! A node, and the questions that rules ask of it.

use std::fmt;

use super::{Flat, NONE, Tree};
use crate::grammar::Role;

/// A node of it; as cheap to copy as a reference.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    pub(super) tree: &'t Tree<'t>,
    pub(super) at: u32,
}

impl<'t> Node<'t> {
    fn flat(self) -> &'t Flat {
        &self.tree.nodes[self.at as usize]
    }

    /// The file it is in.
    pub fn tree(self) -> &'t Tree<'t> {
        self.tree
    }

    /// Its place in file order.
    pub fn index(self) -> u32 {
        self.at
    }

    /// One past the place of its last descendant.
    pub fn after(self) -> u32 {
        self.flat().after
    }

    /// Its kind's number.
    pub fn kind_id(self) -> u16 {
        self.flat().kind
    }

    /// Its kind's name.
    pub fn kind(self) -> &'t str {
        self.tree.grammar.kind(self.flat().kind)
    }

    /// It is of this kind.
    pub fn is(self, kind: &str) -> bool {
        self.kind() == kind
    }

    /// It is of one of these kinds.
    pub fn is_any(self, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind())
    }

    /// Named by a rule of the grammar, not a bare token.
    pub fn is_named(self) -> bool {
        self.tree.grammar.is_named(self.flat().kind)
    }

    /// What it is to us.
    pub fn role(self) -> Role {
        self.tree.grammar.role(self.flat().kind)
    }

    /// The name of the field it fills in its parent, or nothing.
    pub fn field_name(self) -> &'t str {
        self.tree.grammar.field(self.flat().field)
    }

    /// Its first and one past its last byte.
    pub fn span(self) -> (usize, usize) {
        (self.flat().start as usize, self.flat().stop as usize)
    }

    /// Its text as written.
    pub fn text(self) -> &'t str {
        let (start, stop) = self.span();
        self.tree.text.get(start..stop).unwrap_or_default()
    }

    /// How many nodes are around it.
    pub fn depth(self) -> u32 {
        self.flat().depth
    }

    /// Nothing is in it.
    pub fn is_leaf(self) -> bool {
        self.flat().after == self.at + 1
    }

    /// Its first line.
    pub fn line(self) -> u32 {
        self.tree.line_of(self.flat().start as usize)
    }

    /// Its last line; a line break at its very end does not count.
    pub fn end_line(self) -> u32 {
        let (start, stop) = self.span();
        let length = self.text().trim_end().len();
        let last = if length == 0 { stop.max(start + 1) - 1 } else { start + length - 1 };
        self.tree.line_of(last.max(start))
    }

    /// The node around it.
    pub fn parent(self) -> Option<Node<'t>> {
        self.other(self.flat().parent)
    }

    /// The node before it under the same parent.
    pub fn previous(self) -> Option<Node<'t>> {
        self.other(self.flat().previous)
    }

    /// The node behind it under the same parent.
    pub fn next(self) -> Option<Node<'t>> {
        let next = self.flat().after;
        (next < self.parent()?.after()).then_some(Node { tree: self.tree, at: next })
    }

    /// The nearest node around it of this kind, looking at most `steps` up.
    pub fn ancestor(self, kind: &str, steps: usize) -> Option<Node<'t>> {
        self.ancestors().take(steps).find(|node| node.is(kind))
    }

    /// From its parent up to the root.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'t>> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// Its children, bare tokens included.
    pub fn children(self) -> impl Iterator<Item = Node<'t>> + Clone {
        let stop = self.after();
        let mut at = self.at + 1;
        let tree = self.tree;
        std::iter::from_fn(move || {
            let child = (at < stop).then_some(Node { tree, at })?;
            at = child.after();
            Some(child)
        })
    }

    /// Its named children.
    pub fn named(self) -> impl Iterator<Item = Node<'t>> + Clone {
        self.children().filter(|child| child.is_named())
    }

    /// Everything under it in file order.
    pub fn descendants(self) -> impl Iterator<Item = Node<'t>> + Clone {
        let tree = self.tree;
        (self.at + 1..self.after()).map(move |at| Node { tree, at })
    }

    /// The first child in this field.
    pub fn child(self, field: &str) -> Option<Node<'t>> {
        self.children().find(|child| child.field_name() == field)
    }

    /// The first child of this kind.
    pub fn first(self, kind: &str) -> Option<Node<'t>> {
        self.children().find(|child| child.is(kind))
    }

    /// The first child of one of these kinds.
    pub fn first_of(self, kinds: &[&str]) -> Option<Node<'t>> {
        self.children().find(|child| child.is_any(kinds))
    }

    /// It has a child (also a bare token) of this kind.
    pub fn has(self, kind: &str) -> bool {
        self.first(kind).is_some()
    }

    fn other(self, at: u32) -> Option<Node<'t>> {
        (at != NONE).then_some(Node { tree: self.tree, at })
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {:?}", self.kind(), self.line(), self.text().chars().take(40).collect::<String>())
    }
}
