//! Repositories as nobody should make them: each is indexed as far as it can be, what cannot be read is named, and
//! nothing outside of it is touched.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::process::{Said, downstream, run};
use crate::repositories::Repository;

/// A word that stands in a file outside of every repository.
const OUTSIDE: &str = "hunter2outside";

/// Fills a repository and commits.
type Fill = fn(&Repository);

struct Case {
    name: &'static str,
    fill: Fill,
    /// Files and functions that are found; none where it cannot be read at all.
    found: Option<(u64, u64)>,
    /// What is said about the rest.
    says: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case { name: "no-code", fill: no_code, found: Some((2, 0)), says: &[] },
    Case { name: "no-files", fill: |repository| commit(repository), found: Some((0, 0)), says: &[] },
    Case { name: "binary", fill: binary, found: Some((3, 1)), says: &[] },
    Case { name: "not-utf-8", fill: not_utf8, found: Some((3, 2)), says: &[] },
    Case { name: "links", fill: links, found: Some((6, 1)), says: &[] },
    Case { name: "names", fill: names, found: Some((6, 6)), says: &[] },
    Case {
        name: "dots",
        fill: dots,
        found: Some((1, 1)),
        says: &["could not read", "..: left out", ".git: left out", "a/b: left out"],
    },
    Case { name: "submodule", fill: submodule, found: Some((3, 1)), says: &[] },
    Case { name: "lfs", fill: lfs, found: Some((3, 1)), says: &[] },
    Case { name: "huge", fill: huge, found: Some((3, 1)), says: &[] },
    Case { name: "syntax-errors", fill: syntax_errors, found: Some((7, 2)), says: &[] },
    Case {
        name: "manifests",
        fill: manifests,
        found: Some((6, 0)),
        says: &["Cargo.toml: line 1", "package.json: EOF", "pom.xml: the root", "pyproject.toml: line 1", "ci.yml: "],
    },
    Case {
        name: "deadly",
        fill: deadly,
        found: Some((5, 1)),
        says: &["a.yaml: the grammar crashed", "a.py: the grammar crashed", "a.html: minified"],
    },
    Case {
        name: "lost-object",
        fill: lost_object,
        found: Some((2, 1)),
        says: &["could not read", "lost.py: its content", "is not in the repository"],
    },
    Case { name: "head-elsewhere", fill: head_elsewhere, found: None, says: &["has no HEAD"] },
    Case { name: "sha-256", fill: sha256, found: None, says: &["sha256"] },
];

#[test]
fn every_odd_repository_ends_well() {
    let home = tempfile::tempdir().expect("a folder");
    std::fs::write(home.path().join("outside.txt"), OUTSIDE).expect("writes");
    let wrong: String = CASES.iter().filter_map(|case| check(home.path(), case).err()).collect();
    assert!(wrong.is_empty(), "{wrong}");
    // What a link leads to was never read, and a name is never a command.
    let said = run(downstream(home.path()).args(["search", "links", OUTSIDE, "--json"]));
    let answer: serde_json::Value = serde_json::from_str(&said.out).expect("is JSON");
    assert_eq!(answer["hits"], serde_json::json!([]), "{}", said.out);
    assert!(!home.path().join("pwned").exists() && !home.path().join("names/pwned").exists());
}

/// Indexes it twice, for people and for programs.
fn check(home: &Path, case: &Case) -> Result<(), String> {
    let Case { name, fill, found, says } = case;
    let repository = Repository::create(&home.join(name));
    fill(&repository);
    let Said { code, out, err } = run(downstream(home).args(["index", name]));
    let said = format!("{out}{err}");
    let missing: Vec<_> = says.iter().filter(|part| !said.contains(**part)).collect();
    let bad = said.contains("panicked") || said.contains(OUTSIDE) || said.contains('\u{1b}');
    let json = run(downstream(home).args(["index", name, "--json"])).out;
    let answer: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
    let files = answer["structure"]["files"].as_array().map(|files| files.len() as u64);
    let there = files.zip(answer["code"]["totals"]["functions"].as_u64());
    if code != Some(if found.is_some() { 0 } else { 3 }) || there != *found || !missing.is_empty() || bad {
        return Err(format!("{name}: ended with {code:?}, found {there:?}, not said: {missing:?}, in\n{said}\n"));
    }
    Ok(())
}

