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

use contracts::analysis::{Route, Symbol};
use contracts::fact::{Element, Fact, Impact, Span};

use self::moves::Move;
use self::served::{Both, Full, Table, both};
use crate::comparison::{Comparison, Side};
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
    let after: Vec<Served<'_>> = c.afters().flat_map(routes).collect();
    let lost = c.befores().flat_map(routes).filter(|old| !is_served(&after, &old.route));
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
    let mut explained: Vec<&Full<'_>> = Vec::new();
    for old in &lost {
        if let Some(now) = elsewhere(c, old, &new) {
            explained.push(now);
            moves.push(Move { old, now });
            continue;
        }
        let heirs: Vec<&&Full<'_>> = new.iter().filter(|now| old.served.same_place(&now.served)).collect();
        let moved = heirs.iter().find(|now| {
            now.served.route.method == old.served.route.method && one_heir(&old.served, &lost, &now.served, &new)
        });
        let method = heirs.iter().find(|now| normal(&now.served.route.path) == normal(&old.served.route.path));
        out.push(match (method, moved) {
            (Some(now), _) => {
                explained.push(now);
                method_changed(c, &old.served, &now.served)
            }
            (None, Some(now)) => {
                explained.push(now);
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
        if !explained.iter().any(|e| std::ptr::eq(*e, now)) {
            let summary = format!("{} is new", now.served.named());
            out.push(ADDED.fact(now.served.element(None), summary, None, span_after(c, &now.served)));
        }
    }
    out
}

/// The one place where the same declaration is served now, below another prefix.
fn elsewhere<'n, 'a>(c: &Comparison, old: &Full<'a>, new: &[&'n Full<'a>]) -> Option<&'n Full<'a>> {
    let renamed =
        c.files.iter().find(|file| file.before.as_ref().is_some_and(|side| side.path == old.served.side.path));
    let path = renamed.and_then(|file| file.after.as_ref()).map_or(old.served.side.path.as_str(), |side| &side.path);
    let (route, mounted) = (&old.served.route, !old.mounted.is_empty());
    let mut same = new.iter().filter(|now| {
        let there = &now.served.route;
        mounted | !now.mounted.is_empty()
            && now.served.side.path == path
            && (&there.method, &there.handler) == (&route.method, &route.handler)
            && normal(&now.local) == normal(&old.local)
    });
    let first = same.next()?;
    same.next().is_none().then_some(*first)
}

/// Exactly one lost route of this method and place, and exactly one new one: only then is it certain where it went.
fn one_heir(old: &Served<'_>, lost: &[&Full<'_>], now: &Served<'_>, new: &[&Full<'_>]) -> bool {
    let same = |other: &Full<'_>| other.served.route.method == old.route.method;
    let heirs = new.iter().filter(|n| same(n) && old.same_place(&n.served)).count();
    let lost = lost.iter().filter(|b| same(b) && b.served.same_place(now)).count();
    heirs == 1 && lost == 1
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

fn is_served(routes: &[Served<'_>], wanted: &Route) -> bool {
    routes.iter().any(|served| serves(&served.route, wanted))
}

fn serves(route: &Route, wanted: &Route) -> bool {
    (route.method == wanted.method || route.method == "ANY") && normal(&route.path) == normal(&wanted.path)
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
