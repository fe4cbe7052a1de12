//! Codes that a route answers with, as its declaration and its handler write them.

use std::collections::{BTreeMap, HashMap};

use contracts::analysis::Symbol;
use contracts::fact::{Fact, Impact};
use outline::code;

use super::served::Full;
use super::{Served, normal};
use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

pub(super) const CHANGED: Rule = Rule {
    id: "http.status.changed",
    sees: "a route answers with another status code, and no longer with the old one",
    impact: Impact::Risky,
    triggers: &["api_contract", "endpoints"],
};

/// Lines of one handler that are read.
const MAX_LINES: usize = 300;

/// What stands before a code: frameworks of Python, Node, Go, Rust, Java and their like.
const BEFORE: &[&str] = &[
    "status_code=",
    "status=",
    "status.HTTP_",
    "HTTPStatus.",
    ".status(",
    ".sendStatus(",
    ".code(",
    "@HttpCode(",
    "@ResponseStatus(",
    "HttpStatus.",
    "StatusCode::",
    "WriteHeader(",
    "c.JSON(",
    "ctx.JSON(",
    ".AbortWithStatus(",
    ".AbortWithStatusJSON(",
    "http.Status",
    "fiber.Status",
    "abort(",
];

/// Names of codes, in capitals without spaces.
const NAMES: &[(&str, u16)] = &[
    ("OK", 200),
    ("CREATED", 201),
    ("ACCEPTED", 202),
    ("NOCONTENT", 204),
    ("BADREQUEST", 400),
    ("UNAUTHORIZED", 401),
    ("FORBIDDEN", 403),
    ("NOTFOUND", 404),
    ("CONFLICT", 409),
    ("GONE", 410),
    ("UNPROCESSABLEENTITY", 422),
    ("UNPROCESSABLECONTENT", 422),
    ("TOOMANYREQUESTS", 429),
    ("INTERNALSERVERERROR", 500),
    ("SERVICEUNAVAILABLE", 503),
];

/// Facts about routes that stayed and lost exactly one code for exactly one other.
pub(super) fn facts(c: &Comparison, before: &[Full<'_>], after: &[Full<'_>]) -> Vec<Fact> {
    let now_at: HashMap<(&str, String), &Full<'_>> =
        after.iter().filter(|now| !now.open).map(|now| (key(now), now)).collect();
    let (old_bodies, new_bodies) = (Bodies::of(c.befores()), Bodies::of(c.afters()));
    let mut out = Vec::new();
    for old in before.iter().filter(|old| !old.open && old.served.route.method != "ANY") {
        let Some(now) = now_at.get(&key(old)) else { continue };
        let (was, is) = (old_bodies.codes(&old.served), new_bodies.codes(&now.served));
        let mut gone = was.iter().filter(|(code, _)| !is.contains_key(*code));
        let mut new = is.iter().filter(|(code, _)| !was.contains_key(*code));
        let (Some((lost, from)), None, Some((code, to)), None) = (gone.next(), gone.next(), new.next(), new.next())
        else {
            continue;
        };
        let summary = format!("{} answers {code} instead of {lost}", old.served.named());
        let spans = (c.before_span(from.0, from.1, from.1), c.after_span(to.0, to.1, to.1));
        out.push(CHANGED.fact(old.served.element(None), summary, spans.0, spans.1));
    }
    out
}

fn key<'f>(full: &'f Full<'_>) -> (&'f str, String) {
    (&full.served.route.method, normal(&full.served.route.path))
}

/// Codes with the first place of each.
type Codes<'a> = BTreeMap<u16, (&'a Side, u32)>;

/// Functions of one side by their names; none of those that have several.
struct Bodies<'a>(HashMap<&'a str, Option<(&'a Side, &'a Symbol)>>);

impl<'a> Bodies<'a> {
    fn of(sides: impl Iterator<Item = &'a Side>) -> Self {
        let mut out = HashMap::new();
        for side in sides {
            for symbol in side.analysis.iter().flat_map(|analysis| &analysis.symbols) {
                out.entry(symbol.name.as_str()).and_modify(|known| *known = None).or_insert(Some((side, symbol)));
            }
        }
        Self(out)
    }

