//! Which language a file is written in: by its name, its extension, its first bytes.

/// Every language with a grammar.
pub const LANGUAGES: &[&str] = &[
    "bash",
    "c",
    "cpp",
    "csharp",
    "css",
    "dockerfile",
    "go",
    "graphql",
    "hcl",
    "html",
    "java",
    "javascript",
    "json",
    "kotlin",
    "markdown",
    "php",
    "protobuf",
    "python",
    "ruby",
    "rust",
    "scala",
    "sql",
    "swift",
    "toml",
    "tsx",
    "typescript",
    "yaml",
];

/// The language's id, or none where there is no grammar for it. `head` is the file's beginning; a few hundred bytes
/// are enough, and it may be empty.
pub fn language_of(path: &str, head: &[u8]) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    by_name(name).or_else(|| by_extension(name, head)).or_else(|| dotenv(name)).or_else(|| by_shebang(name, head))
}

/// `.env`, `.env.example`, `prod.env`, `.envrc`: assignments that a shell can read.
fn dotenv(name: &str) -> Option<&'static str> {
    let is_env = name == ".env" || name == ".envrc" || name.starts_with(".env.") || name.ends_with(".env");
    is_env.then_some("bash")
}

fn by_name(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    Some(match lower.as_str() {
        "gemfile" | "rakefile" | "podfile" | "fastfile" | "vagrantfile" | "brewfile" | "guardfile" | "capfile"
        | "dangerfile" | "config.ru" => "ruby",
        "jenkinsfile" => return None,
        "cargo.lock" | "poetry.lock" | "uv.lock" | "pdm.lock" | "pipfile" | "gopkg.lock" => "toml",
        "composer.lock" | "pipfile.lock" | "flake.lock" | "package.resolved" | "deno.lock" | ".babelrc"
        | ".eslintrc" | ".prettierrc" | ".swcrc" | ".stylelintrc" | ".watchmanconfig" => "json",
        "pubspec.lock" | ".clang-format" | ".clang-tidy" | ".yamllint" | "podfile.lock" => "yaml",
        ".bashrc" | ".bash_profile" | ".bash_aliases" | ".profile" | ".zshrc" | ".zshenv" | ".zprofile"
        | "pkgbuild" | "gradlew" | "mvnw" => "bash",
        "sconstruct" | "sconscript" | "wscript" | "tiltfile" => "python",
        ".terraform.lock.hcl" => "hcl",
        _ if is_dockerfile(&lower) => "dockerfile",
        _ => return None,
    })
}

/// `Dockerfile`, `Dockerfile.dev`, `api.Dockerfile`, `Containerfile`; not `Dockerfile.md`.
fn is_dockerfile(lower: &str) -> bool {
    let stem = |of: &str| {
        let rest = lower.strip_prefix(of)?;
        (rest.is_empty() || rest.starts_with(['.', '-', '_'])).then_some(rest)
    };
    let Some(rest) = stem("dockerfile").or_else(|| stem("containerfile")) else {
        return lower.ends_with(".dockerfile") || lower.ends_with(".containerfile");
    };
    !matches!(rest, ".md" | ".txt" | ".py" | ".rs" | ".go" | ".js" | ".ts" | ".yml" | ".yaml" | ".json" | ".sh")
        && !rest.ends_with(".j2")
        && rest != ".dockerignore"
}

fn by_extension(name: &str, head: &[u8]) -> Option<&'static str> {
    let (stem, extension) = name.rsplit_once('.')?;
    if stem.is_empty() && extension.len() > 4 {
        return None;
    }
    Some(match extension.to_ascii_lowercase().as_str() {
        "rs" => "rust",
        "py" | "pyi" | "pyw" => "python",
        "js" | "jsx" | "mjs" | "cjs" => "javascript",
        "ts" if is_qt_translation(head) => return None,
        "ts" | "mts" | "cts" => "typescript",
        "tsx" => "tsx",
        "go" => "go",
        "java" => "java",
        "kt" | "kts" => "kotlin",
        "c" => "c",
        "h" if looks_like_cpp(head) => "cpp",
        "h" => "c",
        "cc" | "cpp" | "cxx" | "c++" | "hpp" | "hh" | "hxx" | "h++" | "ipp" | "tpp" | "inl" | "cu" | "cuh" => "cpp",
        "cs" | "csx" => "csharp",
        "rb" | "rake" | "gemspec" | "ru" | "podspec" => "ruby",
        "php" | "phtml" | "php5" | "php7" => "php",
        "swift" => "swift",
        "scala" | "sc" | "sbt" => "scala",
        "sh" | "bash" | "zsh" | "ksh" | "bats" => "bash",
        "sql" | "ddl" | "psql" | "pgsql" => "sql",
        "tf" | "tfvars" | "hcl" | "tofu" | "nomad" => "hcl",
        "yml" | "yaml" => "yaml",
        "toml" => "toml",
        "json" | "jsonc" | "json5" | "webmanifest" | "geojson" | "avsc" | "tfstate" | "ipynb" => "json",
        "proto" => "protobuf",
        "graphql" | "gql" | "graphqls" => "graphql",
        "html" | "htm" | "xhtml" => "html",
        "css" => "css",
        "md" | "markdown" | "mdx" | "mdown" => "markdown",
        _ => return None,
    })
}

