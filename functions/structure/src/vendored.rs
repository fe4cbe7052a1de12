//! Files that other people wrote and that were copied in, by their place.

use crate::directories::file_name;

/// Directories of package managers and of copies by hand.
const DIRECTORIES: [&str; 17] = [
    "node_modules",
    "bower_components",
    "jspm_packages",
    "vendor",
    "vendors",
    "_vendor",
    "third_party",
    "third-party",
    "thirdparty",
    "3rdparty",
    "Godeps",
    "Pods",
    "Carthage",
    "site-packages",
    ".venv",
    "venv",
    "extern",
];

/// Directories that belong to tools which keep themselves in the repository.
const TOOL_PLACES: [&str; 6] =
    [".yarn/releases/", ".yarn/plugins/", ".yarn/sdks/", ".yarn/unplugged/", "gradle/wrapper/", ".mvn/wrapper/"];

pub(crate) fn by_path(path: &str) -> bool {
    let mut above = path.split('/').rev().skip(1);
    above.any(|part| DIRECTORIES.contains(&part))
        || TOOL_PLACES
            .iter()
            .any(|place| path.split_once(place).is_some_and(|(before, _)| before.is_empty() || before.ends_with('/')))
        || is_known_library(file_name(path))
}

/// Libraries that were copied around as single files for twenty years.
fn is_known_library(name: &str) -> bool {
    const LIBRARIES: [&str; 6] = ["jquery", "bootstrap", "modernizr", "angular", "d3", "require"];
    let lower = name.to_ascii_lowercase();
    let Some((stem, "js" | "css")) = lower.rsplit_once('.') else { return false };
    LIBRARIES.iter().any(|library| {
        let versioned =
            |rest: &str| rest.starts_with(['-', '.']) && rest[1..].starts_with(|c: char| c.is_ascii_digit());
        stem.strip_prefix(library).is_some_and(|rest| versioned(rest) || (*library == "jquery" && rest.is_empty()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_told_by_their_place() {
        let cases = [
            ("node_modules/a/index.js", true),
            ("web/node_modules/a.js", true),
            ("vendor/github.com/x/y.go", true),
            ("src/vendor.rs", false),
            ("vendor", false),
            ("third_party/a.c", true),
            (".yarn/releases/yarn.cjs", true),
            ("sub/gradle/wrapper/gradle-wrapper.properties", true),
            ("static/jquery-3.6.0.js", true),
            ("static/jquery.js", true),
            ("src/jquery-plugin.js", false),
            ("css/bootstrap.5.css", true),
            ("src/bootstrap.js", false),
            ("src/main.rs", false),
            ("", false),
        ];
        for (path, expected) in cases {
            assert_eq!(by_path(path), expected, "{path}");
        }
    }
}
