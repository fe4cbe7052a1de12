//! Texts: the content of strings, folded signatures, and which strings are worth remembering.

use crate::grammar::Role;
use crate::tree::Node;

/// Parts of a string that stand for themselves.
const CONTENT: &[&str] = &[
    "string_content",
    "string_fragment",
    "string_literal_content",
    "interpreted_string_literal_content",
    "raw_string_literal_content",
    "raw_string_content",
    "escape_sequence",
    "line_str_text",
    "multi_line_str_text",
    "str_escaped_char",
    "raw_str_part",
    "raw_str_end_part",
    "template_literal",
    "heredoc_content",
    "character_content",
    "html_character_reference",
    "escaped_identifier",
    "multiline_string_fragment",
    "escape_interpolation",
    "attribute_value",
    "string_scalar",
    "integer_scalar",
    "float_scalar",
    "boolean_scalar",
    "null_scalar",
    "timestamp_scalar",
    "word",
    "number",
];

/// Parts of a string that only bound it.
const BOUNDS: &[&str] = &[
    "string_start",
    "string_end",
    "quoted_template_start",
    "quoted_template_end",
    "interpolation_start",
    "interpolation_quote",
    "raw_string_delimiter",
    "raw_string_start",
    "raw_string_end",
    "heredoc_start",
    "heredoc_end",
    "heredoc_beginning",
    "string_encoding",
    "line_continuation",
    "interpolation_brace",
];

/// What a string says: without quotes and prefixes, `{}` where something is put in, escapes as written.
pub fn content(node: Node<'_>) -> String {
    if node.is_leaf() {
        return unquoted(node.text()).to_owned();
    }
    let source = node.tree().text;
    let mut text = String::new();
    let mut from = None;
    for child in node.children() {
        let (start, stop) = child.span();
        // Some grammars keep no node for the plain parts.
        if let Some(from) = from.replace(stop) {
            text.push_str(source.get(from..start).unwrap_or_default());
        }
        if child.is_any(CONTENT) {
            text.push_str(child.text());
        } else if child.is_named() && !child.is_any(BOUNDS) {
            text.push_str("{}");
        }
    }
    text
}

/// Without a prefix of letters and signs (`r#`, `b`, `@`, `$`) and without quotes.
pub fn unquoted(text: &str) -> &str {
    let Some(open) = text.find(['"', '\'', '`']) else { return text };
    let prefix = text.get(..open).unwrap_or_default();
    let closed = text.trim_end_matches('#').ends_with(['"', '\'', '`']);
    if !closed || prefix.len() > 4 || !prefix.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '#' | '@' | '$')) {
        return text;
    }
    text.get(open..).unwrap_or_default().trim_end_matches('#').trim_matches(['"', '\'', '`'])
}

/// At most `limit` characters.
pub fn cut(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}

/// White space folded to single spaces, at most `limit` characters.
pub fn folded(text: &str, limit: usize) -> String {
    let mut folded = String::new();
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
        if folded.len() > limit * 4 {
            break;
        }
    }
    folded.truncate(cut(&folded, limit).trim_end().len());
    folded
}

/// The text of `node` up to `body`, without decorators and comments.
pub fn signature(node: Node<'_>, body: Option<Node<'_>>, decorators: &[Node<'_>]) -> String {
    let (start, end) = node.span();
    let end = body.map_or(end, |body| body.span().0);
    let stop = body.map_or(node.after(), Node::index);
    let source = node.tree().text;
    let mut kept = String::new();
    let mut from = start;
    let mut at = node.index() + 1;
    while let Some(inner) = node.tree().node(at).filter(|_| at < stop && kept.len() < 1_300) {
        let left_out = inner.role() == Role::Comment || decorators.iter().any(|other| other.index() == at);
        if !left_out {
            at += 1;
            continue;
        }
        let (open, close) = inner.span();
        kept.push_str(source.get(from..open).unwrap_or_default());
        kept.push(' ');
        from = close;
        at = inner.after();
    }
    kept.push_str(source.get(from..end).unwrap_or_default());
    let folded = folded(&kept, 300);
    folded.trim_end_matches([',', ';', '{', ' ']).trim_end_matches(" =>").trim_end_matches(" =").to_owned()
}

/// A string of code that can name something outside the file: an address, a path, a header, an identifier.
pub fn points_outside(text: &str) -> bool {
    if text.len() < 2 || text.len() > 1_200 || !text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return false;
    }
    if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        // An address in a sentence, a path with blanks, `GET /x`, a header's value.
        let second = text.split_once(' ').map_or("", |(_, rest)| rest);
        let is_header = text.starts_with("Bearer ") || text.starts_with("Basic ");
        return text.contains("://") || text.starts_with('/') || second.starts_with('/') || is_header;
    }
    // Words, paths, addresses, placeholders; not markup and not a sentence without spaces.
    text.chars().all(|c| c.is_alphanumeric() || "_-./:@{}$%?&=#+~,[]*<>()^|!\\".contains(c))
}

/// The same for the values of data files, where nearly every string would pass: it must have a shape.
pub fn value_points_outside(text: &str) -> bool {
    points_outside(text) && (text.contains(['/', ':', '@', '$', '{']) || is_file_name(text) || is_capitals(text))
}

fn is_file_name(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(stem, end)| {
        !stem.is_empty() && (2..=5).contains(&end.len()) && end.starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

/// `API_KEY`, `AWS_REGION`.
pub fn is_capitals(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_prefixes_go() {
        let cases = [
            ("\"a\"", "a"),
            ("'a'", "a"),
            ("r#\"a\"#", "a"),
            ("b'a'", "a"),
            ("@\"C:\\x\"", "C:\\x"),
            ("`a`", "a"),
            ("\"\"\"a\"\"\"", "a"),
            ("plain", "plain"),
            ("it's", "it's"),
            ("", ""),
            ("\"", ""),
            ("naïve 'x'", "naïve 'x'"),
        ];
        for (raw, expected) in cases {
            assert_eq!(unquoted(raw), expected, "{raw}");
        }
    }

    #[test]
    fn folding_counts_characters_and_never_splits_one() {
        assert_eq!(folded("  a \n\t b  ", 300), "a b");
        assert_eq!(folded("ééé ééé", 5), "ééé é");
        assert_eq!(folded("abc def", 4), "abc");
        assert_eq!(folded(&"x ".repeat(5_000), 300).chars().count(), 299);
        assert_eq!(cut("héllo", 2), "hé");
    }

    #[test]
    fn what_points_outside() {
        let yes = [
            "https://a.example/x",
            "/users/{}",
            "X-Api-Key",
            "user_id",
            "API_KEY",
            "application/json",
            "gpt-4o-mini",
            "Authorization",
            "Bearer {}",
            "https://a.example/x y",
            "GET",
            "%s/users/%s",
            "/a b",
        ];
        let no = ["", "a", "12", "hello world", "--- ", "x\"y", "\u{1}a"];
        for text in yes {
            assert!(points_outside(text), "{text}");
        }
        for text in no {
            assert!(!points_outside(text), "{text}");
        }
        for (value, expected) in [
            ("postgres:16", true),
            ("main.py", true),
            ("API_KEY", true),
            ("true", false),
            ("1.2.3", false),
            ("first", false),
        ] {
            assert_eq!(value_points_outside(value), expected, "{value}");
        }
    }
}
