//! Served routes: gone, moved, served by another method, new.

mod binding;
mod constant;
mod files;
mod moves;
mod patterns;
mod place;
mod proxied;
mod reach;
mod served;
mod status;
mod table;

use std::collections::{HashMap, HashSet};

use contracts::analysis::{Route, Symbol};
use contracts::fact::{Element, Fact, Impact, Span};

use self::moves::Move;
use self::served::{Both, Full, both};
use self::table::Table;
use crate::comparison::{Changed, Comparison, Side};
use crate::facts::Rule;

const REMOVED: Rule = Rule {
    id: "http.route.removed",
    sees: "a route that was served is served no more, anywhere in the repository",
    impact: Impact::Breaking,
    triggers: &["api_contract", "endpoints"],
};

const MOVED: Rule = Rule {
    id: "http.route.moved",
    sees: "the handler of a route is served at another path, and nothing at the old one",
    impact: Impact::Breaking,
    triggers: &["api_contract", "endpoints"],
};

const METHOD: Rule = Rule {
    id: "http.route.method_changed",
    sees: "a path is served by another method than before",
    impact: Impact::Breaking,
    triggers: &["api_contract", "endpoints"],
};

const ADDED: Rule = Rule {
    id: "http.route.added",
    sees: "a new route",
    impact: Impact::Additive,
    triggers: &["api_contract", "endpoints"],
};

/// Routes of one handler that are told apart.
const MAX_ALIKE: usize = 1_000;

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REMOVED, &MOVED, &METHOD, &ADDED, &status::CHANGED];

/// A route where it is declared.
#[derive(Debug, Clone)]
pub(crate) struct Served<'a> {
    pub route: Route,
    pub side: &'a Side,
}

impl Served<'_> {
    fn same_place(&self, other: &Served<'_>) -> bool {
        let handler = self.route.handler.is_some() && self.route.handler == other.route.handler;
        let lines = self.route.start.abs_diff(other.route.start) <= 3 && self.route.handler == other.route.handler;
        handler || (self.side.path == other.side.path && lines)
    }

    fn named(&self) -> String {
        format!("`{} {}`", self.route.method, self.route.path)
    }

    fn element(&self, moved_to: Option<String>) -> Element {
        Element::Route { method: self.route.method.clone(), path: self.route.path.clone(), moved_to }
    }
}

/// Quoted paths that are no longer declared in the changed files.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    let entry = |method: &str, path: &str| (method.to_owned(), normal(path));
    let after: HashSet<(String, String)> =
        c.afters().flat_map(routes).map(|served| entry(&served.route.method, &served.route.path)).collect();
    let is_served =
        |route: &Route| [route.method.as_str(), "ANY"].iter().any(|method| after.contains(&entry(method, &route.path)));
    let lost = c.befores().flat_map(routes).filter(|old| !is_served(&old.route));
    let quoted = |path: &str| ['"', '\'', '`'].map(|quote| format!("{quote}{path}{quote}"));
    lost.flat_map(|old| {
        quoted(old.route.path.trim_start_matches('*').trim_start_matches('/'))
            .into_iter()
            .chain(quoted(&old.route.path))
            .collect::<Vec<_>>()
    })
    .collect()
}

