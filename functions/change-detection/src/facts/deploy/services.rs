//! Names of services in compose files: the hosts by which others on the same network reach them.

use std::collections::BTreeMap;

use contracts::fact::{Element, Fact};
use outline::Format;

use super::SERVICE;
use crate::comparison::{Comparison, Side};

/// A service: its line, and what it runs.
struct Service {
    line: u32,
    runs: String,
}

/// Services whose name is gone.
pub(super) fn facts(c: &Comparison) -> Vec<Fact> {
    let all_after: Vec<BTreeMap<String, Service>> = c.afters().map(services).collect();
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        let (old, new) = (services(before), services(after));
        for (name, was) in old.iter().filter(|(name, _)| !all_after.iter().any(|all| all.contains_key(*name))) {
            let mut heirs = new.iter().filter(|(name, now)| !old.contains_key(*name) && now.runs == was.runs);
            let heir = heirs.next().filter(|_| heirs.next().is_none() && !was.runs.is_empty());
            let summary = match heir {
                Some((now, _)) => format!("the service `{name}` is called `{now}` now"),
                None => format!("there is no service `{name}` any more"),
            };
            let element = Element::Deploy { setting: format!("service:{name}") };
            let after_span = heir.and_then(|(_, now)| c.after_span(after, now.line, now.line));
            out.push(SERVICE.fact(element, summary, c.before_span(before, was.line, was.line), after_span));
        }
    }
    out
}

/// By name; an alias or the name of the container is a name, too.
fn services(side: &Side) -> BTreeMap<String, Service> {
    let mut out: BTreeMap<String, Service> = BTreeMap::new();
    let name = side.path.rsplit('/').next().unwrap_or("");
    if !name.contains("compose") || outline::format_of(&side.path) != Some(Format::Yaml) {
        return out;
    }
    for key in outline::keys(Format::Yaml, side.text()) {
        let [root, service, rest @ ..] = key.path.as_slice() else { continue };
        if root != "services" {
            continue;
        }
        match rest.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] => {
                out.entry(service.clone()).or_insert(Service { line: key.line, runs: String::new() });
            }
            ["image" | "build"] | ["build", "context"] if !key.value.is_empty() => {
                if let Some(service) = out.get_mut(service) {
                    service.runs = key.value.clone();
                }
            }
            ["container_name" | "hostname"] | ["networks", _, "aliases", _] => {
                out.entry(key.value.clone()).or_insert(Service { line: key.line, runs: String::new() });
            }
            _ => {}
        }
    }
    out
}
