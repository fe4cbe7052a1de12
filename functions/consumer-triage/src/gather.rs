//! Reads the consumer: its snapshot, what its syntax says, and the texts that could hold a use.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use contracts::analysis::{FileAnalysis, ParseStatus};
use contracts::fact::{Element, Fact, FactSheet};
use contracts::manifest::{Content, Entry, EntryKind};
use contracts::messages::{Change, TriageConsumer};
use contracts::record::{FindingRecord, Recheck};
use contracts::{Envelope, RepoName};
use outline::role;
use relationships::Consumer;
use snapshot::{Rev, Snapshot, Take};
use stage::Fault;

use crate::dependent::{Dependent, File, Place, is_data};
use crate::unread::{self, Unread, is_written_by_people};
use crate::{ConsumerTriage, Deps, advice, bulk, contact, relevance, uses};

/// Files larger than this are data, not code or configuration.
pub(crate) const MAX_TEXT: u64 = 1 << 20;

/// Texts are read up to this sum; what is left over is named in [`Dependent::unread`].
const MAX_TEXTS: u64 = 256 << 20;

/// Files that are read at once.
const BATCH: usize = 256;

/// What is asked: the provider's side and the relationship.
#[derive(Debug, Clone)]
pub struct Case {
    /// The provider's change.
    pub change: Change,
    /// What changed.
    pub sheet: FactSheet,
    /// The relationship as declared; for somebody who is not declared, one without wishes.
    pub consumer: Consumer,
    /// Set when an open finding is looked at again.
    pub recheck: Option<Recheck>,
    /// That finding rests on what a model read: that rules find nothing does not end it.
    pub read_by_model: bool,
}

/// What came of reading the consumer.
#[derive(Debug, Clone)]
pub enum Reading {
    /// It was read.
    Read(Box<Dependent>),
    /// It never will be, and why.
    Unreadable(String),
}

/// Asks everything that a verdict rests on.
pub(crate) async fn gather(
    msg: &Envelope<TriageConsumer>,
    deps: &Deps,
) -> Result<(Case, Reading, Vec<FindingRecord>), Fault> {
    let body = &msg.body;
    let sheet: FactSheet = deps.blobs.get_json(&body.facts).await?;
    let declared = deps.relationships.consumer(&body.change.repo, &body.target).cloned();
    let consumer = declared.unwrap_or_else(|| undeclared(&body.target));
    let mut known = deps.store.findings_against(&body.target).await?;
    known.retain(|record| record.source == body.change.repo);
    let again = |record: &&FindingRecord| {
        body.recheck.as_ref().is_some_and(|recheck| recheck.fingerprint == record.finding.fingerprint)
    };
    let read_by_model = known.iter().find(again).is_some_and(|record| record.finding.tier_reason == advice::BY_MODEL);
    let case = Case { change: body.change.clone(), sheet, consumer, recheck: body.recheck.clone(), read_by_model };
    let reading = match head(msg, deps).await {
        Ok(snapshot) => Reading::Read(Box::new(read_dependent(&snapshot, &case, deps).await?)),
        Err(Fault::Reject { why }) => Reading::Unreadable(why),
        Err(retry) => return Err(retry),
    };
    Ok((case, reading, known))
}

fn undeclared(target: &RepoName) -> Consumer {
    Consumer {
        repo: target.clone(),
        relationship_type: "undeclared".to_owned(),
        description: String::new(),
        interface_files: Vec::new(),
        change_triggers: Vec::new(),
        urgency_mapping: std::collections::BTreeMap::new(),
    }
}

/// The consumer's snapshot at its head (or where the change pins it); what an earlier one holds is not fetched again.
async fn head(msg: &Envelope<TriageConsumer>, deps: &Deps) -> Result<Snapshot, Fault> {
    let body = &msg.body;
    let known = deps.store.repository(&body.target).await?;
    let previous = match known {
        // A snapshot that is gone from storage is no reason to fail: everything is read anew.
        Some(known) => Snapshot::open(&deps.blobs, &known.snapshot).await.ok(),
        None => None,
    };
    let progress = deps.progress.of(&body.target, &msg.run, <ConsumerTriage as stage::Stage>::NAME);
    let mut limits = deps.git.limits().clone();
    // Large code is searched for names; what nobody keeps cannot be.
    limits.max_file_bytes = limits.max_file_bytes.max(unread::LONGEST_WRITTEN);
    let rev = body.change.pinned.get(&body.target).map_or(Rev::Head, |commit| Rev::Commit(commit.clone()));
    let take = Take { url: &body.target_url, rev, previous: previous.as_ref(), limits };
    Ok(snapshot::take(&deps.git, &deps.blobs, take, Some(&progress)).await?)
}

