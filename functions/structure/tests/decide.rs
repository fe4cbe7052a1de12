//! Repositories of every odd kind, and what their structure is.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its world has failed")]

use contracts::manifest::{Content, Entry, EntryKind, GitFacts, Manifest, Place};
use contracts::structure::{Origin, Structure};
use structure::{Attributes, decide, look};

const PLACE: Place = Place { pack: 0, offset: 0, length: 1 };

struct File(&'static str, EntryKind, Content, &'static [u8]);

fn text(path: &'static str, text: &'static str) -> File {
    File(path, EntryKind::File, Content::Packed(PLACE), text.as_bytes())
}

fn structure_of(files: &[File]) -> Structure {
    let entry = |File(path, kind, content, bytes): &File| Entry {
        path: (*path).to_owned(),
        kind: *kind,
        oid: "0".repeat(40).parse().unwrap(),
        size: bytes.len() as u64,
        content: *content,
    };
    let entries: Vec<Entry> = files.iter().map(entry).collect();
    let facts: Vec<_> =
        entries.iter().zip(files).map(|(entry, file)| look(entry, &Attributes::default(), Some(file.3))).collect();
    decide(&Manifest { commit: None, entries, packs: vec![], git: GitFacts::default(), notes: vec![] }, &facts)
}

/// `path lines language origin`, then `language: files lines bytes`, then roles.
fn shown(structure: &Structure) -> Vec<String> {
    let lines = |lines: Option<u32>| lines.map_or("-".to_owned(), |lines| lines.to_string());
    let file = |f: &contracts::structure::File| {
        let language = f.language.as_deref().unwrap_or("-");
        format!("{} {} {language} {:?}", f.path, lines(f.lines), f.origin)
    };
    let mut shown: Vec<String> = structure.files.iter().map(file).collect();
    shown.extend(
        structure
            .languages
            .iter()
            .map(|(name, total)| format!("{name}: {} {} {}", total.files, total.lines, total.bytes)),
    );
    let places = structure.key_directories.iter().chain(&structure.entry_points);
    shown.extend(places.map(|place| format!("{} is {}", place.path, place.role)));
    shown
}

#[test]
fn every_kind_of_repository_has_a_structure() {
    let cases: [(&str, Vec<File>, &[&str]); 8] = [
        ("empty", vec![], &[]),
        (
            "no code",
            vec![text("LICENSE", "x\n"), text("notes.xyz", "a\nb")],
            &["LICENSE 1 - Source", "notes.xyz 2 - Source"],
        ),
        (
            "binary files",
            vec![
                File("a.py", EntryKind::File, Content::Binary, b""),
                File("logo.png", EntryKind::File, Content::Binary, b""),
            ],
            &["a.py - - Opaque", "logo.png - - Opaque"],
        ),
        (
            "contents that are not UTF-8",
            vec![File("latin.py", EntryKind::File, Content::Packed(PLACE), b"# \xe4\xf6\n\xff")],
            &["latin.py 2 python Source", "python: 1 2 6"],
        ),
        (
            "symlinks and submodules",
            vec![
                File("link.py", EntryKind::Symlink, Content::Packed(PLACE), b"../../etc/passwd"),
                File("module", EntryKind::Submodule, Content::Absent, b""),
                File("src", EntryKind::Symlink, Content::Packed(PLACE), b"main.rs"),
            ],
            &["link.py - - Opaque", "module - - Opaque", "src - - Opaque"],
        ),
        (
            "LFS pointers and huge files",
            vec![
                File(
                    "data.json",
                    EntryKind::File,
                    Content::Lfs(PLACE),
                    b"version https://git-lfs.github.com/spec/v1\n",
                ),
                File("dump.sql", EntryKind::File, Content::TooLarge, b""),
            ],
            &["data.json - - Opaque", "dump.sql - - Opaque"],
        ),
        (
            "generated and vendored code does not count",
            vec![
                text("api/x.pb.go", "package x\n"),
                text("cmd/tool/main.go", "package main\n\nfunc main() {}\n"),
                text("go.sum", "x\n"),
                text("vendor/y/main.go", "package main\n\nfunc main() {}\n"),
            ],
            &[
                "api/x.pb.go 1 go Generated",
                "cmd/tool/main.go 3 go Source",
                "go.sum 1 - Generated",
                "vendor/y/main.go 3 go Vendored",
                "go: 1 3 29",
                "api is source",
                "cmd is source",
                "cmd/tool/main.go is main",
            ],
        ),
        (
            "a service with everything around it",
            vec![
                text(".github/workflows/ci.yml", "on: push\n"),
                text("Dockerfile", "FROM x\n"),
                text("docs/index.md", "# x\n"),
                text("package.json", "{}\n"),
                text("src/server.ts", "x\n"),
                text("tests/server.ts", "x\n"),
            ],
            &[
                ".github/workflows/ci.yml 1 yaml Source",
                "Dockerfile 1 dockerfile Source",
                "docs/index.md 1 markdown Source",
                "package.json 1 json Source",
                "src/server.ts 1 typescript Source",
                "tests/server.ts 1 typescript Source",
                "dockerfile: 1 1 7",
                "json: 1 1 3",
                "markdown: 1 1 4",
                "typescript: 2 2 4",
                "yaml: 1 1 9",
                ".github is ci",
                "docs is docs",
                "src is source",
                "tests is tests",
                ".github/workflows/ci.yml is workflow",
                "Dockerfile is container",
                "src/server.ts is service",
            ],
        ),
    ];
    for (what, files, expected) in cases {
        let structure = structure_of(&files);
        assert_eq!(shown(&structure), expected, "{what}");
        assert!(structure.directories.first().is_some_and(|root| root.path.is_empty()), "{what}");
    }
}

#[test]
fn a_hundred_thousand_files_are_all_there() {
    let entry = |n: u32| Entry {
        path: format!("src/d{:03}/s{:02}/file{n:06}.rs", n / 500, n / 50 % 10),
        kind: EntryKind::File,
        oid: "0".repeat(40).parse().unwrap(),
        size: 2,
        content: Content::Packed(PLACE),
    };
    let entries: Vec<Entry> = (0..100_000).map(entry).collect();
    let facts: Vec<_> = entries.iter().map(|entry| look(entry, &Attributes::default(), Some(b"x\n"))).collect();
    let structure =
        decide(&Manifest { commit: None, entries, packs: vec![], git: GitFacts::default(), notes: vec![] }, &facts);
    assert_eq!(structure.files.len(), 100_000);
    assert_eq!(structure.directories.len(), 2 + 200 + 2_000);
    assert_eq!(structure.directories[0].size, 200_000);
    assert_eq!(structure.languages["rust"].lines, 100_000);
    assert!(structure.files.iter().all(|file| file.origin == Origin::Source));
}
