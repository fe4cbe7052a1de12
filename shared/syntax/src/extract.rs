//! The walk: one pass over a file's nodes, each handled by its role. Never recurses, never climbs far.

use std::collections::HashSet;

use contracts::analysis::{Call, FileAnalysis, Literal, ParseStatus, Symbol, SymbolKind};

use crate::digest::digest;
use crate::env;
use crate::grammar::Role;
use crate::routes::Book;
use crate::rules::{Definition, Found, Rules, Visible};
use crate::text::{cut, folded, points_outside, signature, value_points_outside};
use crate::tree::{Node, Tree};

const MAX_SYMBOLS: usize = 5_000;
const MAX_KEYS: usize = 2_000;
/// Keys nest deeper only in data that nobody reads by key.
const MAX_KEY_DEPTH: usize = 8;
const MAX_CALLS: usize = 20_000;
const MAX_IMPORTS: usize = 2_000;
const MAX_LITERALS: usize = 5_000;
const MAX_ENV: usize = 1_000;
const MAX_DECORATORS: usize = 30;
const MAX_NAMES: usize = 500;

/// Everything that the tree says.
pub fn extract(tree: &Tree<'_>) -> FileAnalysis {
    let mut walk = Walk::new(tree);
    let mut at = 0;
    while let Some(node) = tree.node(at) {
        at = walk.visit(node);
    }
    walk.finish()
}

struct Walk<'t> {
    rules: &'static Rules,
    analysis: FileAnalysis,
    found: Found<'t>,
    book: Book,
    /// What the walk is inside of, innermost last.
    scopes: Vec<Scope>,
    /// Calls that the walk is inside of: where each starts and ends, and its place in the analysis.
    calls: Vec<(u32, u32, usize)>,
}

struct Scope {
    end: u32,
    /// The dotted name of what it and everything around it is; none for a function.
    path: String,
    is_function: bool,
    is_type: bool,
    exported: bool,
}

impl<'t> Walk<'t> {
    fn new(tree: &'t Tree<'t>) -> Self {
        let status = if tree.errors == 0 { ParseStatus::Parsed } else { ParseStatus::SyntaxErrors(tree.errors) };
        let rules = tree.grammar.rules;
        let analysis = FileAnalysis {
            language: rules.id.into(),
            lines: tree.lines(),
            status,
            code_hash: digest(tree),
            ..FileAnalysis::default()
        };
        let found = Found::default();
        Self { rules, analysis, found, book: Book::default(), scopes: Vec::new(), calls: Vec::new() }
    }

    /// Handles one node; says where to go on.
    fn visit(&mut self, node: Node<'t>) -> u32 {
        let at = node.index();
        match node.role() {
            Role::None => return at + 1,
            Role::Comment => return node.after(),
            _ => self.leave(at),
        }
        match node.role() {
            Role::Import => {
                (self.rules.import)(node, &mut self.found);
                // A statement that only imports holds nothing else.
                if !self.found.imports.is_empty() && !node.kind().contains("call") {
                    self.keep();
                    return node.after();
                }
            }
            Role::Definition => (self.rules.define)(node, &mut self.found),
            Role::Reference => (self.rules.reference)(node, &mut self.found),
            Role::Call => self.call(node),
            Role::Text => self.literal(node),
            Role::None | Role::Comment => {}
        }
        self.keep();
        at + 1
    }

    /// Closes what ends before `at`.
    fn leave(&mut self, at: u32) {
        while self.scopes.last().is_some_and(|scope| scope.end <= at) {
            self.scopes.pop();
        }
        while self.calls.last().is_some_and(|(_, end, _)| *end <= at) {
            self.calls.pop();
        }
        self.book.reach(at);
    }

    /// Writes down what a rule has found.
    fn keep(&mut self) {
        if self.found.is_empty() {
            return;
        }
        let imports = &mut self.analysis.imports;
        for mut import in self.found.imports.drain(..) {
            if imports.len() < MAX_IMPORTS && !import.module.is_empty() {
                import.module = folded(&import.module, 300);
                import.names.truncate(MAX_NAMES);
                imports.push(import);
            }
        }
        let room = MAX_ENV.saturating_sub(self.analysis.env.len());
        self.analysis.env.extend(self.found.env.drain(..).take(room));
        let definitions = std::mem::take(&mut self.found.definitions);
        for definition in &definitions {
            self.define(definition);
        }
        self.found.definitions = definitions;
        self.found.definitions.clear();
    }