/// Reads everything of a snapshot that could be a use of one of the facts.
///
/// # Errors
///
/// Retry where storage or the parsers fail for now.
pub async fn read_dependent(snapshot: &Snapshot, case: &Case, deps: &Deps) -> Result<Dependent, Fault> {
    let manifest = snapshot.manifest();
    let interface: HashSet<&str> = case.consumer.interface_files.iter().map(String::as_str).collect();
    let mut unread = Vec::new();
    let mut entries: Vec<(&Entry, Place)> = Vec::new();
    let mut bulky = Vec::new();
    for entry in &manifest.entries {
        let Some(place) = place(&entry.path, &interface) else { continue };
        let of = |why| Unread::without_text(&entry.path, entry.size, place, why);
        match entry.content {
            _ if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) => {}
            Content::Packed(_) if entry.size <= MAX_TEXT => entries.push((entry, place)),
            Content::Packed(_) => bulky.push((entry, of(format!("{} bytes", entry.size)))),
            Content::TooLarge => unread.push(of(format!("{} bytes", entry.size))),
            Content::Lfs(_) if place == Place::Interface => unread.push(of("kept in git LFS".to_owned())),
            Content::Binary if place == Place::Interface => unread.push(of("not a text".to_owned())),
            Content::Absent => unread.push(of("its content is not in the repository".to_owned())),
            Content::Lfs(_) | Content::Binary => {}
        }
    }
    unread.extend(bulk::unread(snapshot, bulky, case).await?);
    // Data is read as data; a tree of it would say nothing that its outline does not.
    let is_code = |entry: &Entry| syntax::language_of(&entry.path, b"").is_none_or(|language| !is_data(language));
    let all: Vec<&Entry> = entries.iter().map(|(entry, _)| *entry).filter(|entry| is_code(entry)).collect();
    let searcher = searcher(case);
    // An analysis that mentions nothing of what changed is not unpacked: most of a repository.
    let interfaces: HashSet<String> =
        all.iter().filter(|e| interface.contains(e.path.as_str())).filter_map(|e| snapshot::analysis_key(e)).collect();
    // Fields are looked for by text, in files whose trees then say more than the name.
    let any = case.sheet.facts.iter().any(|fact| !uses::in_texts(fact).is_empty());
    let concerns = |key: &str, bytes: &[u8]| {
        any || interfaces.contains(key) || searcher.as_ref().is_none_or(|searcher| searcher.is_match(bytes))
    };
    let (store, parsers) = (&deps.store, &deps.parsers);
    let analyses = snapshot::analyses_with(snapshot, &all, store, parsers, &|_| (), &concerns).await?;
    let trees: HashMap<String, Arc<FileAnalysis>> = analyses.into_iter().map(|a| (a.path, a.analysis)).collect();
    let wanted = wanted(&entries, &trees, searcher.as_ref(), &mut unread);
    let mut texts = texts(snapshot, &wanted).await?;
    texts.extend(by_text(snapshot, &entries, &wanted, case).await?);
    let facts = relevance::asked_for(case);
    let mut files: Vec<File> = Vec::new();
    for (entry, place) in entries {
        let (analysis, text) = (trees.get(&entry.path).cloned(), texts.get(&entry.path).cloned());
        let Some(text) = text else { continue };
        if let Some((tree, why)) = analysis.as_ref().and_then(|tree| Some((tree, failure(tree)?))) {
            // What was refused without trying is written by machines.
            if place != Place::Interface && syntax::refusal(&tree.language, text.as_bytes()).is_some() {
                continue;
            }
            let near = place == Place::Interface || contact::is_named(&case.change.repo, &text);
            if unread::may_hide(&facts, &text, near) && !bulk::is_table(&text) {
                unread.push(Unread::without_tree(&entry.path, why));
            }
        }
        files.push(File { path: entry.path.clone(), place, analysis, text: Some(text) });
    }
    files.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.path.cmp(&b.path)));
    let total = manifest.entries.len();
    let (repo, commit) = (case.consumer.repo.clone(), manifest.commit.clone());
    let paths = manifest.entries.iter().map(|entry| entry.path.as_str());
    let messages = paths.filter(|path| path.ends_with(".proto")).map(str::to_owned).collect();
    Ok(Dependent { repo, commit, snapshot: Some(snapshot.key().clone()), files, total, messages, unread })
}

/// What a file is there for; none for what nobody runs (prose, lock files, copies of others' code).
fn place(path: &str, interface: &HashSet<&str>) -> Option<Place> {
    if interface.contains(path) {
        return Some(Place::Interface);
    }
    if role::is_docs(path) || role::is_generated(path, "") {
        return None;
    }
    Some(if role::is_test(path) { Place::Test } else { Place::Source })
}

