//! What a program's configuration file is called, as its code says that opens it.

use std::collections::BTreeSet;

use contracts::RepoName;

use super::structs::Format;
use crate::comparison::{Comparison, Side};

/// Endings of configuration files, by what reads the types.
const ENDINGS: &[(Format, &[&str])] = &[
    (Format::Yaml, &["yml", "yaml"]),
    (Format::Toml, &["toml"]),
    (Format::Any, &["yml", "yaml", "toml", "json", "json5", "hjson"]),
];

/// Names that every other program's file has, too: they count beside the types alone.
const PLAIN: &[&str] = &["config", "settings"];

/// Texts that a file which opens the configuration holds.
pub(super) fn needles(repo: &RepoName) -> Vec<String> {
    let own = own(repo);
    let names = own.iter().map(String::as_str).chain(PLAIN.iter().copied());
    let endings = ["yml", "yaml", "toml", "json", "hjson"];
    names.flat_map(|name| endings.iter().map(move |ending| format!("{name}.{ending}"))).collect()
}

/// Names of the file, without folders, one for each kind of spelling.
pub(super) fn files(c: &Comparison, types: &Side, format: Format) -> Vec<String> {
    let own = own(&c.repo);
    let endings = ENDINGS.iter().find(|(of, _)| *of == format).map_or(&[][..], |(_, endings)| endings);
    let (mut spelt, mut out) = (BTreeSet::new(), Vec::new());
    for side in c.standing() {
        let beside = folder(&side.path) == folder(&types.path);
        for literal in side.analysis.iter().flat_map(|analysis| &analysis.literals) {
            let name = literal.text.rsplit('/').next().unwrap_or(&literal.text);
            let Some((stem, ending)) = name.rsplit_once('.') else { continue };
            let stem = stem.trim_start_matches('.').to_ascii_lowercase();
            let fits = own.contains(&stem) || beside && PLAIN.contains(&stem.as_str());
            if fits && endings.contains(&ending) && spelt.insert((stem, ending.replace("yml", "yaml"))) {
                out.push(name.to_owned());
            }
        }
    }
    out
}

fn own(repo: &RepoName) -> Vec<String> {
    let name = repo.name().to_ascii_lowercase();
    let mut names = vec![name.clone(), name.replace('-', "_"), name.replace(['-', '_'], "")];
    names.dedup();
    names
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
