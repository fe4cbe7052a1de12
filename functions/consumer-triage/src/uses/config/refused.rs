//! Keys that the provider refuses now, in files that configure it: templates of such files included.

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, env, text};

const SET: Certainty = Certainty::Likely("the key is refused there and set here");

/// Keys of one file that are shown; more are the same story.
const MAX_A_FILE: usize = 10;

/// Lines that set the key for the provider.
pub(crate) fn find(key: &str, asked: &Asked<'_>) -> Found {
    let key = key.rsplit('.').next().unwrap_or(key);
    let mut found = Found::default();
    if !env::configures(asked) {
        return found;
    }
    for file in asked.dependent.files.iter().filter(|file| file.place != Place::Test && is_settings(file)) {
        // One word alone is a key of many programs.
        let own = file.place == Place::Interface || (asked.contact.is_near(file) && is_distinctive(key));
        if !own {
            continue;
        }
        let lines = file.lines_with(key).filter(|(_, line)| !text::is_comment(file, line) && sets(line, key));
        found.uses.extend(lines.take(MAX_A_FILE).map(|(number, _)| Use::at(&file.path, number).but(SET)));
    }
    found
}

fn is_settings(file: &File) -> bool {
    file.is_data() && !file.path.starts_with(".github/")
}

fn is_distinctive(key: &str) -> bool {
    key.len() >= 8 && key.split(['_', '-']).filter(|part| !part.is_empty()).count() >= 2
}

/// `key: value`, `key = value`, `"key": value`; not where the value is nothing.
fn sets(line: &str, key: &str) -> bool {
    let line = line.trim_start().trim_start_matches("- ").trim_start_matches(['"', '\'']);
    let Some(rest) = line.strip_prefix(key) else { return false };
    let rest = rest.trim_start_matches(['"', '\'']).trim_start();
    let Some(value) = rest.strip_prefix([':', '=']) else { return false };
    let value = value.trim().trim_end_matches(',');
    !matches!(value, "null" | "~" | "''" | "\"\"" | "false" | "None" | "no")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_set_a_key() {
        for (line, expected) in [
            ("old_host: a", true),
            ("  \"old_host\": \"a\",", true),
            ("old_host = \"a\"", true),
            ("old_host:", true),
            ("- old_host: {{ x }}", true),
            ("old_host: null", false),
            ("old_host: ''", false),
            ("my_old_host: a", false),
            ("old_hosts: a", false),
            ("x: old_host", false),
            ("", false),
        ] {
            assert_eq!(sets(line, "old_host"), expected, "{line}");
        }
    }
}
