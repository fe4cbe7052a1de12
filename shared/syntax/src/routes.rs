//! Served HTTP routes. A call or a decorator says one; what mounts it in the same file says its prefix.

use std::collections::{HashMap, HashSet};

use contracts::analysis::Route;

use crate::grammar::Role;
use crate::rules::Site;
use crate::text::cut;
use crate::tree::Node;

pub mod csharp;
pub mod go;
pub mod javascript;
pub mod jvm;
pub mod php;
pub mod python;
pub mod ruby;
pub mod rust;
pub mod swift;

/// No file serves more.
const MAX_ROUTES: usize = 2_000;

/// HTTP methods as frameworks name their functions.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "trace", "connect"];

/// `GET` for `get`, `Get`, `GET`; none for anything else but a method.
pub fn method(word: &str) -> Option<String> {
    METHODS.iter().any(|method| word.eq_ignore_ascii_case(method)).then(|| word.to_ascii_uppercase())
}

/// Routes of one file as they are found.
#[derive(Default)]
pub struct Book {
    drafts: Vec<Draft>,
    /// What a variable (a router, a blueprint, a group) puts before its routes.
    mounts: HashMap<String, Mount>,
    /// Variables that hold a router.
    routers: HashSet<String>,
    /// What the walk is inside of.
    groups: Vec<Group>,
}

struct Draft {
    owner: String,
    route: Route,
}

#[derive(Default)]
struct Mount {
    prefix: String,
    /// The variable that it hangs on itself.
    parent: Option<String>,
}

struct Group {
    end: u32,
    prefix: String,
    /// It stands in the place of the group around it.
    instead: bool,
    /// It declares what somebody else serves.
    is_client: bool,
}

/// What one declaration says about its routes.
pub struct Declared<'a> {
    /// The variable that the route is declared on.
    pub owner: &'a str,
    /// `GET`, …, or `ANY`.
    pub method: String,
    /// As written.
    pub path: String,
    /// Who serves it.
    pub handler: Option<String>,
    /// First and last line.
    pub lines: (u32, u32),
}

impl Book {
    /// Writes down a route under everything that the walk is inside of.
    pub fn declare(&mut self, mut declared: Declared<'_>) {
        let mut prefix = String::new();
        for (at, group) in self.groups.iter().enumerate() {
            let replaced = self.groups.get(at + 1).is_some_and(|next| next.instead);
            if !replaced {
                prefix = join(&prefix, &group.prefix);
            }
        }
        if !prefix.is_empty() {
            declared.path = join(&prefix, &declared.path);
        }
        self.declare_absolute(declared);
    }

    /// Writes down a route whose path is complete.
    pub fn declare_absolute(&mut self, declared: Declared<'_>) {
        if self.drafts.len() >= MAX_ROUTES || self.groups.iter().any(|group| group.is_client) {
            return;
        }
        let Declared { owner, method, path, handler, lines } = declared;
        let route = Route { method, path, handler, start: lines.0, end: lines.1 };
        self.drafts.push(Draft { owner: owner.to_owned(), route });
    }

    /// Routes of `variable` lie under `prefix`, and under whatever `parent` lies under.
    pub fn mount(&mut self, variable: &str, prefix: &str, parent: Option<&str>) {
        if variable.is_empty() || self.mounts.len() >= MAX_ROUTES {
            return;
        }
        let mount = self.mounts.entry(variable.to_owned()).or_default();
        mount.prefix = join(prefix, &mount.prefix);
        if parent.is_some_and(|parent| parent != variable) {
            mount.parent = parent.map(str::to_owned);
        }
    }

    /// The same, forgetting what `variable` was mounted at before.
    pub fn remount(&mut self, variable: &str, prefix: &str, parent: Option<&str>) {
        self.mounts.remove(variable);
        self.mount(variable, prefix, parent);
    }

    /// `variable` holds a router.
    pub fn router(&mut self, variable: &str) {
        if self.routers.len() < MAX_ROUTES {
            self.routers.insert(variable.to_owned());
        }
    }

