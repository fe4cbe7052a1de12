//! From the picked files to the document.

use std::borrow::Cow;
use std::collections::BTreeSet;

use contracts::manifest::Manifest;
use contracts::metadata::{Dependency, Metadata};

use crate::dependencies::{self, Around};
use crate::format::{Format, format_of};
use crate::found::one_line;
use crate::{config, license, owners, pick, readme};

/// Above this a list of dependencies is a copy of a registry.
const MOST_DEPENDENCIES: usize = 50_000;

/// A file that was read.
struct Text<'f> {
    path: &'f str,
    format: Format,
    text: Cow<'f, str>,
}

/// What the repository says about itself. `files` are the contents of what [`pick()`] picked.
pub fn decide(manifest: &Manifest, files: &[(String, Vec<u8>)]) -> Metadata {
    let texts: Vec<Text<'_>> = files.iter().filter_map(|(path, bytes)| text_of(path, bytes)).collect();
    let mut problems = unread(manifest, files);
    let dependencies = dependencies(&texts, &mut problems);
    problems = problems.iter().map(|problem| one_line(problem)).collect();
    problems.sort();
    problems.dedup();
    // First what is missing from everything, whoever asks: paths that were left out, contents that are gone.
    problems.splice(0..0, manifest.notes.iter().map(|note| one_line(note)));
    Metadata {
        readme: only(&texts, Format::Readme).map(|file| readme::read(file.path, &file.text)),
        dependencies,
        config_files: config::config_files(&manifest.entries),
        license: license::find(all(&texts)),
        owners: only(&texts, Format::Owners).map(|file| owners::read(&file.text)).unwrap_or_default(),
        git: manifest.git.clone(),
        problems,
    }
}

fn text_of<'f>(path: &'f str, bytes: &'f [u8]) -> Option<Text<'f>> {
    Some(Text { path, format: format_of(path)?, text: String::from_utf8_lossy(bytes) })
}

fn all<'a>(texts: &'a [Text<'_>]) -> impl Iterator<Item = (&'a str, Format, &'a str)> {
    texts.iter().map(|file| (file.path, file.format, file.text.as_ref()))
}

fn only<'a, 'f>(texts: &'a [Text<'f>], format: Format) -> Option<&'a Text<'f>> {
    texts.iter().find(|file| file.format == format)
}

/// What should have been read and was not.
fn unread(manifest: &Manifest, files: &[(String, Vec<u8>)]) -> Vec<String> {
    let picked = pick(manifest);
    let read: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let missing = picked.read.iter().filter(|entry| !read.contains(entry.path.as_str()));
    let mut problems: Vec<String> =
        missing.map(|entry| format!("{}: not read: its content is not kept", entry.path)).collect();
    problems.extend(picked.problems);
    problems
}

/// Sorted by file, then name; a declaration that a file repeats word for word on one line counts once.
fn dependencies(texts: &[Text<'_>], problems: &mut Vec<String>) -> Vec<Dependency> {
    let around = Around::of(all(texts));
    let mut found = Vec::new();
    for (path, format, text) in all(texts) {
        let (list, problem) = dependencies::read(path, format, text, &around);
        problems.extend(problem.map(|problem| format!("{path}: {problem}")));
        found.extend(list);
        if found.len() > MOST_DEPENDENCIES {
            problems.push(format!(
                "{path}: the repository names more than {MOST_DEPENDENCIES} dependencies; the rest is left out"
            ));
            found.truncate(MOST_DEPENDENCIES);
            break;
        }
    }
    found.sort();
    found.dedup();
    found
}
