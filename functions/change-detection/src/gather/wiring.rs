//! Unchanged files that the paths of changed routes depend on: routers, and what mounts them.

use aho_corasick::AhoCorasick;
use contracts::manifest::Entry;
use outline::role;
use snapshot::Snapshot;
use stage::Fault;

use super::{BATCH, MAX_SEARCHED, is_file, trees};
use crate::Deps;
use crate::comparison::{Changed, Side};

/// How files look that serve routes or put them somewhere.
const WORDS: &[&str] = &[
    "include_router",
    "APIRouter",
    "register_blueprint",
    "Blueprint(",
    "urlpatterns",
    "Mount(",
    ".Mount(",
    "Router(",
    "outer::new",
    ".nest(",
    ".configure(",
    "ServiceConfig",
    "routes![",
    "#[get(",
    "#[post(",
    "#[put(",
    "#[patch(",
    "#[delete(",
    "#[route(",
    ".mount(",
    "setGlobalPrefix",
    "@Controller",
    "RestController",
    "@RequestMapping",
    "@ApplicationPath",
    "gin.",
    "echo.",
    "chi.",
    "fiber.",
    "mux.",
    "express",
    "fastify",
    "Hono",
    "base_path(",
    "Route::",
];

/// Files that are read at most.
const MAX_FILES: usize = 1_000;

/// Bytes that are read at most.
const MAX_BYTES: u64 = 32 << 20;

/// The files, if the change touches routes, what mounts them, or a path that may be their prefix.
///
/// # Errors
///
/// Retry where storage or the parsers fail for now.
pub(super) async fn read(
    deps: &Deps,
    before: &Snapshot,
    after: &Snapshot,
    changed: &[Changed],
) -> Result<Vec<Side>, Fault> {
    // What a reporter's diff does not show is not there.
    if after.manifest().commit.is_none() || !changed.iter().any(touches_routes) {
        return Ok(Vec::new());
    }
    let Ok(searcher) = AhoCorasick::new(WORDS) else { return Ok(Vec::new()) };
    let unchanged = |entry: &&Entry| before.manifest().entry(&entry.path).is_some_and(|old| old.oid == entry.oid);
    let is_code = |entry: &&Entry| {
        let known = ["py", "js", "ts", "mjs", "cjs", "mts", "tsx", "go", "rs", "java", "kt", "php"];
        let ending = entry.path.rsplit('.').next().unwrap_or("");
        let own = !role::is_test(&entry.path) && !role::is_docs(&entry.path) && !role::is_generated(&entry.path, "");
        is_file(entry) && known.contains(&ending) && own && entry.size <= MAX_SEARCHED
    };
    let entries: Vec<&Entry> = after.manifest().entries.iter().filter(is_code).filter(unchanged).collect();
    let (mut found, mut room) = (Vec::new(), MAX_BYTES);
    for batch in entries.chunks(BATCH) {
        for (entry, bytes) in batch.iter().zip(after.read_many(batch).await?) {
            let Some(bytes) = bytes.filter(|bytes| searcher.is_match(bytes)) else { continue };
            if let Some(left) = room.checked_sub(entry.size).filter(|_| found.len() < MAX_FILES) {
                room = left;
                found.push((*entry, String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
    }
    let trees = trees(deps, after, found.iter().map(|(entry, _)| *entry)).await?;
    let side = |(entry, text): (&Entry, String)| Side {
        path: entry.path.clone(),
        text: Some(text),
        analysis: trees.get(&entry.path).cloned(),
    };
    Ok(found.into_iter().map(side).collect())
}

/// Routes, mounts or paths of this file are others than before.
fn touches_routes(file: &Changed) -> bool {
    if file.noise.is_some() || role::is_test(file.path()) {
        return false;
    }
    let told = |side: &Option<Side>| {
        let analysis = side.as_ref().and_then(|side| side.analysis.clone());
        analysis.map(|analysis| {
            let routes = analysis.routes.iter().map(|route| format!("{} {}", route.method, route.path));
            let mounts = analysis.mounts.iter().map(|mount| format!("{} < {}", mount.target, mount.prefix));
            let paths =
                analysis.literals.iter().filter(|literal| literal.call.is_none() && literal.text.starts_with('/'));
            routes.chain(mounts).chain(paths.map(|literal| literal.text.clone())).collect::<Vec<String>>()
        })
    };
    told(&file.before).unwrap_or_default() != told(&file.after).unwrap_or_default()
}
