//! Paths of routes with the prefixes that other files put before them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use contracts::analysis::{Mount, Route};

use super::binding::{Bound, bindings};
use super::constant;
use super::place::Places;
use crate::comparison::Side;

/// Files between a route and the root of its program.
const DEPTH: usize = 8;

/// Prefixes of one router; more is a program that makes them.
const MAX_PREFIXES: usize = 8;

/// A prefix with the lines that say it, the root's first; none for routes that nothing puts anywhere.
#[derive(Debug, Clone)]
pub(super) struct Prefix<'a> {
    pub path: String,
    pub at: Vec<(&'a Side, u32)>,
    /// Part of it is not written as a text.
    pub unknown: bool,
}

/// One file's prefix for what another file serves.
struct Edge<'a> {
    from: usize,
    mount: &'a Mount,
    /// Who of the other file; none for everything.
    name: Option<String>,
}

/// Who puts what where, at one commit.
pub(super) struct Reach<'a> {
    sides: Vec<&'a Side>,
    at: HashMap<&'a str, usize>,
    edges: BTreeMap<usize, Vec<Edge<'a>>>,
    /// Prefixes of whole programs, with their folder.
    programs: Vec<(String, usize, &'a Mount)>,
}

impl<'a> Reach<'a> {
    pub(super) fn of(sides: Vec<&'a Side>) -> Self {
        let places = Places::of(sides.iter().map(|side| side.path.as_str()));
        let at = sides.iter().enumerate().map(|(at, side)| (side.path.as_str(), at)).collect();
        let mut reach = Self { sides, at, edges: BTreeMap::new(), programs: Vec::new() };
        let owners = owners(&reach.sides);
        for from in 0..reach.sides.len() {
            let side = reach.sides[from];
            let mounts: &'a [Mount] = side.analysis.as_ref().map_or(&[], |analysis| &analysis.mounts);
            let bound = if mounts.is_empty() { Vec::new() } else { bindings(side) };
            for mount in mounts {
                if mount.target == "*" {
                    reach.programs.push((program(&side.path), from, mount));
                    continue;
                }
                for (to, name) in reach.target(&places, from, &bound, mount, &owners) {
                    reach.edges.entry(to).or_default().push(Edge { from, mount, name });
                }
            }
        }
        reach
    }

    /// Something in this repository puts routes of this file somewhere.
    pub(super) fn is_mounted(&self, path: &str) -> bool {
        self.at.get(path).is_some_and(|at| self.edges.contains_key(at))
    }

