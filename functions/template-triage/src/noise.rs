//! What nobody needs to take over: formatting, comments, prose.

/// Files about the template itself, or written by machines.
pub(crate) fn is_noise_path(path: &str) -> bool {
    outline::role::is_docs(path) || outline::role::is_generated(path, "")
}

/// Whether a hunk changes nothing that runs.
pub(crate) fn is_noise_hunk(path: &str, removed: &[&str], added: &[&str]) -> bool {
    let bare = |lines: &[&str]| lines.iter().flat_map(|l| l.chars()).filter(|c| !c.is_whitespace()).collect::<String>();
    bare(removed) == bare(added) || removed.iter().chain(added).all(|line| is_silent(path, line))
}

/// Blank, or a comment in the file's language.
pub(crate) fn is_silent(path: &str, line: &str) -> bool {
    let line = line.trim();
    if line.is_empty() {
        return true;
    }
    // `#!` says which program runs the file, `# syntax=` which one reads it.
    let runs = line.starts_with("#!") || line.starts_with("# syntax=");
    let any = |marks: &[&str]| marks.iter().any(|mark| line.starts_with(mark));
    match outline_family(path) {
        Family::Hash => line.starts_with('#') && !runs,
        Family::Slash => any(&["//", "/*", "*/", "* "]) || line == "*",
        Family::Angle => line.starts_with("<!--") && line.ends_with("-->"),
        Family::Dashes => line.starts_with("--"),
        Family::Unknown => false,
    }
}

enum Family {
    Hash,
    Slash,
    Angle,
    Dashes,
    Unknown,
}

fn outline_family(path: &str) -> Family {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let name = [".jinja", ".j2", ".tmpl", ".template", ".tpl"]
        .iter()
        .fold(name.as_str(), |n, e| n.strip_suffix(e).unwrap_or(n));
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "py" | "rb" | "sh" | "bash" | "zsh" | "yml" | "yaml" | "toml" | "tf" | "tfvars" | "env" | "cfg" | "conf"
        | "r" | "pl" | "mk" | "nix" | "gitignore" | "dockerignore" | "gitattributes" | "editorconfig"
        | "properties" => Family::Hash,
        "js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" | "go" | "rs" | "java" | "kt" | "kts" | "c" | "h" | "cc"
        | "cpp" | "hpp" | "cs" | "swift" | "scala" | "php" | "proto" | "gradle" | "groovy" | "css" | "scss" => {
            Family::Slash
        }
        "html" | "xml" | "vue" | "svg" => Family::Angle,
        "sql" | "lua" | "hs" => Family::Dashes,
        "" if name.starts_with("dockerfile") || name.starts_with("makefile") || name == "justfile" => Family::Hash,
        "dockerfile" => Family::Hash,
        _ if name.starts_with("dockerfile.") => Family::Hash,
        _ => Family::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_what_does_not_run() {
        for (path, removed, added, expected) in [
            ("a.py", &["x=1"][..], &["x = 1"][..], true),
            ("a.py", &[][..], &["", "  "][..], true),
            ("a.py", &["# old"][..], &["# new"][..], true),
            ("a.sh", &["#!/bin/sh"][..], &["#!/bin/bash"][..], false),
            ("Dockerfile", &[][..], &["# syntax=docker/dockerfile:1"][..], false),
            ("Dockerfile.gpu", &[][..], &["# why"][..], true),
            ("a.js.jinja", &[][..], &["// why", " * more"][..], true),
            ("a.c", &[][..], &["#include <x.h>"][..], false),
            ("a.unknown", &[][..], &["# who knows"][..], false),
            ("a.py", &["x = 1"][..], &["x = 2"][..], false),
        ] {
            assert_eq!(is_noise_hunk(path, removed, added), expected, "{path} {added:?}");
        }
    }
}
