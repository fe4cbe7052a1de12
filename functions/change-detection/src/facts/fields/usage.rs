//! Whether a type goes over the wire, which way, and in which operations.

use std::collections::{BTreeMap, BTreeSet};

use super::region::{Region, handlers, operations, regions};
use outline::code as scan;

use super::types;
use crate::comparison::{Comparison, Side};

/// What is known of one type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// It comes in.
    pub request: bool,
    /// It goes out.
    pub response: bool,
    /// Operations that take or give it.
    pub operations: BTreeSet<String>,
    /// Operations that take it and were not served before.
    pub new_requests: BTreeSet<String>,
}

/// Words of a line that reads what came in.
const RECEIVES: &[&str] = &[
    "req.body",
    "request.body",
    "request.json",
    "get_json",
    ".Bind(",
    "ShouldBind",
    "BodyParser",
    "NewDecoder",
    "Decode(",
    "Unmarshal",
    "model_validate",
    "parse_obj",
    "parse_raw",
    "from_str",
    "from_slice",
    "readValue",
    "fromJson",
    "JSON.parse",
    "json.loads",
    ".parse(",
    "safeParse",
    "deserialize",
];

/// Words of a line that gives something out.
const GIVES: &[&str] = &[
    "return",
    ".json(",
    ".JSON(",
    ".send(",
    "Json(",
    "jsonify",
    "Response(",
    "publish(",
    "emit(",
    "Encode(",
    "produce(",
    "sendMessage",
    "send_message",
];

/// Words of a line outside of a handler that puts a type into, or takes it out of, what goes over the wire.
const PASSES: &[&str] = &[
    "publish(",
    "emit(",
    "sendMessage(",
    "send_message(",
    "produce(",
    "model_validate_json",
    "parse_raw",
    "JSON.parse(",
    "json.Unmarshal(",
    "from_slice",
    "readValue(",
    "fromJson(",
];

/// What takes a type from the address or from the program itself, not from a body.
const BESIDE: &[&str] = &["Path<", "Query<", "State<", "Extension<"];

/// Types that hold types that hold the one in question.
const MAX_ROUNDS: usize = 5;

/// How the types of these names are used, wherever that can be seen; what is not in the answer stays inside.
pub(super) fn of(c: &Comparison, names: &BTreeSet<&str>) -> BTreeMap<String, Usage> {
    let old: Vec<&Side> = c.befores().chain(&c.kept).collect();
    let new: Vec<&Side> = c.afters().chain(&c.kept).collect();
    let holders = holders(old.iter().chain(&new).copied(), names);
    let mut tracked: BTreeSet<&str> = names.clone();
    tracked.extend(holders.iter().map(|(holder, _)| holder.as_str()));
    let mut out: BTreeMap<String, Usage> = BTreeMap::new();
    let served = operations(old.iter().copied());
    for sides in [&old, &new] {
        let handlers = handlers(sides.iter().copied());
        for side in sides {
            let words = side.text().split(|c: char| !scan::is_name(c));
            let mentioned: BTreeSet<&str> = words.filter(|word| tracked.contains(word)).collect();
            if mentioned.is_empty() {
                continue;
            }
            for region in regions(side, &handlers) {
                for name in &mentioned {
                    note(out.entry((*name).to_owned()).or_default(), &region, name, &served);
                }
            }
            for line in
                side.text().lines().filter(|line| line.len() <= 2_000 && PASSES.iter().any(|word| line.contains(word)))
            {
                for name in mentioned.iter().filter(|name| scan::words(line, name).next().is_some()) {
                    let usage = out.entry((*name).to_owned()).or_default();
                    let comes_in = RECEIVES.iter().any(|word| line.contains(word));
                    usage.request |= comes_in;
                    usage.response |= !comes_in;
                }
            }
        }
    }
    inherit(&mut out, &holders);
    out.retain(|_, usage| usage.request || usage.response);
    out
}

/// Types whose fields are of one of these types, as `(holder, held)`.
pub(super) fn holders<'a>(sides: impl Iterator<Item = &'a Side>, names: &BTreeSet<&str>) -> BTreeSet<(String, String)> {
    let data: Vec<types::Data<'_>> = sides.flat_map(types::of).collect();
    let (mut out, mut wanted): (BTreeSet<(String, String)>, BTreeSet<String>) =
        (BTreeSet::new(), names.iter().map(|name| (*name).to_owned()).collect());
    for _ in 0..MAX_ROUNDS {
        let before = out.len();
        for holder in &data {
            let parts = holder.fields.values().flat_map(|field| field.of.split(|c: char| !scan::is_name(c)));
            let held: Vec<(String, String)> = parts
                .filter(|part| wanted.contains(*part))
                .map(|part| (holder.name.clone(), part.to_owned()))
                .collect();
            out.extend(held);
        }
        wanted.extend(out.iter().map(|(holder, _)| holder.clone()));
        if out.len() == before {
            break;
        }
    }
    out
}