fn no_code(repository: &Repository) {
    repository.commit(&[("README.md", "# Notes\n"), ("LICENSE", "All rights reserved.\n")]);
}

fn binary(repository: &Repository) {
    write(repository, "logo.png", b"\x89PNG\r\n\x1a\n\0\0\0");
    write(repository, "lie.py", b"def f():\n    return 1\n\0\0");
    write(repository, "true.py", b"def real():\n    return 1\n");
    commit(repository);
}

fn not_utf8(repository: &Repository) {
    write(repository, "latin.py", b"def caf\xe9():\n    return \"\xff\xfe\"\n");
    std::fs::write(repository.path.join(OsStr::from_bytes(b"caf\xe9.py")), "def g():\n    pass\n").expect("writes");
    write(repository, "README.md", b"# caf\xe9\n");
    commit(repository);
}

fn links(repository: &Repository) {
    for (target, name) in
        [("../outside.txt", "a.txt"), ("..", "up"), ("loop", "loop"), ("/etc/passwd", "app.py"), ("nowhere", "gone")]
    {
        symlink(target, repository.path.join(name)).expect("links");
    }
    write(repository, "real.py", b"def real():\n    pass\n");
    commit(repository);
}

fn names(repository: &Repository) {
    let long = format!("{}.py", "n".repeat(200));
    for name in ["a\nb.py", "-rf.py", "\"quoted\".py", "\u{1b}[31mred.py", "$(touch pwned).py", &long] {
        write(repository, name, b"def f():\n    pass\n");
    }
    commit(repository);
}

/// A tree that git itself would refuse to make.
fn dots(repository: &Repository) {
    write(repository, "good.py", b"def real():\n    pass\n");
    let blob = repository.git(&["hash-object", "-w", "good.py"]);
    let id: Vec<u8> =
        (0..40).step_by(2).map(|at| u8::from_str_radix(&blob[at..at + 2], 16).expect("is hexadecimal")).collect();
    let entry = |name: &str| [b"100644 ", name.as_bytes(), b"\0", &id].concat();
    let tree: Vec<u8> = ["..", ".git", "a/b", "good.py"].iter().flat_map(|name| entry(name)).collect();
    write(repository, ".git/raw-tree", &tree);
    let tree = repository.git(&["hash-object", "-t", "tree", "-w", "--literally", ".git/raw-tree"]);
    let commit = repository.git(&["commit-tree", &tree, "-m", "dots"]);
    repository.git(&["update-ref", "refs/heads/main", &commit]);
}

fn submodule(repository: &Repository) {
    write(repository, "real.py", b"def real():\n    pass\n");
    write(repository, ".gitmodules", b"[submodule \"x\"]\n\tpath = vendor/x\n\turl = http://127.0.0.1:1/x\n");
    repository.git(&["add", "--all"]);
    let entry = format!("160000,{},vendor/x", "1".repeat(40));
    repository.git(&["update-index", "--add", "--cacheinfo", &entry]);
    repository.git(&["commit", "--quiet", "--message", "one submodule"]);
}

fn lfs(repository: &Repository) {
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 99\n", "4d".repeat(32));
    write(repository, "model.bin", pointer.as_bytes());
    write(repository, "weights.py", pointer.as_bytes());
    write(repository, "real.py", b"def real():\n    pass\n");
    commit(repository);
}

fn huge(repository: &Repository) {
    write(repository, "big.py", "x = 1  # one of many lines\n".repeat(1_000_000).as_bytes());
    write(repository, "line.js", "a".repeat(5_000_000).as_bytes());
    write(repository, "real.py", b"def real():\n    pass\n");
    commit(repository);
}

fn syntax_errors(repository: &Repository) {
    for (name, text) in [
        ("a.py", "def f(:\n"),
        ("a.rs", "fn main( {{{\n"),
        ("a.ts", "{{{\n"),
        ("a.php", "<?php class {\n"),
        ("a.go", "func (\n"),
        ("a.java", "class { void (\n"),
        ("good.py", "def real():\n    pass\n"),
    ] {
        write(repository, name, text.as_bytes());
    }
    commit(repository);
}

fn manifests(repository: &Repository) {
    for (name, text) in [
        ("Cargo.toml", "[package\n"),
        ("package.json", "{\n"),
        ("go.mod", "module\n"),
        ("pom.xml", "<project>\n"),
        ("pyproject.toml", "[tool\n"),
        (".github/workflows/ci.yml", "on: [\n"),
    ] {
        write(repository, name, text.as_bytes());
    }
    commit(repository);
}

