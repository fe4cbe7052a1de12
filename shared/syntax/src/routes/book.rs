//! Routes of one file as they are found, and the prefixes that mounts and groups put before them.

use std::collections::{HashMap, HashSet};

use contracts::analysis::Route;

use super::join;
use crate::text::cut;
use crate::tree::Node;

/// No file serves more.
const MAX_ROUTES: usize = 2_000;

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
        assert!(book.close()[0].path.ends_with("/a/x"));
    }
}