    /// A router was put into `variable`, or a group of one.
    pub fn is_router(&self, variable: &str) -> bool {
        self.routers.contains(variable) || self.mounts.contains_key(variable)
    }

    /// Everything up to the end of `node` lies under `prefix`.
    pub fn group(&mut self, node: Node<'_>, prefix: &str) {
        self.groups.push(Group { end: node.after(), prefix: prefix.to_owned(), instead: false, is_client: false });
    }

    /// The same, in the place of the group around it.
    pub fn group_instead(&mut self, node: Node<'_>, prefix: &str) {
        let instead = !self.groups.is_empty();
        self.groups.push(Group { end: node.after(), prefix: prefix.to_owned(), instead, is_client: false });
    }

    /// Everything up to the end of `node` is what somebody else serves.
    pub fn client(&mut self, node: Node<'_>) {
        self.groups.push(Group { end: node.after(), prefix: String::new(), instead: false, is_client: true });
    }

    /// The walk is inside of a group.
    pub fn in_group(&self) -> bool {
        !self.groups.is_empty()
    }

    /// The walk has come to the node at `at`.
    pub fn reach(&mut self, at: u32) {
        while self.groups.last().is_some_and(|group| group.end <= at) {
            self.groups.pop();
        }
    }

    /// All routes with their prefixes, in file order.
    pub fn close(mut self) -> Vec<Route> {
        let drafts = std::mem::take(&mut self.drafts);
        let mut routes: Vec<Route> = drafts.into_iter().map(|draft| self.placed(draft)).collect();
        routes.sort_by_key(|route| route.start);
        routes
    }

    fn placed(&self, draft: Draft) -> Route {
        let Draft { owner, mut route } = draft;
        let mut next = Some(owner);
        // Mounts can form a ring; nobody nests routers deeper than this.
        for _ in 0..8 {
            let Some(mount) = next.as_ref().and_then(|owner| self.mounts.get(owner)) else { break };
            route.path = join(&mount.prefix, &route.path);
            next = mount.parent.clone();
        }
        route.path = cut(&route.path, 300).to_owned();
        if route.path.is_empty() {
            route.path.push('/');
        }
        route
    }
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
            "assignment" | "assignment_expression" | "variable_declarator" | "short_var_declaration" | "let_declaration"
            | "var_spec" | "property_declaration" | "assignment_statement" | "val_definition" => {
                let target = target.filter(|target| target.index() < node.index())?;
                return Some(target.text().trim_start_matches("mut ")).filter(|name| name.len() < 100);
            }
            // A chain is still this value.
            "expression_list" | "await_expression" | "await" | "call_expression" | "member_expression"
            | "field_expression" | "invocation_expression" | "member_access_expression" | "equals_value_clause" => {}
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
        || node.is_any(&["func_literal", "lambda", "lambda_expression", "lambda_literal", "closure_expression", "annotated_lambda", "anonymous_method_expression"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_join_with_one_slash() {
        let cases = [
            ("", "/a", "/a"), ("/a", "", "/a"), ("/a", "/b", "/a/b"), ("/a/", "/b", "/a/b"), ("/a", "b", "/a/b"),
            ("/", "/a", "/a"), ("/a", "/", "/a/"), ("", "", ""), ("a", "b", "a/b"),
        ];
        for (prefix, path, expected) in cases {
            assert_eq!(join(prefix, path), expected, "{prefix} + {path}");
        }
    }

    #[test]
    fn routers_that_mount_each_other_come_to_an_end() {
        let mut book = Book::default();
        book.mount("a", "/a", Some("b"));
        book.mount("b", "/b", Some("a"));
        let declared = Declared { owner: "a", method: "GET".into(), path: "/x".into(), handler: None, lines: (1, 1) };
        book.declare(declared);
        assert!(book.close()[0].path.ends_with("/a/x"));
    }
}
