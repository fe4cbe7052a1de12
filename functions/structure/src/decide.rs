//! From the manifest and the facts of its files to the document.

use std::collections::BTreeMap;

use contracts::manifest::{Entry, Manifest};
use contracts::structure::{File, KeyPlace, LanguageTotal, Origin, Structure};

use crate::directories::directories;
use crate::entry_points::Names;
use crate::facts::Facts;
use crate::key_directories::key_directories;

/// The structure of a repository. `facts` holds one element for each entry, in the order of the entries.
pub fn decide(manifest: &Manifest, facts: &[Facts]) -> Structure {
    let known: Vec<(&Entry, &Facts)> = manifest.entries.iter().zip(facts).collect();
    let directories = directories(&manifest.entries);
    Structure {
        files: known.iter().map(|(entry, facts)| file(entry, facts)).collect(),
        languages: languages(&known),
        key_directories: key_directories(&directories),
        entry_points: entry_points(&known),
        directories,
    }
}

fn file(entry: &Entry, facts: &Facts) -> File {
    let Facts { lines, language, origin, .. } = facts.clone();
    File { path: entry.path.clone(), size: entry.size, lines, language, origin }
}

fn languages(known: &[(&Entry, &Facts)]) -> BTreeMap<String, LanguageTotal> {
    let mut totals: BTreeMap<String, LanguageTotal> = BTreeMap::new();
    for (entry, facts) in known.iter().filter(|(_, facts)| facts.origin == Origin::Source) {
        let Some(language) = &facts.language else { continue };
        if !totals.contains_key(language) {
            totals.insert(language.clone(), LanguageTotal::default());
        }
        if let Some(total) = totals.get_mut(language) {
            total.files += 1;
            total.lines += u64::from(facts.lines.unwrap_or(0));
            total.bytes = total.bytes.saturating_add(entry.size);
        }
    }
    totals
}

fn entry_points(known: &[(&Entry, &Facts)]) -> Vec<KeyPlace> {
    let written: Vec<_> = known.iter().filter(|(_, facts)| facts.origin == Origin::Source).collect();
    let names = Names::of(written.iter().map(|(entry, _)| entry.path.as_str()));
    let place = |(entry, facts): &&(&Entry, &Facts)| match &facts.entry {
        Some(role) => Some(KeyPlace { path: entry.path.clone(), role: role.clone() }),
        None => names.place(&entry.path),
    };
    written.iter().filter_map(place).collect()
}
