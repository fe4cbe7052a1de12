//! What only shows when all entries are seen together.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use contracts::RepoName;

use crate::index::same;
use crate::model::Document;
use crate::problem::{Problem, Problems, Severity};
use crate::value::Value;

pub(crate) fn semantics(document: &Document, text: &str, problems: &mut Problems) {
    unlisted_derivatives(document, text, problems);
    for cycle in cycles(&template_graph(document)) {
        let way = cycle.join(" → ");
        let first = cycle.first().map_or("", String::as_str);
        let message = format!("templates made from each other: {way}; remove one of the steps");
        problems.add(|| at(text, &["relationships", first], Severity::Error, message));
    }
}

/// A repository names a template that has an entry of its own and does not list it back.
fn unlisted_derivatives(document: &Document, text: &str, problems: &mut Problems) {
    for (name, declared) in &document.relationships {
        let Some(parent) = declared.parent_template.as_ref().map(|p| p.repo()) else { continue };
        let entry = document.relationships.iter().find(|(key, _)| same(key, parent));
        let listed = entry.is_none_or(|(_, entry)| entry.derivatives.iter().any(|d| same(&d.repo, name)));
        if !listed {
            let message = format!("\"{parent}\" does not list this repository among its derivatives; treated as if");
            let keys = ["relationships", name.as_str(), "parent_template"];
            problems.add(|| at(text, &keys, Severity::Warning, message));
        }
    }
}

type Graph = BTreeMap<String, BTreeSet<String>>;

/// Template → derivatives, by lower-case name.
fn template_graph(document: &Document) -> Graph {
    let lower = |name: &RepoName| name.as_str().to_ascii_lowercase();
    let mut graph = Graph::new();
    for (name, declared) in &document.relationships {
        for derivative in &declared.derivatives {
            graph.entry(lower(name)).or_default().insert(lower(&derivative.repo));
        }
        if let Some(parent) = &declared.parent_template {
            graph.entry(lower(parent.repo())).or_default().insert(lower(name));
        }
    }
    graph
}

/// One shortest cycle for each group of repositories that are made from each other, first name repeated at the end.
fn cycles(graph: &Graph) -> Vec<Vec<String>> {
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut found = Vec::new();
    for start in graph.keys() {
        if told.contains(start) {
            continue;
        }
        if let Some(cycle) = way_back(graph, start) {
            told.extend(cycle.iter().cloned());
            found.push(cycle);
        }
    }
    found
}

/// The shortest way from a repository through its derivatives back to itself.
fn way_back(graph: &Graph, start: &String) -> Option<Vec<String>> {
    let mut came_from: BTreeMap<&String, &String> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(here) = waiting.pop_front() {
        for next in graph.get(here).into_iter().flatten() {
            if next == start {
                return Some(path(&came_from, start, here));
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, here);
                waiting.push_back(next);
            }
        }
    }
    None
}

fn path(came_from: &BTreeMap<&String, &String>, start: &String, last: &String) -> Vec<String> {
    let mut path = vec![start.clone()];
    let mut here = last;
    while here != start {
        path.push(here.clone());
        let Some(earlier) = came_from.get(here) else { break };
        here = earlier;
    }
    path.push(start.clone());
    path.reverse();
    path
}

fn at(text: &str, keys: &[&str], severity: Severity, message: String) -> Problem {
    match Value::root(text).map(|root| root.descend(keys)) {
        Ok(value) if severity == Severity::Error => value.error(message),
        Ok(value) => value.warning(message),
        Err(unreadable) => unreadable,
    }
}