    fn define(&mut self, definition: &Definition<'t>) {
        let Definition { kind, name, node, .. } = definition;
        let around = self.scopes.iter().rev().find(|scope| scope.is_type || !definition.member);
        let in_function = around.is_some_and(|scope| scope.is_function);
        let too_deep = self.rules.is_data && self.scopes.len() > MAX_KEY_DEPTH;
        if too_deep || in_function && *kind == SymbolKind::Constant {
            return;
        }
        let is_member = around.is_some_and(|scope| scope.is_type) || definition.container.is_some();
        let kind = if *kind == SymbolKind::Function && is_member { SymbolKind::Method } else { *kind };
        let outer = around.filter(|scope| !scope.path.is_empty()).map(|scope| scope.path.as_str());
        let container = match (&definition.container, outer) {
            (Some(own), Some(outer)) => Some(format!("{outer}.{own}")),
            (own, outer) => own.clone().or(outer.map(str::to_owned)),
        };
        let outer_exported = around.is_none_or(|scope| scope.exported);
        let exported = !in_function
            && match definition.visible {
                Visible::Yes => outer_exported || !around.is_some_and(|scope| scope.is_type),
                Visible::No => false,
                Visible::AsContainer => outer_exported,
            };
        let name = cut(name, 200).to_owned();
        self.open(definition, kind, &name, container.as_deref(), exported);
        (self.rules.routes_of_definition)(definition, &mut self.book);
        if matches!(kind, SymbolKind::Function | SymbolKind::Method) {
            self.book.function(&name, definition.node);
        }
        let limit = if self.rules.is_data { MAX_KEYS } else { MAX_SYMBOLS };
        if self.analysis.symbols.len() < limit && !definition.silent {
            let start = definition.decorators.iter().map(|node| node.line()).fold(node.line(), u32::min);
            let decorators = definition.decorators.iter().take(MAX_DECORATORS);
            self.analysis.symbols.push(Symbol {
                kind,
                name,
                container: container.map(|path| cut(&path, 300).to_owned()),
                exported,
                signature: signature(*node, definition.body, &definition.decorators),
                decorators: decorators.map(|node| folded(node.text(), 300)).collect(),
                start,
                end: node.end_line(),
            });
        }
    }

    /// What follows up to the definition's end is inside of it.
    fn open(&mut self, definition: &Definition<'t>, kind: SymbolKind, name: &str, outer: Option<&str>, exported: bool) {
        let is_function = matches!(kind, SymbolKind::Function | SymbolKind::Method);
        let is_type = matches!(kind, SymbolKind::Class | SymbolKind::Type);
        let opens_data = definition.nests;
        if definition.node.is_leaf() || !(is_function || is_type || kind == SymbolKind::Section || opens_data) {
            return;
        }
        let path = outer.map_or_else(|| name.to_owned(), |outer| format!("{outer}.{name}"));
        let path = cut(&path, 300).to_owned();
        let exported = exported || kind == SymbolKind::Section;
        self.scopes.push(Scope { end: definition.node.after(), path, is_function, is_type, exported });
    }

    fn call(&mut self, node: Node<'t>) {
        // Some languages import, mount and define by calls.
        (self.rules.import_of_call)(node, &mut self.found);
        let Some(site) = (self.rules.call)(node) else { return };
        if let Some(read) = env::read_by_call(&site, self.rules.readers) {
            self.found.env.push(read);
        }
        (self.rules.routes_of_call)(&site, &mut self.book);
        if self.analysis.calls.len() >= MAX_CALLS {
            return;
        }
        self.calls.push((node.index(), node.after(), self.analysis.calls.len()));
        let named: Vec<String> =
            site.args.iter().filter_map(|arg| arg.name).map(|name| cut(name, 100).to_owned()).collect();
        let arity = u8::try_from(site.args.len() - named.len()).unwrap_or(u8::MAX);
        self.analysis.calls.push(Call { callee: site.callee, arity, named, line: node.line() });
    }

    fn literal(&mut self, node: Node<'t>) {
        if self.analysis.literals.len() >= MAX_LITERALS {
            return;
        }
        let (start, stop) = node.span();
        // Long texts are prose or data; where a thing is imported from is said by the import.
        if stop - start > 2_000 || node.field_name() == "source" {
            return;
        }
        let text = (self.rules.text)(node);
        let kept = if self.rules.is_data { value_points_outside(&text) } else { points_outside(&text) };
        if kept {
            let call =
                self.call_around(node).and_then(|at| self.analysis.calls.get(at)).map(|call| call.callee.clone());
            let text = cut(&text, 300).to_owned();
            self.analysis.literals.push(Literal { text, call, line: node.line() });
        }
    }

    /// The call that a string is an argument of, also inside of a list or a map.
    fn call_around(&self, node: Node<'t>) -> Option<usize> {
        let mut child = node;
        for _ in 0..8 {
            let parent = child.parent()?;
            if parent.role() == Role::Call {
                let is_callee =
                    matches!(child.field_name(), "function" | "object" | "receiver" | "scope" | "expression");
                let open = self.calls.iter().rev().find(|(start, _, _)| *start == parent.index())?;
                return (!is_callee).then_some(open.2);
            }
            if parent.tree().grammar.is_body(parent.kind_id()) {
                return None;
            }
            child = parent;
        }
        None
    }

    fn finish(mut self) -> FileAnalysis {
        (self.analysis.routes, self.analysis.mounts) = self.book.close();
        let exports: HashSet<&str> = self.found.exports.iter().map(String::as_str).collect();
        for symbol in self.analysis.symbols.iter_mut().filter(|symbol| symbol.container.is_none()) {
            if self.rules.exports_are_final && !exports.is_empty() {
                symbol.exported = false;
            }
            symbol.exported |= exports.contains(symbol.name.as_str());
        }
        let assigned: HashSet<&str> = self.found.assigned.iter().copied().collect();
        self.analysis.env.retain(|read| !assigned.contains(read.name.as_str()));
        self.analysis
    }
}