/// A C++ header gives itself away early; a C header has none of these at the start of a line.
fn looks_like_cpp(head: &[u8]) -> bool {
    const SIGNS: &[&str] = &["class ", "namespace ", "template<", "template <", "using ", "public:", "private:"];
    let text = String::from_utf8_lossy(&head[..head.len().min(8_192)]);
    text.lines().any(|line| {
        let line = line.trim_start();
        SIGNS.iter().any(|sign| line.starts_with(sign)) || (line.starts_with("#include <") && !line.contains('.'))
    })
}

/// Qt's translation files share TypeScript's extension and are XML.
fn is_qt_translation(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    head.starts_with(b"<?xml") || head.starts_with(b"<!DOCTYPE TS")
}

/// For files without an extension (or with an unknown one) that can be run.
fn by_shebang(name: &str, head: &[u8]) -> Option<&'static str> {
    if name.rsplit_once('.').is_some_and(|(stem, _)| !stem.is_empty()) && !head.starts_with(b"#!") {
        return None;
    }
    let line = head.strip_prefix(b"#!")?.split(|&byte| byte == b'\n').next()?;
    let line = String::from_utf8_lossy(&line[..line.len().min(200)]).into_owned();
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let mut program = words.next()?;
    if program == "env" {
        program = words.find(|word| !word.starts_with('-') && !word.contains('='))?;
    }
    let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(match program {
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "bats" => "bash",
        "python" | "pypy" | "uv" => "python",
        "node" | "nodejs" | "bun" => "javascript",
        "deno" | "ts-node" | "tsx" => "typescript",
        "ruby" => "ruby",
        "php" => "php",
        "scala" | "scala-cli" => "scala",
        "swift" => "swift",
        "kotlin" => "kotlin",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_extensions_and_shebangs() {
        let cases: &[(&str, &str, Option<&str>)] = &[
            ("src/main.rs", "", Some("rust")),
            ("a/b/App.JSX", "", Some("javascript")),
            ("x.mjs", "", Some("javascript")),
            ("x.cjs", "", Some("javascript")),
            ("x.mts", "", Some("typescript")),
            ("types.d.ts", "", Some("typescript")),
            ("de.ts", "<?xml version=\"1.0\"?><!DOCTYPE TS>", None),
            ("App.tsx", "", Some("tsx")),
            ("build.gradle.kts", "", Some("kotlin")),
            ("stub.pyi", "", Some("python")),
            ("list.h", "#include <stdio.h>\nstruct list;\n", Some("c")),
            ("list.h", "#pragma once\nnamespace a {\n", Some("cpp")),
            ("list.h", "template<class T>\nT max(T a);\n", Some("cpp")),
            ("list.h", "#include <vector>\n", Some("cpp")),
            ("list.hpp", "", Some("cpp")),
            ("main.tf", "", Some("hcl")),
            ("prod.tfvars", "", Some("hcl")),
            ("ci.yml", "", Some("yaml")),
            ("tsconfig.jsonc", "", Some("json")),
            ("Dockerfile", "", Some("dockerfile")),
            ("deploy/Dockerfile.prod", "", Some("dockerfile")),
            ("api.Dockerfile", "", Some("dockerfile")),
            ("Containerfile", "", Some("dockerfile")),
            ("Dockerfile.md", "", Some("markdown")),
            ("dockerfile.py", "", Some("python")),
            (".dockerignore", "", None),
            ("Makefile", "all:\n", None),
            ("Gemfile", "", Some("ruby")),
            ("Rakefile", "", Some("ruby")),
            ("a.gemspec", "", Some("ruby")),
            ("Cargo.lock", "", Some("toml")),
            ("schema.graphqls", "", Some("graphql")),
            ("logo.svg", "<svg/>", None),
            ("bin/run", "#!/usr/bin/env bash\n", Some("bash")),
            ("bin/run", "#!/usr/bin/env -S python3.12 -u\n", Some("python")),
            ("bin/run", "#!/bin/sh", Some("bash")),
            ("bin/run", "#!/usr/bin/env node\n", Some("javascript")),
            ("bin/run", "#!/usr/bin/perl\n", None),
            ("bin/run", "#!", None),
            ("bin/run", "", None),
            ("install.sh.in", "#!/bin/sh\n", Some("bash")),
            ("README", "hello", None),
            ("", "", None),
            (".", "", None),
            ("a/", "", None),
            (".env", "A=1", Some("bash")),
            (".env.example", "", Some("bash")),
            (".env.d.ts", "", Some("typescript")),
            ("prod.env", "", Some("bash")),
            ("environment", "", None),
        ];
        for (path, head, expected) in cases {
            assert_eq!(language_of(path, head.as_bytes()), *expected, "{path} {head:?}");
        }
    }

    #[test]
    fn every_answer_has_a_grammar() {
        for (path, head) in [("a", "#!/bin/bash"), ("a.cu", ""), ("a.inl", ""), ("uv.lock", ""), ("a.ipynb", "")] {
            let language = language_of(path, head.as_bytes()).unwrap();
            assert!(LANGUAGES.contains(&language), "{language}");
        }
    }

    #[test]
    fn heads_that_are_not_text_do_no_harm() {
        for head in [&[0xff; 300][..], b"#!\xff\xfe\n", b"\0\0\0", &[b' '; 9000]] {
            language_of("x.h", head);
            language_of("x", head);
        }
    }
}