    fn codes(&self, served: &Served<'a>) -> Codes<'a> {
        let (route, side) = (&served.route, served.side);
        let mut out = Codes::new();
        let handler = route.handler.as_deref().map(|name| name.rsplit(['.', ':']).next().unwrap_or(name));
        let own = handler.and_then(|name| {
            let symbols = &side.analysis.as_ref()?.symbols;
            symbols.iter().find(|symbol| symbol.name == name && symbol.start <= route.start && route.end <= symbol.end)
        });
        let lines = match (own, handler.and_then(|name| *self.0.get(name)?)) {
            (Some(symbol), _) => vec![(side, symbol.start, symbol.end)],
            (None, Some((there, symbol))) => vec![(side, route.start, route.end), (there, symbol.start, symbol.end)],
            (None, None) => vec![(side, route.start, call_end(side, route.start).max(route.end))],
        };
        for (side, start, end) in lines {
            read(side, start, end, &mut out);
        }
        // FastAPI answers 200 where the decorator says nothing (https://fastapi.tiangolo.com/tutorial/response-status-code/).
        let text = side.text();
        let declared: String = lines_of(text, route.start, route.end).collect();
        if text.contains("fastapi") && declared.trim_start().starts_with('@') && !declared.contains("status_code") {
            out.entry(200).or_insert((side, route.start));
        }
        out
    }
}

/// Last line of the call that registers a route with its handler.
fn call_end(side: &Side, line: u32) -> u32 {
    let text = side.text();
    let Some(from) =
        text.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).reduce(|a, b| a + b).or(Some(0))
    else {
        return line;
    };
    let Some(open) = text.get(from..).and_then(|rest| rest.find('(')) else { return line };
    let end = code::closing(text, from + open, false);
    let inside = text.get(from..end).unwrap_or("");
    line.saturating_add(u32::try_from(inside.matches('\n').count()).unwrap_or(0))
}

fn lines_of(text: &str, start: u32, end: u32) -> impl Iterator<Item = &str> {
    let count = (end.saturating_sub(start) as usize + 1).min(MAX_LINES);
    text.lines().skip(start.saturating_sub(1) as usize).take(count)
}

fn read<'a>(side: &'a Side, start: u32, end: u32, out: &mut Codes<'a>) {
    for (number, line) in (start..).zip(lines_of(side.text(), start, end)) {
        let plain = line.trim_start();
        if plain.starts_with("//") || plain.starts_with('#') && !plain.starts_with("#[") {
            continue;
        }
        for code in codes(line) {
            out.entry(code).or_insert((side, number));
        }
    }
}

/// Codes that a line answers with.
fn codes(line: &str) -> Vec<u16> {
    let mut out = Vec::new();
    for before in BEFORE {
        for (at, _) in line.match_indices(before) {
            // What is compared is asked, not answered; `http_status=` and the like are something else.
            let whole = !before.starts_with(|c: char| c.is_ascii_alphabetic()) || !line[..at].ends_with(code::is_name);
            let rest = line[at + before.len()..].trim_start();
            out.extend(code_of(rest).filter(|_| whole && !rest.starts_with('=')));
        }
    }
    // Express answers 200 where nothing is set; Flask has the code behind the body.
    if line.contains("res.json(") || line.contains("res.send(") {
        out.push(200);
    }
    let returned = line.trim_start().strip_prefix("return ").and_then(|body| body.trim_end().rsplit_once(", "));
    let bodied = returned.filter(|(body, _)| body.ends_with([')', '}', ']', '"', '\'']));
    out.extend(bodied.filter(|(_, code)| code.len() == 3).and_then(|(_, code)| code_of(code)));
    out
}

/// `201`, `201_CREATED`, `CREATED`, `Created`, `status.HTTP_201_CREATED`: nothing of what is asked elsewhere.
fn code_of(text: &str) -> Option<u16> {
    let word: String = text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let digits = word.split('_').next().unwrap_or("");
    if let Ok(code) = digits.parse::<u16>() {
        return (100..600).contains(&code).then_some(code);
    }
    let name = word.replace('_', "").to_ascii_uppercase();
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_lines_answer_with() {
        let cases: [(&str, &[u16]); 16] = [
            ("@app.post('/x', status_code=201)", &[201]),
            ("@app.post('/x', status_code=status.HTTP_202_ACCEPTED)", &[202]),
            ("raise HTTPException(status_code=404)", &[404]),
            ("res.status(201).json(x)", &[201]),
            ("res.json(x)", &[200]),
            ("res.sendStatus(204)", &[204]),
            ("w.WriteHeader(http.StatusCreated)", &[201]),
            ("c.JSON(http.StatusOK, x)", &[200]),
            ("c.JSON(201, x)", &[201]),
            ("(StatusCode::CREATED, Json(x))", &[201]),
            ("@ResponseStatus(HttpStatus.NO_CONTENT)", &[204]),
            ("return jsonify(x), 201", &[201]),
            ("return x, 201", &[]),
            ("if res.status == 200:", &[]),
            ("statuses.status(name)", &[]),
            ("WriteHeader(", &[]),
        ];
        for (line, expected) in cases {
            let found: std::collections::BTreeSet<u16> = codes(line).into_iter().collect();
            assert_eq!(found.into_iter().collect::<Vec<_>>(), expected, "{line}");
        }
    }
}
