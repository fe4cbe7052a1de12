//! Literals in code, by brackets, texts and comments: enough to see the keys of an object, in any language that looks like
//! C or Python. Linear, never recursive, no panic on any text.

/// Longer literals are data.
const MAX_LITERAL: usize = 20_000;

/// Nothing that a person writes nests deeper.
const MAX_DEPTH: usize = 50;

/// A key of an object, and what stands behind its colon.
#[derive(Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// Without quotes.
    pub name: &'a str,
    /// Where it stands.
    pub at: usize,
    /// The text up to the next key; empty for a key that is its own value.
    pub value: &'a str,
    /// How many objects of the literal are around it.
    pub depth: usize,
}

/// A literal that was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Literal<'a> {
    /// Of all objects in it, in their order.
    pub keys: Vec<Key<'a>>,
    /// Something unseen is mixed in: `...rest`, `**rest`. Inside of an inner object it hides only what is as deep, and such
    /// keys are left out.
    pub open: bool,
    /// One past its end.
    pub end: usize,
}

/// One past a text or a comment that begins at `at`; none where neither does.
pub fn skipped(text: &str, at: usize, hash_comments: bool) -> Option<usize> {
    let rest = text.get(at..)?;
    let first = rest.chars().next()?;
    if rest.starts_with("//") || (hash_comments && first == '#') {
        return Some(at + rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(at + rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    if !matches!(first, '"' | '\'' | '`') {
        return None;
    }
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            // A lifetime or an apostrophe is no text.
            '\n' if first != '`' => return Some(at + 1),
            c if c == first => return Some(at + offset + 1),
            _ => {}
        }
    }
    Some(at + 1)
}

/// One past the bracket that closes the one at `open`; the end of what is looked at where none does.
pub fn closing(text: &str, open: usize, hash_comments: bool) -> usize {
    let (mut depth, mut at) = (0_usize, open);
    let limit = floor(text, open.saturating_add(MAX_LITERAL));
    while let Some(c) = text.get(at..limit).and_then(|rest| rest.chars().next()) {
        if let Some(next) = skipped(text, at, hash_comments) {
            at = next.min(limit);
            continue;
        }
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    limit
}

/// The keys of the object that begins with the `{` at `open`. With `bare`, a name without quotes is a key, too.
pub fn literal(text: &str, open: usize, bare: bool) -> Literal<'_> {
    let end = closing(text, open, !bare);
    let mut out = Literal { end, ..Literal::default() };
    let (mut stack, mut at, mut expects, mut mixed) = (Vec::new(), open, false, usize::MAX);
    while let Some(c) = text.get(at..end).and_then(|rest| rest.chars().next()) {
        let in_object = stack.last() == Some(&'{');
        if expects
            && in_object
            && let Some((name, next)) = key_at(text, at, end, bare)
        {
            let depth = stack.iter().filter(|bracket| **bracket == '{').count();
            out.keys.push(Key { name, at, value: "", depth });
            (at, expects) = (next, false);
            continue;
        }
        if let Some(next) = skipped(text, at, !bare) {
            expects &= !matches!(c, '"' | '\'' | '`');
            at = next.min(end);
            continue;
        }
        match c {
            '{' | '[' | '(' if stack.len() < MAX_DEPTH => {
                stack.push(c);
                expects = c == '{';
            }
            '}' | ']' | ')' => {
                stack.pop();
                expects = false;
            }
            ',' => expects = in_object,
            '.' | '*' if expects && text[at..].starts_with(if c == '.' { "..." } else { "**" }) => {
                mixed = mixed.min(stack.iter().filter(|bracket| **bracket == '{').count());
                expects = false;
            }
            c if !c.is_whitespace() => expects = false,
            _ => {}
        }
        at += c.len_utf8();
    }
    fill_values(text, &mut out);
    out.open = mixed <= 1;
    out.keys.retain(|key| mixed <= 1 || key.depth < mixed);
    out
}

fn fill_values<'a>(text: &'a str, literal: &mut Literal<'a>) {
    let starts: Vec<usize> = literal.keys.iter().map(|key| key.at).collect();
    for (key, next) in literal.keys.iter_mut().zip(starts.into_iter().skip(1).chain([literal.end.saturating_sub(1)])) {
        let whole = text.get(key.at..next).unwrap_or("");
        key.value = whole.split_once(':').map_or("", |(_, value)| value.trim().trim_end_matches(','));
    }
}

/// `"name":`, `name:`, and where bare names are keys also `name,` and `name }`.
fn key_at(text: &str, at: usize, end: usize, bare: bool) -> Option<(&str, usize)> {
    let rest = text.get(at..end)?;
    let quote = rest.chars().next()?;
    let (name, after) = if matches!(quote, '"' | '\'') {
        let close = rest[1..].find(quote)? + 1;
        (&rest[1..close], close + 1)
    } else {
        let length = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        (&rest[..length], length)
    };
    let follows = rest[after..].trim_start();
    let is_key = follows.starts_with(':') && !follows.starts_with("::");
    let shorthand = bare && !matches!(quote, '"' | '\'') && follows.starts_with([',', '}']);
    let plain = !name.is_empty() && name.len() <= 100 && (matches!(quote, '"' | '\'') || bare);
    (plain && (is_key || shorthand)).then_some((name, at + after))
}

/// A part of a name.
pub fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Where `word` stands as a word of its own.
pub fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let found = text.match_indices(word).map(|(at, _)| at).filter(|_| !word.is_empty());
    found.filter(move |at| !text[..*at].ends_with(is_name) && !text[at + word.len()..].starts_with(is_name))
}

/// The first `bytes` of a text, or fewer where a character would be cut.
pub fn cut(text: &str, bytes: usize) -> &str {
    &text[..floor(text, bytes)]
}

/// The largest boundary of a character that is not beyond `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_literals() {
        let cases: &[(&str, bool, &[&str], bool)] = &[
            ("{\"a\": 1, 'b': [x, {\"c\": 2}]} rest", false, &["a", "b", "c"], false),
            ("{a: 1, b, c: f(x, { d: 1 }), ...rest}", true, &["a", "b", "c", "d"], true),
            ("{**rest, \"a\": x if y else {\"b\": 1}}", false, &["a", "b"], true),
            ("{a: {b: 1, ...rest}, c: 1}", true, &["a", "c"], false),
            ("{x: 1}", false, &[], false),
            ("{ // a: 1\n b: 'c: 2', /* d: 1 */ e: `f: ${g}` }", true, &["b", "e"], false),
            ("{\"a\": \"unclosed}", false, &["a"], false),
            ("{'it''s': 1", false, &[], false),
            ("{a ? b : c}", true, &[], false),
            ("{ä: 1, \"ö\": 2}", true, &["ä", "ö"], false),
            ("{", true, &[], false),
        ];
        for (text, bare, expected, open) in cases {
            let found = literal(text, 0, *bare);
            let names: Vec<&str> = found.keys.iter().map(|key| key.name).collect();
            assert_eq!((names.as_slice(), found.open), (*expected, *open), "{text}");
        }
        let deep = "{a:".repeat(100_000);
        assert!(literal(&deep, 0, true).keys.len() <= MAX_LITERAL);
        assert_eq!(words("a.b ab b", "b").collect::<Vec<_>>(), [2, 7]);
    }

    #[test]
    fn values_reach_to_the_next_key() {
        let found = literal("{a: z.string(), b: 2 }", 0, true);
        assert_eq!(found.keys.iter().map(|key| key.value).collect::<Vec<_>>(), ["z.string()", "2"]);
    }
}