/// Small files that crash, hang or flood their grammar.
fn deadly(repository: &Repository) {
    let nested =
        |depth: usize, line: &str| (0..depth).map(|n| format!("{}{line}\n", " ".repeat(n))).collect::<String>();
    write(repository, "a.yaml", nested(400, "a:").as_bytes());
    write(repository, "a.py", format!("{}{}x = \"text\"\n", nested(600, "if a:"), " ".repeat(600)).as_bytes());
    write(repository, "a.html", "<a>".repeat(160_000).as_bytes());
    write(repository, "a.js", "[\n".repeat(300_000).as_bytes());
    write(repository, "real.py", b"def real():\n    pass\n");
    commit(repository);
}

fn lost_object(repository: &Repository) {
    repository.commit(&[("lost.py", "def lost():\n    pass\n"), ("real.py", "def real():\n    pass\n")]);
    let id = repository.git(&["rev-parse", "HEAD:lost.py"]);
    std::fs::remove_file(repository.path.join(".git/objects").join(&id[..2]).join(&id[2..])).expect("is removed");
}

/// HEAD names a branch that is not there, and there are others: that is not an empty repository.
fn head_elsewhere(repository: &Repository) {
    repository.commit(&[("a.py", "x = 1\n")]);
    repository.git(&["branch", "-m", "main", "trunk"]);
    repository.git(&["symbolic-ref", "HEAD", "refs/heads/main"]);
}

fn sha256(repository: &Repository) {
    std::fs::remove_dir_all(repository.path.join(".git")).expect("is removed");
    repository.git(&["init", "--quiet", "--initial-branch=main", "--object-format=sha256"]);
    repository.commit(&[("a.py", "x = 1\n")]);
}

fn commit(repository: &Repository) {
    repository.commit(&[]);
}

fn write(repository: &Repository, name: &str, bytes: &[u8]) {
    let path = repository.path.join(name);
    std::fs::create_dir_all(path.parent().expect("has a folder")).expect("makes a folder");
    std::fs::write(path, bytes).expect("writes");
}

/// As many files as are promised to work, few of them different: what is measured is the number.
#[test]
#[ignore = "half a minute in a debug build; see CONTRIBUTING.md"]
fn a_hundred_thousand_files_are_indexed_and_searched() {
    let home = tempfile::tempdir().expect("a folder");
    let repository = Repository::create(&home.path().join("many"));
    std::fs::write(repository.path.join("stream"), stream(100_000, 40)).expect("writes");
    repository.git(&["config", "alias.take", "!git fast-import --quiet < stream"]);
    repository.git(&["take"]);
    let said = run(downstream(home.path()).args(["index", "many"]));
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    for part in ["files         100000", "python 50000", "25000 functions"] {
        assert!(said.out.contains(part), "no {part:?} in {}", said.out);
    }
    assert!(!said.out.contains("could not read") && !said.err.contains("panicked"), "{}{}", said.out, said.err);
    let said = run(downstream(home.path()).args(["search", "many", "handler7", "--json"]));
    let answer: serde_json::Value = serde_json::from_str(&said.out).expect("is JSON");
    assert!(answer["hits"][0]["path"].as_str().is_some_and(|path| path.ends_with(".py")), "{}", said.out);
}

/// What `git fast-import` reads: `files` paths that share `blobs` contents.
fn stream(files: usize, blobs: usize) -> String {
    let mut out = String::new();
    for n in 0..blobs {
        let text = match n % 4 {
            3 => format!("def handler{n}():\n    return {n}\n"),
            1 => format!("# Part {n}\n"),
            2 => format!("name: part-{n}\nport: {n}\n"),
            _ => format!("part {n}\n"),
        };
        let _ = writeln!(out, "blob\nmark :{}\ndata {}\n{text}", n + 1, text.len());
    }
    out.push_str("commit refs/heads/main\ncommitter Ada <ada@acme.example> 1760000000 +0000\ndata 4\nmany\n");
    for n in 0..files {
        let extension = ["txt", "md", "yaml", "py"][n % blobs % 4];
        let _ = writeln!(out, "M 100644 :{} d{}/e{}/f{n}.{extension}", n % blobs + 1, n % 100, n / 100 % 50);
    }
    out
}
