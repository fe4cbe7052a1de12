//! Which file became which: by path, then by content, then by likeness.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use contracts::manifest::{Entry, Manifest};

/// More removed or added files than this are not compared for likeness, the biggest first.
const MAX_CANDIDATES: usize = 1_000;

/// A line that stands in more files than this tells nothing about any of them.
const COMMON_LINE: usize = 50;

/// A changed file as the manifests tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair<'a> {
    pub before: Option<&'a Entry>,
    pub after: Option<&'a Entry>,
}

/// Files that differ, exact moves paired, sorted by the path they have now.
pub(crate) fn pairs<'a>(before: &'a Manifest, after: &'a Manifest) -> Vec<Pair<'a>> {
    let mut removed = Vec::new();
    let mut out = Vec::new();
    for entry in &before.entries {
        match after.entry(&entry.path) {
            Some(now) if now.oid == entry.oid => {}
            Some(now) => out.push(Pair { before: Some(entry), after: Some(now) }),
            None => removed.push(entry),
        }
    }
    let added: Vec<&Entry> = after.entries.iter().filter(|entry| before.entry(&entry.path).is_none()).collect();
    let mut by_content: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for entry in removed.iter().rev() {
        by_content.entry(entry.oid.as_str()).or_default().push(entry);
    }
    let mut moved = HashSet::new();
    for entry in added {
        // An empty file is like every other empty file.
        let from = if entry.size == 0 { None } else { by_content.get_mut(entry.oid.as_str()).and_then(Vec::pop) };
        moved.extend(from.map(|from| from.path.as_str()));
        out.push(Pair { before: from, after: Some(entry) });
    }
    let gone = removed.into_iter().filter(|entry| !moved.contains(entry.path.as_str()));
    out.extend(gone.map(|entry| Pair { before: Some(entry), after: None }));
    sort(&mut out);
    out
}

fn sort(pairs: &mut [Pair<'_>]) {
    pairs.sort_by(|a, b| path(a).cmp(path(b)));
}

fn path<'a>(pair: &Pair<'a>) -> &'a str {
    pair.after.or(pair.before).map_or("", |entry| entry.path.as_str())
}

/// Pairs removed with added files of the same extension that share at least half of their lines.
pub(crate) fn join_similar<'t>(pairs: &mut Vec<Pair<'_>>, text: &dyn Fn(&Entry) -> Option<&'t str>) {
    let removed = candidates(pairs.iter().filter(|p| p.after.is_none()).filter_map(|p| p.before));
    let added = candidates(pairs.iter().filter(|p| p.before.is_none()).filter_map(|p| p.after));
    if removed.is_empty() || added.is_empty() {
        return;
    }
    let matched = best_matches(&removed, &added, text);
    if matched.is_empty() {
        return;
    }
    pairs.retain(|pair| match (pair.before, pair.after) {
        (Some(gone), None) => !matched.iter().any(|(from, _)| from.path == gone.path),
        (None, Some(new)) => !matched.iter().any(|(_, to)| to.path == new.path),
        _ => true,
    });
    pairs.extend(matched.into_iter().map(|(from, to)| Pair { before: Some(from), after: Some(to) }));
    sort(pairs);
}

fn candidates<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<&'a Entry> {
    let mut found: Vec<&Entry> = entries.filter(|entry| entry.size > 0).collect();
    found.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.path.cmp(&b.path)));
    found.truncate(MAX_CANDIDATES);
    found
}

fn best_matches<'a, 't>(
    removed: &[&'a Entry],
    added: &[&'a Entry],
    text: &dyn Fn(&Entry) -> Option<&'t str>,
) -> Vec<(&'a Entry, &'a Entry)> {
    let lines_of = |entry: &Entry| -> Vec<u64> {
        text(entry).map_or_else(Vec::new, |t| t.lines().map(str::trim).filter(|l| !l.is_empty()).map(digest).collect())
    };
    let added_lines: Vec<Vec<u64>> = added.iter().map(|entry| lines_of(entry)).collect();
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, lines) in added_lines.iter().enumerate() {
        for line in lines {
            holders.entry(*line).or_default().push(at);
        }
    }
    let mut scored = Vec::new();
    for from in removed {
        let lines = lines_of(from);
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for (line, count) in counts(&lines) {
            let Some(at) = holders.get(&line).filter(|at| at.len() <= COMMON_LINE) else { continue };
            for (file, there) in counts(at) {
                *shared.entry(file).or_default() += count.min(there);
            }
        }
        for (file, common) in shared {
            let longest = lines.len().max(added_lines[file].len());
            if extension(&from.path) == extension(&added[file].path) && common * 2 >= longest {
                scored.push((common * 1_000 / longest, *from, added[file]));
            }
        }
    }
    scored.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)).then_with(|| a.2.path.cmp(&b.2.path)));
    let mut out: Vec<(&Entry, &Entry)> = Vec::new();
    for (_, from, to) in scored {
        if !out.iter().any(|(f, t)| f.path == from.path || t.path == to.path) {
            out.push((from, to));
        }
    }
    out
}

fn counts<T: Copy + Ord>(items: &[T]) -> BTreeMap<T, usize> {
    let mut out = BTreeMap::new();
    for item in items {
        *out.entry(*item).or_default() += 1;
    }
    out
}

fn digest(line: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}

fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::manifest::{Content, EntryKind, GitFacts};

    fn manifest(files: &[(&str, u8, u64)]) -> Manifest {
        let entry = |(path, content, size): &(&str, u8, u64)| Entry {
            path: (*path).to_owned(),
            kind: EntryKind::File,
            oid: format!("{content:040x}").parse().unwrap(),
            size: *size,
            content: Content::Absent,
        };
        let mut entries: Vec<Entry> = files.iter().map(entry).collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Manifest { commit: None, entries, packs: vec![], git: GitFacts::default(), notes: vec![] }
    }

    fn told(pairs: &[Pair<'_>]) -> Vec<String> {
        let name = |e: Option<&Entry>| e.map_or("-".to_owned(), |e| e.path.clone());
        pairs.iter().map(|p| format!("{}>{}", name(p.before), name(p.after))).collect()
    }

    #[test]
    fn paths_then_contents() {
        let before = manifest(&[("a", 1, 9), ("b", 2, 9), ("c", 3, 9), ("e", 5, 0)]);
        let after = manifest(&[("a", 1, 9), ("b", 4, 9), ("d", 3, 9), ("f", 5, 0), ("g", 6, 1)]);
        assert_eq!(told(&pairs(&before, &after)), ["b>b", "c>d", "e>-", "->f", "->g"]);
    }

    #[test]
    fn likeness_needs_half_of_the_lines_and_the_extension() {
        let before = manifest(&[("a.yml", 1, 9), ("b.py", 2, 9)]);
        let after = manifest(&[("x.yml", 3, 9), ("y.rs", 4, 9)]);
        let text = |entry: &Entry| -> Option<&'static str> {
            Some(match entry.path.as_str() {
                "a.yml" => "one\ntwo\nthree\nfour\n",
                "x.yml" => "one\ntwo\nfive\n",
                _ => "same\nsame too\n",
            })
        };
        let mut found = pairs(&before, &after);
        join_similar(&mut found, &text);
        assert_eq!(told(&found), ["b.py>-", "a.yml>x.yml", "->y.rs"]);
    }
}