/// Finds what a file must mention to hold a use; none if there is too much to look for.
fn searcher(case: &Case) -> Option<AhoCorasick> {
    let facts = case.sheet.facts.iter().filter(|fact| relevance::is_wanted(fact, &case.consumer));
    // What is looked at again may no longer be asked for.
    let mut needles: HashSet<String> = facts.chain(relevance::asked_for(case)).flat_map(uses::needles).collect();
    needles.extend(contact::names(&case.change.repo));
    needles.retain(|needle| !needle.is_empty());
    AhoCorasick::builder().ascii_case_insensitive(true).build(needles).ok()
}

/// Files whose text is needed: interfaces, everything without a tree or with a tree of data, and code that names something
/// of the facts.
fn wanted<'a>(
    entries: &[(&'a Entry, Place)],
    trees: &HashMap<String, Arc<FileAnalysis>>,
    searcher: Option<&AhoCorasick>,
    unread: &mut Vec<Unread>,
) -> Vec<&'a Entry> {
    let names_something = |analysis: &FileAnalysis| searcher.is_none_or(|searcher| mentions(searcher, analysis));
    let mut room = MAX_TEXTS;
    let mut out = Vec::new();
    // Data fills what room the rest leaves.
    let mut ordered: Vec<&(&'a Entry, Place)> = entries.iter().collect();
    ordered.sort_by_key(|(entry, place)| !is_written_by_people(&entry.path, entry.size, *place));
    for (entry, place) in ordered {
        let tree = trees.get(&entry.path);
        let needed = match tree {
            Some(tree) if *place != Place::Interface && !is_data(&tree.language) => {
                failure(tree).is_some() || names_something(tree)
            }
            _ => true,
        };
        if !needed {
            continue;
        }
        match room.checked_sub(entry.size) {
            Some(left) => {
                room = left;
                out.push(*entry);
            }
            None => {
                let why = format!("beyond the {} MiB that are read", MAX_TEXTS >> 20);
                unread.push(Unread::without_text(&entry.path, entry.size, *place, why));
            }
        }
    }
    out
}

/// Code that names a field or the provider in its text alone: trees do not list the members that code uses.
async fn by_text(
    snapshot: &Snapshot,
    entries: &[(&Entry, Place)],
    known: &[&Entry],
    case: &Case,
) -> Result<HashMap<String, String>, Fault> {
    let facts: Vec<&Fact> = relevance::asked_for(case);
    let mut needles: HashSet<String> = facts.iter().flat_map(|fact| uses::in_texts(fact)).collect();
    if needles.is_empty() {
        return Ok(HashMap::new());
    }
    if facts.iter().any(|fact| matches!(fact.element, Element::Field { .. })) {
        needles.extend(contact::names(&case.change.repo));
    }
    let Ok(searcher) = AhoCorasick::builder().ascii_case_insensitive(true).build(needles) else {
        return Ok(HashMap::new());
    };
    let known: HashSet<&str> = known.iter().map(|entry| entry.path.as_str()).collect();
    let mut room = MAX_TEXTS;
    let rest = entries.iter().map(|(entry, _)| *entry).filter(|entry| !known.contains(entry.path.as_str()));
    let rest: Vec<&Entry> = rest
        .take_while(|entry| {
            room = room.saturating_sub(entry.size);
            room > 0
        })
        .collect();
    let mut out = HashMap::new();
    for batch in rest.chunks(BATCH) {
        for (path, text) in texts(snapshot, batch).await? {
            if searcher.is_match(&text) {
                out.insert(path, text);
            }
        }
    }
    Ok(out)
}

/// Why there is no tree of a code file.
fn failure(tree: &FileAnalysis) -> Option<&str> {
    match &tree.status {
        ParseStatus::Failed(why) if !is_data(&tree.language) => Some(why),
        _ => None,
    }
}

fn mentions(searcher: &AhoCorasick, analysis: &FileAnalysis) -> bool {
    let literals = analysis.literals.iter().map(|literal| literal.text.as_str());
    let imports =
        analysis.imports.iter().flat_map(|import| import.names.iter().chain([&import.module])).map(String::as_str);
    let calls = analysis.calls.iter().map(|call| call.callee.as_str());
    let env = analysis.env.iter().map(|read| read.name.as_str());
    let symbols = analysis.symbols.iter().map(|symbol| symbol.name.as_str());
    let named = analysis.calls.iter().flat_map(|call| &call.named).map(String::as_str);
    literals.chain(imports).chain(calls).chain(named).chain(env).chain(symbols).any(|text| searcher.is_match(text))
}

async fn texts(snapshot: &Snapshot, entries: &[&Entry]) -> Result<HashMap<String, String>, Fault> {
    let mut out = HashMap::with_capacity(entries.len());
    for batch in entries.chunks(BATCH) {
        for (entry, bytes) in batch.iter().zip(snapshot.read_many(batch).await?) {
            if let Some(bytes) = bytes {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                if !role::is_generated(&entry.path, &text) {
                    out.insert(entry.path.clone(), text);
                }
            }
        }
    }
    Ok(out)
}