/// Facts about routes.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let Both { before, after, standing } = both(c);
    let (was, is) = (Table::of(before.iter()), Table::of(standing.iter()));
    let new: Vec<&Full<'_>> = after.iter().filter(|now| !was.serves(now)).collect();
    let now: Vec<Served<'_>> = standing.iter().map(|full| full.served.clone()).collect();
    let taken = |old: &Served<'_>| files::is_taken_over(old, &now) || proxied::is_taken_over(old, &now);
    let lost: Vec<&Full<'_>> = before.iter().filter(|old| !is.serves(old) && !taken(&old.served)).collect();
    let (mut out, mut moves) = (Vec::new(), Vec::new());
    let mut explained: HashSet<*const Full<'_>> = HashSet::new();
    let (lost_by, new_by) = (by_handler(&lost), by_handler(&new));
    let moved_to: HashMap<&str, &str> = c.files.iter().filter_map(from_to).collect();
    for old in &lost {
        let handler = old.served.route.handler.as_deref();
        let (lost, new) = (near(&lost_by, handler), near(&new_by, handler));
        if let Some(now) = elsewhere(&moved_to, old, new) {
            explained.insert(now);
            moves.push(Move { old, now });
            continue;
        }
        let heirs: Vec<&&Full<'_>> = new.iter().filter(|now| old.served.same_place(&now.served)).collect();
        let moved = one_heir(&old.served, lost, &heirs);
        let method = heirs.iter().find(|now| normal(&now.served.route.path) == normal(&old.served.route.path));
        out.push(match (method, moved) {
            (Some(now), _) => {
                explained.insert(**now);
                method_changed(c, &old.served, &now.served)
            }
            (None, Some(now)) => {
                explained.insert(now);
                route_moved(c, &old.served, &now.served)
            }
            (None, None) => {
                let summary = format!("{} was removed", old.served.named());
                REMOVED.fact(old.served.element(None), summary, span_before(c, &old.served), None)
            }
        });
    }
    out.extend(moves::facts(c, &moves, &is));
    out.extend(status::facts(c, &before, &after));
    for now in new {
        if !explained.contains(&std::ptr::from_ref(now)) {
            let summary = format!("{} is new", now.served.named());
            out.push(ADDED.fact(now.served.element(None), summary, None, span_after(c, &now.served)));
        }
    }
    out
}

/// The path of a file before the change, and after it.
fn from_to(file: &Changed) -> Option<(&str, &str)> {
    Some((file.before.as_ref()?.path.as_str(), file.after.as_ref()?.path.as_str()))
}

fn by_handler<'r, 'f, 'a>(routes: &'r [&'f Full<'a>]) -> HashMap<Option<&'r str>, Vec<&'f Full<'a>>> {
    let mut out: HashMap<Option<&str>, Vec<&Full<'a>>> = HashMap::new();
    for full in routes {
        out.entry(full.served.route.handler.as_deref()).or_default().push(full);
    }
    out
}

/// Routes of this handler, if they are not too many for anybody to tell them apart.
fn near<'r, 'f, 'a>(
    routes: &'r HashMap<Option<&str>, Vec<&'f Full<'a>>>,
    handler: Option<&'r str>,
) -> &'r [&'f Full<'a>] {
    routes.get(&handler).filter(|routes| routes.len() <= MAX_ALIKE).map_or(&[], Vec::as_slice)
}

/// The one place where the same declaration is served now, below another prefix.
fn elsewhere<'n, 'a>(moved_to: &HashMap<&str, &str>, old: &Full<'a>, new: &[&'n Full<'a>]) -> Option<&'n Full<'a>> {
    let own = old.served.side.path.as_str();
    let path = moved_to.get(own).copied().unwrap_or(own);
    let (route, mounted, local) = (&old.served.route, !old.mounted.is_empty(), normal(&old.local));
    let mut same = new.iter().filter(|now| {
        let there = &now.served.route;
        mounted | !now.mounted.is_empty()
            && now.served.side.path == path
            && (&there.method, &there.handler) == (&route.method, &route.handler)
            && normal(&now.local) == local
    });
    let first = same.next()?;
    same.next().is_none().then_some(*first)
}

/// Exactly one lost route of this method and place, and exactly one new one: only then is it certain where it went.
fn one_heir<'n, 'a>(old: &Served<'_>, lost: &[&Full<'_>], heirs: &[&&'n Full<'a>]) -> Option<&'n Full<'a>> {
    let same = |other: &Full<'_>| other.served.route.method == old.route.method;
    let mut heirs = heirs.iter().filter(|now| same(now));
    let now: &'n Full<'a> = heirs.next()?;
    let lost = lost.iter().filter(|other| same(other) && other.served.same_place(&now.served)).count();
    (heirs.next().is_none() && lost == 1).then_some(now)
}

fn route_moved(c: &Comparison, old: &Served<'_>, now: &Served<'_>) -> Fact {
    let summary = format!("{} moved to `{}`", old.named(), now.route.path);
    MOVED.fact(old.element(Some(now.route.path.clone())), summary, span_before(c, old), span_after(c, now))
}

