//! A flat copy of a syntax tree: nodes in file order in one array, made by one walk of a cursor.
//!
//! Rules ask for parents, fields and siblings all the time. The grammar's own nodes answer by searching from the root
//! and by calls into C; here each answer is an array access, and nothing recurses however deep the tree is.

use crate::grammar::Grammar;

pub use node::Node;

mod node;

/// No node.
const NONE: u32 = u32::MAX;

/// What is kept of a node.
struct Flat {
    kind: u16,
    field: u16,
    parent: u32,
    previous: u32,
    /// One past its last descendant.
    after: u32,
    start: u32,
    stop: u32,
    depth: u32,
}

/// A file's tree.
pub struct Tree<'t> {
    pub grammar: &'t Grammar,
    pub text: &'t str,
    nodes: Vec<Flat>,
    line_starts: Vec<u32>,
    /// Places that the grammar did not understand.
    pub errors: u32,
}

impl<'t> Tree<'t> {
    /// Copies `parsed`, the tree of `text`.
    pub fn flatten(parsed: &tree_sitter::Tree, grammar: &'t Grammar, text: &'t str) -> Self {
        let root = parsed.root_node();
        let faulty = root.has_error();
        let mut nodes: Vec<Flat> = Vec::with_capacity(root.descendant_count());
        let mut errors = 0;
        let mut cursor = parsed.walk();
        // The innermost open node and, for each open node, its latest child.
        let mut parent = NONE;
        let mut previous = NONE;
        let mut depth = 0;
        loop {
            let node = cursor.node();
            let at = nodes.len() as u32;
            errors += u32::from(faulty && (node.is_error() || node.is_missing()));
            nodes.push(Flat {
                kind: node.kind_id(),
                field: cursor.field_id().map_or(0, |id| id.get()),
                parent,
                previous,
                after: at + 1,
                start: node.start_byte() as u32,
                stop: node.end_byte() as u32,
                depth,
            });
            if node.child_count() > 0 && cursor.goto_first_child() {
                (parent, previous, depth) = (at, NONE, depth + 1);
                continue;
            }
            previous = at;
            while !cursor.goto_next_sibling() {
                let count = nodes.len() as u32;
                let Some(closed) = nodes.get_mut(parent as usize) else {
                    return Self { grammar, text, nodes, line_starts: line_starts(text), errors };
                };
                closed.after = count;
                previous = parent;
                parent = closed.parent;
                depth -= 1;
                cursor.goto_parent();
            }
        }
    }

    /// The node at a place in file order, the root being at 0.
    pub fn node(&'t self, at: u32) -> Option<Node<'t>> {
        ((at as usize) < self.nodes.len()).then_some(Node { tree: self, at })
    }

    /// Every node in file order.
    pub fn all(&'t self) -> impl Iterator<Item = Node<'t>> {
        (0..self.nodes.len() as u32).map(|at| Node { tree: self, at })
    }

    /// Number of lines.
    pub fn lines(&self) -> u32 {
        let empty_end = self.text.is_empty() || self.text.ends_with('\n');
        self.line_starts.len() as u32 - u32::from(empty_end)
    }

    /// The line, from 1, of a byte.
    pub fn line_of(&self, byte: usize) -> u32 {
        self.line_starts.partition_point(|&start| start as usize <= byte) as u32
    }
}

fn line_starts(text: &str) -> Vec<u32> {
    let mut starts = Vec::with_capacity(text.len() / 24 + 2);
    starts.push(0);
    starts.extend(text.match_indices('\n').map(|(at, _)| at as u32 + 1));
    starts
}
