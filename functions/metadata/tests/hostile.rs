//! Whatever stands in a file, the stage ends soon, says a line and does not fall over.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its world has failed")]

use contracts::manifest::{Content, Entry, EntryKind, GitFacts, Manifest, Place};

/// One name of every format.
const NAMES: [&str; 38] = [
    "README.md",
    "README.rst",
    "README.adoc",
    "LICENSE",
    "CODEOWNERS",
    "Cargo.toml",
    "Cargo.lock",
    "package.json",
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "requirements.txt",
    "pyproject.toml",
    "poetry.lock",
    "setup.cfg",
    "setup.py",
    "Pipfile",
    "Pipfile.lock",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "gradle/libs.versions.toml",
    "gradle.lockfile",
    "Gemfile",
    "Gemfile.lock",
    "x.gemspec",
    "composer.json",
    "composer.lock",
    "x.csproj",
    "Directory.Packages.props",
    "packages.config",
    "Dockerfile",
    "compose.yml",
    ".github/workflows/ci.yml",
    "action.yml",
    "main.tf",
    ".terraform.lock.hcl",
];

fn manifest(paths: &[&str]) -> Manifest {
    let entry = |path: &&str| Entry {
        path: (*path).to_owned(),
        kind: EntryKind::File,
        oid: "0".repeat(40).parse().unwrap(),
        size: 1,
        content: Content::Packed(Place { pack: 0, offset: 0, length: 1 }),
    };
    let mut entries: Vec<Entry> = paths.iter().map(entry).collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    Manifest { commit: None, entries, packs: Vec::new(), git: GitFacts::default(), notes: Vec::new() }
}

/// Texts that nest, repeat or break off where a parser may not expect it.
fn texts() -> Vec<(String, Vec<u8>)> {
    const SIZE: usize = 10_000;
    let repeated = |unit: &str| (format!("{unit:?} again and again"), unit.repeat(SIZE / unit.len()).into_bytes());
    let mut texts: Vec<(String, Vec<u8>)> = [
        "[",
        "{",
        "(",
        "<a>",
        "a.",
        "a:\n ",
        "- ",
        "{\"a\":",
        "[[",
        "{a=",
        "\"${",
        "<<A\n",
        "'''",
        "\"\"\"",
        "`",
        "```\n",
        ">",
        "* ",
        "<h1>",
        "<h1",
        "<!--",
        "<![CDATA[",
        "&a [*a]",
        "gem \"a\", ",
        "api(",
        ";api 'a:b:c' ",
        "do ",
        "module \"x\" {\n",
        "required_providers {",
        "install_requires=[",
        "FROM a AS b\n",
        "FROM ",
        "a==1 \\\n",
        "-r x\n",
        "$",
        "${a:-",
        "\\",
        "\r",
        "\n",
        " ",
        "!",
        "a = ",
        "require a b\n",
        "=\n",
        "[a]\n",
        "[[package]]\n",
        "#",
        "=====\nT\n",
        "*a*_",
        "![](",
        "[a](",
        "|a|b|\n|-|-|\n",
        "<dependency><artifactId>a</artifactId>",
        "<dependencyManagement><dependency>",
        "MIT OR ",
        "@",
        "/",
        ":",
        "{{",
        "*a: &a ",
    ]
    .into_iter()
    .map(repeated)
    .collect();
    let dotted = "a.".repeat(SIZE / 2);
    texts.push(("a dotted key".into(), format!("{dotted}a = 1\n").into_bytes()));
    texts.push(("a dotted header".into(), format!("[{dotted}a]\nx = 1\n").into_bytes()));
    texts.push(("a dotted key inside".into(), format!("x = {{ {dotted}a = 1 }}\n").into_bytes()));
    texts.push(("a quoted dotted key".into(), format!("{}a = 1\n", "\"a\".".repeat(SIZE / 4)).into_bytes()));
    texts.push((
        "a deep workflow".into(),
        format!("jobs: {}{}", "{a: ".repeat(20_000), "}".repeat(20_000)).into_bytes(),
    ));
    texts.push(("nothing".into(), Vec::new()));
    texts.push(("bytes".into(), (0u8..=255).cycle().take(5_000).collect()));
    texts.push(("not UTF-8".into(), b"\xff\xfe{\x80}\xc3".to_vec()));
    texts.push(("a byte order mark".into(), b"\xef\xbb\xbf".to_vec()));
    texts.push(("laughs".into(), laughs().into_bytes()));
    texts.push(("properties in a circle".into(), b"<project><properties><a>${b}</a><b>${a}${a}</b></properties><dependencies>\
        <dependency><groupId>g</groupId><artifactId>${a}</artifactId><version>${a}</version></dependency></dependencies></project>".to_vec()));
    texts
}

/// Entities that would grow without end.
fn laughs() -> String {
    let entity = |n: u32| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
    format!("<!DOCTYPE x [<!ENTITY l0 \"ha\">{}]><project>&l9;</project>", (1..10).map(entity).collect::<String>())
}

#[test]
fn no_text_is_too_strange() {
    let all = manifest(&NAMES);
    for (what, bytes) in texts() {
        for name in NAMES {
            let document = metadata::decide(&all, &[(name.to_owned(), bytes.clone())]);
            let own: Vec<_> =
                document.problems.iter().filter(|problem| problem.starts_with(&format!("{name}: "))).collect();
            assert!(own.len() <= 1, "{name} with {what}: {own:?}");
            assert!(own.iter().all(|problem| !problem.contains('\n') && problem.len() < 1_000), "{name} with {what}");
        }
    }
}
