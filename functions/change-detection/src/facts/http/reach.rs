//! Paths of routes with the prefixes that other files put before them.

mod above;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use contracts::analysis::{Call, Mount};

use super::binding::{Bound, bindings};
use super::constant::Constants;
use super::place::Places;
use crate::comparison::Side;

/// Parts of a dotted name that are looked for as files.
const MAX_PARTS: usize = 12;

/// Mounts and prefixes that are looked at for all routes of one commit together; what is asked later is not known.
const MAX_STEPS: usize = 300_000;

/// A prefix with the lines that say it, the root's first; none for routes that nothing puts anywhere.
#[derive(Debug, Clone)]
pub(super) struct Prefix<'a> {
    pub path: String,
    pub at: Vec<(&'a Side, u32)>,
    /// Part of it is not written as a text.
    pub unknown: bool,
}

impl Prefix<'_> {
    /// Nothing is put before it, or nobody knows what.
    fn none(unknown: bool) -> Self {
        Self { path: String::new(), at: Vec::new(), unknown }
    }
}

/// One file's prefix for what another file serves.
struct Edge<'a> {
    from: usize,
    mount: &'a Mount,
    /// Who of the other file; none for everything.
    name: Option<String>,
}

/// What is put somewhere: a file's routes of an owner, or of a handler where they have no owner.
type Who = (usize, Option<String>, Option<String>);

/// Prefixes by what they belong to; none while they are looked for.
type Known<'a> = HashMap<Who, Option<Rc<[Prefix<'a>]>>>;

/// Who puts what where, at one commit. Everything is worked out once.
pub(super) struct Reach<'a> {
    sides: Vec<&'a Side>,
    at: HashMap<&'a str, usize>,
    edges: BTreeMap<usize, Vec<Edge<'a>>>,
    /// Prefixes of whole programs, with their folder.
    programs: Vec<(String, usize, &'a Mount)>,
    /// Lines of calls whose prefix takes the place of the one that is already there.
    replacing: HashSet<(usize, u32)>,
    constants: Constants<'a>,
    bound: RefCell<HashMap<usize, Rc<[Bound]>>>,
    known: RefCell<Known<'a>>,
    /// The program of each file.
    program: RefCell<HashMap<usize, Option<(usize, &'a Mount)>>>,
    /// Steps that are left.
    left: Cell<usize>,
}

impl<'a> Reach<'a> {
    pub(super) fn of(sides: Vec<&'a Side>) -> Self {
        let places = Places::of(sides.iter().map(|side| side.path.as_str()));
        let at = sides.iter().enumerate().map(|(at, side)| (side.path.as_str(), at)).collect();
        let constants = Constants::of(sides.clone());
        let mut reach = Self {
            sides,
            at,
            edges: BTreeMap::new(),
            programs: Vec::new(),
            replacing: HashSet::new(),
            constants,
            bound: RefCell::default(),
            known: RefCell::default(),
            program: RefCell::default(),
            left: Cell::new(MAX_STEPS),
        };
        let owners = owners(&reach.sides);
        for from in 0..reach.sides.len() {
            reach.read(&places, from, &owners);
        }
        reach
    }

    /// Writes down what one file puts where.
    fn read(&mut self, places: &Places<'_>, from: usize, owners: &HashMap<String, BTreeSet<usize>>) {
        let side = self.sides[from];
        let mounts: &'a [Mount] = side.analysis.as_ref().map_or(&[], |analysis| &analysis.mounts);
        // A second one in the same file is as unclear as a hundredth.
        let programs = mounts.iter().filter(|mount| mount.target == "*").take(2);
        self.programs.extend(programs.map(|mount| (program(&side.path), from, mount)));
        let calls = side.analysis.iter().flat_map(|analysis| &analysis.calls);
        let replacing = calls.filter(|call| gives_prefix(call, "register_blueprint"));
        self.replacing.extend(replacing.map(|call| (from, call.line)));
        for mount in mounts.iter().filter(|mount| mount.target != "*") {
            for (to, name) in self.target(places, from, mount, owners) {
                if !self.step() {
                    return;
                }
                self.edges.entry(to).or_default().push(Edge { from, mount, name });
            }
        }
    }

    /// Flask: a prefix given where a blueprint is registered takes the place of the blueprint's own, which the path has.
    pub(super) fn replaces(&self, path: &str, line: u32) -> bool {
        self.at.get(path).is_some_and(|at| self.replacing.contains(&(*at, line)))
    }

    /// Whether there is room for another step.
    fn step(&self) -> bool {
        self.left.set(self.left.get().saturating_sub(1));
        self.left.get() > 0
    }

    fn bound(&self, file: usize) -> Rc<[Bound]> {
        let known = self.bound.borrow().get(&file).cloned();
        known.unwrap_or_else(|| {
            let bound: Rc<[Bound]> = bindings(self.sides[file]).into();
            self.bound.borrow_mut().insert(file, bound.clone());
            bound
        })
    }

    /// Something in this repository puts routes of this file somewhere.
    pub(super) fn is_mounted(&self, path: &str) -> bool {
        self.at.get(path).is_some_and(|at| self.edges.contains_key(at))
    }

    /// Files and names that a mount means.
    fn target(
        &self,
        places: &Places<'_>,
        from: usize,
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
        let bound = self.bound(from);
        if side.path.ends_with(".go") {
            return self.target_of_go(places, from, &bound, (head, rest), owners);
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
    fn follow(&self, places: &Places<'_>, from: usize, path: &[String]) -> Option<(usize, Option<String>)> {
        let (mut from, mut path) = (from, path.to_vec());
        for _ in 0..4 {
            let known = (1..=path.len().min(MAX_PARTS))
                .rev()
                .find_map(|count| Some((places.file(&self.sides[from].path, &module(&path[..count]))?, count)));
            let (to, count) = known?;
            let rest = &path[count..];
            let [name] = rest else { return rest.is_empty().then_some((to, None)) };
            let bound = self.bound(to);
            match bound.iter().find(|bound| bound.local == *name && to != from) {
                Some(bound) => {
                    path = std::iter::once(bound.module.clone()).chain(bound.name.clone()).collect();
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
        places: &Places<'_>,
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
                let folders = places.folders(&package.module);
                files.iter().copied().filter(|at| folders.iter().any(|folder| folder.contains(at))).collect()
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

/// A call of this function gives a prefix.
pub(super) fn gives_prefix(call: &Call, function: &str) -> bool {
    call.callee.ends_with(function) && call.named.iter().any(|name| name == "url_prefix")
}

/// The folder of a program by one of its files: what lies above its sources.
fn program(path: &str) -> String {
    path.find("src/").map_or_else(
        || path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/")),
        |at| path[..at].to_owned(),
    )
}