fn method_changed(c: &Comparison, old: &Served<'_>, now: &Served<'_>) -> Fact {
    let summary = format!("{} is served by `{}` now", old.named(), now.route.method);
    METHOD.fact(old.element(None), summary, span_before(c, old), span_after(c, now))
}

fn span_before(c: &Comparison, served: &Served<'_>) -> Option<Span> {
    c.before_span(served.side, served.route.start, served.route.end)
}

fn span_after(c: &Comparison, served: &Served<'_>) -> Option<Span> {
    c.after_span(served.side, served.route.start, served.route.end)
}

/// The routes that a file declares.
pub(crate) fn routes(side: &Side) -> Vec<Served<'_>> {
    if outline::role::is_test(&side.path) {
        return Vec::new();
    }
    let served = |route: Route| Served { route, side };
    let Some(analysis) = &side.analysis else { return proxied::routes(side).into_iter().map(served).collect() };
    let mut out: Vec<Served<'_>> = analysis.routes.iter().cloned().map(served).collect();
    for symbol in &analysis.symbols {
        let known = analysis.routes.iter().any(|route| route.start >= symbol.start && route.end <= symbol.end);
        if !known {
            out.extend(action_routes(symbol, side.text()).into_iter().map(served));
        }
    }
    let more = files::routes(side, analysis).into_iter().chain(patterns::routes(side, analysis));
    out.extend(more.chain(proxied::routes(side)).map(served));
    out
}

/// Routes that a method of a view set adds below the set's own prefix, which is declared elsewhere: `*/name`.
fn action_routes(symbol: &Symbol, text: &str) -> Vec<Route> {
    let Some(decorator) = symbol.decorators.iter().find(|d| d.trim_start_matches('@').starts_with("action(")) else {
        return Vec::new();
    };
    let path = argument(decorator, "url_path").unwrap_or_else(|| symbol.name.clone());
    let between = if decorator.contains("detail=True") { "*/{pk}/" } else { "*/" };
    let capitals = decorator.to_ascii_uppercase();
    let is_named =
        |method: &&str| ['"', '\''].iter().any(|quote| capitals.contains(&format!("{quote}{method}{quote}")));
    let mut methods: Vec<&str> = ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter().filter(is_named).collect();
    if methods.is_empty() {
        methods.push("GET");
    }
    let line = line_of(text, symbol, &path);
    let route = |method: &str| Route {
        method: method.to_owned(),
        path: format!("{between}{path}"),
        handler: Some(symbol.name.clone()),
        owner: None,
        start: line,
        end: line,
    };
    methods.into_iter().map(route).collect()
}

/// The line of the declaration that names the path.
fn line_of(text: &str, symbol: &Symbol, path: &str) -> u32 {
    let lines = text.lines().skip(symbol.start.saturating_sub(1) as usize).take(20);
    let at = lines.enumerate().find(|(_, line)| line.contains(path)).map_or(0, |(at, _)| at);
    symbol.start.saturating_add(u32::try_from(at).unwrap_or(0)).min(symbol.end)
}

/// The text of a keyword argument, as in `url_path="x"`.
fn argument(call: &str, name: &str) -> Option<String> {
    let at = call.find(&format!("{name}="))? + name.len() + 1;
    let rest = call[at..].trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next().map(str::to_owned)
}

/// The path with every parameter written `{}`, whatever the framework's notation, and without a trailing slash.
pub(crate) fn normal(path: &str) -> String {
    let parts = path.trim_end_matches('/').split('/').map(|part| {
        let parameter = part.starts_with([':', '{', '<', '*', '$']) && part.len() > 1 || part.contains("(?P");
        if parameter { "{}" } else { part }
    });
    let joined = parts.collect::<Vec<_>>().join("/");
    if joined.is_empty() { "/".to_owned() } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_one_form() {
        let cases = [
            ("/users/{id}", "/users/{}"),
            ("/users/:id/", "/users/{}"),
            ("/users/<int:id>", "/users/{}"),
            ("/files/*rest", "/files/{}"),
            ("/", "/"),
            ("", "/"),
            ("*/x", "*/x"),
        ];
        for (path, expected) in cases {
            assert_eq!(normal(path), expected, "{path}");
        }
    }
}