    /// All prefixes of a route of this file.
    pub(super) fn prefixes(&self, path: &str, route: &Route) -> Vec<Prefix<'a>> {
        let none = || vec![Prefix { path: String::new(), at: Vec::new(), unknown: false }];
        let Some(file) = self.at.get(path).copied() else { return none() };
        let mut found = self.above(file, route.owner.as_deref(), route.handler.as_deref(), &mut BTreeSet::new(), DEPTH);
        if found.is_empty() {
            found = none();
        }
        let root = self.program_of(path).filter(|_| route.owner.is_none());
        if let Some((from, mount)) = root {
            for prefix in &mut found {
                let (text, unknown) = self.text(from, &mount.prefix);
                prefix.path = syntax::join_paths(&text, &prefix.path);
                prefix.unknown |= unknown;
                prefix.at.insert(0, (self.sides[from], mount.line));
            }
        }
        found
    }

    /// The one prefix of the program that this file belongs to.
    fn program_of(&self, path: &str) -> Option<(usize, &'a Mount)> {
        let mut own = self
            .programs
            .iter()
            .filter(|(folder, from, _)| path.starts_with(folder.as_str()) && kin(&self.sides[*from].path, path));
        let first = own.next()?;
        own.next().is_none().then_some((first.1, first.2))
    }

    fn above(
        &self,
        file: usize,
        owner: Option<&str>,
        handler: Option<&str>,
        seen: &mut BTreeSet<(usize, String)>,
        depth: usize,
    ) -> Vec<Prefix<'a>> {
        let mut out: Vec<Prefix<'a>> = Vec::new();
        if depth == 0 || !seen.insert((file, owner.unwrap_or("").to_owned())) {
            return out;
        }
        for edge in self.edges.get(&file).into_iter().flatten() {
            let fits = match (&edge.name, owner) {
                (None, _) => true,
                (Some(name), Some(owner)) => name == owner,
                (Some(name), None) => handler.is_some_and(|handler| handler.rsplit('.').next() == Some(name)),
            };
            if !fits || edge.from == file && edge.mount.owner.as_deref() == owner {
                continue;
            }
            let (text, unknown) = self.text(edge.from, &edge.mount.prefix);
            let mut upper = self.above(edge.from, edge.mount.owner.as_deref(), None, seen, depth - 1);
            if upper.is_empty() {
                upper.push(Prefix { path: String::new(), at: Vec::new(), unknown: false });
            }
            for mut prefix in upper {
                prefix.path = syntax::join_paths(&prefix.path, &text);
                prefix.at.push((self.sides[edge.from], edge.mount.line));
                prefix.unknown |= unknown;
                if out.len() < MAX_PREFIXES && !out.iter().any(|known| known.path == prefix.path) {
                    out.push(prefix);
                }
            }
        }
        seen.remove(&(file, owner.unwrap_or("").to_owned()));
        out
    }

    /// The prefix with the names in it replaced by what they stand for.
    fn text(&self, from: usize, prefix: &str) -> (String, bool) {
        constant::replaced(prefix, self.sides[from], &self.sides)
    }

    /// Files and names that a mount means.
    fn target(
        &self,
        places: &Places,
        from: usize,
        bound: &[Bound],
        mount: &Mount,
        owners: &HashMap<String, BTreeSet<usize>>,
    ) -> Vec<(usize, Option<String>)> {
        let side = self.sides[from];
        let target = mount.target.trim_end_matches(".router.urls").trim_end_matches(".urls_list");
        if target.contains('/') {
            return places.file(&side.path, target).map(|to| (to, None)).into_iter().collect();
        }
        let parts: Vec<&str> = target.split('.').filter(|part| !part.is_empty()).collect();
        let Some((head, rest)) = parts.split_first() else { return Vec::new() };
        if side.path.ends_with(".go") {
            return self.target_of_go(places, from, bound, (head, rest), owners);
        }
        let path: Vec<String> = match bound.iter().find(|bound| bound.local == *head) {
            Some(bound) => {
                let own = std::iter::once(bound.module.clone()).chain(bound.name.clone());
                own.chain(rest.iter().map(|part| (*part).to_owned())).collect()
            }
            None if rest.is_empty() => return vec![(from, Some((*head).to_owned()))],
            None => parts.iter().map(|part| (*part).to_owned()).collect(),
        };
        self.follow(places, from, &path).into_iter().collect()
    }

    /// The longest beginning that is a file, and what is left as a name of it; what it only passes on is followed.
    fn follow(&self, places: &Places, from: usize, path: &[String]) -> Option<(usize, Option<String>)> {
        let (mut from, mut path) = (from, path.to_vec());
        for _ in 0..4 {
            let known = (1..=path.len())
                .rev()
                .find_map(|count| Some((places.file(&self.sides[from].path, &module(&path[..count]))?, count)));
            let (to, count) = known?;
            let rest = &path[count..];
            let [name] = rest else { return rest.is_empty().then_some((to, None)) };
            let passed = bindings(self.sides[to]).into_iter().find(|bound| bound.local == *name && to != from);
            match passed {
                Some(bound) => {
                    path = std::iter::once(bound.module).chain(bound.name).collect();
                    from = to;
                }
                None => return Some((to, Some(name.clone()))),
            }
        }
        None
    }

    /// A function of a package, of this folder, or the only one of its name that declares routes.
    fn target_of_go(
        &self,
        places: &Places,
        from: usize,
        bound: &[Bound],
        (head, rest): (&str, &[&str]),
        owners: &HashMap<String, BTreeSet<usize>>,
    ) -> Vec<(usize, Option<String>)> {
        let name = rest.last().copied().unwrap_or(head);
        let Some(files) = owners.get(name) else { return Vec::new() };
        let folder = |at: usize| self.sides[at].path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let package = bound.iter().find(|bound| bound.local == head).filter(|_| !rest.is_empty());
        let near: Vec<usize> = match package {
            Some(package) => {
                let folder = places.folder(&package.module);
                files.iter().copied().filter(|at| folder.contains(at)).collect()
            }
            None => files.iter().copied().filter(|at| folder(*at) == folder(from)).collect(),
        };
        let found = if near.is_empty() && package.is_none() && files.len() == 1 {
            files.iter().copied().collect()
        } else {
            near
        };
        found.into_iter().map(|to| (to, Some(name.to_owned()))).collect()
    }
}

/// `.` and `users` are `.users`; `./users` stays a path.
fn module(parts: &[String]) -> String {
    let mut out = String::new();
    for part in parts {
        let is_path = out.contains('/');
        if !out.is_empty() && !out.ends_with('.') {
            out.push(if is_path { '/' } else { '.' });
        }
        out.push_str(part);
    }
    out
}

/// Who declares routes or mounts, and in which files.
fn owners(sides: &[&Side]) -> HashMap<String, BTreeSet<usize>> {
    let mut out: HashMap<String, BTreeSet<usize>> = HashMap::new();
    for (at, side) in sides.iter().enumerate() {
        let Some(analysis) = &side.analysis else { continue };
        let routes = analysis.routes.iter().filter_map(|route| route.owner.as_ref());
        for owner in routes.chain(analysis.mounts.iter().filter_map(|mount| mount.owner.as_ref())) {
            out.entry(owner.clone()).or_default().insert(at);
        }
    }
    out
}

/// The folder of a program by one of its files: what lies above its sources.
fn program(path: &str) -> String {
    path.find("src/").map_or_else(
        || path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/")),
        |at| path[..at].to_owned(),
    )
}

/// Both are written in languages of the same program.
fn kin(a: &str, b: &str) -> bool {
    let family = |path: &str| match path.rsplit('.').next().unwrap_or("") {
        "ts" | "js" | "mts" | "mjs" => "javascript",
        "java" | "kt" | "properties" | "yml" | "yaml" => "jvm",
        _ => "other",
    };
    family(a) == family(b)
}
