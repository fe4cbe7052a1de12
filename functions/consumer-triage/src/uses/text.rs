//! Words in lines of text.

/// Where `word` stands in `line` as a word of its own: no letter, digit or `_` beside it.
pub(crate) fn word_at(line: &str, word: &str) -> Option<usize> {
    word_with(line, word, |c| c.is_alphanumeric() || c == '_')
}

/// As [`word_at`], and `-` counts as part of a word.
pub(crate) fn name_at(line: &str, word: &str) -> Option<usize> {
    word_with(line, word, |c| c.is_alphanumeric() || c == '_' || c == '-')
}

fn word_with(line: &str, word: &str, part: impl Fn(char) -> bool) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    line.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = line[..*at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(&part) && !after.is_some_and(&part)
    })
}

/// Nothing but a comment, in any language that people configure or write in.
pub(crate) fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["#", "//", "* ", "/*", "<!--", "--", "{#", ";"].iter().any(|mark| line.starts_with(mark))
        && !line.starts_with("#!")
        && !line.starts_with("--")
        || line == "*"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_ends() {
        let cases = [
            ("a PORT b", "PORT", true, true),
            ("MY_PORT", "PORT", false, false),
            ("x-port", "port", true, false),
            ("port-x port", "port", true, true),
            ("äport", "port", false, false),
            ("", "port", false, false),
        ];
        for (line, word, as_word, as_name) in cases {
            assert_eq!((word_at(line, word).is_some(), name_at(line, word).is_some()), (as_word, as_name), "{line}");
        }
        assert!(is_comment("  # x") && is_comment("// x") && !is_comment("x # y") && !is_comment("--flag"));
    }
}
