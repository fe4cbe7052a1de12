//! Keys that a program passed over until now, in the file that it reads: what it does not know is an error.

use std::collections::{BTreeMap, BTreeSet};

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, env};

const UNKNOWN: Certainty = Certainty::Likely("the key is none of those that are known there");

/// Names of files that every second program reads.
const COMMON: &[&str] = &[
    "config",
    "configuration",
    "settings",
    "app",
    "application",
    "main",
    "default",
    "defaults",
    "values",
    "conf",
    "data",
];

/// Keys beside those that are known in the section: `server.{host,port}`, or `{server,log}` for the whole file.
pub(crate) fn find(name: &str, key: &str, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let Some((section, known)) = read(key).filter(|_| env::configures(asked)) else { return found };
    for file in asked.dependent.files.iter().filter(|file| file.place != Place::Test && is_it(file, name, asked)) {
        let there = keys(file, &section);
        let (fits, unknown): (Vec<_>, Vec<_>) = there.into_iter().partition(|(name, _)| known.contains(name.as_str()));
        // A file with nothing that is known, or hardly anything, is another program's.
        if fits.is_empty() || (section.is_empty() && unknown.len() > fits.len()) {
            continue;
        }
        found.uses.extend(unknown.into_iter().map(|(name, line)| {
            let mut place = Use::at(&file.path, line).but(UNKNOWN);
            place.consequence = Some(format!("`{name}` is set here and is no key that it knows: it will be refused."));
            place
        }));
    }
    found
}

/// The section, part by part, and its known keys.
fn read(key: &str) -> Option<(Vec<&str>, BTreeSet<&str>)> {
    let (section, list) = key.strip_suffix('}')?.split_once('{')?;
    let section = section.split('.').filter(|part| !part.is_empty()).collect();
    Some((section, list.split(',').filter(|name| !name.is_empty()).collect()))
}

fn is_it(file: &File, name: &str, asked: &Asked<'_>) -> bool {
    let base = file.path.rsplit('/').next().unwrap_or(&file.path);
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let own = file.place == Place::Interface || asked.contact.is_near(file) || !COMMON.contains(&stem.as_str());
    base == name && own
}

/// Keys of one section with their first lines.
fn keys(file: &File, section: &[&str]) -> BTreeMap<String, u32> {
    let mut out = BTreeMap::new();
    let Some(format) = outline::format_of(&file.path) else { return out };
    for key in outline::keys(format, file.text()) {
        let inside = key.path.len() > section.len() && key.path.iter().zip(section).all(|(there, part)| there == part);
        if inside {
            out.entry(key.path[section.len()].clone()).or_insert(key.line);
        }
    }
    out
}
