//! Analyses through real parser children: this program starts itself again as one.
#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

#[path = "../../git/tests/door/origin.rs"]
#[expect(dead_code, reason = "shared with the tests of `git`, which use more of it")]
mod origin;

use std::sync::Mutex;

use blobs::Blobs;
use contracts::manifest::Entry;
use git::{Git, Limits, Rev, Settings};
use origin::Origin;
use snapshot::{FileAnalysisOf, Snapshot, Take, analyses, take};
use store::Store;
use syntax::{Parsers, Worker};

fn main() {
    if std::env::args().nth(1).as_deref() == Some("parse") {
        syntax::serve_worker().unwrap();
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        every_language_is_analysed_once().await;
        a_file_s_name_and_first_line_decide_together().await;
        many_files_come_in_order().await;
    });
    println!("test result: ok. 3 passed");
}

struct World {
    origin: Origin,
    git: Git,
    blobs: Blobs,
    store: Store,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let blobs = Blobs::open(&format!("dir:{}", at("blobs"))).await.unwrap();
        let store = Store::open(&format!("sqlite:{}", at("store"))).await.unwrap();
        let git = Git::open(folder.path().join("cache"), Settings { allow_private: true, ..Settings::default() });
        Self { origin: Origin::new(), git, blobs, store, _folder: folder }
    }

    async fn take(&self) -> Snapshot {
        let url = self.origin.path().display().to_string();
        let what = Take { url: &url, rev: Rev::Head, previous: None, limits: Limits::default() };
        take(&self.git, &self.blobs, what, None).await.unwrap()
    }

    /// The analyses of everything, and what `on_done` heard.
    async fn analyse(
        &self,
        snapshot: &Snapshot,
        parsers: &Parsers,
    ) -> Result<(Vec<FileAnalysisOf>, Vec<u64>), snapshot::Error> {
        let entries: Vec<&Entry> = snapshot.manifest().entries.iter().collect();
        let heard = Mutex::new(Vec::new());
        let found = analyses(snapshot, &entries, &self.store, parsers, &|n| heard.lock().unwrap().push(n)).await?;
        Ok((found, heard.into_inner().unwrap()))
    }
}

fn parsers() -> Parsers {
    let program = std::env::current_exe().unwrap();
    Parsers::new(syntax::Settings::of(Worker { program, args: vec!["parse".to_owned()] }))
}

/// Parsers that cannot parse: whoever needs them fails.
fn no_parsers() -> Parsers {
    Parsers::new(syntax::Settings::of(Worker { program: "/nowhere/at/all".into(), args: vec![] }))
}

fn named(found: &[FileAnalysisOf]) -> Vec<(&str, &str)> {
    found.iter().map(|file| (file.path.as_str(), file.analysis.language.as_str())).collect()
}

async fn every_language_is_analysed_once() {
    let world = World::new().await;
    world.origin.commit(&[
        ("a.py", "def one():\n    pass\n"),
        ("b.rs", "fn two() {}\n"),
        ("copy/a.py", "def one():\n    pass\n"),
        ("notes.txt", "nothing\n"),
        ("data.bin", "\0\0"),
    ]);
    let snapshot = world.take().await;
    let (first, heard) = world.analyse(&snapshot, &parsers()).await.unwrap();
    assert_eq!(named(&first), [("a.py", "python"), ("b.rs", "rust"), ("copy/a.py", "python")]);
    assert_eq!(first[0].analysis.symbols[0].name, "one");
    assert_eq!(first[0].oid, snapshot.manifest().entry("a.py").unwrap().oid);
    assert!(heard.is_sorted() && heard.last() == Some(&5), "{heard:?}");
    // A second time nothing is parsed: there is nobody who could.
    let (again, _) = world.analyse(&snapshot, &no_parsers()).await.unwrap();
    assert_eq!(again, first);
    world.origin.commit(&[("b.rs", "fn three() {}\n")]);
    let changed = world.take().await;
    assert!(world.analyse(&changed, &no_parsers()).await.is_err(), "only what changed needs a parser");
    let (third, _) = world.analyse(&changed, &parsers()).await.unwrap();
    assert_eq!(third[1].analysis.symbols[0].name, "three");
}

async fn a_file_s_name_and_first_line_decide_together() {
    let world = World::new().await;
    let (header, script) = ("namespace a { class B {}; }\n", "#!/usr/bin/env python3\nx = 1\n");
    world.origin.commit(&[
        ("a.h", header),
        ("b.c", header),
        ("run", script),
        ("run.txt", "x = 1\n"),
        ("LICENSE", "x = 1\n"),
    ]);
    let snapshot = world.take().await;
    let (found, _) = world.analyse(&snapshot, &parsers()).await.unwrap();
    assert_eq!(named(&found), [("a.h", "cpp"), ("b.c", "c"), ("run", "python")]);
    let (again, _) = world.analyse(&snapshot, &no_parsers()).await.unwrap();
    assert_eq!(named(&again), named(&found), "that a file has no language is remembered, too");
}

async fn many_files_come_in_order() {
    let world = World::new().await;
    // Several questions to the store and several batches of source.
    for n in 0..1_100 {
        world.origin.write(&format!("{n:04}.py"), format!("def f{n}():\n    pass\n").as_bytes());
    }
    for n in 0..30 {
        let big = format!("# {n}{}\n", "x".repeat(9_000)).repeat(20);
        world.origin.write(&format!("big{n}.py"), format!("def big{n}():\n    pass\n{big}").as_bytes());
    }
    world.origin.commit_all("many");
    let snapshot = world.take().await;
    let (found, heard) = world.analyse(&snapshot, &parsers()).await.unwrap();
    assert_eq!((found.len(), heard.last()), (1_130, Some(&1_130)));
    for (file, entry) in found.iter().zip(&snapshot.manifest().entries) {
        assert_eq!(file.path, entry.path);
        let name = file.path.trim_end_matches(".py");
        let expected = name.parse::<u32>().map_or_else(|_| name.to_owned(), |n| format!("f{n}"));
        assert_eq!(file.analysis.symbols.first().map(|s| s.name.as_str()), Some(expected.as_str()), "{:?}", file);
    }
}