fn inherit(usage: &mut BTreeMap<String, Usage>, holders: &BTreeSet<(String, String)>) {
    for _ in 0..MAX_ROUNDS {
        for (holder, held) in holders {
            let Some(from) = usage.get(holder).cloned() else { continue };
            let to = usage.entry(held.clone()).or_default();
            to.request |= from.request;
            to.response |= from.response;
            to.operations.extend(from.operations);
            to.new_requests.extend(from.new_requests);
        }
    }
}

fn note(usage: &mut Usage, region: &Region<'_>, name: &str, served: &BTreeSet<String>) {
    let (comes_in, goes_out) = directions(region, name);
    usage.request |= comes_in;
    usage.response |= goes_out;
    if comes_in || goes_out {
        usage.operations.extend(region.operations.iter().cloned());
    }
    if comes_in {
        usage.new_requests.extend(region.operations.iter().filter(|operation| !served.contains(*operation)).cloned());
    }
}

/// Whether a handler takes a type, and whether it gives it.
fn directions(region: &Region<'_>, name: &str) -> (bool, bool) {
    let has = |text: &str| scan::words(text, name).any(|at| !BESIDE.iter().any(|word| text[..at].ends_with(word)));
    if !has(region.text) {
        return (false, false);
    }
    let (mut comes_in, mut goes_out) = region.symbol.map_or((false, false), |symbol| {
        let open = symbol.signature.find(&format!("{}(", symbol.name)).map_or(0, |at| at + symbol.name.len());
        let close = scan::closing(&symbol.signature, open, false);
        let (before, rest) = symbol.signature.split_at(open);
        let (inside, after) = rest.split_at(close.saturating_sub(open).min(rest.len()));
        // What is looked up for the handler does not come with the request.
        let given =
            inside.split(',').any(|part| has(part) && !part.contains("Depends(") && !part.contains("Security("));
        let answers = symbol.decorators.iter().any(|decorator| has(decorator));
        (given, has(before) || has(after) || answers)
    });
    let body = &region.text[head(region)..];
    let receives_somewhere = RECEIVES.iter().any(|word| region.text.contains(word));
    for line in body.lines().filter(|line| line.len() <= 2_000 && has(line)) {
        if RECEIVES.iter().any(|word| line.contains(word)) {
            comes_in = true;
        } else if GIVES.iter().any(|word| line.contains(word)) {
            goes_out = true;
        } else if let Some(variable) = assigned(line) {
            let others = body.lines().filter(|other| *other != line && scan::words(other, variable).next().is_some());
            for other in others {
                comes_in |= receives_somewhere && RECEIVES.iter().any(|word| other.contains(word));
                goes_out |= GIVES.iter().any(|word| other.contains(word));
            }
        }
    }
    (comes_in, goes_out)
}

/// Where the declaration of a handler ends: one past the line on which its parameters close.
fn head(region: &Region<'_>) -> usize {
    let Some(symbol) = region.symbol else { return 0 };
    let Some(open) = region.text.find(&format!("{}(", symbol.name)).map(|at| at + symbol.name.len()) else { return 0 };
    let close = scan::closing(region.text, open, true);
    region.text[close..].find('\n').map_or(region.text.len(), |end| close + end)
}

/// The variable that a line declares or gives a value: `var x T`, `x := T{}`, `const x: T = …`, `x = T(…)`.
fn assigned(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let head = ["const ", "let mut ", "let ", "var ", "final "].iter().find_map(|word| line.strip_prefix(word));
    let name = head.unwrap_or(line);
    let end = name.find(|c: char| !scan::is_name(c)).unwrap_or(name.len());
    let rest = name[end..].trim_start();
    let declares = head.is_some()
        || rest.starts_with(":=")
        || (rest.starts_with('=') && !rest.starts_with("=="))
        || (rest.starts_with(": ") && rest.contains('='));
    (end > 0 && declares).then(|| &name[..end])
}
