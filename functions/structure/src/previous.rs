//! What the last index knew about files that are still the same.

use std::cmp::Ordering;
use std::mem::discriminant;

use contracts::manifest::{Entry, Manifest};
use contracts::structure::{File, Structure};

use crate::attributes::is_attributes;
use crate::directories::file_name;
use crate::facts::Facts;

/// Facts taken over from an earlier document, by the position of the entry in the manifest of now.
#[derive(Debug, Default)]
pub struct Previous(Vec<Option<Facts>>);

impl Previous {
    /// Compares the manifest `before`, which `document` was made from, with the one of `now`.
    ///
    /// Another `.gitattributes` may change what any file is, so nothing is taken over then.
    pub fn of(before: &Manifest, document: Structure, now: &Manifest) -> Self {
        let fits = before.entries.len() == document.files.len()
            && before.entries.iter().zip(&document.files).all(|(entry, file)| entry.path == file.path);
        if !fits || !attributes(before).eq(attributes(now)) {
            return Self::default();
        }
        Self(joined(&before.entries, document, &now.entries))
    }

    /// The facts of the entry at `position`, if they are known from before.
    pub fn facts(&self, position: usize) -> Option<&Facts> {
        self.0.get(position)?.as_ref()
    }

    /// How many entries need not be looked at.
    pub fn known(&self) -> usize {
        self.0.iter().flatten().count()
    }
}

fn attributes(manifest: &Manifest) -> impl Iterator<Item = (&str, &str)> {
    let entries = manifest.entries.iter().filter(|entry| is_attributes(entry));
    entries.map(|entry| (entry.path.as_str(), entry.oid.as_str()))
}

/// Both lists are sorted by path; one pass over both.
fn joined(before: &[Entry], document: Structure, now: &[Entry]) -> Vec<Option<Facts>> {
    let mut roles = document.entry_points.into_iter().peekable();
    let mut old = before.iter().zip(document.files).peekable();
    let mut found = Vec::with_capacity(now.len());
    for entry in now {
        let facts = loop {
            let Some((known, _)) = old.peek() else { break None };
            match known.path.cmp(&entry.path) {
                Ordering::Greater => break None,
                Ordering::Less => drop(old.next()),
                Ordering::Equal => break old.next().filter(|(known, _)| is_same(known, entry)).map(|(_, file)| file),
            }
        };
        while roles.next_if(|place| place.path < entry.path).is_some() {}
        let role = roles.next_if(|place| place.path == entry.path).map(|place| place.role);
        found.push(facts.map(|file| facts_of(file, role)));
    }
    found
}

/// The same bytes, kept or not kept for the same reason.
fn is_same(known: &Entry, entry: &Entry) -> bool {
    let kept = discriminant(&known.content) == discriminant(&entry.content);
    known.oid == entry.oid && known.kind == entry.kind && kept
}

fn facts_of(file: File, role: Option<String>) -> Facts {
    // Roles by name are found anew, for they depend on what else is there.
    let entry = role.filter(|_| crate::entry_points::is_told_by_content(file_name(&file.path)));
    Facts { lines: file.lines, language: file.language, origin: file.origin, entry }
}
