//! Routes of one file as they are found, and the prefixes that mounts and groups put before them.

use std::collections::{HashMap, HashSet};

use contracts::analysis::{Mount as Elsewhere, Route};

use super::join;
use crate::text::cut;
use crate::tree::Node;

/// No file serves more.
const MAX_ROUTES: usize = 2_000;

/// Routes of one file as they are found.
#[derive(Default)]
pub struct Book {
    drafts: Vec<Draft<Route>>,
    /// What a variable (a router, a blueprint, a group) puts before its routes.
    mounts: HashMap<String, Mount>,
    /// Variables that hold a router.
    routers: HashSet<String>,
    /// What the walk is inside of.
    groups: Vec<Group>,
    /// Named functions that the walk is inside of, with their ends.
    functions: Vec<(String, u32)>,
    /// What is said about routes of other files.
    elsewhere: Vec<Draft<Elsewhere>>,
}

struct Draft<T> {
    owner: String,
    /// The function that it stands in.
    function: Option<String>,
    of: T,
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
        declared.path = self.grouped(declared.path);
        self.declare_absolute(declared);
    }

    /// A path under everything that the walk is inside of.
    fn grouped(&self, path: String) -> String {
        let mut prefix = String::new();
        for (at, group) in self.groups.iter().enumerate() {
            let replaced = self.groups.get(at + 1).is_some_and(|next| next.instead);
            if !replaced {
                prefix = join(&prefix, &group.prefix);
            }
        }
        if prefix.is_empty() { path } else { join(&prefix, &path) }
    }

    /// Writes down that `target`, which mostly stands in another file, lies under `prefix` on `owner`.
    pub fn hang(&mut self, target: &str, prefix: &str, owner: &str, line: u32) {
        let target = target.replace("::", ".");
        let is_name = |c: char| c.is_alphanumeric() || "_./@-$*~".contains(c);
        if self.elsewhere.len() >= MAX_ROUTES || target.is_empty() || target.len() > 200 || !target.chars().all(is_name)
        {
            return;
        }
        let of = Elsewhere { target, prefix: self.grouped(prefix.to_owned()), owner: None, line };
        self.elsewhere.push(Draft { owner: owner.to_owned(), function: self.inside(), of });
    }

    /// Everything up to the end of `node` is the body of a function.
    pub fn function(&mut self, name: &str, node: Node<'_>) {
        self.functions.push((name.to_owned(), node.after()));
    }

    fn inside(&self) -> Option<String> {
        self.functions.last().map(|(name, _)| name.clone())
    }

    /// Writes down a route whose path is complete.
    pub fn declare_absolute(&mut self, declared: Declared<'_>) {
        if self.drafts.len() >= MAX_ROUTES || self.groups.iter().any(|group| group.is_client) {
            return;
        }
        let Declared { owner, method, path, handler, lines } = declared;
        let of = Route { method, path, handler, owner: None, start: lines.0, end: lines.1 };
        self.drafts.push(Draft { owner: owner.to_owned(), function: self.inside(), of });
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
        while self.functions.last().is_some_and(|(_, end)| *end <= at) {
            self.functions.pop();
        }
    }

    /// All routes with their prefixes, and all prefixes of what other files serve, in file order.
    pub fn close(mut self) -> (Vec<Route>, Vec<Elsewhere>) {
        let drafts = std::mem::take(&mut self.drafts);
        let elsewhere = std::mem::take(&mut self.elsewhere);
        let own: HashSet<String> = drafts.iter().map(|draft| draft.owner.clone()).collect();
        // What this file declares itself has its prefix already.
        let elsewhere = elsewhere
            .into_iter()
            .filter(|draft| !(own.contains(&draft.of.target) && self.mounts.contains_key(&draft.of.target)));
        let elsewhere: Vec<Draft<Elsewhere>> = elsewhere.collect();
        let mut routes: Vec<Route> = drafts.into_iter().map(|draft| self.placed(draft)).collect();
        routes.sort_by_key(|route| route.start);
        let hung = |Draft { owner, function, of }: Draft<Elsewhere>| {
            let (prefix, top) = self.under(owner, of.prefix);
            Elsewhere { prefix, owner: function.or(top), ..of }
        };
        (routes, elsewhere.into_iter().map(hung).collect())
    }

    fn placed(&self, draft: Draft<Route>) -> Route {
        let Draft { owner, function, of: mut route } = draft;
        let (path, top) = self.under(owner, route.path);
        (route.path, route.owner) = (path, function.or(top));
        if route.path.is_empty() {
            route.path.push('/');
        }
        route
    }

    /// A path under all that this file puts before it, and the variable that everything hangs on at last.
    fn under(&self, owner: String, mut path: String) -> (String, Option<String>) {
        let mut top = owner;
        // Mounts can form a ring; nobody nests routers deeper than this.
        for _ in 0..8 {
            let Some(mount) = self.mounts.get(&top) else { break };
            path = join(&mount.prefix, &path);
            let Some(parent) = &mount.parent else { break };
            top.clone_from(parent);
        }
        (cut(&path, 300).to_owned(), Some(top).filter(|top| !top.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routers_that_mount_each_other_come_to_an_end() {
        let mut book = Book::default();
        book.mount("a", "/a", Some("b"));
        book.mount("b", "/b", Some("a"));
        let declared = Declared { owner: "a", method: "GET".into(), path: "/x".into(), handler: None, lines: (1, 1) };
        book.declare(declared);
        assert!(book.close().0[0].path.ends_with("/a/x"));
    }
}
