//! The way up from a route to the root of its program. Every file and owner is gone up from once.

use std::rc::Rc;

use contracts::analysis::{Mount, Route};

use super::{Edge, Prefix, Reach};

/// Files between a route and the root of its program.
const DEPTH: usize = 8;

/// Prefixes of one router; more is a program that makes them.
const MAX_PREFIXES: usize = 8;

/// Bytes of a prefix; nobody writes longer ones.
const MAX_PREFIX: usize = 300;

impl<'a> Reach<'a> {
    /// All prefixes of a route of this file.
    pub(in super::super) fn prefixes(&self, path: &str, route: &Route) -> Vec<Prefix<'a>> {
        let Some(file) = self.at.get(path).copied() else { return vec![Prefix::none(false)] };
        let mut found = self.above(file, route.owner.as_deref(), route.handler.as_deref(), DEPTH).to_vec();
        if !found.iter().all(|_| self.step()) || self.left.get() == 0 {
            return vec![Prefix::none(true)];
        }
        if found.is_empty() {
            found.push(Prefix::none(false));
        }
        let root = self.program_of(file).filter(|_| route.owner.is_none());
        if let Some((from, mount)) = root {
            let (text, unknown) = self.constants.replaced(&mount.prefix, from);
            for prefix in &mut found {
                prefix.path = syntax::join_paths(&text, &prefix.path);
                prefix.unknown |= unknown;
                prefix.at.insert(0, (self.sides[from], mount.line));
            }
        }
        found
    }

    /// The one prefix of the program that this file belongs to.
    fn program_of(&self, file: usize) -> Option<(usize, &'a Mount)> {
        if let Some(known) = self.program.borrow().get(&file) {
            return *known;
        }
        let path = self.sides[file].path.as_str();
        let mut own = self
            .programs
            .iter()
            .filter(|(folder, from, _)| path.starts_with(folder.as_str()) && kin(&self.sides[*from].path, path));
        let first = own.next().map(|(_, from, mount)| (*from, *mount)).filter(|_| own.next().is_none());
        self.program.borrow_mut().insert(file, first);
        first
    }

    /// All prefixes of what a file serves, from the mounts above it. Where they lead in a ring or too far up, one is not known.
    fn above(&self, file: usize, owner: Option<&str>, handler: Option<&str>, depth: usize) -> Rc<[Prefix<'a>]> {
        let handler = handler.filter(|_| owner.is_none()).and_then(|handler| handler.rsplit('.').next());
        let who = (file, owner.map(str::to_owned), handler.map(str::to_owned));
        if let Some(known) = self.known.borrow().get(&who) {
            return known.clone().unwrap_or_else(|| [Prefix::none(true)].into());
        }
        if depth == 0 {
            return [Prefix::none(true)].into();
        }
        self.known.borrow_mut().insert(who.clone(), None);
        let mut out: Vec<Prefix<'a>> = Vec::new();
        for edge in self.edges.get(&file).into_iter().flatten() {
            if !self.step() || out.len() >= MAX_PREFIXES {
                break;
            }
            let fits = edge.name.as_deref().is_none_or(|name| owner.or(handler) == Some(name));
            if fits && !(edge.from == file && edge.mount.owner.as_deref() == owner) {
                self.extend(&mut out, edge, depth - 1);
            }
        }
        let out: Rc<[Prefix<'a>]> = out.into();
        self.known.borrow_mut().insert(who, Some(out.clone()));
        out
    }

    /// Adds the prefixes that one mount gives.
    fn extend(&self, out: &mut Vec<Prefix<'a>>, edge: &Edge<'a>, depth: usize) {
        let (text, unknown) = self.constants.replaced(&edge.mount.prefix, edge.from);
        let mut upper = self.above(edge.from, edge.mount.owner.as_deref(), None, depth);
        if upper.is_empty() {
            upper = [Prefix::none(false)].into();
        }
        for above in upper.iter().take_while(|_| self.step()) {
            let path = syntax::join_paths(&above.path, &text);
            let unknown = unknown || above.unknown || path.len() > MAX_PREFIX;
            let path = if path.len() > MAX_PREFIX { String::new() } else { path };
            let is_known = out.iter().any(|known| (&known.path, known.unknown) == (&path, unknown));
            if out.len() < MAX_PREFIXES && !is_known {
                let at = above.at.iter().copied().chain([(self.sides[edge.from], edge.mount.line)]).collect();
                out.push(Prefix { path, at, unknown });
            }
        }
    }
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
