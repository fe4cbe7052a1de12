//! What changed, family by family. A family is one file: its rules, what of its kind may be gone, its facts.

pub mod auth;
pub mod behaviour;
pub mod breaks;
pub mod ci;
pub mod config;
pub mod config_struct;
pub mod default_export;
pub mod deploy;
pub mod disabled;
pub mod engine;
pub mod env;
pub mod env_value;
pub mod fields;
mod go_major;
pub mod handed_out;
pub mod http;
pub mod keyword;
pub mod metrics;
pub mod module;
pub mod names;
mod parameters;
pub mod refused;
pub mod required_member;
pub mod resource;
mod rule;
pub mod shared;
pub mod spec;
pub mod symbol;

use std::collections::{BTreeSet, HashSet};

use contracts::fact::{Fact, FactSheet, FileChange, FileStatus};

pub use rule::Rule;

use crate::comparison::{Changed, Comparison};

/// A change that makes more facts than this is a rewrite; the sheet says so.
const MAX_FACTS: usize = 5_000;

/// One kind of thing that can change.
struct Family {
    rules: &'static [&'static Rule],
    facts: fn(&Comparison) -> Vec<Fact>,
    /// Texts to search unchanged files for, before anything is called removed.
    gone: fn(&Comparison) -> Vec<String>,
}

const FAMILIES: &[Family] = &[
    Family { rules: http::RULES, facts: http::facts, gone: http::gone },
    Family { rules: auth::RULES, facts: auth::facts, gone: auth::gone },
    Family { rules: env::RULES, facts: env::facts, gone: env::gone },
    Family { rules: env_value::RULES, facts: env_value::facts, gone: env_value::gone },
    Family { rules: refused::RULES, facts: refused::facts, gone: nothing },
    Family { rules: fields::strict::RULES, facts: fields::strict::facts, gone: nothing },
    Family { rules: config::RULES, facts: config::facts, gone: nothing },
    Family { rules: config_struct::RULES, facts: config_struct::facts, gone: config_struct::gone },
    Family { rules: deploy::RULES, facts: deploy::facts, gone: deploy::gone },
    Family { rules: behaviour::RULES, facts: behaviour::facts, gone: behaviour::gone },
    Family { rules: symbol::RULES, facts: symbol::facts, gone: symbol::gone },
    Family { rules: disabled::RULES, facts: disabled::facts, gone: nothing },
    Family { rules: default_export::RULES, facts: default_export::facts, gone: nothing },
    Family { rules: handed_out::RULES, facts: handed_out::facts, gone: nothing },
    Family { rules: required_member::RULES, facts: required_member::facts, gone: nothing },
    Family { rules: engine::RULES, facts: engine::facts, gone: nothing },
    Family { rules: keyword::RULES, facts: keyword::facts, gone: nothing },
    Family { rules: module::RULES, facts: module::facts, gone: module::gone },
    Family { rules: ci::RULES, facts: ci::facts, gone: nothing },
    Family { rules: metrics::RULES, facts: metrics::facts, gone: metrics::gone },
    Family { rules: resource::RULES, facts: resource::facts, gone: resource::gone },
    Family { rules: names::RULES, facts: names::facts, gone: names::gone },
    Family { rules: spec::openapi::RULES, facts: spec::openapi::facts, gone: spec::openapi::gone },
    Family { rules: spec::json_schema::RULES, facts: spec::json_schema::facts, gone: nothing },
    Family { rules: spec::protobuf::RULES, facts: spec::protobuf::facts, gone: nothing },
    Family { rules: spec::proto_file::RULES, facts: spec::proto_file::facts, gone: nothing },
    Family { rules: spec::graphql::RULES, facts: spec::graphql::facts, gone: nothing },
    Family { rules: shared::RULES, facts: shared::facts, gone: nothing },
    Family { rules: breaks::RULES, facts: breaks::facts, gone: breaks::gone },
    Family { rules: fields::RULES, facts: fields::facts, gone: fields::gone },
    Family { rules: spec::sql::RULES, facts: spec::sql::facts, gone: nothing },
];

fn nothing(_: &Comparison) -> Vec<String> {
    Vec::new()
}

/// Every rule of every family, for people who ask what a rule sees.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.rules.iter().copied())
}

/// Texts that changed files no longer have and that unchanged files may still hold.
pub(crate) fn gone(comparison: &Comparison) -> BTreeSet<String> {
    let texts = FAMILIES.iter().flat_map(|family| (family.gone)(comparison));
    texts.filter(|text| text.len() >= 3).collect()
}

/// The sheet: all facts of all families, sorted by path, line and rule.
pub fn decide(comparison: &Comparison) -> FactSheet {
    let mut facts: Vec<Fact> = FAMILIES.iter().flat_map(|family| (family.facts)(comparison)).collect();
    behaviour::drop_repeated(&mut facts);
    go_major::drop_superseded(comparison, &mut facts);
    breaks::drop_repeated(&mut facts);
    facts.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.element.cmp(&b.element)));
    // One fact a rule and element, the first by place: a finding has no other identity.
    let mut told = HashSet::new();
    facts.retain(|fact| told.insert((fact.rule.clone(), fact.element.key())));
    // What code serves says more than what describes it.
    let served: HashSet<String> =
        facts.iter().filter(|fact| fact.rule.starts_with("http.")).map(|fact| fact.element.key()).collect();
    facts.retain(|fact| !(fact.rule.starts_with("spec.") && served.contains(&fact.element.key())));
    let mut blind = comparison.blind.clone();
    blind.extend(spec::unreadable(comparison));
    if facts.len() > MAX_FACTS {
        blind.push(format!("{} facts, only the first {MAX_FACTS} are kept", facts.len()));
        facts.truncate(MAX_FACTS);
    }
    let files = comparison.files.iter().map(file_change).collect();
    FactSheet { repo: comparison.repo.clone(), facts, files, blind }
}

fn place(fact: &Fact) -> (&str, u32, &str) {
    let span = fact.before.as_ref().or(fact.after.as_ref());
    span.map_or(("", 0, &fact.rule), |span| (&span.path, span.start, &fact.rule))
}

fn file_change(file: &Changed) -> FileChange {
    let from = file.before.as_ref().filter(|_| file.status == FileStatus::Renamed).map(|side| side.path.clone());
    let noise = file.noise.map(str::to_owned).or_else(|| {
        let binary = [&file.before, &file.after].into_iter().flatten().all(|side| side.text.is_none());
        binary.then(|| "binary".to_owned())
    });
    FileChange { path: file.path().to_owned(), from, status: file.status, noise }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_ids_are_unique_and_well_formed() {
        let ids: Vec<&str> = rules().map(|rule| rule.id).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len());
        for rule in rules() {
            let parts = rule.id.split('.').count();
            let plain = rule.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'.');
            assert!((2..=4).contains(&parts) && plain, "{}", rule.id);
            assert!(!rule.triggers.is_empty() && !rule.sees.is_empty(), "{}", rule.id);
        }
    }
}
